//! Folding: the one spelling under which texts are compared. Not for display.
//! Invariant: folding twice gives what folding once gives, and Hangul is never taken apart: jamo stay as typed
//! (plain NFKC would turn ㅍㅇㅆ into conjoining letters and glue ㅍㅏ to 파).

use crate::hangul;
use crate::normal::{self, is_mark};

/// A folded character and the code points of the original text it came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folded {
    pub(crate) ch: char,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Folds a text: NFKC, lower case, hiragana as katakana, accents off Latin letters, zero-width and control characters out, typographic quotes,
/// dashes and middle dots made one, U+FFFD and every white space a space, spaces collapsed and trimmed.
///
/// ```
/// assert_eq!(seoga_text::fold::fold("  ＰＹＴＨＯＮ\u{3000}입문 "), "python 입문");
/// assert_eq!(seoga_text::fold::fold("Aurélien Müller"), "aurelien muller");
/// assert_eq!(seoga_text::fold::fold("ㅍㅇㅆ"), "ㅍㅇㅆ");
/// assert_eq!(seoga_text::fold::fold("ひらがな"), "ヒラガナ");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for folded in folded_chars(text) {
        if folded.ch != ' ' {
            out.push(folded.ch);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Gives the canonical form of a query in the HTTP contract: NFC, trimmed, runs of white space and control characters to one
/// space, ASCII letters lower-cased, nothing else.
///
/// ```
/// assert_eq!(seoga_text::fold::canonical_query("  Müller\t\0C++ "), "müller c++");
/// ```
pub fn canonical_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Once more after lower-casing: some letters compose with a mark only in lower case.
    let lower = normal::nfc(text).to_ascii_lowercase();
    for c in normal::nfc(&lower).chars() {
        if !c.is_whitespace() && !c.is_control() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Gives folded letters and digits only, for comparisons that ignore spaces and punctuation. The signs of c++, c# and f# stay.
///
/// ```
/// assert_eq!(seoga_text::fold::letters("머신 러닝: C++ & C#!"), "머신러닝c++c#");
/// ```
pub fn letters(text: &str) -> String {
    // Most texts: nothing to normalise and no sign to keep.
    if text.chars().all(|c| is_simple(c) && c != '+' && c != '#') {
        let letters = text.chars().filter(|c| !c.is_ascii() || c.is_ascii_alphanumeric());
        return letters.map(|c| c.to_ascii_lowercase()).collect();
    }
    let chars: Vec<char> = folded_chars(text).iter().map(|f| f.ch).collect();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while let Some(&c) = chars.get(i) {
        let signs = sign_length(&chars, i);
        if hangul::is_syllable(c) || c.is_alphanumeric() || is_mark(c) {
            out.push(c);
        } else if signs > 0 {
            out.extend(chars.iter().skip(i).take(signs));
        }
        i += signs.max(1);
    }
    out
}

/// Counts the characters from `at` on that are the sign of a language's name: 2 for the `++` after a letter, 1 for the `#` after a
/// single letter, else 0.
pub(crate) fn sign_length(chars: &[char], at: usize) -> usize {
    let get = |i: usize| chars.get(i).copied().unwrap_or(' ');
    let before = |n: usize| at.checked_sub(n).map_or(' ', get);
    if !before(1).is_ascii_lowercase() {
        return 0;
    }
    if get(at) == '+' && get(at + 1) == '+' && get(at + 2) != '+' {
        return 2;
    }
    if get(at) == '#' && get(at + 1) != '#' && !before(2).is_ascii_alphanumeric() {
        return 1;
    }
    0
}

/// Folds character by character, spaces neither collapsed nor trimmed. Characters that compose (a letter and its marks, the
/// jamo of one syllable) are folded together and share their place in the original.
pub(crate) fn folded_chars(text: &str) -> Vec<Folded> {
    fold_unless(text, is_simple)
}

/// Tells whether a character folds to itself or its lower case and joins nothing before it, as nearly every one does.
fn is_simple(c: char) -> bool {
    matches!(c, ' '..='~' if c != '`') || hangul::is_syllable(c)
}

/// Folds; a character for which, and for whose successor, `simple` answers true is spared the normalisation.
fn fold_unless(text: &str, simple: impl Fn(char) -> bool) -> Vec<Folded> {
    let mut out = Vec::with_capacity(text.len());
    let mut cluster = String::new();
    let (mut start, mut end) = (0, 0);
    let mut chars = (0_u32..).zip(text.chars()).peekable();
    while let Some((index, c)) = chars.next() {
        if simple(c) && chars.peek().is_none_or(|(_, next)| simple(*next)) {
            fold_cluster(&cluster, start, end, &mut out);
            cluster.clear();
            out.push(Folded { ch: c.to_ascii_lowercase(), start: index, end: index + 1 });
            continue;
        }
        let Some(c) = unified(c) else { continue };
        if !extends(c) {
            fold_cluster(&cluster, start, end, &mut out);
            cluster.clear();
            start = index;
        } else if cluster.is_empty() {
            start = index;
        }
        cluster.push(c);
        end = index + 1;
    }
    fold_cluster(&cluster, start, end, &mut out);
    out
}

/// Tells whether the character joins the one before it under normalisation.
fn extends(c: char) -> bool {
    is_mark(c) || matches!(c, '\u{1160}'..='\u{11FF}' | '\u{D7B0}'..='\u{D7FB}' | '\u{FF9E}' | '\u{FF9F}')
}

fn fold_cluster(cluster: &str, start: u32, end: u32, out: &mut Vec<Folded>) {
    if cluster.is_empty() {
        return;
    }
    let mut chars = cluster.chars();
    if let (Some(c @ ('\0'..='\x7f' | '가'..='힣')), None) = (chars.next(), chars.next()) {
        // What most texts are made of: normalising changes nothing.
        return out.push(Folded { ch: c.to_ascii_lowercase(), start, end });
    }
    // Jamo as keyboards show them stay what they are; at most the first character of a cluster is one.
    let mut rest = cluster.chars();
    if let Some(jamo) = rest.clone().next().filter(|c| ('\u{3131}'..='\u{318E}').contains(c)) {
        out.push(Folded { ch: jamo, start, end });
        rest.next();
    }
    for c in normal::nfkc(rest.as_str()).chars() {
        for c in c.to_lowercase() {
            let Some(c) = unified(c) else { continue };
            push_plain(conjoining_to_jamo(c), start, end, out);
        }
    }
}

/// Pushes one normalised lower-case character, Latin letters without their marks.
fn push_plain(c: char, start: u32, end: u32, out: &mut Vec<Folded>) {
    let mut push = |ch: char| out.push(Folded { ch, start, end });
    if c.is_ascii() || hangul::is_hangul(c) {
        push(c);
    } else if is_mark(c) {
        // A mark means something on kana or Devanagari; on Latin, Hangul, digits or nothing it does not.
        if out.last().is_some_and(|before| takes_marks(before.ch)) {
            out.push(Folded { ch: c, start, end });
        }
    } else if is_latin(c) {
        let base = normal::unmarked(c);
        match unaccented(base) {
            Some(plain) => plain.chars().for_each(push),
            None => base.to_lowercase().for_each(push),
        }
    } else {
        push(c);
    }
}

fn takes_marks(c: char) -> bool {
    !c.is_ascii() && !is_latin(c) && !hangul::is_hangul(c) && (c.is_alphabetic() || is_mark(c))
}

/// Letters with a stroke or joined letters, which have no decomposition.
fn unaccented(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'þ' => "th",
        _ => return None,
    })
}

