//! Records into the payloads of files.

use std::collections::BTreeMap;

use super::book::Record;
use super::numbers;
use super::shared::{SUB_BLOCK, Shared};
use crate::DocId;
use crate::bit_stream::BitWriter;
use crate::bytes::put_varint;
use crate::phrases::{END, Parser};

/// Encodes the records files of one index.
#[derive(Debug)]
pub struct Packer {
    parser: Parser,
    classes: BTreeMap<String, u32>,
    class_bits: u32,
}

impl Packer {
    /// Makes a packer of files that are read with `shared`.
    #[must_use]
    pub fn new(shared: Shared<'_>) -> Self {
        Self {
            parser: shared.phrases.parser(),
            classes: shared.classes.iter().cloned().zip(0..).collect(),
            class_bits: numbers::class_bits(shared.classes.len()),
        }
    }

    /// Encodes the payload of a file of these records, the first of which is document `first`.
    #[must_use]
    pub fn encode(&self, first: DocId, records: &[Record]) -> Vec<u8> {
        let held = records.iter().flat_map(|record| &record.holdings);
        let libraries = held.map(|holding| u32::from(holding.library) + 1).max().unwrap_or(0);
        let mut payload = first.to_le_bytes().to_vec();
        put_varint(&mut payload, records.len() as u64);
        put_varint(&mut payload, libraries.into());
        let mut stored = Vec::new();
        for records in records.chunks(SUB_BLOCK) {
            let classes: Vec<Option<u32>> = records.iter().map(|record| self.class(record)).collect();
            let put_texts = |bits: &mut BitWriter, place: usize| {
                if let (Some(record), Some(class)) = (records.get(place), classes.get(place)) {
                    self.parser.put(bits, &texts(record, self.is_text(*class)));
                }
            };
            let mut sub_block = numbers::encode(records, &classes, self.class_bits, libraries, &put_texts);
            put_varint(&mut payload, sub_block.len() as u64);
            stored.append(&mut sub_block);
        }
        payload.append(&mut stored);
        payload
    }

    /// Gives the number of a record's class, or the one that says that the class is a text.
    fn class(&self, record: &Record) -> Option<u32> {
        let class = record.class_no.as_ref()?;
        Some(self.classes.get(class).copied().unwrap_or((1 << self.class_bits) - 1))
    }

    /// Tells whether the class of this number is told as a text.
    fn is_text(&self, class: Option<u32>) -> bool {
        class.is_some_and(|class| class as usize >= self.classes.len())
    }
}

