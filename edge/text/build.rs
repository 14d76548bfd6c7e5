//! Packs Unicode's normal forms into a table, as `src/normal/format.rs` says.
//!
//! The data are those of the crate unicode-normalization, out of the Unicode Character Database (Copyright (c) Unicode, Inc., under the
//! Unicode License v3: see LICENSE-UNICODE at the root). Its own tables are made for look-ups in place and hardly compress. Parts of letters in form KC, and of those that compose no more, are packed as composed as
//! they can be, which is shorter; the reader takes them apart again.

use std::path::Path;
use std::{env, fs, io};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{
    canonical_combining_class, compose, decompose_canonical, decompose_compatible, is_combining_mark,
};

#[path = "src/normal/format.rs"]
mod format;

fn main() -> io::Result<()> {
    for source in ["build.rs", "src/normal/format.rs"] {
        println!("cargo::rerun-if-changed={source}");
    }
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join("normal_forms"), packed())
}

/// Packs the table.
fn packed() -> Vec<u8> {
    let all = || ('\0'..=char::MAX).filter(|c| !('가'..='힣').contains(c));
    let marks: Vec<(char, u32)> = all()
        .filter(|c| is_combining_mark(*c) || canonical_combining_class(*c) != 0)
        .map(|c| (c, u32::from(canonical_combining_class(c))))
        .collect();
    let letters: Vec<(char, u32, Vec<char>)> =
        all().filter_map(|c| parts(c).map(|(made, parts)| (c, made, parts))).collect();
    let sorts: Vec<(char, u32)> =
        letters.iter().map(|(c, made, parts)| (*c, (parts.len() as u32) << format::BITS | made)).collect();

    let mut out = Vec::new();
    push_runs(&mut out, &marks);
    push_runs(&mut out, &sorts);
    let mut before: Vec<u32> = Vec::new();
    for (_, _, parts) in &letters {
        before.resize(before.len().max(parts.len()), 0);
        for (before, part) in before.iter_mut().zip(parts) {
            let step = *part as i32 - *before as i32 - 1;
            push(&mut out, (step << 1 ^ step >> 31) as u32);
            *before = *part as u32;
        }
    }
    out
}

/// Gives how a letter is made and its parts; `None` for one that is only itself.
fn parts(c: char) -> Option<(u32, Vec<char>)> {
    let mut canonical = Vec::new();
    decompose_canonical(c, |part| canonical.push(part));
    if canonical == [c] {
        let mut compatible = Vec::new();
        decompose_compatible(c, |part| compatible.push(part));
        return (compatible != [c]).then(|| (format::ALIKE, compatible.into_iter().nfc().collect()));
    }
    let (mark, rest) = canonical.split_last()?;
    let rest: Vec<char> = rest.iter().copied().nfc().collect();
    if let [letter] = rest[..]
        && compose(letter, *mark) == Some(c)
    {
        return Some((format::COMPOSED, vec![letter, *mark]));
    }
    Some((0, canonical.into_iter().nfc().collect()))
}

/// Packs characters, in their order, each with its sort, as runs of one sort.
fn push_runs(out: &mut Vec<u8>, characters: &[(char, u32)]) {
    let one = |a: &(char, u32), b: &(char, u32)| a.1 == b.1 && a.0 as u32 + 1 == b.0 as u32;
    let runs: Vec<&[(char, u32)]> = characters.chunk_by(one).collect();
    push(out, runs.len() as u32);
    let mut end = 0;
    for run in runs {
        let (first, sort) = run[0];
        for number in [first as u32 - end, run.len() as u32, sort] {
            push(out, number);
        }
        end = first as u32 + run.len() as u32;
    }
}

/// Packs a number.
fn push(out: &mut Vec<u8>, number: u32) {
    let bytes = (32 - (number | 1).leading_zeros()).div_ceil(7);
    for place in (0..bytes).rev() {
        let more = if place == 0 { 0 } else { 0x80 };
        out.push((number >> (7 * place)) as u8 & 0x7F | more);
    }
}
