//! Makes the table of MARC-8 out of a published one: `cargo run -p index-builder --example marc8_table -- marc8_mapping.py`.
//!
//! The argument is `pymarc/marc8_mapping.py` of `pymarc` 5.4.0 (`PyPI`), which carries the code lists that the Library of Congress
//! publishes (MARC 21 Specifications, Code Tables). What it prints is `src/sources/encoding/marc8.txt`.

use std::collections::BTreeMap;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let path = env::args().nth(1).ok_or_else(|| io::Error::other("name pymarc's marc8_mapping.py"))?;
    let source = fs::read_to_string(path)?;
    let mut sets: BTreeMap<u32, BTreeMap<u32, (u32, bool)>> = BTreeMap::new();
    let mut set = 0;
    let number =
        |text: &str| text.trim().strip_prefix("0x").and_then(|hex| u32::from_str_radix(hex, 16).ok());
    // An entry with a long remark takes several lines.
    let mut line = String::new();
    for part in source.lines() {
        line.push_str(part.split('#').next().unwrap_or("").trim_end());
        if line.matches('(').count() > line.matches(')').count() {
            continue;
        }
        let line = std::mem::take(&mut line);
        // `CHARSET_34 = {`, and codes of the East Asian set that the lists do not have.
        if let Some((name, _)) = line.split_once(" = {") {
            set = match name.strip_prefix("CHARSET_") {
                Some(hex) => u32::from_str_radix(hex, 16).unwrap_or(0),
                None if name == "ODD_MAP" => 0x31,
                None => 0,
            };
        }
        let Some((code, rest)) = line.split_once(": ") else { continue };
        let Some(code) = number(code) else { continue };
        // `(0x6FD, 0),` or `0x3007,`.
        let value = rest.trim_matches(|c: char| matches!(c, '(' | ')' | ',') || c.is_whitespace());
        let mut parts = value.split(',');
        let Some(c) = parts.next().and_then(number) else { continue };
        let combining = parts.next().is_some_and(|flag| flag.trim() == "1");
        if set != 0 && set != 0x42 {
            let code = if set == 0x31 { code } else { code & 0x7F };
            sets.entry(set).or_default().insert(code, (c, combining));
        }
    }
    println!(
        "# MARC-8 to Unicode: code points of the Library of Congress's code tables, as pymarc 5.4.0 carries them."
    );
    println!(
        "# Made by examples/marc8_table.rs. A set's final byte, sixteen codes from one on: code points, + combining, - none."
    );
    for (set, codes) in sets.iter().filter(|(set, _)| **set != 0x31) {
        for row in 0..8 {
            let cell = |column: u32| match codes.get(&(row * 16 + column)) {
                Some((c, true)) => format!("+{c:04X}"),
                Some((c, false)) => format!("{c:04X}"),
                None => "-".to_owned(),
            };
            if (row * 16..row * 16 + 16).any(|code| codes.contains_key(&code)) {
                let cells: Vec<String> = (0..16).map(cell).collect();
                println!("{set:02X} {:02X} {}", row * 16, cells.join(" "));
            }
        }
    }
    println!(
        "# The East Asian set (EACC): the first two bytes, the characters of the third from 20 on, a blank for none."
    );
    let mut rows: BTreeMap<u32, [char; 96]> = BTreeMap::new();
    for (code, (c, _)) in sets.get(&0x31).into_iter().flatten() {
        // Two odd codes of pymarc's own end below 20, which is none of the set.
        let Some(place) = (code & 0xFF).checked_sub(0x20).and_then(|place| usize::try_from(place).ok())
        else {
            continue;
        };
        let row = rows.entry(code >> 8).or_insert([' '; 96]);
        if let (Some(c), Some(cell)) = (char::from_u32(*c), row.get_mut(place)) {
            *cell = c;
        }
    }
    for (row, cells) in rows {
        println!("{row:04X} {}", cells.iter().collect::<String>().trim_end_matches(' '));
    }
    Ok(())
}
