//! Compiles answers: asks the commonest questions of the finished files, and keeps what the search says.
//!
//! Questions are the words of most books and the beginnings of most words, of one to three keystrokes. Not another way to answer:
//! whatever the search comes to is stored, and nothing that does not read back as it was.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use seoga_index::answers::{self, CompiledAnswer, question_hash};
use seoga_index::dictionary::Entry;
use seoga_index::key::space;
use seoga_index::manifest::{Manifest, PlacedFiles};
use seoga_search::compiled::{compile, question, request};
use seoga_search::{Answer, Cache, Group, Machine, PinnedBlocks, Search, Step};
use seoga_text::{fold, keys};

use super::files::Folder;

/// Words at most whose answers are compiled, and one for so many books; half as many beginnings of words.
const MOST_WORDS: usize = 512;
const BOOKS_A_WORD: usize = 200;
/// Keystrokes of the beginnings.
const BEGINNINGS: std::ops::RangeInclusive<usize> = 1..=3;
/// Files of a search, the opening not counted, from which on an answer is worth a place: fewer are read soon enough.
const WORTH_FILES: u32 = 8;
/// Blocks kept of one search, in bytes: none, as they stay at hand until it is over.
const KEPT_BYTES: usize = 0;

/// Chooses the questions of an index of so many books: canonical texts, each once, from its terms and their entries.
pub(super) fn questions(entries: &[(&[u8], Entry)], books: usize) -> Vec<String> {
    let mut words: Vec<(u64, &[u8])> = Vec::new();
    let mut beginnings: BTreeMap<&[u8], u64> = BTreeMap::new();
    for (key, entry) in entries.iter().filter(|(key, _)| key.first() >= Some(&space::TERMS)) {
        let df = u64::from(entry.df());
        words.push((df, key));
        for beginning in BEGINNINGS.filter_map(|length| key.get(..length)) {
            *beginnings.entry(beginning).or_default() += df;
        }
    }
    let words_wanted = MOST_WORDS.min(books / BOOKS_A_WORD);
    let beginnings = beginnings.into_iter().map(|(beginning, df)| (df, beginning)).collect();
    let mut texts = commonest(words, words_wanted);
    texts.extend(commonest(beginnings, words_wanted / 2));
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// Gives the texts of the commonest keys that a text is written with.
fn commonest(mut keys: Vec<(u64, &[u8])>, most: usize) -> Vec<String> {
    keys.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let text = |(_, key): (u64, &[u8])| {
        let text = keys::decode(key);
        (fold::canonical_query(&text) == text && keys::encode(&text) == key).then_some(text)
    };
    keys.into_iter().filter_map(text).take(most).collect()
}

/// Asks questions of the files that `manifest` lists, and writes the answers. Gives the hashes of those that have one, and the
/// files.
pub(super) fn write(
    manifest: &Arc<Manifest>,
    texts: &[String],
    folder: &Folder<'_>,
) -> (Vec<u32>, PlacedFiles) {
    // As programs ask, and as pages do.
    let questions = texts.par_iter().flat_map_iter(|text| Group::ALL.map(|group| question(text, group)));
    let answers = questions.filter_map(|question| {
        let answer = ask(manifest, &question, folder)?;
        let is_worth = answer.work.files >= WORTH_FILES && !answer.hits.is_empty();
        compile(&question, &answer).filter(|_| is_worth)
    });
    let mut answers: Vec<(u32, CompiledAnswer)> =
        answers.map(|answer| (question_hash(&answer.question), answer)).collect();
    answers.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.question.cmp(&b.1.question)));
    answers.dedup_by_key(|(hash, _)| *hash);
    let (hashes, answers): (Vec<u32>, Vec<CompiledAnswer>) = answers.into_iter().unzip();
    (hashes, answers::write(&answers, manifest.shared(), &mut folder.sink()))
}

/// Searches; nothing where a file could not be written, which the end of the build tells.
fn ask(manifest: &Arc<Manifest>, question: &str, folder: &Folder<'_>) -> Option<Answer> {
    let cache = RefCell::new(Cache::new(KEPT_BYTES));
    let desk = PinnedBlocks::new(&cache);
    let mut search = Search::new(Arc::clone(manifest), request(question));
    loop {
        match search.step(&desk).ok()? {
            Step::Done(answer) => return Some(answer),
            Step::Need(files) => {
                for file in files {
                    let block = folder.open(&manifest.file(file.kind, file.number)?)?;
                    desk.put(file, Arc::new(block));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_index::postings::Posting;

    #[test]
    fn the_commonest_words_and_beginnings_are_asked() {
        let list = |df_class| Entry::List { address: 0, df_class };
        let one = Entry::Inline(Posting { doc: 0, payload: 0 });
        let named: Vec<(Vec<u8>, Entry)> =
            [("파이썬", list(9)), ("파일", list(8)), ("나무", list(4)), ("python", one)]
                .map(|(word, entry)| (keys::encode(word), entry))
                .into();
        let mut entries: Vec<(&[u8], Entry)> =
            named.iter().map(|(key, entry)| (key.as_slice(), *entry)).collect();
        entries.push((&[space::CLASS, b'0'], list(20)));
        assert_eq!(questions(&entries, 400), ["ㅍ", "파이썬", "파일"]);
        assert_eq!(questions(&entries, 199), Vec::<String>::new());
        let all = questions(&entries, 1_000_000);
        for text in ["python", "나무", "p", "py", "pyt", "ㅍ", "파", "파이"] {
            assert_eq!(all.iter().any(|one| one == text), text != "파이", "{text}: {all:?}");
        }
    }
}
