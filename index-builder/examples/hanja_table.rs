//! Makes the table of Hangul readings out of a published one: `cargo run -p index-builder --example hanja_table -- Unihan_Readings.txt`.
//!
//! The argument is a file of the Unicode Character Database, whose field `kHangul` it reads. What it prints is `src/analyse/hanja.txt`.

use std::collections::BTreeMap;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let path = env::args().nth(1).ok_or_else(|| io::Error::other("name Unihan_Readings.txt"))?;
    let mut read: BTreeMap<String, String> = BTreeMap::new();
    for line in fs::read_to_string(path)?.lines() {
        let mut fields = line.split('\t');
        let code = fields.next().and_then(|code| u32::from_str_radix(code.strip_prefix("U+")?, 16).ok());
        let (Some(han), Some("kHangul"), Some(value)) =
            (code.and_then(char::from_u32), fields.next(), fields.next())
        else {
            continue;
        };
        // `녀:0E 여:0`: a reading, and the lists that have it. Those of the list for schools, E, come first.
        let mut readings: Vec<(&str, &str)> =
            value.split(' ').filter_map(|reading| reading.split_once(':')).collect();
        readings.sort_by_key(|(_, lists)| !lists.contains('E'));
        read.entry(readings.iter().map(|(reading, _)| *reading).collect()).or_default().push(han);
    }
    println!(
        "# Hangul readings of Han characters: the field kHangul of the Unicode Character Database, version 14.0.0."
    );
    println!(
        "# Copyright (c) 1991-2021 Unicode, Inc., under the Unicode License v3: see LICENSE-UNICODE at the root."
    );
    println!(
        "# Made by examples/hanja_table.rs. Readings, commonest first, and the characters that have them."
    );
    for (readings, han) in read {
        println!("{readings} {han}");
    }
    Ok(())
}
