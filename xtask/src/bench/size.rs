//! Catalogues by the number of their books, as they are asked for: `6k` is the real one, others are invented, `100k` of
//! computing and `100k-general` a general library's.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Size {
    /// One that is there.
    Real(PathBuf),
    /// One of invented books of computing.
    Generated(u32),
    /// One of a general library's invented books, all with an ISBN.
    General(u32),
}

/// Marks a general library's catalogue.
const GENERAL: &str = "-general";

impl Size {
    /// Names its files and its table.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Real(_) => "6k".to_owned(),
            Self::Generated(books) => short(*books),
            Self::General(books) => format!("{}{GENERAL}", short(*books)),
        }
    }

    /// Whether its books are invented.
    pub(super) fn is_invented(&self) -> bool {
        !matches!(self, Self::Real(_))
    }

    pub(super) fn parse(text: &str, catalogue: Option<&Path>) -> Result<Option<Self>> {
        if text == "6k" {
            return Ok(catalogue.map(|dir| Self::Real(dir.to_owned())));
        }
        let (count, made): (&str, fn(u32) -> Self) = match text.strip_suffix(GENERAL) {
            Some(count) => (count, Self::General),
            None => (text, Self::Generated),
        };
        let number = |count: &str, times: u32| count.parse::<u32>().ok()?.checked_mul(times);
        count
            .strip_suffix('k')
            .and_then(|count| number(count, 1000))
            .or_else(|| count.strip_suffix('m').and_then(|count| number(count, 1_000_000)))
            .map(|books| Some(made(books)))
            .with_context(|| format!("--books {text:?}: take some of 6k,10k,100k,1m,100k-general"))
    }
}

fn short(books: u32) -> String {
    match books.is_multiple_of(1_000_000) {
        true => format!("{}m", books / 1_000_000),
        false => format!("{}k", books / 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let size = |text: &str| Size::parse(text, None).unwrap();
        assert_eq!(size("100k"), Some(Size::Generated(100_000)));
        assert_eq!(size("1m").map(|size| size.name()).as_deref(), Some("1m"));
        assert_eq!(size("10k").map(|size| size.name()).as_deref(), Some("10k"));
        assert_eq!(size("100k-general"), Some(Size::General(100_000)));
        assert_eq!(size("1m-general").map(|size| size.name()).as_deref(), Some("1m-general"));
        assert_eq!(size("6k"), None);
        assert!(Size::parse("many", None).is_err());
    }
}
