//! Reads the role of a person or body off a heading: MARC relator codes, or the words that libraries write instead.
//!
//! The codes are those of the Library of Congress's list of relators; UNIMARC's are numbers of its own.

/// The relator code (`aut`, `trl` …) of $4; else of the word in $e; nothing where neither is known.
pub(super) fn of(code: &str, word: &str) -> &'static str {
    // `http://id.loc.gov/vocabulary/relators/trl` stands for `trl`.
    let code = code.trim().rsplit('/').next().unwrap_or("").trim_end_matches('.').to_ascii_lowercase();
    let by_code = ROLES.iter().find(|role| role.code == code || role.unimarc == code && !code.is_empty());
    let by_word = || {
        let word = word.trim().trim_matches(['.', ',', ';', ':', '[', ']', '(', ')', ' ']).to_lowercase();
        ROLES.iter().find(|role| role.words.contains(&word.as_str()))
    };
    by_code.or_else(by_word).map_or("", |role| role.code)
}

/// One role.
struct Role {
    code: &'static str,
    unimarc: &'static str,
    words: &'static [&'static str],
}

/// The roles that books have.
const ROLES: [Role; 12] = [
    Role {
        code: "aut",
        unimarc: "070",
        words: &["author", "저", "저자", "지음", "지은이", "글", "글쓴이", "글작가", "auteur", "著", "著者"],
    },
    Role {
        code: "trl",
        unimarc: "730",
        words: &["translator", "역", "역자", "옮김", "옮긴이", "번역", "번역자", "traducteur", "訳", "译"],
    },
    Role {
        code: "edt",
        unimarc: "340",
        words: &[
            "editor",
            "편",
            "편자",
            "편저",
            "엮음",
            "엮은이",
            "편집",
            "편집자",
            "éditeur scientifique",
            "編",
        ],
    },
    Role {
        code: "ill",
        unimarc: "440",
        words: &[
            "illustrator",
            "그림",
            "그린이",
            "그림작가",
            "삽화",
            "삽화가",
            "일러스트",
            "illustrateur",
            "絵",
        ],
    },
    Role { code: "com", unimarc: "220", words: &["compiler", "편찬", "엮어지음"] },
    Role { code: "pht", unimarc: "600", words: &["photographer", "사진", "찍은이", "photographe"] },
    Role {
        code: "aui", unimarc: "080", words: &["author of introduction", "서문", "머리말", "préfacier"]
    },
    Role { code: "ctb", unimarc: "205", words: &["contributor", "공저", "공저자", "collaborateur"] },
    Role { code: "rev", unimarc: "675", words: &["reviewer", "감수", "감수자"] },
    Role { code: "ann", unimarc: "020", words: &["annotator", "주", "주석", "역주", "해설"] },
    Role { code: "aft", unimarc: "075", words: &["author of afterword", "postfacier"] },
    Role { code: "pbl", unimarc: "650", words: &["publisher", "발행", "발행처", "출판"] },
];

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_role_is_read_off_its_code_or_its_word() {
        for (code, word, role) in [
            ("aut", "", "aut"),
            ("http://id.loc.gov/vocabulary/relators/trl", "", "trl"),
            ("730", "", "trl"),
            ("", "translator.", "trl"),
            ("", "옮긴이", "trl"),
            ("", "[지음]", "aut"),
            ("xyz", "illustrator", "ill"),
            ("", "", ""),
            ("", "이웃", ""),
        ] {
            assert_eq!(of(code, word), role, "{code:?} {word:?}");
        }
    }
}
