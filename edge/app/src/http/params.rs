//! Query strings in and out: percent-encoding, repeated names, and the complaint that names a parameter.
//!
//! Unknown parameters are never decoded. Invariant: a value that leaves this module is UTF-8 whose control characters are tabs
//! and line ends alone, and a single-valued parameter was given once at most.

use seoga_text::encoding::decode_query_value as decode;

use crate::http::problem::{Problem, Takes};
use crate::limits;

/// A parsed query string: names decoded, values still raw.
#[derive(Debug, Default)]
pub(crate) struct Params<'a> {
    pairs: Vec<(String, &'a str)>,
}

impl<'a> Params<'a> {
    /// Splits a raw query string.
    pub(crate) fn parse(raw: &'a str) -> Result<Self, Problem> {
        if raw.len() > limits::MAX_QUERY_STRING_BYTES {
            return Err(Problem::uri_too_long());
        }
        let pair = |part: &'a str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decode(name)?, value))
        };
        Ok(Self { pairs: raw.split('&').filter(|part| !part.is_empty()).filter_map(pair).collect() })
    }

    /// Leaves a parameter out.
    pub(crate) fn without(self, name: &str) -> Self {
        Self { pairs: self.pairs.into_iter().filter(|(own, _)| own != name).collect() }
    }

    /// Reads the value of a single-valued parameter; empty counts as not given.
    pub(crate) fn one(&self, name: &'static str) -> Result<Option<String>, Problem> {
        let mut values = self.all(name)?;
        match values.len() {
            0 => Ok(None),
            1 => Ok(values.pop().filter(|value| !value.is_empty())),
            times => Err(Problem::parameter(name, format!("{times} values"), Takes::Once)),
        }
    }

    /// Reads the values of a parameter, in order. A control character other than tab and line end is a blank: no page may hold
    /// one, and who pastes one along with a title means none.
    pub(crate) fn all(&self, name: &'static str) -> Result<Vec<String>, Problem> {
        let values = self.pairs.iter().filter(|(n, _)| n == name);
        values
            .map(|(_, raw)| {
                let value = decode(raw);
                let value = value.map(|text| text.replace(has_no_place, " "));
                value.ok_or_else(|| Problem::parameter(name, (*raw).to_owned(), Takes::Encoding))
            })
            .collect()
    }
}

/// Tells whether a character is a control character that no page may hold.
fn has_no_place(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// Appends `value` as a query string's value. Letters beyond ASCII stay: in a link of a page browsers encode them,
/// and a Korean letter is nine bytes encoded.
pub(crate) fn encode_into(out: &mut String, value: &str) {
    encode(out, value, false);
}

/// Reads a segment of a path, where a plus is a plus; a control character is a blank.
pub(crate) fn segment(raw: &str) -> Option<String> {
    let text = decode(&raw.replace('+', "%2B"))?.replace(|c: char| c.is_control(), " ");
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Appends `value` as a segment of a path, in ASCII alone.
pub(crate) fn segment_into(out: &mut String, value: &str) {
    let mut encoded = String::new();
    encode(&mut encoded, value, true);
    // Of what is encoded a plus is a space alone.
    out.push_str(&encoded.replace('+', "%20"));
}

/// Appends `value` in ASCII alone, for files whose readers do not encode.
pub(crate) fn encode_ascii_into(out: &mut String, value: &str) {
    encode(out, value, true);
}

fn encode(out: &mut String, value: &str, ascii: bool) {
    for c in value.chars() {
        match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '-' | '.' | '_' | '~' => out.push(c),
            ' ' => out.push('+'),
            c if !ascii && !c.is_ascii() && c.is_alphanumeric() => out.push(c),
            c => {
                let mut utf8 = [0; 4];
                for byte in c.encode_utf8(&mut utf8).bytes() {
                    out.push('%');
                    for half in [byte >> 4, byte & 15] {
                        out.extend(char::from_digit(half.into(), 16).map(|digit| digit.to_ascii_uppercase()));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_parameter_is_left_out_however_it_is_written_and_the_others_stay() {
        let params = Params::parse("q=a&sort=x&&s%6Frt=y&page=2").unwrap().without("sort");
        assert_eq!(params.one("sort"), Ok(None));
        assert_eq!((params.one("q"), params.one("page")), (Ok(Some("a".into())), Ok(Some("2".into()))));
    }

    #[test]
    fn values_are_decoded_and_unknown_names_ignored() {
        let params =
            Params::parse("q=%ED%8C%8C%EC%9D%B4+%EC%8D%AC&&x=%ZZ&library=a&library=b%26c&%FF=1&page")
                .unwrap();
        assert_eq!(params.one("q").unwrap().as_deref(), Some("파이 썬"));
        assert_eq!(params.all("library").unwrap(), ["a", "b&c"]);
        assert_eq!(params.one("page").unwrap(), None);
        assert_eq!(params.one("sort").unwrap(), None);
    }

    #[test]
    fn a_repeated_single_parameter_is_named() {
        let params = Params::parse("sort=year&sort=year").unwrap();
        let problem = params.one("sort").unwrap_err();
        assert_eq!((problem.status(), problem.parameter), (400, Some("sort")));
        assert_eq!(problem.got.as_deref(), Some("2 values"));
    }

    #[test]
    fn a_control_character_is_a_blank() {
        let params = Params::parse("q=%00&library=a%00b%0Bc%7Fd%C2%9Fe&isbn=1%0D%0A2").unwrap();
        assert_eq!(params.one("q").unwrap().as_deref(), Some(" "));
        assert_eq!(params.one("library").unwrap().as_deref(), Some("a b c d e"));
        assert_eq!(params.one("isbn").unwrap().as_deref(), Some("1\r\n2"), "a list has a line for each book");
    }

    #[test]
    fn broken_encodings_are_named() {
        for raw in ["q=%", "q=%4", "q=%GG", "q=%FF", "q=%ED%8C", "q=%+1"] {
            let problem = Params::parse(raw).unwrap().one("q").unwrap_err();
            assert_eq!((problem.status(), problem.parameter), (400, Some("q")), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn any_value_comes_back(value: String) {
            let mut raw = String::new();
            encode_into(&mut raw, &value);
            prop_assert!(!raw.contains(['&', '=', '#', '"', '<', '\'', ' ']));
            prop_assert_eq!(decode(&raw), Some(value.clone()));
            raw.clear();
            encode_ascii_into(&mut raw, &value);
            prop_assert!(raw.is_ascii());
            prop_assert_eq!(decode(&raw), Some(value));
        }

        #[test]
        fn any_text_is_read_without_panic(raw: String) {
            let params = Params::parse(&raw).unwrap();
            let _ = (params.one("q"), params.all("library"));
        }
    }
}
