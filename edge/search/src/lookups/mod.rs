//! Look-ups that need no ranking: a book, suggestions, arrivals, ISBNs, a term. Each is a [`crate::Machine`].

mod arrivals;
mod book;
mod isbns;
mod suggest;
mod term;

pub use arrivals::{ARRIVALS, Arrivals, Of};
pub use book::{Book, BookLookup, ListLookup, Lookup};
pub use isbns::Numbers;
pub use suggest::Suggest;
pub use term::{Posted, Term};
