//! Look-ups that need no ranking: a book, suggestions, arrivals, ISBNs, a term. Each is a [`crate::Machine`].

mod arrivals;
mod book;
mod harvest;
mod isbns;
mod libraries;
mod suggest;
mod term;

pub use arrivals::{ARRIVALS, ArrivalScope, Arrivals};
pub use book::{Book, BookLookup, ListLookup, Lookup};
pub use harvest::{
    ChangeDay, Changes, Harvest, HarvestOne, HarvestRequest, Harvested, HarvestedBook, History, Place,
    WalkedBook, changed_key, gone_key,
};
pub use isbns::IsbnPage;
pub use libraries::LibrariesLookup;
pub use suggest::{Completion, Suggest};
pub use term::{TermLookup, TermPostings};
