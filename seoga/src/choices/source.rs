//! A place that gives choices page by page.

use anyhow::Result;
use seoga_host::day::Day;

/// Where choices come from, page by page.
pub(super) trait Source {
    /// The deployment, as the state names it.
    fn name(&self) -> &str;

    /// The page behind a cursor, else the first one of what is not older than a day, else the first one of all.
    fn page(&mut self, cursor: Option<&str>, since: Option<Day>) -> Result<Page>;
}

/// A page, or that the cursor must be given up.
pub(super) enum Page {
    /// Its lines, each with its end, and the cursor of the next one.
    Got {
        lines: String,
        next: Option<String>,
    },
    CursorRefused(String),
}
