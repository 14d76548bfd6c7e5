//! ISBNs as people and catalogues write them. No look-up. Invariant: an [`Isbn13`] begins with 978 or 979 and
//! has the right check digit.

use std::fmt;

/// An ISBN-13 with a verified check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isbn13(u64);

impl Isbn13 {
    /// Gives the number, if it is an ISBN-13.
    pub fn new(number: u64) -> Option<Self> {
        let bookland = (978..=979).contains(&(number / 10_000_000_000));
        (bookland && check13(number / 10) == number % 10).then_some(Self(number))
    }

    /// Gives the thirteen digits as a number.
    pub fn get(self) -> u64 {
        self.0
    }

    /// Gives the ISBN-10 of the same book; only 978 numbers have one.
    ///
    /// ```
    /// let isbn = seoga_text::isbn::parse("9788966260997").unwrap();
    /// assert_eq!(isbn.to_isbn10().as_deref(), Some("8966260993"));
    /// ```
    pub fn to_isbn10(self) -> Option<String> {
        if self.0 / 10_000_000_000 != 978 {
            return None;
        }
        let nine = self.0 / 10 % 1_000_000_000;
        let check = check10(nine);
        Some(if check == 10 { format!("{nine:09}X") } else { format!("{nine:09}{check}") })
    }
}

impl Isbn13 {
    /// Gives the number with its hyphens, where it is of Korea or Japan: elsewhere the length of a publisher's number is in tables
    /// too long to carry.
    ///
    /// ```
    /// use seoga_text::isbn::parse;
    /// assert_eq!(parse("9791158083397").unwrap().hyphenated().as_deref(), Some("979-11-5808-339-7"));
    /// assert_eq!(parse("9780131103627").unwrap().hyphenated(), None);
    /// ```
    pub fn hyphenated(self) -> Option<String> {
        let text = self.to_string();
        let (group, publishers) = PUBLISHERS.iter().find(|(group, _)| text.starts_with(group))?;
        let (prefix, country) = group.split_at_checked(3)?;
        let rest = text.get(group.len()..12)?;
        let (_, length) =
            publishers.iter().find(|(last, _)| rest.get(..last.len()).is_some_and(|own| own <= *last))?;
        let (publisher, title) = rest.split_at_checked(*length)?;
        Some(format!("{prefix}-{country}-{publisher}-{title}-{}", self.0 % 10))
    }
}

/// Digits in a publisher's number, by group: up to and including these first digits, so many (the International ISBN
/// Agency's range message).
const PUBLISHERS: [(&str, &[(&str, usize)]); 3] = [
    ("97889", &[("24", 2), ("54", 3), ("84", 4), ("94", 5), ("969", 6), ("989", 5), ("999", 3)]),
    ("97911", &[("24", 2), ("54", 3), ("84", 4), ("94", 5), ("99", 6)]),
    ("9784", &[("19", 2), ("69", 3), ("84", 4), ("89", 5), ("94", 6), ("99", 7)]),
];

impl fmt::Display for Isbn13 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:013}", self.0)
    }
}

/// Reads an ISBN-13 or ISBN-10, with hyphens, spaces or full-width digits, with or without "ISBN" before it. `None` when the
/// check digit is wrong or anything else is in the text.
///
/// ```
/// use seoga_text::isbn::parse;
/// assert_eq!(parse("ISBN 979-11-5808-339-7"), parse("9791158083397"));
/// assert_eq!(parse("89-6626-099-3").unwrap().to_string(), "9788966260997");
/// assert_eq!(parse("9791158083398"), None);
/// ```
pub fn parse(text: &str) -> Option<Isbn13> {
    let digits = compact(text)?;
    match digits.len() {
        13 => digits.parse().ok().and_then(Isbn13::new),
        10 => {
            let nine: u64 = digits.get(..9)?.parse().ok()?;
            let check = match digits.get(9..)? {
                "x" => 10,
                digit => digit.parse().ok()?,
            };
            let body = 978_000_000_000 + nine;
            (check10(nine) == check).then(|| Isbn13(body * 10 + check13(body)))
        }
        _ => None,
    }
}

/// Gives thirteen digits, whatever they are: catalogues hold numbers with wrong check digits and barcodes that are no ISBN, and their
/// books must stay findable by them.
///
/// ```
/// assert_eq!(seoga_text::isbn::digits("880-925494-1969"), Some(8809254941969));
/// ```
pub fn digits(text: &str) -> Option<u64> {
    compact(text).filter(|digits| digits.len() == 13)?.parse().ok()
}

