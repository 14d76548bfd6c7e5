//! Judges which encoding bytes are in, or that it cannot be told.
//!
//! Knows no file format but the control characters that part fields. Whatever is accepted has to hold together: all bytes are
//! characters of it, Korean and Chinese characters do not stand inside words of ASCII letters, letters of the West are those of
//! the languages named. A wrong refusal costs one record and is reported; a wrong reading shows visitors what nobody wrote.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, GBK, SHIFT_JIS, WINDOWS_1252};

use super::kind::Encoding;
use super::{languages, marc8};

/// Holds all that is said of bytes beside themselves.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clues<'a> {
    /// A leader or a declaration says UTF-8.
    pub(crate) says_utf8: bool,
    /// They are a record in ISO 2709, which may be in MARC-8.
    pub(crate) marc: bool,
    /// Codes of the languages it is in, as MARC and others have them.
    pub(crate) languages: &'a [&'a str],
}

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// Text in an encoding.
    Plain(Encoding),
    /// Most of it is text in an encoding, and some bytes are no characters of it.
    Damaged(Encoding),
    /// It cannot be told.
    Unknown,
}

/// Judges bytes, which begin with a whole character.
pub(crate) fn judge(bytes: &[u8], clues: &Clues<'_>) -> Judgement {
    let escapes = clues.marc && marc8::has_escapes(bytes);
    if bytes.is_ascii() && !escapes {
        return Judgement::Plain(Encoding::Utf8);
    }
    if !bytes.is_ascii()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Judgement::Plain(in_utf8_or_korean(bytes, text, clues));
    }
    if escapes {
        return in_marc8(bytes);
    }
    let utf8 = Utf8Census::of(bytes);
    // By chance hardly any two neighbours of another encoding are a character of UTF-8.
    if utf8.characters >= 4 * utf8.broken && (clues.says_utf8 || utf8.wide > utf8.broken) {
        return Judgement::Damaged(Encoding::Utf8);
    }
    let sample = without_marks(bytes);
    if let Some(encoding) = in_legacy(&sample, clues) {
        return Judgement::Plain(encoding);
    }
    if clues.says_utf8 && utf8.broken <= 2 {
        return Judgement::Damaged(Encoding::Utf8);
    }
    let (korean, _) = EUC_KR.decode_without_bom_handling(&sample);
    let census = KoreanCensus::of(&korean);
    if census.hangul >= 4 * (census.others() + census.lost) && census.hangul >= 4 {
        return Judgement::Damaged(Encoding::Cp949);
    }
    Judgement::Unknown
}

/// Valid UTF-8. Hangul and Chinese characters are three bytes in it, and CP949 is hardly ever that by chance, but a few of its
/// syllables can pass for two bytes of UTF-8.
fn in_utf8_or_korean(bytes: &[u8], text: &str, clues: &Clues<'_>) -> Encoding {
    if clues.says_utf8 || text.chars().any(|c| c >= '\u{800}') || beside_ascii_letters(text) > 0 {
        return Encoding::Utf8;
    }
    let korean = EUC_KR.decode_without_bom_handling_and_without_replacement(bytes);
    match korean {
        Some(korean) if KoreanCensus::of(&korean).is_plainly_korean() => Encoding::Cp949,
        _ => Encoding::Utf8,
    }
}

/// Bytes with escape sequences: MARC-8, when its tables have nearly all of the codes.
fn in_marc8(bytes: &[u8]) -> Judgement {
    let out = marc8::decode(bytes);
    match out.lost {
        0 => Judgement::Plain(Encoding::Marc8),
        lost if lost * 10 <= out.foreign => Judgement::Damaged(Encoding::Marc8),
        _ => Judgement::Unknown,
    }
}

/// Syllables from which on text that is Hangul in common use nearly throughout is in no other encoding: three of five characters of
/// GB 2312 in common use are among their codes, so that of 32 hardly ever all are.
const TELLING_HANGUL: usize = 32;

