//! A question, as the machine takes it and as the oracle reads it.

use index_builder::local::LocalIndex;
use seoga_index::columns::Language;
use seoga_search::{Filters, Group, Request, Sort, YearRange};
use seoga_text::fold;

/// Where a word is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// In any field.
    Any,
    /// In titles.
    Title,
    /// In names of people.
    Author,
    /// In names of publishers.
    Publisher,
    /// Wherever a word may make a book be left out.
    AnyAndCaption,
}

/// A word asked.
#[derive(Debug, Clone)]
pub struct Word {
    /// As the analyser spells it.
    pub text: String,
    /// Where.
    pub field: Field,
}

/// A question.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Every word, those of phrases too.
    pub words: Vec<Word>,
    /// Phrases as letters.
    pub phrases: Vec<String>,
    /// Words no book shown may have.
    pub excluded: Vec<String>,
    /// Names of libraries, of which one holds the book.
    pub libraries: Vec<String>,
    /// Beginnings of class numbers, of which the book's has one.
    pub classes: Vec<String>,
    /// From and to.
    pub years: Option<(Option<u16>, Option<u16>)>,
    /// Publishers, whole, of which the book has one.
    pub publishers: Vec<String>,
    /// `ko`, `en` or `other`.
    pub language: Option<String>,
    /// The order.
    pub sort: Sort,
    /// Books on a page.
    pub limit: u32,
    /// The text in the box.
    pub text: String,
    /// Whether the last word may go on.
    pub typing: bool,
}

impl Ask {
    /// A question of whole words in any field, best first.
    #[must_use]
    pub fn of(words: &[&str]) -> Self {
        let word = |text: &&str| Word { text: (*text).to_owned(), field: Field::Any };
        Self {
            words: words.iter().map(word).collect(),
            phrases: Vec::new(),
            excluded: Vec::new(),
            libraries: Vec::new(),
            classes: Vec::new(),
            years: None,
            publishers: Vec::new(),
            language: None,
            sort: Sort::Relevance,
            limit: 10,
            text: words.join(" "),
            typing: false,
        }
    }

    /// Makes the request to the machine.
    ///
    /// # Panics
    /// When the index has not a library asked.
    #[must_use]
    pub fn request(&self, index: &LocalIndex, page: u32, limit: u32) -> Request {
        let number = |name: &String| match index.manifest.library(name) {
            Some(number) => number,
            None => panic!("the index has no library {name}"),
        };
        let mut libraries: Vec<_> = self.libraries.iter().map(number).collect();
        libraries.sort_unstable();
        Request {
            text: fold::canonical_query(&self.text),
            // A space behind the last word says that it is whole.
            typed: if self.typing { self.text.clone() } else { format!("{} ", self.text) },
            filters: Filters {
                libraries,
                classes: self.classes.clone(),
                year: self.years.map(|(from, to)| YearRange { from, to }),
                publishers: self.publishers.clone(),
                language: self.language.as_deref().and_then(Language::from_code),
                ..Filters::default()
            },
            sort: self.sort,
            page,
            limit,
            group: Group::None,
        }
    }

    /// Whether anything but words narrows the answer.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.libraries.is_empty()
            || !self.classes.is_empty()
            || self.years.is_some()
            || !self.publishers.is_empty()
            || self.language.is_some()
    }
}
