//! Tells the name of a library from a code and from the name of a file, neither of which says anything to a visitor.
//!
//! Knows no list of libraries: who has one asks it first. Invariant: the text alone decides.

/// Words that name what is in a file, in whatever language; no library is called by them alone.
const OF_FILES: [&str; 34] = [
    "bib",
    "bibs",
    "book",
    "books",
    "catalog",
    "catalogue",
    "copy",
    "csv",
    "data",
    "download",
    "dump",
    "export",
    "file",
    "holding",
    "holdings",
    "inventory",
    "items",
    "library",
    "list",
    "marc",
    "new",
    "output",
    "record",
    "records",
    "report",
    "result",
    "results",
    "sheet",
    "table",
    "목록",
    "도서목록",
    "소장목록",
    "자료",
    "데이터",
];

/// Tells whether a text can be a library's name: it has letters of a script without capitals, or a word in capitals and small
/// letters, and more than words for what is in a file. `가온도서관` and `Eastside` are names; `GAON`, `MAIN-2`, `111042` and
/// `export_2026` are not.
pub(super) fn is_name(text: &str) -> bool {
    let words = || text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let is_of_file = |word: &str| OF_FILES.contains(&word.to_lowercase().as_str());
    let is_plain = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next();
        first.is_some_and(|c| !c.is_ascii() && !c.is_uppercase() && !c.is_lowercase())
            || first.is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
    };
    words().any(is_plain) && !words().all(is_of_file)
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn a_name_is_told_from_a_code_and_from_a_files_name() {
        for name in [
            "가온",
            "가온도서관",
            "2관 가온",
            "Eastside",
            "Public Library No. 5",
            "École normale",
            "Библиотека",
            "図書館",
            "Springfield Public Library",
            "NYPL Main Branch",
        ] {
            assert!(is_name(name), "{name}");
        }
        for code in [
            "",
            "GAON",
            "gaon",
            "111042",
            "MAIN-2",
            "BR1",
            "b",
            "export_2026",
            "k9-quoted-formula",
            "Books",
            "New list (2)",
            "도서목록",
            "목록 2026",
            "DLC",
        ] {
            assert!(!is_name(code), "{code}");
        }
    }
}