/// An encoding of before Unicode without escape sequences. The detector, which takes most of the time, is asked last.
fn in_legacy(sample: &[u8], clues: &Clues<'_>) -> Option<Encoding> {
    let speaks = |codes: &[&str]| clues.languages.iter().any(|code| codes.contains(code));
    let (korean, chinese, japanese) =
        (speaks(&["kor", "ko"]), speaks(&["chi", "zho", "zh"]), speaks(&["jpn", "ja"]));
    let text = EUC_KR.decode_without_bom_handling_and_without_replacement(sample);
    let text = text.filter(|text| !is_glued(text));
    if korean && text.is_some() {
        return Some(Encoding::Cp949);
    }
    let census = text.map(|text| KoreanCensus::of(&text)).unwrap_or_default();
    // Hanja alone are as good Chinese or Japanese; the language tells.
    let short = census.is_plainly_korean() && !(chinese || japanese);
    // An author mark as Korean libraries make them is in no other encoding.
    if short && (census.marks > 0 || census.is_long_korean()) {
        return Some(Encoding::Cp949);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    // No country is named to it: told `kr`, it takes any pair of bytes for Korean.
    let guess = detector.guess(None, Utf8Detection::Deny);
    // Of text that is short the detector is not sure; Chinese and Japanese it tells from Korean.
    if guess == EUC_KR && census.hangul > 0 || short && guess.is_single_byte() {
        return Some(Encoding::Cp949);
    }
    let whole = |encoding: &'static encoding_rs::Encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(sample).filter(|text| !is_glued(text))
    };
    let named = |encoding| Some(Encoding::Other(encoding));
    if guess == GBK
        && !korean
        && !japanese
        && (chinese || is_mostly_common_gb(sample))
        && whole(GB18030).is_some()
    {
        return named(GBK);
    }
    if guess == BIG5 && !korean && !japanese && whole(BIG5).is_some() {
        return named(BIG5);
    }
    // Kana say Japanese; without them the detector does, or the language.
    for encoding in [SHIFT_JIS, EUC_JP] {
        let may_be = guess == encoding || japanese;
        if may_be && !korean && !chinese && whole(encoding).is_some_and(|text| has_kana(&text)) {
            return named(encoding);
        }
    }
    if japanese && (guess == SHIFT_JIS || guess == EUC_JP) && whole(guess).is_some() {
        return named(guess);
    }
    in_alphabet(sample, guess, clues)
}

/// A set of one byte a letter, or MARC-8 without escapes.
fn in_alphabet(sample: &[u8], guess: &'static encoding_rs::Encoding, clues: &Clues<'_>) -> Option<Encoding> {
    // Half of the letters at least have to be known to the languages named, else to the West.
    const FIT: usize = 50;
    let marc8 = clues.marc.then(|| marc8::decode(sample)).filter(|out| out.lost == 0 && are_words(&out.text));
    let guess = if guess.is_single_byte() { guess } else { WINDOWS_1252 };
    let alphabet = guess
        .decode_without_bom_handling_and_without_replacement(sample)
        .filter(|text| are_words(text))
        .and_then(|text| languages::fit(&text, clues.languages).or(Some(0)));
    // The language may be that of the text translated; then it takes more letters of another script to be sure.
    let letters = if alphabet.is_some_and(|fit| fit >= FIT) { 4 } else { 12 };
    let of_script = alphabet.is_some() && letters_of_another_script(sample, guess) >= letters;
    let marc8 = marc8
        .filter(|_| alphabet.is_none() || marks_hold(sample))
        .map(|out| languages::fit(&out.text, clues.languages).unwrap_or(100));
    match (marc8, alphabet) {
        (Some(marc8), Some(other)) if other > marc8 => Some(Encoding::Other(guess)),
        (Some(_), _) if !of_script => Some(Encoding::Marc8),
        (_, Some(fit)) if fit >= FIT || of_script => Some(Encoding::Other(guess)),
        _ => None,
    }
}

