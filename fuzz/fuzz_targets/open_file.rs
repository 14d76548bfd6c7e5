//! Any bytes at the door of an index file, as they are and as the payload of a file with a right checksum.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seoga_index::availability::Availability;
use seoga_index::block::Block;
use seoga_index::book_id::BookId;
use seoga_index::file::{FileName, Kind, seal};
use seoga_index::manifest::Manifest;
use seoga_index::occurrences::{Coding, Occurrence, Reached};
use seoga_index::opening;
use seoga_index::phrases::Phrases;
use seoga_index::postings::{List, Postings};
use seoga_index::record::Shared;

const KINDS: &[Kind] = &[
    Kind::Manifest,
    Kind::Dictionary,
    Kind::Reversed,
    Kind::Postings,
    Kind::Records,
    Kind::Facets,
    Kind::Names,
    Kind::Suggest,
    Kind::Choices,
    Kind::Alike,
    Kind::Shelf,
    Kind::Isbns,
    Kind::Opening,
    Kind::Items,
    Kind::Answers,
    Kind::Subjects,
    Kind::Libraries,
    Kind::Availability,
];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, payload)) = bytes.split_first() else { return };
    let kind = KINDS[usize::from(*choice) % KINDS.len()];
    let elsewhere = FileName { kind, origin: [0; 10], number: 1 };
    assert!(Block::open(&elsewhere, payload.to_vec()).is_err(), "a file says where it belongs");
    let (name, file) = seal(kind, payload, choice & 0x80 != 0);
    if kind == Kind::Manifest {
        if let Ok(manifest) = Manifest::open(&name, &file) {
            let lists = &manifest.directory.lists;
            let _ = (manifest.files(), lists.of(b"a"), lists.between(b"a", None).len());
        }
        return;
    }
    if kind == Kind::Opening {
        let _ = opening::open(payload);
        if let Ok((pointer, manifest)) = opening::open(&file) {
            let _ = (pointer.to_json(), manifest.files());
        }
        return;
    }
    match Block::open(&name, file) {
        Ok(Block::Postings(postings)) => match postings {
            Postings::Documents(long) => drop((0..1_000).filter_map(|doc| long.place(doc)).count()),
            Postings::Payloads(long) => {
                for coding in [Coding::Plain, Coding::Numbers(5), Coding::Table(vec![Occurrence::one(7)])] {
                    let mut reached = Reached::default();
                    for place in (0..300).chain(100..200) {
                        let again = long.get(&coding, place, &mut Reached::default());
                        assert_eq!(long.get(&coding, place, &mut reached), again, "read on or anew");
                    }
                }
            }
            lists => {
                if let Ok(list) = lists.list_at(1).and_then(List::open) {
                    let mut met = 0;
                    let _ = list.documents.meet(&[3, 70_000], &mut |_, _| met += 1);
                    assert!(met <= 2, "no document stands twice");
                    // As many as the bytes can hold: a bitmap holds eight to a byte, a run of gaps of no bits 128 to three.
                    let found = list.postings().map_or(0, |postings| postings.len());
                    assert!(
                        found <= 4 * 128 * (payload.len() + 1),
                        "no more postings than there is room for"
                    );
                }
            }
        },
        Ok(Block::Records(records)) => {
            let classes = ["004".to_owned(), "005.1".to_owned()];
            let phrases = Phrases::bytes();
            let shared = Shared { phrases: &phrases, classes: &classes };
            let _ = (records.all(shared), records.get(records.documents().start, shared));
        }
        Ok(Block::Facets(columns)) => (0..100).for_each(|doc| {
            let _ = columns.get(doc).map(|row| row.held_by(3));
        }),
        Ok(Block::Names(names) | Block::Subjects(names)) => (0..100).for_each(|number| {
            let _ = names.get(number);
        }),
        Ok(Block::Choices(choices)) => assert!(choices.get(7).len() <= payload.len()),
        Ok(Block::Shelf(shelf)) => (0..100).for_each(|number| {
            let _ = (shelf.place(number), shelf.document(number));
        }),
        Ok(Block::Isbns(isbns)) => {
            let ids = [BookId::isbn(9_780_306_406_157), BookId::made(1 << 63)];
            let _ = (ids.map(|id| isbns.all(id).count()), isbns.iter().count());
        }
        Ok(Block::Items(items)) => (0..100).for_each(|doc| {
            assert!(items.get(doc).len() <= payload.len(), "no more items than there is room for");
        }),
        Ok(Block::Libraries(libraries)) => (0..100).for_each(|number| {
            let _ = (libraries.get(number), libraries.holidays().len());
        }),
        Ok(Block::Availability(Availability::Contents(contents))) => {
            let _ = (contents.files(), contents.oldest(), contents.shelves_file(contents.anywhere()));
        }
        Ok(Block::Availability(Availability::States(states))) => (0..100).for_each(|doc| {
            let _ = states.get(doc, 20);
        }),
        Ok(Block::Availability(Availability::Shelves(shelves))) => (0..100).for_each(|library| {
            let _ = shelves.of(library);
        }),
        Ok(Block::Answers(answers)) => {
            let phrases = Phrases::bytes();
            let shared = Shared { phrases: &phrases, classes: &[] };
            (0..9).for_each(|place| drop(answers.get(place, shared)));
        }
        Ok(Block::Alike(columns)) => (0..100).for_each(|doc| {
            let _ = columns.get(doc);
        }),
        Ok(Block::Suggest(shard)) => {
            let completions = shard.completions(b"a", 100, &|text| text.as_bytes().to_vec(), &|_| true);
            let _ = (shard.compiled(b"a"), completions);
        }
        Ok(Block::Dictionary(shard) | Block::Reversed(shard)) => {
            let _ = (shard.get(b"a"), shard.range(b"a", None, &mut |_, _| true));
        }
        Err(_) => {}
    }
});
