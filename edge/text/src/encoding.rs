//! Bytes and texts in the letters of URLs and hashes: percent-encoding, hexadecimal, padded Base64.
//!
//! Base64 for URLs, which is decoded too, is [`crate::base64url`].

use std::fmt::Write as _;

/// Tells whether a byte is unreserved in a URL (RFC 3986 section 2.3): letters, digits and `-._~`.
pub fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Percent-encodes the UTF-8 of a text, all bytes but those that `keeps` holds.
///
/// ```
/// use seoga_text::encoding::{is_unreserved, percent};
///
/// assert_eq!(percent("c++ 책", is_unreserved), "c%2B%2B%20%EC%B1%85");
/// ```
pub fn percent(text: &str, keeps: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if keeps(byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Percent-encodes a text as a value in a query string: all but unreserved bytes.
///
/// ```
/// assert_eq!(seoga_text::encoding::query_value("a b"), "a%20b");
/// ```
pub fn query_value(text: &str) -> String {
    percent(text, is_unreserved)
}

/// Undoes percent-encoding and `+` for a space; `None` for a broken escape or bytes that are no UTF-8.
///
/// ```
/// use seoga_text::encoding::decode_query_value;
///
/// assert_eq!(decode_query_value("c%2B%2B+%EC%B1%85").as_deref(), Some("c++ 책"));
/// assert_eq!(decode_query_value("100%"), None);
/// ```
pub fn decode_query_value(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => half_byte(rest.next()?)? << 4 | half_byte(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn half_byte(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Writes bytes in hexadecimal, in lower case.
///
/// ```
/// assert_eq!(seoga_text::encoding::hex(&[0x0b, 0xff]), "0bff");
/// ```
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Writes bytes in Base64 with padding (RFC 4648 section 4).
///
/// ```
/// assert_eq!(seoga_text::encoding::base64(b"foob"), "Zm9vYg==");
/// ```
pub fn base64(bytes: &[u8]) -> String {
    let mut text = crate::base64url::encode(bytes).replace('-', "+").replace('_', "/");
    text.extend(std::iter::repeat_n('=', text.len().wrapping_neg() % 4));
    text
}