/// How many letters beyond ASCII there are, when nearly all are of scripts other than Latin; else 0.
fn letters_of_another_script(sample: &[u8], encoding: &'static encoding_rs::Encoding) -> usize {
    let text = encoding.decode_without_bom_handling(sample).0;
    let (mut other, mut latin) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()) {
        *(if c >= '\u{370}' { &mut other } else { &mut latin }) += 1;
    }
    if other >= 10 * latin { other } else { 0 }
}

/// Whether marks of ANSEL stand where they stand in words: before a vowel, or before the consonants that bear them.
fn marks_hold(sample: &[u8]) -> bool {
    let vowel = |byte: Option<&u8>| byte.is_some_and(|byte| b"aeiouyAEIOUY".contains(byte));
    let mut at = 0;
    while let Some(&mark) = sample.get(at) {
        at += 1;
        if !(0xE0..=0xFE).contains(&mark) {
            continue;
        }
        while sample.get(at).is_some_and(|byte| (0xE0..=0xFE).contains(byte)) {
            at += 1;
        }
        let letter = sample.get(at).copied().unwrap_or(b' ');
        if vowel(Some(&letter)) || matches!(letter, 0xA1..=0xBF) {
            continue;
        }
        let bears: &[u8] = match mark {
            // Tilde: an ñ has a vowel behind it, as no umlaut before an n has.
            0xE4 if vowel(sample.get(at + 1)) => b"nN",
            0xE2 => b"cnszrlkgmpwCNSZRLKGMPW",
            0xE9 => b"cszrdtnlgjkhCSZRDTNLGJKH",
            0xF0 => b"cstCST",
            0xE7 => b"zcgmnsrZCGMNSR",
            0xE6 => b"gG",
            0xE3 => b"cghjswCGHJSW",
            0xE5 => b"gG",
            0xF2 => b"bdhklmnrstvzBDHKLMNRSTVZ",
            0xF7 => b"stST",
            0xEB | 0xEC => b"bcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ",
            _ => b"",
        };
        if !bears.contains(&letter) {
            return false;
        }
    }
    true
}

/// Whether what is not ASCII looks like words: letters and their marks, and signs only between words.
fn are_words(text: &str) -> bool {
    // Whether a letter stood before the signs that are under way; nothing where there are none.
    let (mut letter, mut signs_after_letter) = (false, false);
    for c in text.chars() {
        let is_letter = c.is_alphabetic();
        match c {
            _ if is_letter && signs_after_letter => return false,
            _ if is_letter || c.is_ascii() => (letter, signs_after_letter) = (is_letter, false),
            // An apostrophe, a hyphen or a mark may stand inside a word.
            '\u{2010}'..='\u{2019}'
            | '\u{AD}'
            | '\u{B7}'
            | 'º'
            | 'ª'
            | '\u{300}'..='\u{36F}'
            | '\u{FE20}'..='\u{FE23}' => {}
            _ if c.is_control() => return false,
            _ => signs_after_letter |= letter,
        }
    }
    true
}

/// Field marks of ISO 2709 and the codes behind them as blanks, so that a code is no letter of the word after it.
fn without_marks(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&0x1F) {
        return Cow::Borrowed(bytes);
    }
    let mut out = bytes.to_vec();
    for at in 0..out.len() {
        if out.get(at) == Some(&0x1F) {
            out.get_mut(at..).into_iter().flatten().take(2).for_each(|byte| *byte = b' ');
        }
    }
    Cow::Owned(out)
}

/// Whether characters of East Asia stand inside words of ASCII letters, as `F廻e`: more than one run of four.
fn is_glued(text: &str) -> bool {
    beside_ascii_letters(text) * 4 > runs(text)
}

/// Runs of characters beyond ASCII.
fn runs(text: &str) -> usize {
    let mut before = ' ';
    text.chars()
        .filter(|&c| {
            let begins = !c.is_ascii() && before.is_ascii();
            before = c;
            begins
        })
        .count()
}

