//! Ten thousand altered query ids of every kind that we could think of: none is accepted.
//!
//! `cargo test -p seoga-app mutations -- --nocapture` prints how many of each kind were tried, and why they fell.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::choices::query_id::{ClaimedQuery, TAG_BYTES};
    use crate::config::{Key, Keys};
    use seoga_search::{Filters, Group, Sort};
    use seoga_text::base64url;
    use seoga_text::day::Day;

    const TRIES: usize = 10_000;
    const TODAY: Day = Day(20_000);

    /// Random numbers by xorshift (Marsaglia 2003), the same in every run.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % end as u64) as usize
        }

        fn letter(&mut self) -> char {
            let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            char::from(letters[self.below(letters.len())])
        }
    }

    /// Alters an id; `other` is another good one.
    type Mutation = fn(&mut Chance, &str, &str) -> String;

    fn chars(id: &str, change: impl FnOnce(&mut Vec<char>)) -> String {
        let mut chars: Vec<char> = id.chars().collect();
        change(&mut chars);
        chars.into_iter().collect()
    }

    /// Changes bytes and writes them in the canonical form: only the signature can tell.
    fn bytes(id: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut bytes = base64url::decode(id).unwrap();
        change(&mut bytes);
        base64url::encode(&bytes)
    }

    const KINDS: [(&str, Mutation); 16] = [
        ("one bit flipped", |chance, id, _| {
            bytes(id, |bytes| {
                let at = chance.below(bytes.len());
                bytes[at] ^= 1 << chance.below(8);
            })
        }),
        ("several bits flipped", |chance, id, _| {
            bytes(id, |bytes| {
                for _ in 0..2 + chance.below(7) {
                    let at = chance.below(bytes.len());
                    bytes[at] ^= 1 << chance.below(8);
                }
            })
        }),
        ("a byte of the signature", |chance, id, _| {
            bytes(id, |bytes| {
                let at = bytes.len() - 1 - chance.below(TAG_BYTES);
                bytes[at] = bytes[at].wrapping_add(1 + chance.below(255) as u8);
            })
        }),
        ("another day or key", |chance, id, _| {
            bytes(id, |bytes| {
                let at = 1 + chance.below(3);
                bytes[at] = chance.below(256) as u8;
            })
        }),
        ("bytes cut off", |chance, id, _| bytes(id, |bytes| bytes.truncate(chance.below(bytes.len())))),
        ("bytes put in", |chance, id, _| {
            bytes(id, |bytes| bytes.insert(chance.below(bytes.len() + 1), chance.below(256) as u8))
        }),
        ("another id's signature", |_, id, other| {
            let other = base64url::decode(other).unwrap();
            bytes(id, |bytes| {
                let at = bytes.len() - TAG_BYTES;
                bytes.splice(at.., other[other.len() - TAG_BYTES..].iter().copied());
            })
        }),
        ("two ids joined", |chance, id, other| {
            let (at, from) = (chance.below(id.len()), chance.below(other.len()));
            format!("{}{}", &id[..at], &other[from..])
        }),
        ("a letter replaced", |chance, id, _| {
            chars(id, |chars| {
                let at = chance.below(chars.len());
                chars[at] = chance.letter();
            })
        }),
        ("two letters swapped", |chance, id, _| {
            chars(id, |chars| {
                let (a, b) = (chance.below(chars.len()), chance.below(chars.len()));
                chars.swap(a, b);
            })
        }),
        ("cut short", |chance, id, _| {
            let at = chance.below(id.len());
            if chance.below(2) == 0 { id[..at].to_owned() } else { id[at..].to_owned() }
        }),
        ("letters added", |chance, id, _| {
            let more: String = (0..=chance.below(8)).map(|_| chance.letter()).collect();
            if chance.below(2) == 0 { format!("{id}{more}") } else { format!("{more}{id}") }
        }),
        ("upper and lower case", |chance, id, _| {
            chars(id, |chars| {
                let at = chance.below(chars.len());
                for letter in &mut chars[at..] {
                    *letter = if letter.is_ascii_lowercase() {
                        letter.to_ascii_uppercase()
                    } else {
                        letter.to_ascii_lowercase()
                    };
                }
            })
        }),
        ("bits behind the end", |chance, id, _| {
            // The last letter of a text whose bytes do not fill its letters has bits that mean nothing.
            let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let spare = [0, 0, 4, 2][id.len() % 4];
            chars(id, |chars| {
                if let Some(last) = chars.last_mut() {
                    let value = letters.iter().position(|letter| char::from(*letter) == *last).unwrap();
                    *last = char::from(letters[value | chance.below(1 << spare)]);
                }
            })
        }),
        ("another alphabet or padding", |chance, id, _| match chance.below(5) {
            0 => id.replace('-', "+").replace('_', "/"),
            1 => format!("{id}{}", "=".repeat(1 + chance.below(3))),
            2 => chars(id, |chars| chars.insert(chance.below(chars.len()), '\n')),
            3 => id.replacen(id.chars().next().unwrap(), "%41", 1),
            _ => format!(" {id}"),
        }),
        ("a letter that looks alike", |chance, id, _| {
            chars(id, |chars| {
                let at = chance.below(chars.len());
                // Full-width forms stand 0xFEE0 above ASCII.
                chars[at] = char::from_u32(u32::from(chars[at]) + 0xfee0).unwrap();
            })
        }),
    ];

    fn keys() -> Keys {
        let key = |id: u8, byte: u8| Key { id, secret: vec![byte; 32] };
        Keys { current: Some(key(2, b'c')), previous: Some(key(1, b'p')) }
    }

    /// Makes a good id of a question that chance makes, by either key, of a day that is accepted.
    fn good(chance: &mut Chance) -> String {
        let text: String =
            (0..=chance.below(12)).map(|_| ['파', '이', '썬', ' ', 'c', '+'][chance.below(6)]).collect();
        let asked = ClaimedQuery {
            day: Day(TODAY.0 - chance.below(8) as u32),
            generation: std::array::from_fn(|_| chance.below(256) as u8),
            text,
            filters: Filters {
                libraries: (0..chance.below(4)).map(|_| chance.below(60) as u16).collect(),
                ..Filters::default()
            },
            sort: Sort::ALL[chance.below(Sort::ALL.len())],
            group: Group::ALL[chance.below(Group::ALL.len())],
        };
        let keys = keys();
        let key = if chance.below(2) == 0 { keys.current.as_ref() } else { keys.previous.as_ref() }.unwrap();
        asked.sign(key)
    }

    #[test]
    #[allow(clippy::print_stdout, reason = "the counts are what the test is run for")]
    fn ten_thousand_mutations_of_valid_query_ids_are_refused() {
        let mut chance = Chance(0x5eed_0a5e_09a0_0001);
        let mut by_kind = BTreeMap::<&str, BTreeMap<&str, usize>>::new();
        let (mut tried, mut unchanged) = (0, 0);
        while tried < TRIES {
            let (id, other) = (good(&mut chance), good(&mut chance));
            for text in [&id, &other] {
                assert!(ClaimedQuery::verify(text, &keys(), TODAY).is_ok(), "{text} is good");
            }
            let (kind, mutate) = KINDS[tried % KINDS.len()];
            let mutated = mutate(&mut chance, &id, &other);
            if mutated == id || mutated == other {
                unchanged += 1;
                assert!(unchanged < TRIES * 10, "{kind} changes nothing");
                continue;
            }
            match ClaimedQuery::verify(&mutated, &keys(), TODAY) {
                Ok(asked) => panic!("accepted, {kind}: {id} -> {mutated}, {asked:?}"),
                Err(refusal) => *by_kind.entry(kind).or_default().entry(refusal.code()).or_default() += 1,
            }
            tried += 1;
        }
        for (kind, refusals) in &by_kind {
            println!("{kind:<28} {refusals:?}");
        }
        println!("{tried} mutations of valid query ids: none accepted");
        assert_eq!(by_kind.len(), KINDS.len());
    }
}
