//! Details of some libraries, as look-ups answer them.

use seoga_index::libraries::{Holiday, LibraryDetails};

/// Details of libraries, and the public holidays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldLibraries {
    /// The libraries asked for of which something is told, by number in the order asked.
    pub libraries: Vec<(u16, LibraryDetails)>,
    /// The holidays that are known, ascending.
    pub holidays: Vec<Holiday>,
}

impl ToldLibraries {
    /// Gives what is told of a library.
    #[must_use]
    pub fn of(&self, number: u16) -> Option<&LibraryDetails> {
        self.libraries.iter().find(|(of, _)| *of == number).map(|(_, details)| details)
    }
}
