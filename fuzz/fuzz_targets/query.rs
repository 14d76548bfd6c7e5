//! Any text as a query to a small index: it is answered, within the rounds promised, and marks lie inside their texts.
#![no_main]

use std::cell::OnceCell;

use index_builder::local::{LocalIndex, request};
use libfuzzer_sys::fuzz_target;
use seoga_search::{HighlightField, Suggest};

thread_local! {
    static INDEX: OnceCell<(tempfile::TempDir, LocalIndex)> = const { OnceCell::new() };
}

fuzz_target!(|text: &str| {
    INDEX.with(|index| {
        let (_, index) = index.get_or_init(|| {
            let folder = seoga_fuzz::sample_index();
            let index = LocalIndex::open(&folder.path().join("index"), 64 << 20).expect("an index");
            (folder, index)
        });
        let text: String = text.chars().take(200).collect();
        let answer = index.search(request(index, &text, &[], 20).expect("a request")).expect("an answer");
        assert!(answer.work.rounds <= 5, "{} rounds for {text:?}", answer.work.rounds);
        for hit in &answer.hits {
            for mark in hit.highlights.iter().filter(|mark| mark.field == HighlightField::Title) {
                let length = hit.record.title.chars().count() as u32;
                assert!(mark.start <= mark.end && mark.end <= length, "{mark:?} in {:?}", hit.record.title);
            }
        }
        let suggest = Suggest::new(index.manifest.clone(), &text, 10);
        let suggestions = index.ask(suggest).expect("suggestions");
        assert!(suggestions.len() <= 10);
    });
});
