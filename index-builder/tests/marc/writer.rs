//! Writes invented MARC records, in either file format and either encoding, and damages none of them itself.

use encoding_rs::EUC_KR;

/// A record under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marc {
    status: Option<u8>,
    kind: Option<u8>,
    coding: Option<u8>,
    fields: Vec<(String, Content)>,
}

#[derive(Debug, Clone)]
enum Content {
    Control(String),
    Data([char; 2], Vec<(char, String)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Cp949,
}

impl Encoding {
    pub(crate) fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Cp949 => {
                let (bytes, _, lost) = EUC_KR.encode(text);
                assert!(!lost, "write the case so that CP949 can hold it: {text}");
                bytes.into_owned()
            }
        }
    }
}

impl Marc {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn status(mut self, status: u8) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets leader/09, against what the record is in.
    pub(crate) fn coding(mut self, coding: u8) -> Self {
        self.coding = Some(coding);
        self
    }

    pub(crate) fn control(mut self, tag: &str, text: &str) -> Self {
        self.fields.push((tag.to_owned(), Content::Control(text.to_owned())));
        self
    }

    /// A field written as catalogues print it: `20$a씨앗에서 :$b첫걸음`, the indicators first.
    pub(crate) fn data(self, tag: &str, text: &str) -> Self {
        let mut parts = text.split('$');
        let mut indicators = parts.next().unwrap().chars();
        let indicators = [indicators.next().unwrap_or(' '), indicators.next().unwrap_or(' ')];
        let subfields = parts.map(|part| (part.chars().next().unwrap(), part.chars().skip(1).collect()));
        self.subfields(tag, indicators, subfields.collect())
    }

    pub(crate) fn subfields(
        mut self,
        tag: &str,
        indicators: [char; 2],
        subfields: Vec<(char, String)>,
    ) -> Self {
        self.fields.push((tag.to_owned(), Content::Data(indicators, subfields)));
        self
    }

    pub(crate) fn without(mut self, tag: &str) -> Self {
        self.fields.retain(|field| field.0 != tag);
        self
    }

    /// Sets leader/06: the type of record.
    pub(crate) fn kind(mut self, kind: u8) -> Self {
        self.kind = Some(kind);
        self
    }

    pub(crate) fn iso2709(&self, encoding: Encoding) -> Vec<u8> {
        let coding = if encoding == Encoding::Utf8 { b'a' } else { b' ' };
        self.iso2709_in(coding, |text| encoding.bytes(text))
    }

    /// A record whose texts are turned into bytes by `encode`, and whose leader/09 is `coding`.
    pub(crate) fn iso2709_in(&self, coding: u8, encode: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
        let (mut directory, mut data) = (String::new(), Vec::new());
        for (tag, content) in &self.fields {
            let text = match content {
                Content::Control(text) => text.clone(),
                Content::Data(indicators, subfields) => {
                    let subfields = subfields.iter().map(|(code, text)| format!("\u{1F}{code}{text}"));
                    indicators.iter().collect::<String>() + &subfields.collect::<String>()
                }
            };
            let mut bytes = encode(&text);
            bytes.push(0x1E);
            directory += &format!("{tag}{:04}{:05}", bytes.len(), data.len());
            data.extend(bytes);
        }
        let base = 24 + directory.len() + 1;
        let coding = self.coding.unwrap_or(coding);
        let kind = char::from(self.kind.unwrap_or(b'a'));
        let status = char::from(self.status.unwrap_or(b'n'));
        let length = base + data.len() + 1;
        let mut record =
            format!("{length:05}{status}{kind}m {}22{base:05}   4500{directory}\u{1E}", char::from(coding))
                .into_bytes();
        record.extend(data);
        record.push(0x1D);
        record
    }

    /// A record as MARC-in-JSON.
    pub(crate) fn json(&self) -> String {
        let fields: Vec<serde_json::Value> = (self.fields.iter())
            .map(|(tag, content)| match content {
                Content::Control(text) => serde_json::json!({ tag: text }),
                Content::Data([first, second], subfields) => {
                    let subfields: Vec<serde_json::Value> = subfields
                        .iter()
                        .map(|(code, text)| serde_json::json!({ code.to_string(): text }))
                        .collect();
                    let (ind1, ind2) = (first.to_string(), second.to_string());
                    serde_json::json!({ tag: { "ind1": ind1, "ind2": ind2, "subfields": subfields } })
                }
            })
            .collect();
        serde_json::json!({ "leader": "01471cjm a2200349 a 4500", "fields": fields }).to_string()
    }

    /// One `record` element, its names with this prefix.
    pub(crate) fn xml(&self, prefix: &str) -> String {
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let status = char::from(self.status.unwrap_or(b'n'));
        let mut xml =
            format!("<{prefix}record>\n  <{prefix}leader>     {status}am a22     uu 4500</{prefix}leader>\n");
        for (tag, content) in &self.fields {
            match content {
                Content::Control(text) => {
                    let text = escaped(text);
                    xml += &format!("  <{prefix}controlfield tag=\"{tag}\">{text}</{prefix}controlfield>\n");
                }
                Content::Data([first, second], subfields) => {
                    xml +=
                        &format!("  <{prefix}datafield tag=\"{tag}\" ind1=\"{first}\" ind2=\"{second}\">\n");
                    for (code, text) in subfields {
                        let text = escaped(text);
                        xml += &format!("    <{prefix}subfield code=\"{code}\">{text}</{prefix}subfield>\n");
                    }
                    xml += &format!("  </{prefix}datafield>\n");
                }
            }
        }
        xml + &format!("</{prefix}record>\n")
    }
}

/// A file of MARCXML.
pub(crate) fn collection(records: &[Marc]) -> String {
    let records: String = records.iter().map(|record| record.xml("")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <collection xmlns=\"http://www.loc.gov/MARC21/slim\">\n{records}</collection>\n"
    )
}