/// Runs of characters beyond ASCII that have a small ASCII letter right behind them, or one on either side.
fn beside_ascii_letters(text: &str) -> usize {
    let mut found = 0;
    let (mut before, mut run_after_letter) = (' ', false);
    for c in text.chars() {
        match (before.is_ascii(), c.is_ascii()) {
            (true, false) => run_after_letter = before.is_ascii_alphabetic(),
            (false, true) if c.is_ascii_lowercase() || run_after_letter && c.is_ascii_alphabetic() => {
                found += 1;
            }
            _ => {}
        }
        before = c;
    }
    found
}

fn has_kana(text: &str) -> bool {
    let kana = text.chars().filter(|c| matches!(c, '\u{3041}'..='\u{30FE}')).count();
    kana * 5 >= text.chars().filter(|c| !c.is_ascii()).count()
}

/// Whether nine of ten characters are of GB 2312's first level, the 3,755 in common use.
fn is_mostly_common_gb(sample: &[u8]) -> bool {
    let (mut common, mut all) = (0_usize, 0_usize);
    let mut rest = sample;
    while let Some((&lead, after)) = rest.split_first() {
        let two = lead >= 0x81;
        all += usize::from(two);
        common += usize::from(matches!(lead, 0xB0..=0xD7 | 0xA1..=0xA3));
        rest = if two { after.get(1..).unwrap_or(&[]) } else { after };
    }
    common * 10 >= all * 9
}

/// The characters of a text as KS X 1001 has them.
#[derive(Debug, Default)]
struct KoreanCensus {
    /// Among the 2,350 syllables of KS X 1001.
    hangul: usize,
    /// Its hanja and signs.
    hanja: usize,
    signs: usize,
    /// The other 8,822 syllables, which CP949 adds.
    rare: usize,
    /// Letters that end an author mark (`R59ㄱ`); they are among the signs.
    marks: usize,
    /// Runs of bytes that are no characters.
    lost: usize,
}

/// Letters of Hangul that stand alone behind a digit, as they end the author marks of Korean call numbers.
fn author_marks(text: &str) -> usize {
    let chars: Vec<char> = text.chars().collect();
    let is_mark = |around: &&[char]| match around {
        [before, 'ㄱ'..='ㅎ', behind] => {
            before.is_ascii_digit() && behind.is_ascii() && !behind.is_ascii_alphanumeric()
        }
        _ => false,
    };
    let at_end = matches!(chars.as_slice(), [.., before, 'ㄱ'..='ㅎ'] if before.is_ascii_digit());
    chars.windows(3).filter(is_mark).count() + usize::from(at_end)
}

impl KoreanCensus {
    fn of(text: &str) -> Self {
        let mut census = Self { marks: author_marks(text), ..Self::default() };
        let mut before_broken = false;
        for c in text.chars().filter(|c| !c.is_ascii()) {
            let mut utf8 = [0; 4];
            let (bytes, _, _) = EUC_KR.encode(c.encode_utf8(&mut utf8));
            let broken = c == char::REPLACEMENT_CHARACTER;
            let again = std::mem::replace(&mut before_broken, broken) && broken;
            *(match *bytes {
                _ if again => continue,
                _ if broken => &mut census.lost,
                [0xB0..=0xC8, 0xA1..=0xFE] => &mut census.hangul,
                [0xCA..=0xFD, 0xA1..=0xFE] => &mut census.hanja,
                [0xA1..=0xAF, 0xA1..=0xFE] => &mut census.signs,
                _ => &mut census.rare,
            }) += 1;
        }
        census
    }

    fn others(&self) -> usize {
        self.hanja + self.signs + self.rare - self.marks
    }

    /// Whether so much of it is Hangul in common use that it can be nothing else.
    fn is_long_korean(&self) -> bool {
        self.hangul >= TELLING_HANGUL && self.hangul >= 16 * (self.others() + self.lost)
    }

    /// Whether nearly all is Hangul in common use: other text that is read as CP949 gives rare syllables and hanja.
    fn is_plainly_korean(&self) -> bool {
        let korean = self.hangul + self.marks;
        korean > 0 && korean >= 4 * self.others()
    }
}

/// How much of the bytes is UTF-8.
#[derive(Debug, Default)]
struct Utf8Census {
    /// Characters of more than one byte, and those of three or more.
    characters: usize,
    wide: usize,
    /// Runs of bytes that are none.
    broken: usize,
}

