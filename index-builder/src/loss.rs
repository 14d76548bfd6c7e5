//! Judges whether a library has lost more of its books than go in a month, and holds for which libraries that is meant.
//!
//! Counts nothing itself. Invariant: one measure for files, for builds and for publishing.

use std::collections::{BTreeMap, BTreeSet};

/// Of what a library had before so many hundredths must be left.
const LEAST_LEFT: u64 = 80;
/// Stands for every library.
const ALL: &str = "all";

/// Whether so few are left of so many that an operator has to say that it is meant.
pub fn is_loss(before: u64, now: u64) -> bool {
    now.saturating_mul(100) < before.saturating_mul(LEAST_LEFT)
}

/// The libraries that may lose as much as they do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed(BTreeSet<String>);

impl Allowed {
    /// Takes libraries by their names, which are clean; `all` stands for every one.
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().collect())
    }

    /// Whether a library may lose books.
    pub fn has(&self, library: &str) -> bool {
        self.has_all() || self.0.contains(library)
    }

    /// Whether every library may.
    pub fn has_all(&self) -> bool {
        self.0.contains(ALL)
    }

    /// Whether none may.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lists the names that stand for none of these libraries: slips of the pen.
    pub fn unknown<'a>(&'a self, known: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(String::as_str).filter(move |name| *name != ALL && !known(name))
    }
}

/// The state before a build, and the losses that are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Before {
    /// Books by library in the index before; empty when there is none.
    pub books: BTreeMap<String, u32>,
    /// Whether that index was of an invented catalogue, of which nothing is missed in a real one.
    pub invented: bool,
    /// Libraries that may lose as much as they do.
    pub allowed: Allowed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_may_go_and_no_more() {
        for (before, now, loss) in
            [(0, 0, false), (100, 80, false), (100, 79, true), (1, 0, true), (4, 3, true), (5, 4, false)]
        {
            assert_eq!(is_loss(before, now), loss, "{now} of {before}");
        }
        assert!(is_loss(u64::MAX, 1));
    }

    #[test]
    fn losses_are_allowed_by_name_or_for_all() {
        let some = Allowed::of(["강남".to_owned()]);
        assert!(some.has("강남") && !some.has("강남도서관") && !some.is_empty() && !some.has_all());
        assert!(Allowed::of(["all".to_owned()]).has("강남"));
        assert_eq!(some.unknown(|name| name == "강동").collect::<Vec<_>>(), ["강남"]);
    }
}
