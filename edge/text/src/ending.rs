//! Endings of Korean verbs, and of nouns made verbs by 하다 and 되다, at the end of a query's word. Rules, no dictionary: what they
//! give are guesses at other forms, which an index may know or not. Particles are [`crate::particle`]'s.

use crate::hangul;

/// Forms of 하다, 되다 and 시키다 behind a noun.
const OF_NOUNS: &[&str] = &[
    "하는",
    "하기",
    "하고",
    "하면",
    "하려면",
    "하려고",
    "하여",
    "하게",
    "하자",
    "하지",
    "하며",
    "해서",
    "해야",
    "한",
    "할",
    "했던",
    "하는데",
    "되는",
    "되기",
    "되고",
    "되면",
    "되어",
    "된",
    "될",
    "당하는",
    "당하지",
    "시키는",
    "시키기",
    "용",
    "적인",
    "적으로",
];

/// Endings behind the stem of a verb as it stands in a dictionary.
const OF_VERBS: &[&str] = &[
    "는",
    "고",
    "기",
    "면",
    "으면",
    "려면",
    "으려면",
    "려고",
    "으려고",
    "을",
    "은",
    "던",
    "게",
    "자",
    "지",
    "며",
    "면서",
    "는데",
    "도록",
    "거나",
    "기만",
    "는지",
];

/// Endings behind a stem that has run together with 어 or 아 (그려서, 배워, 꾸며).
const RUN_TOGETHER: &[&str] = &["서", "요", "야", "도", "라", "볼", "보는", "보기", "놓은", "줄", "주는", ""];

/// Forms given of one word at most.
const FORMS: usize = 4;

/// Gives other forms of a word that ends as a verb does, likeliest first: the noun before 하다, and the verb as titles name what is
/// done (그리기 for 그릴 and 그려서).
///
/// ```
/// use seoga_text::ending::forms;
/// assert_eq!(forms("보정하는")[0], "보정");
/// assert_eq!(forms("그려서")[0], "그리기");
/// assert!(forms("나무").is_empty());
/// ```
pub fn forms(word: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let syllables = word.chars().count();
    if syllables < 2 || !word.chars().all(hangul::is_syllable) {
        return found;
    }
    let mut keep = |form: String| {
        if form != word && form.chars().nth(1).is_some() && !found.contains(&form) && found.len() < FORMS {
            found.push(form);
        }
    };
    for ending in OF_NOUNS {
        if let Some(noun) = word.strip_suffix(ending).filter(|noun| noun.chars().nth(1).is_some()) {
            keep(noun.to_owned());
        }
    }
    for ending in OF_VERBS {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| !stem.is_empty()) {
            as_titles_say(stem, &mut keep);
        }
    }
    let Some((rest, last)) =
        word.char_indices().next_back().map(|(at, last)| (word.get(..at).unwrap_or_default(), last))
    else {
        return found;
    };
    // 그릴: ㄹ is the ending.
    if let Some((initial, vowel, 8)) = hangul::syllable_parts(last) {
        as_titles_say(&format!("{rest}{}", hangul::syllable(initial, vowel, 0)), &mut keep);
    }
    for ending in RUN_TOGETHER {
        if let Some(stem) = word.strip_suffix(ending).and_then(apart) {
            as_titles_say(&stem, &mut keep);
        }
    }
    found
}

/// Gives the forms that titles have of a verb's stem.
fn as_titles_say(stem: &str, keep: &mut impl FnMut(String)) {
    keep(format!("{stem}기"));
    keep(format!("{stem}는"));
}

/// Takes the vowel of an ending off a stem that has run together with it: 그려 is 그리 and 어, 배워 is 배우 and 어, 만들어 is 만들 and
/// 어.
fn apart(text: &str) -> Option<String> {
    let (at, last) = text.char_indices().next_back()?;
    let rest = text.get(..at)?;
    let (initial, vowel, last_consonant) = hangul::syllable_parts(last)?;
    if last_consonant != 0 || rest.is_empty() {
        return None;
    }
    if matches!(last, '어' | '아') {
        return Some(rest.to_owned());
    }
    // The numbers of vowels: ㅕ of ㅣ, ㅝ of ㅜ, ㅘ of ㅗ, ㅐ of ㅏ (해 of 하).
    let plain = match vowel {
        6 => 20,
        14 => 13,
        9 => 8,
        1 if last == '해' => 0,
        _ => return None,
    };
    Some(format!("{rest}{}", hangul::syllable(initial, plain, 0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn verbs_are_named_as_titles_name_them() {
        let cases = [
            ("그리는", "그리기"),
            ("그릴", "그리기"),
            ("그려", "그리기"),
            ("가꾸려면", "가꾸기"),
            ("배워서", "배우기"),
            ("만들어", "만들기"),
            ("접고", "접기"),
            ("꾸며", "꾸미기"),
        ];
        for (word, form) in cases {
            assert!(forms(word).iter().any(|other| other == form), "{word}: {:?}", forms(word));
        }
    }

    #[test]
    fn nouns_lose_the_verb_behind_them() {
        for (word, noun) in
            [("낭송하는", "낭송"), ("번역된", "번역"), ("학생용", "학생"), ("전통적인", "전통")]
        {
            assert_eq!(forms(word)[0], noun);
        }
    }

    proptest! {
        #[test]
        fn forms_are_few_and_other_words(word in "\\PC{0,8}") {
            let forms = forms(&word);
            prop_assert!(forms.len() <= FORMS && !forms.contains(&word));
        }
    }
}
