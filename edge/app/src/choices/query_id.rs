//! Query ids: what was asked, signed, so that a search writes nothing and a choice is complete.
//!
//! ```text
//! u8 version, u8 key id, varint day, 10 bytes of the generation's name, u8 sort, u8 books or works (not in version 1) and whether only books on the shelf (from version 3 on), u8 fields present,
//! string text, then what is present: classes, varint first year, varint last year,
//! publishers, u8 language, bytes of a bitmap of libraries, string volume, string series, 10 bytes of the name of the overlay of loans; 16 bytes of HMAC-SHA-256 over all that
//! ```
//! written in base64url. Classes and publishers are a varint of how many there are and a string each; up to version 2 one string.
//! Not a secret: anybody can read it, nobody without the key can make one.
//!
//! Invariant: for the same key, day and question there is one query id, and no other text is accepted.

use hmac::{Hmac, Mac};
use seoga_index::bytes::{Bytes, put_block, put_str, put_varint};
use seoga_index::columns::Language;
use seoga_index::file::FileName;
use seoga_search::{Filters, Group, Sort, YearRange};
use sha2::Sha256;

use crate::config::{Key, Keys};
use crate::limits;
use seoga_text::base64url;
use seoga_text::day::Day;

/// Bytes of a generation's name behind its letters.
pub(crate) type GenerationHash = [u8; 10];

const VERSION: u8 = 3;
/// Had one class and one publisher; accepted as long as a query id holds, and read as long as choices are kept.
const OF_ONE: u8 = 2;
/// Said nothing of works either; likewise.
const WITHOUT_GROUP: u8 = 1;
/// Marks beside books or works that only books on the shelf were asked for.
const AVAILABLE: u8 = 0x80;
pub(super) const TAG_BYTES: usize = 16;

/// Carries what a query id says: the search that was answered, where and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClaimedQuery {
    /// The day of the answer.
    pub(crate) day: Day,
    /// The generation that answered.
    pub(crate) generation: GenerationHash,
    /// The canonical query; with its capitals where a keyboard-layout reading was used, as they decide it.
    pub(crate) text: String,
    /// The filters; libraries count in that generation's list.
    pub(crate) filters: Filters,
    /// The order.
    pub(crate) sort: Sort,
    /// Whether books were listed or works.
    pub(crate) group: Group,
}

/// Says why a query id is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not the form of a query id, or of another version.
    Malformed,
    /// Signed with a key we do not hold (any more).
    UnknownKey,
    /// The signature is not ours: altered or made up.
    Forged,
    /// Older than [`limits::QUERY_ID_DAYS`].
    Expired,
    /// Of a day still to come.
    Future,
}

impl Refusal {
    /// Names it in a problem document.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Refusal::Malformed => "malformed",
            Refusal::UnknownKey => "unknown key",
            Refusal::Forged => "forged",
            Refusal::Expired => "expired",
            Refusal::Future => "from the future",
        }
    }
}

mod field {
    pub(super) const CLASS: u8 = 1;
    pub(super) const FROM: u8 = 2;
    pub(super) const TO: u8 = 4;
    pub(super) const PUBLISHER: u8 = 8;
    pub(super) const LANGUAGE: u8 = 16;
    pub(super) const LIBRARIES: u8 = 32;
    pub(super) const VOLUME: u8 = 64;
    pub(super) const SERIES: u8 = 128;
}

impl ClaimedQuery {
    /// Writes the canonical query.
    pub(crate) fn query(&self) -> String {
        self.text.to_ascii_lowercase()
    }

    /// Names the generation that answered, by its letters.
    pub(crate) fn generation_name(&self) -> String {
        FileName::manifest(self.generation).letters()
    }

    /// Writes the query id, signed with a key.
    pub(crate) fn sign(&self, key: &Key) -> String {
        let mut payload = vec![VERSION, key.id];
        self.encode(&mut payload);
        let tag = signature(key, &payload).map(|mac| mac.finalize().into_bytes()).unwrap_or_default();
        payload.extend(tag.iter().take(TAG_BYTES));
        base64url::encode(&payload)
    }