impl Utf8Census {
    fn of(bytes: &[u8]) -> Self {
        let mut census = Self::default();
        let mut touching = false;
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars().filter(|c| !c.is_ascii()) {
                census.characters += 1;
                census.wide += usize::from(c >= '\u{800}');
            }
            touching &= chunk.valid().is_empty();
            if !chunk.invalid().is_empty() {
                census.broken += usize::from(!touching);
                touching = true;
            }
        }
        census
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{
        IBM866, ISO_8859_2, KOI8_R, WINDOWS_1250, WINDOWS_1251, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255,
    };

    use super::*;

    fn bytes(encoding: &'static encoding_rs::Encoding, text: &str) -> Vec<u8> {
        let (bytes, _, lossy) = encoding.encode(text);
        assert!(!lossy, "{text} in {}", encoding.name());
        bytes.into_owned()
    }

    fn clues<'a>(languages: &'a [&'a str]) -> Clues<'a> {
        Clues { says_utf8: false, marc: true, languages }
    }

    fn told(bytes: &[u8], languages: &[&str]) -> Option<Encoding> {
        match judge(bytes, &clues(languages)) {
            Judgement::Plain(encoding) => Some(encoding),
            Judgement::Damaged(_) | Judgement::Unknown => None,
        }
    }

    #[test]
    fn korean_is_told_apart_whatever_the_leader_says() {
        for text in [
            "창",
            "혁",
            "창혁",
            "씨앗에서 배우는 파이썬",
            "漢字 入門 새길",
            "똠방각하 이야기",
            "C언어와 SQL 첫걸음",
        ] {
            for says_utf8 in [false, true] {
                let clues = Clues { says_utf8, ..clues(&["kor"]) };
                assert_eq!(judge(text.as_bytes(), &clues), Judgement::Plain(Encoding::Utf8), "{text}");
            }
            assert_eq!(told(&bytes(EUC_KR, text), &["kor"]), Some(Encoding::Cp949), "{text}");
        }
        let korean = bytes(EUC_KR, "씨앗에서 배우는 파이썬");
        let wrong = Clues { says_utf8: true, ..clues(&[]) };
        assert_eq!(judge(&korean, &wrong), Judgement::Plain(Encoding::Cp949));
        assert_eq!(told(&korean, &["eng"]), Some(Encoding::Cp949), "a Korean record of an English book");
        for few in ["R59ㄱ 서울", "Z77ㄱ 하", "B12ㅎ"] {
            assert_eq!(told(&bytes(EUC_KR, few), &["eng"]), Some(Encoding::Cp949), "{few}");
        }
        assert_eq!(told("Café crème".as_bytes(), &[]), Some(Encoding::Utf8));
        assert_eq!(told(b"plain", &[]), Some(Encoding::Utf8));
        for hanja in ["高麗時代 金石文 硏究 金甲東 著 서울 一志社", "高麗時代 金石文 硏究"]
        {
            assert_eq!(told(&bytes(EUC_KR, hanja), &["kor"]), Some(Encoding::Cp949), "{hanja}");
        }
    }

    #[test]
    fn encodings_of_the_world_are_told() {
        for (encoding, language, text) in [
            (WINDOWS_1252, "ger", "Kalte Füße im Garten"),
            (WINDOWS_1252, "ger", "Kalte Füße und schöne Hände"),
            (WINDOWS_1252, "ger", "Hände"),
            (WINDOWS_1252, "eng", "Hände"),
            (WINDOWS_1252, "fre", "Les élèves à l\u{2019}école : où étudier ?"),
            (WINDOWS_1252, "spa", "El niño y la canción del año"),
            (WINDOWS_1251, "rus", "Тихий вечер в саду"),
            (KOI8_R, "rus", "Тихий вечер в саду"),
            (IBM866, "rus", "Тихий вечер в саду"),
            (WINDOWS_1250, "cze", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
            (ISO_8859_2, "pol", "Zażółć gęślą jaźń"),
            (WINDOWS_1253, "gre", "Ελληνική λογοτεχνία"),
            (WINDOWS_1254, "tur", "Türkçe dilbilgisi ağaç ışık"),
            (WINDOWS_1255, "heb", "ספרות עברית"),
            (GBK, "chi", "静静的花园 某人著"),
            (BIG5, "chi", "中國古代文學史 袁行霈主編 高等教育出版社"),
            (SHIFT_JIS, "jpn", "静かな庭園のはなし ある人著"),
            (EUC_JP, "jpn", "静かな庭園のはなし ある人著"),
        ] {
            let found = told(&bytes(encoding, text), &[language]);
            let Some(found) = found else { panic!("{text} in {}: refused", encoding.name()) };
            assert_eq!(
                found.text(&bytes(encoding, text)).0,
                text,
                "{} for {}",
                found.name(),
                encoding.name()
            );
        }
    }

    #[test]
    fn marc_8_without_escapes_is_told_from_sets_of_one_byte() {
        for (bytes, language, text) in [
            (&b"Caf\xE2e du monde"[..], "fre", "Café du monde"),
            (b"Vi\xF2\xE3et Nam", "vie", "Việt Nam"),
            (b"Da\xB0wah al-Isl\xE5am\xE5iyah", "ara", "Daʻwah al-Islāmīyah"),
            (b"El ni\xE4no y el a\xE4no", "spa", "El niño y el año"),
            (b"Stra\xC7e und M\xE8uller", "ger", "Straße und Müller"),
            (b"na\xEBi\xECa\xB7 \xEBI\xECA", "rus", ""),
            (b"Gabriel Garc\xE2ia M\xE2arquez", "eng", "Gabriel García Márquez"),
        ] {
            let found = told(bytes, &[language]);
            assert!(matches!(found, None | Some(Encoding::Marc8)), "{bytes:?} {found:?}");
            if !text.is_empty() {
                assert_eq!(found.map(|found| found.text(bytes).0), Some(text.into()), "{bytes:?}");
            }
        }
        for latin in [&b"caf\xE9 noir"[..], b"r\xE9sum\xE9", b"F\xFC\xDFe", b"M\xFCller", b"sch\xF6n"] {
            assert_eq!(told(latin, &["ger", "fre"]), Some(Encoding::Other(WINDOWS_1252)), "{latin:?}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        for bytes in [
            &b"\xFF\xFE\xFD"[..],
            b"Le fran\xF8\xBF\xBF\xBF\xB9is du jardin",
            b"\x1B$)C\x0E...",
            b"\x81\x82\x83 abc \x9D",
        ] {
            assert_eq!(judge(bytes, &clues(&[])), Judgement::Unknown, "{bytes:?}");
        }
        // Chinese characters of Korea without a word of Hangul, and no language named.
        let hanja = bytes(EUC_KR, "高麗時代 金石文 硏究");
        assert_eq!(judge(&hanja, &clues(&[])), Judgement::Unknown);
    }

    #[test]
    fn a_damaged_record_is_read_as_what_most_of_it_is() {
        let mut utf8 = "씨앗에서 배우는 파이썬".as_bytes().to_vec();
        utf8.truncate(utf8.len() - 1);
        utf8.extend_from_slice(b"\x1E\x1D");
        let says = Clues { says_utf8: true, ..clues(&["kor"]) };
        assert_eq!(judge(&utf8, &says), Judgement::Damaged(Encoding::Utf8));
        let one = b"Le fran\xF8\xBF\xBF\xBF\xB9is du jardin";
        assert_eq!(
            judge(one, &Clues { says_utf8: true, ..clues(&["fre"]) }),
            Judgement::Damaged(Encoding::Utf8)
        );
        let mut korean = bytes(EUC_KR, "씨앗에서 배우는 파이썬 ");
        korean.extend_from_slice(b"\xFF\xFF\xB0\x1E");
        assert_eq!(judge(&korean, &clues(&["kor"])), Judgement::Damaged(Encoding::Cp949));
    }
}
