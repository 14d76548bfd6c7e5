//! Everything the interface says, one table per language. Not the catalogue's words.
//!
//! Invariant: a [`Strings`] has every field, so no language can lack a string.

mod en;
mod ko;
mod table;

pub(crate) use table::Strings;

use seoga_text::kdc;

/// An interface language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub(crate) enum Hl {
    /// 한국어
    #[default]
    Ko,
    /// English
    En,
}

impl Hl {
    /// The codes, as the parameter `hl` takes them.
    pub(crate) const CODES: &[&str] = &["ko", "en"];

    /// `ko` or `en`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Hl::Ko => "ko",
            Hl::En => "en",
        }
    }

    /// Gives language and country, as the Open Graph names languages.
    pub(crate) fn locale(self) -> &'static str {
        match self {
            Hl::Ko => "ko_KR",
            Hl::En => "en_US",
        }
    }

    /// Finds the language of a code.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        [Hl::Ko, Hl::En].into_iter().find(|hl| hl.code() == code)
    }

    /// Gives the other one.
    pub(crate) fn other(self) -> Self {
        match self {
            Hl::Ko => Hl::En,
            Hl::En => Hl::Ko,
        }
    }

    /// Gives the table of what the interface says in it.
    pub(crate) fn strings(self) -> &'static Strings {
        match self {
            Hl::Ko => &ko::STRINGS,
            Hl::En => &en::STRINGS,
        }
    }

    /// Gives the language of class names.
    pub(crate) fn kdc(self) -> kdc::Language {
        match self {
            Hl::Ko => kdc::Language::Korean,
            Hl::En => kdc::Language::English,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::record::Field;
    use seoga_search::Sort;
    use seoga_text::day::Day;

    #[test]
    fn no_string_is_empty_in_any_language() {
        for hl in [Hl::Ko, Hl::En] {
            let strings = hl.strings();
            for sort in Sort::ALL {
                assert!(!(strings.sorts)(sort).is_empty());
            }
            for name in ["library", "class", "year", "publisher", "lang"] {
                assert!(!(strings.facet)(name).is_empty(), "{name}");
            }
            let texts = [strings.brand, strings.tagline, strings.skip, strings.invented, strings.no_words];
            assert!(texts.iter().all(|text| !text.is_empty()));
            assert_eq!(
                strings.about.len(),
                Hl::Ko.strings().about.len(),
                "a section is missing in {}",
                hl.code()
            );
            assert!(Field::ALL.iter().all(|field| !(strings.stored)(*field).is_empty()));
            assert_eq!(strings.nothing_tips.len(), Hl::Ko.strings().nothing_tips.len());
            assert_eq!(strings.home_how.len(), Hl::Ko.strings().home_how.len());
        }
    }

    /// Finds the text literals of a table, comments and tests left out.
    fn literals(source: &str) -> Vec<String> {
        let table = source.split("#[cfg(test)]").next().unwrap();
        let lines = table.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code: String = lines.collect::<Vec<_>>().join("\n");
        let mut found = Vec::new();
        let mut rest = code.as_str();
        while let Some((_, after)) = rest.split_once('"') {
            let end = after.match_indices('"').find(|(at, _)| !after[..*at].ends_with('\\')).unwrap().0;
            found.push(after[..end].to_owned());
            rest = &after[end + 1..];
        }
        found
    }

    #[test]
    fn every_text_is_in_the_language_of_its_table() {
        let hangul = |text: &str| text.chars().any(seoga_text::hangul::is_syllable);
        let letters = |text: &str| text.chars().any(char::is_alphabetic);
        // Parameter names and codes, units without words, and the other language's own name.
        let shared = ["library", "class", "year", "publisher", "lang", "ko", "en", "ISBN", "English"];
        let korean = literals(include_str!("ko.rs"));
        let english = literals(include_str!("en.rs"));
        assert!(korean.len() > 200 && english.len() > 200, "{} {}", korean.len(), english.len());
        for text in korean.iter().filter(|text| !shared.contains(&text.as_str())) {
            let placeholders_gone: String = text.split(['{', '}']).step_by(2).collect();
            assert!(hangul(text) || !letters(&placeholders_gone), "{text:?} is not Korean");
        }
        for text in english.iter().filter(|text| *text != "한국어") {
            assert!(!hangul(text), "{text:?} is not English");
        }
        for text in korean.iter().chain(&english) {
            assert!(!text.is_empty(), "an empty text");
        }
    }

    #[test]
    fn dates_follow_the_language() {
        assert_eq!((Hl::Ko.strings().date)(Day(19_411)), "2023년 2월 23일");
        assert_eq!((Hl::En.strings().date)(Day(19_411)), "23 February 2023");
    }
}
