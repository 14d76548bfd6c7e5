//! Catalogues by the number of their books, as they are asked for: `6k` is the real one, others are invented.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Size {
    /// One that is there.
    Real(PathBuf),
    /// One of invented books.
    Generated(u32),
}

impl Size {
    /// Names its files and its table.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Real(_) => "6k".to_owned(),
            Self::Generated(books) if books.is_multiple_of(1_000_000) => format!("{}m", books / 1_000_000),
            Self::Generated(books) => format!("{}k", books / 1000),
        }
    }

    pub(super) fn parse(text: &str, catalogue: Option<&Path>) -> Result<Option<Self>> {
        let number =
            |text: &str, times: u32| text.parse::<u32>().ok().map(|books| Self::Generated(books * times));
        match text {
            "6k" => Ok(catalogue.map(|dir| Self::Real(dir.to_owned()))),
            _ => text
                .strip_suffix('k')
                .and_then(|count| number(count, 1000))
                .or_else(|| text.strip_suffix('m').and_then(|count| number(count, 1_000_000)))
                .map(Some)
                .with_context(|| format!("--books {text:?}: take some of 6k,10k,100k,1m")),
        }
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
        assert_eq!(size("6k"), None);
        assert!(Size::parse("many", None).is_err());
    }
}
