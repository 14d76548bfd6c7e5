//! Words by rank: the same rank is always the same word, another rank another word.
//!
//! Real vocabularies never end: the millionth book still brings words that no book had before. These functions give
//! as many words as are asked for. Invariant: within one function, different ranks below a trillion give different
//! words (but for a few Hangul names, whose syllables can be cut in two ways).

use super::words::WORDS;

/// A compound of two or more Korean nouns.
pub(super) fn compound(rank: u64) -> String {
    spelled(rank, &WORDS.roots, 2).concat()
}

/// The name of a thing, in Hangul.
pub(super) fn hangul_name(rank: u64) -> String {
    spelled(rank, &WORDS.syllables, 3).concat()
}

/// The name of a thing, in Latin letters.
pub(super) fn latin_name(rank: u64) -> String {
    spelled(rank, &WORDS.parts, 2).concat()
}

/// A Korean person: a family name and two syllables.
pub(super) fn person(rank: u64) -> String {
    let families = WORDS.surnames.len() as u64;
    let given = spelled(rank / families, &WORDS.given, 2).concat();
    // Which family names are common must not depend on the rank: the name of rank 0 may have any.
    let family = (rank % families + rank / families * 7) % families;
    format!("{}{given}", WORDS.surnames[family as usize])
}

/// `rank` as digits in the base of the list, at least `shortest` of them, scrambled so that neighbours differ in all.
fn spelled(rank: u64, parts: &'static [&'static str], shortest: u32) -> Vec<&'static str> {
    let base = parts.len() as u64;
    let mut length = shortest;
    let mut rest = rank;
    let mut all = base.pow(length);
    while rest >= all {
        rest -= all;
        length += 1;
        all = base.saturating_pow(length);
    }
    // Multiplying by a number without common factors is a permutation of what is below `all`.
    let mut number = (u128::from(rest) * u128::from(coprime(all)) % u128::from(all)) as u64;
    let mut spelled = Vec::with_capacity(length as usize);
    for _ in 0..length {
        spelled.push(parts[(number % base) as usize]);
        number /= base;
    }
    spelled
}

/// A number near the golden section of `all` without a common factor with it.
fn coprime(all: u64) -> u64 {
    let mut candidate = (u128::from(all) * 618 / 1_000) as u64 | 1;
    while gcd(candidate, all) != 1 {
        candidate += 2;
    }
    candidate
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn different_ranks_are_different_words() {
        for (what, word) in
            [("compound", compound as fn(u64) -> String), ("latin", latin_name), ("person", person)]
        {
            let ranks = (0..60_000).chain((0..2_000).map(|n| n * 1_234_567));
            let ranks: BTreeSet<u64> = ranks.collect();
            let words: BTreeSet<String> = ranks.iter().map(|&rank| word(rank)).collect();
            assert_eq!(words.len(), ranks.len(), "{what}");
        }
    }

    #[test]
    fn hangul_names_hardly_ever_coincide() {
        let words: BTreeSet<String> = (0..60_000).map(hangul_name).collect();
        assert!(words.len() > 55_000, "아+이 and 아이 are spelled alike: {}", words.len());
    }
}