    /// Reads a query id and checks that one of the keys signed it and that `today` it still holds.
    pub(crate) fn verify(text: &str, keys: &Keys, today: Day) -> Result<Self, Refusal> {
        let bytes = bytes_of(text)?;
        let (payload, tag) = bytes
            .len()
            .checked_sub(TAG_BYTES)
            .and_then(|at| bytes.split_at_checked(at))
            .ok_or(Refusal::Malformed)?;
        let (_, id) = head(payload)?;
        let held = [&keys.current, &keys.previous];
        let key = held.into_iter().flatten().find(|key| key.id == id).ok_or(Refusal::UnknownKey)?;
        // Constant-time: `verify_truncated_left` compares every byte.
        let verified = signature(key, payload).is_some_and(|mac| mac.verify_truncated_left(tag).is_ok());
        if !verified {
            return Err(Refusal::Forged);
        }
        let asked = Self::decode(payload).ok_or(Refusal::Malformed)?;
        if asked.day.0 > today.0.saturating_add(limits::QUERY_ID_DAYS_AHEAD) {
            return Err(Refusal::Future);
        }
        if today.0 > asked.day.0.saturating_add(limits::QUERY_ID_DAYS) {
            return Err(Refusal::Expired);
        }
        Ok(asked)
    }

    /// Reads a query id that was verified when it was stored; its key may be gone by now.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = bytes_of(text).ok()?;
        let payload = bytes.get(..bytes.len().checked_sub(TAG_BYTES)?)?;
        head(payload).ok()?;
        Self::decode(payload)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let filters = &self.filters;
        let year = filters.year.unwrap_or_default();
        let present = [
            (!filters.classes.is_empty(), field::CLASS),
            (year.from.is_some(), field::FROM),
            (year.to.is_some(), field::TO),
            (!filters.publishers.is_empty(), field::PUBLISHER),
            (filters.language.is_some(), field::LANGUAGE),
            (!filters.libraries.is_empty(), field::LIBRARIES),
            (filters.volume.is_some(), field::VOLUME),
            (filters.series.is_some(), field::SERIES),
        ];
        put_varint(out, self.day.0.into());
        out.extend_from_slice(&self.generation);
        out.push(self.sort.number());
        out.push(self.group as u8 | if filters.available.is_some() { AVAILABLE } else { 0 });
        out.push(present.iter().map(|(is, bit)| if *is { *bit } else { 0 }).sum());
        put_str(out, &self.text);
        put_several(out, &filters.classes);
        for year in [year.from, year.to].into_iter().flatten() {
            put_varint(out, year.into());
        }
        put_several(out, &filters.publishers);
        if let Some(language) = filters.language {
            out.push(language as u8);
        }
        if !filters.libraries.is_empty() {
            put_block(out, &bitmap(&filters.libraries));
        }
        for text in [&filters.volume, &filters.series].into_iter().flatten() {
            put_str(out, text);
        }
        out.extend(filters.available.into_iter().flatten());
    }

    fn decode(payload: &[u8]) -> Option<Self> {
        let (version, _) = head(payload).ok()?;
        let mut bytes = Bytes::new(payload.get(2..)?);
        let day = Day(bytes.varint32()?);
        let generation = bytes.take(10)?.try_into().ok()?;
        let sort = Sort::from_number(bytes.u8()?)?;
        let listed = if version == WITHOUT_GROUP { 0 } else { bytes.u8()? };
        let is_available = version == VERSION && listed & AVAILABLE != 0;
        let group = *Group::ALL.get(usize::from(if is_available { listed ^ AVAILABLE } else { listed }))?;
        let present = bytes.u8()?;
        let has = |bit: u8| present & bit != 0;
        let text = bytes.str()?.to_owned();
        let classes = if has(field::CLASS) { several(version, &mut bytes)? } else { Vec::new() };
        let mut year = |is: bool| Some(if is { Some(u16::try_from(bytes.varint()?).ok()?) } else { None });
        let (from, to) = (year(has(field::FROM))?, year(has(field::TO))?);
        let year = (from.is_some() || to.is_some()).then_some(YearRange { from, to });
        let publishers = if has(field::PUBLISHER) { several(version, &mut bytes)? } else { Vec::new() };
        let language =
            if has(field::LANGUAGE) { Some(*Language::ALL.get(usize::from(bytes.u8()?))?) } else { None };
        let libraries = if has(field::LIBRARIES) { numbers(bytes.block()?) } else { Vec::new() };
        let volume = if has(field::VOLUME) { Some(bytes.str()?.to_owned()) } else { None };
        let series = if has(field::SERIES) { Some(bytes.str()?.to_owned()) } else { None };
        let available = if is_available { Some(bytes.take(10)?.try_into().ok()?) } else { None };
        if !bytes.is_empty() {
            return None;
        }
        let filters = Filters {
            libraries,
            classes,
            year,
            publishers,
            language,
            volume,
            series,
            available,
            ..Filters::default()
        };
        Some(Self { day, generation, text, filters, sort, group })
    }
}

