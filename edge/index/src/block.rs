//! An opened file of any kind but the manifest, as a cache holds it.

use crate::alike::AlikeColumns;
use crate::answers::Answers;
use crate::availability::Availability;
use crate::bytes::Damaged;
use crate::choices::Choices;
use crate::columns::Facets;
use crate::dictionary::Dictionary;
use crate::file::{self, FileName, Kind, OpenError};
use crate::isbns::Isbns;
use crate::items::Items;
use crate::libraries::Libraries;
use crate::names::Names;
use crate::postings::Postings;
use crate::record::Records;
use crate::shelf::Shelf;
use crate::suggest::Suggestions;

/// A file's content, checked and ready.
#[derive(Debug)]
pub enum Block {
    /// A term dictionary shard.
    Dictionary(Dictionary),
    /// A shard of reversed terms.
    Reversed(Dictionary),
    /// A stretch of the postings address space.
    Postings(Postings),
    /// Records.
    Records(Records),
    /// Facet columns.
    Facets(Facets),
    /// Names.
    Names(Names),
    /// Suggestions.
    Suggest(Suggestions),
    /// Books like each.
    Alike(AlikeColumns),
    /// The shelf.
    Shelf(Shelf),
    /// Holds the picks of visitors, by query.
    Choices(Choices),
    /// Book numbers.
    Isbns(Isbns),
    /// Where copies stand.
    Items(Items),
    /// Compiled answers.
    Answers(Answers),
    /// The keywords of documents.
    Subjects(Names),
    /// Details of libraries.
    Libraries(Libraries),
    /// A file of an overlay of loans.
    Availability(Availability),
}

impl Block {
    /// Opens a file fetched by its name: the one door to everything inside.
    ///
    /// # Errors
    /// Any [`OpenError`]: the bytes are not what the name promises.
    pub fn open(name: &FileName, file: Vec<u8>) -> Result<Self, OpenError> {
        let payload = file::open(name, file)?;
        Ok(match name.kind {
            kind @ (Kind::Manifest | Kind::Opening) => return Err(OpenError::WrongKind { got: kind as u8 }),
            Kind::Dictionary => Block::Dictionary(Dictionary::open(payload)?),
            Kind::Reversed => Block::Reversed(Dictionary::open(payload)?),
            Kind::Postings => Block::Postings(Postings::open(payload)?),
            Kind::Records => Block::Records(Records::open(payload)?),
            Kind::Facets => Block::Facets(Facets::open(payload)?),
            Kind::Names => Block::Names(Names::open(payload)?),
            Kind::Suggest => Block::Suggest(Suggestions::open(payload)?),
            Kind::Alike => Block::Alike(AlikeColumns::open(payload)?),
            Kind::Shelf => Block::Shelf(Shelf::open(payload)?),
            Kind::Choices => Block::Choices(Choices::open(payload)?),
            Kind::Isbns => Block::Isbns(Isbns::open(payload)?),
            Kind::Items => Block::Items(Items::open(payload)?),
            Kind::Answers => Block::Answers(Answers::open(payload)?),
            Kind::Subjects => Block::Subjects(Names::open(payload)?),
            Kind::Libraries => Block::Libraries(Libraries::open(payload)?),
            Kind::Availability => Block::Availability(Availability::open(payload)?),
        })
    }

    /// Counts the bytes held, about, for a cache's budget.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Block::Dictionary(shard) | Block::Reversed(shard) => shard.size(),
            Block::Postings(bytes) => bytes.size(),
            Block::Records(records) => records.size(),
            Block::Facets(columns) => columns.size(),
            Block::Names(names) | Block::Subjects(names) => names.size(),
            Block::Suggest(suggestions) => suggestions.size(),
            Block::Alike(columns) => columns.size(),
            Block::Shelf(shelf) => shelf.size(),
            Block::Choices(choices) => choices.size(),
            Block::Isbns(isbns) => isbns.size(),
            Block::Items(items) => items.size(),
            Block::Answers(answers) => answers.size(),
            Block::Libraries(libraries) => libraries.size(),
            Block::Availability(overlay) => overlay.size(),
        }
    }
}

/// Writes for each kind of content a method that gives it, or says that the block holds another kind.
macro_rules! contents {
    ($($(#[$doc:meta])* $name:ident: $content:ty = $($variant:ident)|+;)*) => {
        impl Block {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// [`Damaged`] when the block holds another kind: what keeps the blocks mixed them up.
                pub fn $name(&self) -> Result<&$content, Damaged> {
                    match self {
                        $(Block::$variant(content))|+ => Ok(content),
                        _ => Err(Damaged("block, which is of another kind")),
                    }
                }
            )*
        }
    };
}

contents! {
    /// Gives the dictionary shard, of terms or of reversed terms.
    dictionary: Dictionary = Dictionary | Reversed;
    /// Gives the stretch of the postings address space.
    postings: Postings = Postings;
    /// Gives the records.
    records: Records = Records;
    /// Gives the facet columns.
    facets: Facets = Facets;
    /// Gives the names, of publishers or of the subjects of documents.
    names: Names = Names | Subjects;
    /// Gives the suggestions.
    suggestions: Suggestions = Suggest;
    /// Gives the books like each.
    alike: AlikeColumns = Alike;
    /// Gives the shelf.
    shelf: Shelf = Shelf;
    /// Gives the picks by query.
    choices: Choices = Choices;
    /// Gives the book numbers.
    isbns: Isbns = Isbns;
    /// Gives where copies stand.
    items: Items = Items;
    /// Gives the compiled answers.
    answers: Answers = Answers;
    /// Gives what is told of libraries.
    libraries: Libraries = Libraries;
    /// Gives what is known of loans.
    availability: Availability = Availability;
}