/// Tells whether it is a Latin letter outside ASCII.
pub(crate) fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c,
            '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2AF}' | '\u{1D00}'..='\u{1DBF}'
            | '\u{1E00}'..='\u{1EFF}' | '\u{2C60}'..='\u{2C7F}' | '\u{A722}'..='\u{A7FF}' | '\u{AB30}'..='\u{AB6F}')
}

/// Gives one character for what is typed in many ways; `None` for what is not seen at all.
fn unified(c: char) -> Option<char> {
    Some(match c {
        // Signs that NFKC would write out as letters (Python™ is not pythontm).
        '™' | '℠' | '®' | '©' | '℗' | 'Ⓡ' | 'Ⓒ' | 'ⓒ' | 'ⓡ' => return None,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}'
        | '\u{FFA0}' => return None,
        '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' => return None,
        '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}' => {
            return None;
        }
        '\u{FFFD}' => ' ',
        _ if c.is_whitespace() => ' ',
        _ if c.is_control() => return None,
        '‘' | '’' | '‚' | '‛' | '′' | '‵' | '´' | '`' | 'ʼ' | 'ʹ' | '＇' | '｀' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '‶' | '«' | '»' | '＂' | '〝' | '〞' | '〟' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '⁃' | '−' | '﹘' | '﹣' | '－' => '-',
        '·' | 'ㆍ' | '•' | '‧' | '∙' | '⋅' | '・' | '･' | '\u{387}' | 'ᆞ' => '·',
        '⁄' | '∕' | '／' => '/',
        // Hiragana as katakana: one sound, one spelling.
        '\u{3041}'..='\u{3096}' | '\u{309D}' | '\u{309E}' => shifted(c, 0x3041, 0x30A1),
        '〜' | '～' | '∼' => '~',
        '\u{FFA1}'..='\u{FFBE}' => shifted(c, 0xFFA1, 0x3131),
        '\u{FFC2}'..='\u{FFC7}' => shifted(c, 0xFFC2, 0x314F),
        '\u{FFCA}'..='\u{FFCF}' => shifted(c, 0xFFCA, 0x3155),
        '\u{FFD2}'..='\u{FFD7}' => shifted(c, 0xFFD2, 0x315B),
        '\u{FFDA}'..='\u{FFDC}' => shifted(c, 0xFFDA, 0x3161),
        _ => c,
    })
}

