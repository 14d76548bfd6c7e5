//! Language codes: those of ISO 639-1, in which records are kept, and those of ISO 639-2, in which MARC has them.

/// The languages that Korean public libraries hold most of: ISO 639-1, and ISO 639-2 for bibliographic and for
/// terminological use (one and the same for most).
const CODES: [(&str, &str, &str); 13] = [
    ("ko", "kor", "kor"),
    ("en", "eng", "eng"),
    ("ja", "jpn", "jpn"),
    ("zh", "chi", "zho"),
    ("fr", "fre", "fra"),
    ("de", "ger", "deu"),
    ("es", "spa", "spa"),
    ("it", "ita", "ita"),
    ("pt", "por", "por"),
    ("ru", "rus", "rus"),
    ("nl", "dut", "nld"),
    ("ar", "ara", "ara"),
    ("vi", "vie", "vie"),
];

/// Reads a language given in any form of ISO 639, with or without a region: its two letters where it is one of the
/// commonest, else its code as it stands; empty for what is no code.
///
/// ```
/// use seoga_text::language::short;
///
/// assert_eq!((short("eng"), short("en-US"), short("chi")), ("en".into(), "en".into(), "zh".into()));
/// assert_eq!((short("tur"), short("Turkish")), ("tur".into(), String::new()));
/// ```
#[must_use]
pub fn short(text: &str) -> String {
    let primary = text.split(['-', '_']).next().unwrap_or("").trim().to_ascii_lowercase();
    let known =
        CODES.iter().find(|(_, bibliographic, term)| [*bibliographic, *term].contains(&primary.as_str()));
    let code = known.map_or(primary.as_str(), |(short, ..)| short);
    let is_code = (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_code { code.to_owned() } else { String::new() }
}

/// Gives the three letters for bibliographic use of a code that [`short`] gave; `None` for one of two letters that is not
/// among the commonest.
#[must_use]
pub fn bibliographic(short: &str) -> Option<&str> {
    let known = CODES.iter().find(|(code, ..)| *code == short).map(|(_, bibliographic, _)| *bibliographic);
    known.or((short.len() == 3).then_some(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_there_and_back() {
        for (code, three, term) in CODES {
            assert_eq!((short(three), short(term), short(code)), (code.into(), code.into(), code.into()));
            assert_eq!(bibliographic(code), Some(three));
        }
        assert_eq!((bibliographic("tur"), bibliographic("tr"), bibliographic("")), (Some("tur"), None, None));
    }
}
