//! Random questions.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;
use seoga_search::Sort;
use seoga_tests::oracle::{Ask, Field, Word};
use seoga_text::fold;
use seoga_text::token::tokenize;

use crate::catalogue::WORDS;

/// Words asked beside those of titles: of people, publishers and keywords, with a particle, of no book.
const OTHER_WORDS: [&str; 12] = [
    "김가온",
    "이나루",
    "john",
    "press",
    "한빛나루",
    "신경망",
    "인공",
    "파이썬을",
    "데이터로",
    "ml",
    "가나다라",
    "총류",
];

fn word() -> impl Strategy<Value = &'static str> {
    let one_token: Vec<&str> = WORDS.into_iter().filter(|word| tokenize(word).len() == 1).collect();
    prop_oneof![4 => prop::sample::select(one_token), 1 => prop::sample::select(&OTHER_WORDS)]
}

fn field() -> impl Strategy<Value = Field> {
    prop_oneof![8 => Just(Field::Any), 1 => Just(Field::Title), 1 => Just(Field::Author), 1 => Just(Field::Publisher)]
}

fn sort() -> impl Strategy<Value = Sort> {
    prop_oneof![3 => Just(Sort::Relevance), 2 => prop::sample::select(&Sort::ALL)]
}

prop_compose! {
    pub(crate) fn ask()(
        plain in vec((word(), field()), 0..4),
        phrase in prop::option::weighted(0.15, (word(), word())),
        excluded in vec(word(), 0..2),
        libraries in subsequence(vec!["가람", "나래", "다솜"], 0..=3),
        classes in prop::option::weighted(0.3, subsequence(vec!["004", "005.1", "005.", "8", "0", "999"], 1..=3)),
        years in prop::option::weighted(0.2, (prop::option::of(2014u16..2020), prop::option::of(2018u16..2025))),
        publishers in prop::option::weighted(0.2, subsequence(vec!["한빛나루", "가온출판", "없는출판"], 1..=2)),
        language in prop::option::weighted(0.2, prop::sample::select(&["ko", "en", "other"])),
        sort in sort(),
        limit in prop::sample::select(&[1u32, 3, 7, 50]),
        typing: bool,
    ) -> Ask {
        let mut words: Vec<Word> = Vec::new();
        let mut pieces: Vec<String> = Vec::new();
        for (text, field) in plain {
            pieces.push(match field {
                Field::Title => format!("title:{text}"),
                Field::Author => format!("저자:{text}"),
                Field::Publisher => format!("publisher:{text}"),
                Field::Any | Field::AnyAndCaption => text.to_owned(),
            });
            words.push(Word { text: text.to_owned(), field });
        }
        let mut phrases = Vec::new();
        if let Some((a, b)) = phrase {
            pieces.push(format!("\"{a} {b}\""));
            phrases.push(fold::letters(&format!("{a} {b}")));
            words.extend([a, b].map(|text| Word { text: text.to_owned(), field: Field::Any }));
        }
        // A word with a sign in front is left out only where something is asked for before it.
        let excluded: Vec<String> = excluded.iter().filter(|_| !pieces.is_empty()).map(|word| (*word).to_owned()).collect();
        pieces.extend(excluded.iter().map(|word| format!("-{word}")));
        let owned = |text: &str| text.to_owned();
        Ask {
            words, phrases, excluded, years, sort, limit, typing,
            libraries: libraries.into_iter().map(owned).collect(),
            classes: classes.into_iter().flatten().map(owned).collect(),
            publishers: publishers.into_iter().flatten().map(owned).collect(),
            language: language.map(owned),
            text: pieces.join(" "),
        }
    }
}