fn bytes_of(text: &str) -> Result<Vec<u8>, Refusal> {
    if text.len() > limits::MAX_QUERY_ID_CHARS {
        return Err(Refusal::Malformed);
    }
    base64url::decode(text).ok_or(Refusal::Malformed)
}

fn head(payload: &[u8]) -> Result<(u8, u8), Refusal> {
    match payload {
        [version @ (WITHOUT_GROUP | OF_ONE | VERSION), id, ..] => Ok((*version, *id)),
        _ => Err(Refusal::Malformed),
    }
}

/// Writes the values of a filter, where there are any.
fn put_several(out: &mut Vec<u8>, values: &[String]) {
    if !values.is_empty() {
        put_varint(out, values.len() as u64);
        values.iter().for_each(|value| put_str(out, value));
    }
}

/// Reads the values of a filter; of a version that had one, that one.
fn several(version: u8, bytes: &mut Bytes<'_>) -> Option<Vec<String>> {
    let count = if version == VERSION { bytes.varint()? } else { 1 };
    (0..count).map(|_| Some(bytes.str()?.to_owned())).collect()
}

pub(super) fn signature(key: &Key, payload: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.secret).ok()?;
    mac.update(payload);
    Some(mac)
}

/// Sets bit n mod 8 of byte n div 8 for library n; no zero byte at the end.
fn bitmap(libraries: &[u16]) -> Vec<u8> {
    let mut bits = Vec::new();
    for library in libraries {
        let at = usize::from(library / 8);
        if bits.len() <= at {
            bits.resize(at + 1, 0u8);
        }
        if let Some(byte) = bits.get_mut(at) {
            *byte |= 1 << (library % 8);
        }
    }
    bits
}