/// Finds the book numbers inside a text, each once and in order, and gives the text without them: whatever stands beside a number
/// (a label, brackets, a full stop, words) and the five digits of a Korean add-on number behind it are no part of it. Thirteen
/// digits count with hyphens, points or spaces between; ten with none or hyphens. Only right check digits count; ㅌ is x in the
/// Korean layout.
///
/// ```
/// use seoga_text::isbn::{parse, within};
/// let (found, rest) = within("[EAN] 979-11-5808-339-7 93000, 소나무");
/// assert_eq!(found, [parse("9791158083397").unwrap()]);
/// assert_eq!(rest, "[ean] , 소나무");
/// ```
pub fn within(text: &str) -> (Vec<Isbn13>, String) {
    let folded: Vec<char> = crate::fold::fold(text).chars().collect();
    let mut found: Vec<Isbn13> = Vec::new();
    let mut rest = String::new();
    let mut at = 0;
    while let Some(&c) = folded.get(at) {
        let begins = c.is_ascii_digit() && !at.checked_sub(1).is_some_and(|before| is_digit(&folded, before));
        let number = if begins { number_at(&folded, at) } else { None };
        if let Some((isbn, end)) = number {
            if !found.contains(&isbn) {
                found.push(isbn);
            }
            at = end;
        } else {
            rest.push(c);
            at += 1;
        }
    }
    (found, rest.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Reads the number that begins at a place: it, and the place behind it and its add-on.
fn number_at(chars: &[char], at: usize) -> Option<(Isbn13, usize)> {
    let read = |most: usize, signs: &[char]| {
        let (mut digits, mut end) = (String::new(), at);
        while digits.len() < most {
            let c = chars.get(end).copied()?;
            match c {
                '0'..='9' => digits.push(c),
                'x' | 'ㅌ' if digits.len() == 9 => digits.push('x'),
                c if signs.contains(&c) && is_digit(chars, end + 1)
                    || signs.contains(&c) && digits.len() == 9 => {}
                _ => return None,
            }
            end += 1;
        }
        Some((parse(&digits)?, end))
    };
    let (isbn, end) = read(13, &['-', '.', ' ']).or_else(|| read(10, &['-']))?;
    // The add-on number: five digits, glued or set apart.
    let add_on = end + usize::from(matches!(chars.get(end), Some(' ' | '-')));
    let digits = chars.iter().skip(add_on).take_while(|c| c.is_ascii_digit()).count();
    if digits == 5 {
        return Some((isbn, add_on + 5));
    }
    (!is_digit(chars, end)).then_some((isbn, end))
}

fn is_digit(chars: &[char], at: usize) -> bool {
    chars.get(at).is_some_and(char::is_ascii_digit)
}

/// Gives the digits of the number (and a final x) without label and separators; `None` when anything else is there.
fn compact(text: &str) -> Option<String> {
    let folded = crate::fold::fold(text);
    let labelled = folded.strip_prefix("isbn");
    let mut out = String::with_capacity(15);
    for c in labelled.unwrap_or(&folded).chars() {
        match c {
            '0'..='9' | 'x' if out.len() < 15 => out.push(c),
            ' ' | '-' => {}
            ':' | '.' if labelled.is_some() => {}
            _ => return None,
        }
    }
    // "ISBN-13: 979…", "ISBN 10: 89…": the label counts the digits.
    if labelled.is_some() {
        let number = match out.len() {
            15 => out.strip_prefix("13"),
            12 => out.strip_prefix("10"),
            _ => None,
        };
        out = number.map_or(out.clone(), str::to_owned);
    }
    // An x is the check digit of an ISBN-10 and stands nowhere else.
    let x_is_last = out.find('x').is_none_or(|at| at == 9 && out.len() == 10);
    (x_is_last && out.len() <= 13).then_some(out)
}

fn check13(twelve: u64) -> u64 {
    let (mut rest, mut sum, mut weight) = (twelve, 0, 3);
    while rest > 0 {
        sum += rest % 10 * weight;
        weight = 4 - weight;
        rest /= 10;
    }
    (10 - sum % 10) % 10
}

fn check10(nine: u64) -> u64 {
    let (mut rest, mut sum) = (nine, 0);
    for weight in 2..=10 {
        sum += rest % 10 * weight;
        rest /= 10;
    }
    (11 - sum % 11) % 11
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_found_beside_anything() {
        let isbn = parse("9791158083397").unwrap();
        for text in [
            "9791158083397.",
            "\"9791158083397\"",
            "(9791158083397),",
            "9791158083397 93000",
            "979115808339793000",
            "979.11.5808.339.7",
            "바코드 9791158083397",
            "소나무 979-11-5808-339-7 / 참나무",
        ] {
            assert_eq!(within(text).0, [isbn], "{text}");
        }
        assert_eq!(within("9791158083397, 9788966260997").0.len(), 2);
        assert_eq!(within("080442957ㅌ").0, [parse("080442957X").unwrap()]);
    }

    #[test]
    fn other_numbers_stay_in_the_text() {
        for text in ["9791158083398", "2020 123456", "1984", "97911580833971", "소나무 12 그루"] {
            assert_eq!(within(text), (Vec::new(), text.to_owned()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[0-9xㅌ .-]{0,30}|\\PC{0,30}") {
            let (found, rest) = within(&text);
            prop_assert!(rest.chars().count() <= crate::fold::fold(&text).chars().count() || found.is_empty());
        }
    }
}
