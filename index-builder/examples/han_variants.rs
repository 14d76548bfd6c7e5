//! Makes the table of variants of Han characters out of published ones:
//! `cargo run -p index-builder --example han_variants -- Unihan_Variants.txt Unihan_OtherMappings.txt`.
//!
//! The arguments are files of the Unicode Character Database, whose fields `kSimplifiedVariant`, `kSemanticVariant`, `kZVariant` and
//! `kJinmeiyoKanji` it reads. What it prints is `src/analyse/variants.txt`.

use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs, io};

/// Pairs of a kind in a row of the table.
const IN_A_ROW: usize = 40;

fn char_of(code: &str) -> Option<char> {
    u32::from_str_radix(code.strip_prefix("U+")?, 16).ok().and_then(char::from_u32)
}

fn main() -> io::Result<()> {
    let named = || io::Error::other("name Unihan_Variants.txt and Unihan_OtherMappings.txt");
    let mut kinds: BTreeMap<&str, BTreeSet<(char, char)>> = BTreeMap::new();
    for place in [1, 2] {
        for line in fs::read_to_string(env::args().nth(place).ok_or_else(named)?)?.lines() {
            let mut fields = line.split('\t');
            let (Some(han), Some(field), Some(value)) =
                (fields.next().and_then(char_of), fields.next(), fields.next())
            else {
                continue;
            };
            // The first variant, without what says so: `U+9AD8<kFenn`, `2010:U+4E57`.
            let first = value.split([' ', '<']).next().unwrap_or_default();
            let kind = match field {
                "kSimplifiedVariant" => "simplified",
                "kSemanticVariant" | "kZVariant" => "same",
                "kJinmeiyoKanji" => "japanese",
                _ => continue,
            };
            let Some(other) = first.rsplit(':').next().and_then(char_of) else { continue };
            // Characters that people type.
            let common = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
            if han != other && common(han) && common(other) {
                kinds.entry(kind).or_default().insert((han, other));
            }
        }
    }
    println!(
        "# Variants of Han characters, from the Unicode Character Database, version 14.0.0: fields kSimplifiedVariant (simplified), kSemanticVariant"
    );
    println!(
        "# and kZVariant (same), kJinmeiyoKanji (japanese); the first of each. Copyright (c) 1991-2021 Unicode, Inc., under the Unicode License v3: see LICENSE-UNICODE"
    );
    println!(
        "# at the root. Made by examples/han_variants.rs. A kind, then pairs: a character and its variant."
    );
    for (kind, pairs) in kinds {
        let pairs: Vec<(char, char)> = pairs.into_iter().collect();
        for row in pairs.chunks(IN_A_ROW) {
            println!("{kind} {}", row.iter().flat_map(|(a, b)| [*a, *b]).collect::<String>());
        }
    }
    Ok(())
}
