//! SPDX licence expressions: `(MIT OR Apache-2.0) AND Unicode-3.0`, and `MIT/Apache-2.0` as crates wrote before.
//!
//! Which licences are good is the caller's. Invariant: what does not read is an error, never allowed.

use anyhow::{Result, bail, ensure};

/// Whether an expression holds when these licences are allowed.
pub(super) fn holds(text: &str, may: &dyn Fn(&str) -> bool) -> Result<bool> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let holds = any(&mut rest, may)?;
    ensure!(rest.is_empty(), "{text:?} does not read as a licence");
    Ok(holds)
}

fn any(rest: &mut &[&str], may: &dyn Fn(&str) -> bool) -> Result<bool> {
    let mut holds = all(rest, may)?;
    while take(rest, "OR") {
        holds |= all(rest, may)?;
    }
    Ok(holds)
}

fn all(rest: &mut &[&str], may: &dyn Fn(&str) -> bool) -> Result<bool> {
    let mut holds = one(rest, may)?;
    while take(rest, "AND") {
        holds &= one(rest, may)?;
    }
    Ok(holds)
}

fn one(rest: &mut &[&str], may: &dyn Fn(&str) -> bool) -> Result<bool> {
    if take(rest, "(") {
        let holds = any(rest, may)?;
        ensure!(take(rest, ")"), "a bracket of a licence is not closed");
        return Ok(holds);
    }
    let Some((first, after)) = rest.split_first() else { bail!("a licence breaks off") };
    ensure!(!["OR", "AND", "WITH", ")"].contains(first), "{first:?} stands where a licence is wanted");
    *rest = after;
    if take(rest, "WITH") {
        let Some((exception, after)) = rest.split_first() else { bail!("a licence breaks off") };
        let name = format!("{first} WITH {exception}");
        *rest = after;
        return Ok(may(&name));
    }
    Ok(may(first))
}

fn take(rest: &mut &[&str], word: &str) -> bool {
    match rest.split_first() {
        Some((first, after)) if *first == word => {
            *rest = after;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_sums_exceptions_and_brackets_are_read() {
        let may = |name: &str| ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].contains(&name);
        for (text, wanted) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("MIT AND GPL-3.0", false),
            ("GPL-3.0 OR MIT AND Apache-2.0", true),
            ("(GPL-3.0 OR MIT) AND BSL-1.0", false),
            ("Unlicense / MIT", true),
            ("MIT/Apache-2.0", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("MIT WITH LLVM-exception", false),
        ] {
            assert_eq!(holds(text, &may).unwrap(), wanted, "{text}");
        }
        for wrong in ["", "MIT OR", "(MIT", "MIT)", "AND MIT", "MIT MIT", "MIT WITH"] {
            assert!(holds(wrong, &may).is_err(), "{wrong}");
        }
    }
}