fn numbers(bits: &[u8]) -> Vec<u16> {
    let set = |(at, byte): (usize, &u8)| {
        let byte = *byte;
        (0..8usize)
            .filter(move |bit| byte >> bit & 1 == 1)
            .filter_map(move |bit| u16::try_from(at * 8 + bit).ok())
    };
    bits.iter().enumerate().flat_map(set).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> Key {
        Key { id: 2, secret: vec![b'c'; 32] }
    }

    fn keys() -> Keys {
        Keys { current: Some(key()), previous: Some(Key { id: 1, secret: vec![b'p'; 32] }) }
    }

    fn asked() -> ClaimedQuery {
        ClaimedQuery {
            day: Day(20_000),
            generation: *b"0123456789",
            text: "파이썬 머신러닝".to_owned(),
            filters: Filters {
                libraries: vec![0, 3, 17],
                classes: vec!["005.133".into(), "813".into()],
                ..Filters::default()
            },
            sort: Sort::Newest,
            group: Group::Work,
        }
    }

    fn any_asked() -> impl Strategy<Value = ClaimedQuery> {
        let filters = (
            prop::collection::btree_set(0u16..2000, 0..50),
            prop::collection::btree_set("[0-9]{1,3}", 0..4),
            prop::option::of((prop::option::of(0u16..3000), prop::option::of(0u16..3000))),
            prop::collection::btree_set(".{1,20}", 0..4),
            prop::option::of(prop::sample::select(Language::ALL.to_vec())),
            prop::array::uniform2(prop::option::of(".{1,20}")),
            any::<Option<[u8; 10]>>(),
        );
        let rest = (
            19_994u32..=20_001,
            any::<[u8; 10]>(),
            ".{1,40}",
            prop::sample::select([&Sort::ALL[..], &[Sort::Cooccurrence]].concat()),
            prop::sample::select(&Group::ALL[..]),
        );
        (filters, rest).prop_map(
            |(
                (libraries, classes, year, publishers, language, [volume, series], available),
                (day, generation, text, sort, group),
            )| {
                let year =
                    year.map(|(from, to)| YearRange { from, to }).filter(|y| *y != YearRange::default());
                let libraries = libraries.into_iter().collect();
                let (classes, publishers) = (classes.into_iter().collect(), publishers.into_iter().collect());
                let filters = Filters {
                    libraries,
                    classes,
                    year,
                    publishers,
                    language,
                    volume,
                    available,
                    series,
                    ..Filters::default()
                };
                ClaimedQuery { day: Day(day), generation, text, filters, sort, group }
            },
        )
    }

    #[test]
    fn both_keys_are_accepted_and_no_third() {
        let keys = keys();
        for key in [&keys.current, &keys.previous] {
            let key = key.as_ref().unwrap();
            assert_eq!(ClaimedQuery::verify(&asked().sign(key), &keys, Day(20_000)), Ok(asked()));
        }
        let gone = Key { id: 9, secret: vec![b'g'; 32] };
        assert_eq!(ClaimedQuery::verify(&asked().sign(&gone), &keys, Day(20_000)), Err(Refusal::UnknownKey));
        let thief = Key { id: 2, secret: vec![b't'; 32] };
        assert_eq!(ClaimedQuery::verify(&asked().sign(&thief), &keys, Day(20_000)), Err(Refusal::Forged));
    }

    #[test]
    fn a_query_id_holds_for_seven_days_and_not_before_yesterday() {
        let id = asked().sign(&key());
        for (today, expected) in [
            (19_998, Some(Refusal::Future)),
            (19_999, None),
            (20_000, None),
            (20_007, None),
            (20_008, Some(Refusal::Expired)),
        ] {
            assert_eq!(ClaimedQuery::verify(&id, &keys(), Day(today)).err(), expected, "{today}");
        }
    }

    /// Signs bytes as a query id of a version.
    fn signed(version: u8, what: &[u8]) -> String {
        let key = key();
        let mut payload = [&[version, key.id], what].concat();
        let tag = signature(&key, &payload).unwrap().finalize().into_bytes();
        payload.extend(tag.iter().take(TAG_BYTES));
        base64url::encode(&payload)
    }

    #[test]
    fn query_ids_of_versions_before_are_read_as_they_were_meant() {
        let filters = Filters {
            libraries: vec![1],
            classes: vec!["005".into()],
            publishers: vec!["나루".into()],
            ..Filters::default()
        };
        let asked = ClaimedQuery { filters, ..asked() };
        // What was written before there were several: the day, the generation, the order, books or works, what is present.
        let old = |version: u8| {
            let mut bytes = vec![0xa0, 0x9c, 0x01];
            bytes.extend(b"0123456789\x01");
            bytes.extend((version == OF_ONE).then_some(1));
            bytes.push(field::CLASS | field::PUBLISHER | field::LIBRARIES);
            [asked.text.as_str(), "005", "나루"].iter().for_each(|text| put_str(&mut bytes, text));
            put_block(&mut bytes, &[2]);
            signed(version, &bytes)
        };
        let books = ClaimedQuery { group: Group::None, ..asked.clone() };
        for (version, meant) in [(OF_ONE, &asked), (WITHOUT_GROUP, &books)] {
            let id = old(version);
            assert_eq!(ClaimedQuery::verify(&id, &keys(), Day(20_007)).as_ref(), Ok(meant), "{version}");
            assert_eq!(ClaimedQuery::verify(&id, &keys(), Day(20_008)), Err(Refusal::Expired));
            assert_eq!(ClaimedQuery::read(&id).as_ref(), Some(meant), "a choice is kept for longer");
        }
        let mut new = Vec::new();
        asked.encode(&mut new);
        assert_eq!(signed(VERSION, &new), asked.sign(&key()));
        assert_eq!(ClaimedQuery::verify(&signed(4, &new), &keys(), Day(20_000)), Err(Refusal::Malformed));
    }

    #[test]
    fn texts_of_another_form_are_malformed() {
        for text in ["", "abc", "=", "한글", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &"A".repeat(5000)] {
            assert_eq!(ClaimedQuery::verify(text, &keys(), Day(20_000)), Err(Refusal::Malformed), "{text}");
        }
    }

    #[test]
    fn the_longest_query_id_fits_the_limit_and_a_choice_body() {
        let longest = ClaimedQuery {
            text: "\u{10ffff}".repeat(limits::MAX_QUERY_CHARS),
            filters: Filters {
                libraries: (0..limits::MAX_LIBRARIES as u16).map(|n| 4095 - n).collect(),
                classes: vec!["0".repeat(limits::MAX_CLASS_CHARS); limits::MAX_CLASSES],
                year: Some(YearRange { from: Some(9999), to: Some(9999) }),
                publishers: vec![
                    "\u{10ffff}".repeat(limits::MAX_PUBLISHER_CHARS / limits::MAX_PUBLISHERS);
                    limits::MAX_PUBLISHERS
                ],
                language: Some(Language::Other),
                volume: Some("\u{10ffff}".repeat(limits::MAX_VOLUME_CHARS)),
                ..Filters::default()
            },
            ..asked()
        };
        let id = longest.sign(&key());
        assert!(id.len() <= limits::MAX_QUERY_ID_CHARS, "{}", id.len());
        assert!(id.len() + 200 <= limits::MAX_CHOICE_BYTES, "{}", id.len());
        // Bitmaps come back ascending.
        assert!(ClaimedQuery::verify(&id, &keys(), Day(20_000)).is_ok());
    }

    proptest! {
        #[test]
        fn what_was_asked_comes_back(asked in any_asked()) {
            let id = asked.sign(&key());
            prop_assert_eq!(&asked.sign(&key()), &id, "the same question, the same id");
            prop_assert_eq!(ClaimedQuery::read(&id), Some(asked.clone()));
            prop_assert_eq!(ClaimedQuery::verify(&id, &keys(), Day(20_000)), Ok(asked));
        }

        #[test]
        fn any_mutation_is_refused(
            asked in any_asked(),
            at: prop::sample::Index,
            how in 0u8..4,
            letter in "[A-Za-z0-9_=.-]",
        ) {
            let id = asked.sign(&key());
            let mut mutated: Vec<char> = id.chars().collect();
            let at = at.index(mutated.len());
            let letter = letter.chars().next().unwrap();
            match how {
                0 => mutated[at] = letter,
                1 => { mutated.remove(at); }
                2 => mutated.insert(at, letter),
                _ => { let other = (at + 1) % mutated.len(); mutated.swap(at, other); }
            }
            let mutated: String = mutated.into_iter().collect();
            prop_assume!(mutated != id);
            prop_assert!(ClaimedQuery::verify(&mutated, &keys(), Day(20_000)).is_err());
        }

        #[test]
        fn any_text_is_read_without_panic(text: String, bytes: Vec<u8>) {
            let _ = (ClaimedQuery::verify(&text, &keys(), Day(20_000)), ClaimedQuery::read(&text));
            let _ = ClaimedQuery::read(&base64url::encode(&bytes));
            let _ = ClaimedQuery::decode(&bytes);
        }
    }
}