/// Lays out the texts of a record, its class among them or not, each with its end.
#[must_use]
pub fn texts(record: &Record, with_class: bool) -> Vec<u8> {
    let shown = [&record.title, &record.authors, &record.publisher];
    let several = record.other_titles.iter().chain(&record.numbers);
    let class = record.class_no.iter().filter(|_| with_class);
    let series = record.series.iter().flat_map(|series| [&series.name, &series.number]);
    let last = class.chain(&record.volume).chain(&record.language).chain(series);
    let mut texts = Vec::new();
    for text in shown.into_iter().chain(several).chain(last) {
        texts.extend_from_slice(text.as_bytes());
        texts.push(END);
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book_id::{BookId, check_digit};
    use crate::phrases::Phrases;
    use crate::record::{Editions, Holding, Records, Series};
    use proptest::prelude::*;

    fn phrases() -> Phrases {
        let phrases =
            ["어느 출판사", " 처음부터 배우는 ", "abc", "b c"].map(|phrase| phrase.as_bytes().to_vec());
        let ends = [&b"a\xFF"[..], b"\xFF\xFF", b"c\xFFa"].map(<[u8]>::to_vec);
        Phrases::new(phrases.into_iter().chain(ends).zip(1..).collect()).unwrap()
    }

    fn classes() -> Vec<String> {
        ["004", "005.133", "813.7"].map(str::to_owned).to_vec()
    }

    fn any_record() -> impl Strategy<Value = Record> {
        let isbn13 = prop_oneof![
            0u64..10_000_000_000_000,
            9_780_000_000_000u64..9_800_000_000_000,
            9_788_900_000_000u64..9_788_999_999_999,
        ];
        let right = (isbn13, any::<bool>()).prop_map(|(isbn13, right)| {
            let right = right.then(|| isbn13 / 10 * 10 + check_digit(isbn13 / 10));
            BookId::isbn(right.unwrap_or(isbn13))
        });
        let id = prop_oneof![3 => right, 1 => any::<u64>().prop_map(BookId::made)];
        let registered = prop::option::weighted(0.8, 0u16..u16::MAX);
        let known = prop::collection::btree_map(0u16..30, 15_000u16..20_000, 0..30)
            .prop_map(|held| held.into_iter().map(|(library, day)| (library, Some(day))).collect());
        let holdings = prop_oneof![
            4 => prop::collection::btree_map(0u16..2000, registered.clone(), 0..30),
            4 => known,
            1 => prop::collection::btree_map(any::<u16>(), registered, 0..500),
        ];
        let class = prop_oneof![
            Just(None),
            prop::sample::select(classes()).prop_map(Some),
            any::<String>().prop_map(Some)
        ];
        let shown =
            ("(가나 )?[a-c ]{0,3}|.{0,900}", any::<String>(), "[a-c]{0,2}", any::<[Vec<String>; 2]>(), class);
        let series = ("[가-나a-c ]{1,6}", "[0-9]{0,2}").prop_map(|(name, number)| Series { name, number });
        let series = prop::collection::vec(series, 0..3);
        let editions = prop::option::weighted(0.2, (2u32..200, any::<u32>()))
            .prop_map(|of| of.map(|(count, libraries)| Editions { count, libraries }));
        let told = (
            any::<bool>(),
            any::<Option<u16>>(),
            any::<[Option<String>; 2]>(),
            any::<Option<u32>>(),
            series,
            editions,
        );
        (id, shown, told, holdings).prop_map(|(id, shown, told, holdings)| {
            let (title, authors, publisher, [other_titles, numbers], class_no) = shown;
            let (checked, year, [volume, language], loans, series, editions) = told;
            let holdings =
                holdings.into_iter().map(|(library, registered)| Holding::new(library, registered));
            let holdings = holdings.collect();
            Record {
                id,
                numbers,
                checked,
                title,
                authors,
                publisher,
                year,
                class_no,
                volume,
                series,
                loans,
                language,
                other_titles,
                holdings,
                editions,
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn records_round_trip(records in prop::collection::vec(any_record(), 0..80), first in 0u32..1000) {
            let (phrases, classes) = (phrases(), classes());
            let shared = Shared { phrases: &phrases, classes: &classes };
            let file = Records::open(Packer::new(shared).encode(first, &records)).unwrap();
            prop_assert_eq!(file.documents(), first..first + records.len() as u32);
            prop_assert_eq!(file.all(shared), Ok(records.clone()));
            for (doc, record) in (first..).zip(&records).step_by(7) {
                prop_assert_eq!(file.get(doc, shared), Ok(Some(record.clone())));
            }
            prop_assert_eq!(file.get(first + records.len() as u32, shared), Ok(None));
            prop_assert_eq!(first.checked_sub(1).map_or(Ok(None), |before| file.get(before, shared)), Ok(None));
        }

        #[test]
        fn damaged_bytes_are_records_or_damage_and_never_a_panic(
            records in prop::collection::vec(any_record(), 1..40), at: prop::sample::Index, bit in 0u8..8,
        ) {
            let phrases = phrases();
            let shared = Shared { phrases: &phrases, classes: &[] };
            let payload = Packer::new(shared).encode(0, &records);
            let at = at.index(payload.len());
            let mut flipped = payload.clone();
            flipped[at] ^= 1 << bit;
            if let Ok(file) = Records::open(flipped) {
                let _ = file.all(shared);
                // With other phrases and other classes it is something else, or nothing.
                let classes = classes();
                let _ = file.all(Shared { phrases: &Phrases::bytes(), classes: &classes });
                let _ = file.all(Shared { phrases: &Phrases::default(), classes: &classes });
            }
            prop_assert!(Records::open(payload[..at].to_vec()).is_err());
        }
    }

    #[test]
    fn four_thousand_libraries_that_hold_a_book_are_passed_over_to_the_next() {
        let held =
            |libraries: u16| (0..libraries).map(|library| Holding::new(library, Some(20_000 + library)));
        let record = |libraries| Record { holdings: held(libraries).collect(), ..Record::default() };
        let records = [record(4096), record(15), record(16), record(0)];
        let shared = Shared { phrases: &Phrases::bytes(), classes: &[] };
        let file = Records::open(Packer::new(shared).encode(7, &records)).unwrap();
        for (doc, record) in (7..).zip(&records) {
            assert_eq!(file.get(doc, shared).as_ref(), Ok(&Some(record.clone())));
        }
    }

    #[test]
    fn libraries_told_twice_or_in_any_order_are_told_once_and_ascending() {
        let held = [5, 3, 5].map(|library| Holding::new(library, Some(library + 100)));
        let record = Record { holdings: held.to_vec(), ..Record::default() };
        let shared = Shared { phrases: &Phrases::bytes(), classes: &[] };
        let file = Records::open(Packer::new(shared).encode(0, &[record])).unwrap();
        let read = file.get(0, shared).unwrap().unwrap();
        assert_eq!(read.holdings, [held[1], held[0]]);
    }
}
