//! The encodings that are read, by name and as text.

use std::borrow::Cow;

use encoding_rs::EUC_KR;

use super::marc8;

/// How the bytes of a file are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// CP949, the superset of EUC-KR that Windows uses.
    Cp949,
    /// MARC-8 with all of its sets.
    Marc8,
    /// Another encoding of the WHATWG's Encoding Standard, by its name there.
    Other(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// The name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Cp949 => "CP949",
            Self::Marc8 => "MARC-8",
            Self::Other(encoding) => encoding.name(),
        }
    }

    /// The encoding of a name as XML declares it and people write it; `None` for one that is not read. ISO-8859-1 is read as
    /// windows-1252, which holds it.
    pub(crate) fn of_label(label: &str) -> Option<Self> {
        let plain = label.trim().to_ascii_lowercase();
        match plain.as_str() {
            "marc-8" | "marc8" => return Some(Self::Marc8),
            // Names of Windows' and Java's for it that the standard lacks.
            "cp949" | "uhc" | "ms949" | "x-windows-949" => return Some(Self::Cp949),
            _ => {}
        }
        let dashed = plain.replace("cp125", "windows-125");
        let encoding = encoding_rs::Encoding::for_label_no_replacement(dashed.as_bytes())?;
        Some(match encoding {
            _ if encoding == encoding_rs::UTF_8 => Self::Utf8,
            _ if encoding == EUC_KR => Self::Cp949,
            _ if encoding == encoding_rs::X_USER_DEFINED => return None,
            _ => Self::Other(encoding),
        })
    }

    /// Text in this encoding; what is no character becomes U+FFFD. `true` where something did.
    pub(crate) fn text(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        match self {
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => (Cow::Borrowed(text), false),
                Err(_) => (String::from_utf8_lossy(bytes), true),
            },
            Self::Marc8 => {
                let plain = bytes.is_ascii() && !bytes.contains(&0x1B);
                match std::str::from_utf8(bytes).ok().filter(|_| plain) {
                    Some(text) => (Cow::Borrowed(text), false),
                    None => {
                        let out = marc8::decode(bytes);
                        (Cow::Owned(out.text), out.lost > 0)
                    }
                }
            }
            Self::Cp949 => EUC_KR.decode_without_bom_handling(bytes),
            Self::Other(encoding) => encoding.decode_without_bom_handling(bytes),
        }
    }
}
