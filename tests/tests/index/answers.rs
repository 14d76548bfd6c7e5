//! Compiled answers are those of the search, for each question of an index, and are read in one round.

use std::sync::Arc;

use index_builder::local::LocalIndex;
use seoga_index::file::Kind;
use seoga_search::compiled::request;
use seoga_search::{Answer, Filters, Search, Sort};

use crate::made::{build, folder, inputs, invent_general};
use crate::noted::Noted;

const BOOKS: u32 = 8_000;

fn alike(answer: &Answer) -> Answer {
    Answer { work: Default::default(), ..answer.clone() }
}

#[test]
fn every_compiled_answer_is_that_of_the_search() {
    let place = folder();
    let out = place.path().join("index");
    build(&inputs(&invent_general(place.path(), BOOKS, 7)), &out);
    let index = LocalIndex::open(&out, 64 << 20).unwrap();
    let manifest = &index.manifest;
    let files = &manifest.directory.answers;
    assert!(files.len() > 3 && manifest.answered.len() > 40, "{} answers", manifest.answered.len());
    assert!(manifest.answered.is_sorted_by(|a, b| a < b));
    let mut groups = [0; 2];
    for at in 0..manifest.answered.len() as u32 {
        let (number, _) = files.find(at.into()).unwrap();
        let name = manifest.file(Kind::Answers, number).unwrap();
        let bytes = std::fs::read(out.join(name.to_string())).unwrap();
        let block = seoga_index::block::Block::open(&name, bytes).unwrap();
        let stored = block.answers().unwrap().get(at, manifest.shared()).unwrap().unwrap();
        let asked = || Search::new(Arc::clone(manifest), request(&stored.question));
        let text = &stored.question;
        groups[request(text).group as usize] += 1;
        let cold = LocalIndex::open(&out, 64 << 20).unwrap();
        let mut noted = Noted::new(asked());
        let answer = cold.ask(&mut noted).unwrap();
        assert_eq!((noted.rounds.len(), cold.read_so_far().1), (1, 2), "{text}: the opening and one file");
        let searched = index.ask(asked().afresh()).unwrap();
        assert_eq!(alike(&answer), alike(&searched), "{text}");
        // Any parameter is answered by searching.
        let mut others = vec![request(text); 4];
        others[0].page = 2;
        others[1].limit = 10;
        others[2].sort = Sort::Title;
        others[3].filters = Filters { libraries: vec![0], ..Filters::default() };
        for other in others {
            let answer = index.search(other.clone()).unwrap();
            assert!(answer.work.files > 1, "{other:?}");
            assert_eq!(
                alike(&answer),
                alike(&index.ask(Search::new(Arc::clone(manifest), other).afresh()).unwrap())
            );
        }
    }
    assert!(groups.iter().all(|count| *count > 20), "books, works: {groups:?}");
}