fn shifted(c: char, from: u32, to: u32) -> char {
    char::from_u32((c as u32).wrapping_sub(from).wrapping_add(to)).unwrap_or(c)
}

/// Gives a conjoining jamo left alone after composition, as the jamo a keyboard shows.
fn conjoining_to_jamo(c: char) -> char {
    const INITIALS: [char; 19] = [
        'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ',
        'ㅍ', 'ㅎ',
    ];
    const FINALS: [char; 27] = [
        'ㄱ', 'ㄲ', 'ㄳ', 'ㄴ', 'ㄵ', 'ㄶ', 'ㄷ', 'ㄹ', 'ㄺ', 'ㄻ', 'ㄼ', 'ㄽ', 'ㄾ', 'ㄿ', 'ㅀ', 'ㅁ', 'ㅂ',
        'ㅄ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
    ];
    let at =
        |table: &[char], first: u32| table.get((c as u32).wrapping_sub(first) as usize).copied().unwrap_or(c);
    match c {
        '\u{1100}'..='\u{1112}' => at(&INITIALS, 0x1100),
        '\u{1161}'..='\u{1175}' => shifted(c, 0x1161, 0x314F),
        '\u{11A8}'..='\u{11C2}' => at(&FINALS, 0x11A8),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_simple_texts_are_those_of_their_folded_characters() {
        for c in (0..0x250).filter_map(char::from_u32).chain(['가', '힣', 'ㅍ', '\u{11A8}']) {
            let text = format!("가{c} B{c}{c}7");
            // A sign that is no letter and not simple sends the text the long way.
            assert_eq!(letters(&text), letters(&format!("{text}\u{2014}")), "{text:?}");
        }
    }

    #[test]
    fn simple_characters_fold_as_all_do() {
        let told = |folded: Vec<Folded>| folded.iter().map(|f| (f.ch, f.start, f.end)).collect::<Vec<_>>();
        let any = [
            'a', 'Z', ' ', '7', '`', '~', '"', '가', '힣', 'ㅍ', '\u{11A8}', '\u{1161}', '\u{301}',
            '\u{200B}', 'é',
        ];
        let others = (0..0x250).filter_map(char::from_u32).chain(any);
        for c in others.chain((0xAC00..0xD7A4).step_by(97).filter_map(char::from_u32)) {
            for (before, after) in any.iter().flat_map(|before| any.iter().map(move |after| (before, after)))
            {
                let text: String = [*before, c, *after].into_iter().collect();
                assert_eq!(told(folded_chars(&text)), told(fold_unless(&text, |_| false)), "{text:?}");
            }
        }
    }
}
