//! The letters beyond a to z that languages are written with, to tell encodings apart that hold the same bytes.
//!
//! From the main and auxiliary exemplar characters of Unicode's CLDR, small letters alone.

/// A language by the code that MARC and others have for it, and its letters.
struct Language {
    codes: &'static [&'static str],
    letters: &'static str,
}

const LANGUAGES: [Language; 27] = [
    Language { codes: &["ger", "deu", "de"], letters: "äöüßéàèêô" },
    Language { codes: &["fre", "fra", "fr"], letters: "àâæçéèêëîïôœùûüÿ" },
    Language { codes: &["spa", "es"], letters: "áéíóúñüç" },
    Language { codes: &["ita", "it"], letters: "àèéìòóùî" },
    Language { codes: &["por", "pt"], letters: "àáâãçéêíóôõúü" },
    Language { codes: &["cat", "ca"], letters: "àçéèíïóòúü" },
    Language { codes: &["dut", "nld", "nl"], letters: "áéèëíïóöúüê" },
    Language { codes: &["swe", "sv"], letters: "åäöéáàü" },
    Language { codes: &["dan", "da", "nor", "no", "nob", "nno"], letters: "æøåéüöäèóòô" },
    Language { codes: &["fin", "fi"], letters: "åäöšžéü" },
    Language { codes: &["ice", "isl", "is"], letters: "áéíóúýðþæö" },
    Language { codes: &["cze", "ces", "cs"], letters: "áčďéěíňóřšťúůýžü" },
    Language { codes: &["slo", "slk", "sk"], letters: "áäčďéíĺľňóôŕšťúýž" },
    Language { codes: &["pol", "pl"], letters: "ąćęłńóśźż" },
    Language { codes: &["hun", "hu"], letters: "áéíóöőúüű" },
    Language { codes: &["rum", "ron", "ro"], letters: "ăâîșțşţ" },
    Language { codes: &["hrv", "bos", "slv", "hr", "sl"], letters: "čćđšž" },
    Language { codes: &["tur", "tr"], letters: "çğıöşüâîû" },
    Language { codes: &["lit", "lt"], letters: "ąčęėįšųūž" },
    Language { codes: &["lav", "lv"], letters: "āčēģīķļņšūž" },
    Language { codes: &["est", "et"], letters: "äõöüšž" },
    Language {
        codes: &["rus", "ru", "bul", "bg", "mac", "mk"],
        letters: "абвгдежзийклмнопрстуфхцчшщъыьэюяёѓѕјљњќџ",
    },
    Language {
        codes: &["ukr", "uk", "bel", "be"], letters: "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяўыэё"
    },
    Language {
        codes: &["srp", "sr"], letters: "абвгдђежзијклљмнњопрстћуфхцчџшčćđšž"
    },
    Language {
        codes: &["gre", "ell", "grc", "el"], letters: "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"
    },
    Language {
        codes: &["heb", "he", "yid"], letters: "אבגדהוזחטיךכלםמןנסעףפץצקרשת"
    },
    Language {
        codes: &["ara", "ar", "per", "fas", "fa"],
        letters: "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ",
    },
];

/// Letters of Western languages that stand in books of any.
const WESTERN: &str = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœ";

/// The share of the letters beyond ASCII that the languages have, of 100; those of the West where none of the codes is known.
/// `None` where the text has no such letters.
pub(super) fn fit(text: &str, languages: &[&str]) -> Option<usize> {
    let letters: Vec<&str> = LANGUAGES
        .iter()
        .filter(|language| language.codes.iter().any(|code| languages.contains(code)))
        .map(|language| language.letters)
        .collect();
    let known = |c: char| match letters.iter().any(|letters| !letters.is_empty()) {
        true => letters.iter().any(|letters| letters.contains(c)),
        false => WESTERN.contains(c),
    };
    let (mut all, mut fitting) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).flat_map(char::to_lowercase) {
        all += 1;
        fitting += usize::from(known(c));
    }
    (all > 0).then(|| fitting * 100 / all)
}
