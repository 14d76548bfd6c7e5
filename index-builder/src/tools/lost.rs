//! Refuses to publish a generation that lost more than a month ever takes.
//!
//! The loss of one library is told by [`crate::loss`]. Invariant: nobody is refused for what was allowed by name.

use seoga_index::manifest::Manifest;

use crate::local::ToolError;
use crate::loss::{Allowed, is_loss};

/// The share of books that may go missing from one generation to the next, as a divisor: a tenth.
const LOSS: u64 = 10;

/// Refuses a generation that lacks a library, or more books than ever go in a month. What the libraries that `allowed` names
/// lose counts nowhere.
pub(super) fn refuse_loss(old: &Manifest, new: &Manifest, allowed: &Allowed) -> Result<(), ToolError> {
    if old.invented && !new.invented {
        return Ok(());
    }
    let refuse = |what: String| {
        Err(ToolError::Request(format!(
            "refused: {what}. If that is as it should be, do it once with --allow-loss LIBRARY for each of them"
        )))
    };
    let now = |name: &str| new.library(name).and_then(|place| new.libraries.get(usize::from(place)));
    let judged = || old.libraries.iter().filter(|library| !allowed.has(&library.name));
    let gone: Vec<&str> =
        judged().filter(|old| now(&old.name).is_none()).map(|old| old.name.as_str()).collect();
    if !gone.is_empty() {
        return refuse(format!(
            "the libraries {} are in the published index and not in this one",
            gone.join(", ")
        ));
    }
    let fewer: Vec<String> = judged()
        .filter_map(|old| Some((old, now(&old.name)?.books)))
        .filter(|(old, books)| is_loss(old.books.into(), (*books).into()))
        .map(|(old, books)| format!("{} ({} books, {books} in this index)", old.name, old.books))
        .collect();
    if !fewer.is_empty() {
        return refuse(format!(
            "libraries would lose more than a fifth of their books: {}",
            fewer.join(", ")
        ));
    }
    // Books that several libraries hold count once for each here, as nobody can say whose loss a book is.
    let held = |books: &mut dyn Iterator<Item = u32>| books.map(u64::from).sum::<u64>();
    let (before, after) = match allowed.is_empty() {
        true => (u64::from(old.documents), u64::from(new.documents)),
        false => (
            held(&mut judged().map(|old| old.books)),
            held(&mut judged().filter_map(|old| now(&old.name)).map(|new| new.books)),
        ),
    };
    if after * LOSS < before * (LOSS - 1) {
        return refuse(format!("{before} books are published, this index has {after}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_allowed_to_the_libraries_that_are_named_and_to_no_other() {
        let library = |name: &str, books| seoga_index::manifest::Library {
            name: name.to_owned(),
            books,
            ..Default::default()
        };
        let manifest = |libraries: &[(&str, u32)]| Manifest {
            libraries: libraries.iter().map(|(name, books)| library(name, *books)).collect(),
            documents: libraries.iter().map(|(_, books)| books).sum(),
            ..Manifest::default()
        };
        let old = manifest(&[("강남", 100), ("강남도서관", 100), ("강동", 800)]);
        let refused = |now: &[(&str, u32)], names: &[&str]| {
            let allowed = Allowed::of(names.iter().map(|name| (*name).to_owned()));
            refuse_loss(&old, &manifest(now), &allowed).map_err(|error| error.to_string()).err()
        };
        assert_eq!(refused(&[("강남", 80), ("강남도서관", 100), ("강동", 800)], &[]), None);
        let halved = [("강남", 50), ("강남도서관", 100), ("강동", 800)];
        assert!(refused(&halved, &[]).unwrap().contains("강남 (100 books, 50 in this index)"));
        assert!(refused(&halved, &["강남도서관"]).is_some());
        assert_eq!(refused(&halved, &["강남"]), None);
        let gone = [("강남도서관", 100), ("강동", 800)];
        assert!(refused(&gone, &[]).unwrap().contains("the libraries 강남 are"));
        assert_eq!(refused(&gone, &["강남"]), None);
        // What another library loses besides is measured without the one that is named.
        let both = [("강남도서관", 85), ("강동", 650)];
        assert!(refused(&both, &["강남"]).unwrap().contains("900 books are published, this index has 735"));
        assert_eq!(refused(&[], &["강남", "강남도서관", "강동"]), None);
    }
}
