//! Prints the insides of an index for a person.

use std::fmt::Write as _;
use std::sync::Arc;

use seoga_index::book_id::BookId;
use seoga_index::dictionary::Entry;
use seoga_search::{Book, Lookup, TermLookup};
use seoga_text::{isbn, keys};

use crate::local::{LocalIndex, ToolError};

/// The catalogue's figures and each kind's files and bytes.
///
/// # Errors
/// [`ToolError`] when a file is missing or damaged.
pub fn sizes(folder: &std::path::Path) -> Result<String, ToolError> {
    let sizes = super::verify::run(folder)?;
    let index = LocalIndex::open(folder, 0)?;
    let manifest = &index.manifest;
    let mut out = format!(
        "generation {}, {} books, {} libraries, data of {}{}\n",
        index.generation,
        manifest.documents,
        manifest.libraries.len(),
        if manifest.built.is_empty() { "unknown date" } else { &manifest.built },
        if manifest.invented { ", invented sample" } else { "" },
    );
    let _ = writeln!(out, "{:12}{:>7}{:>12}{:>10}", "kind", "files", "bytes", "a book");
    let books = f64::from(manifest.documents.max(1));
    let mut all = (0, 0);
    for (kind, (files, bytes)) in &sizes {
        let _ = writeln!(out, "{:12}{files:7}{bytes:12}{:10.1}", format!("{kind:?}"), *bytes as f64 / books);
        all = (all.0 + files, all.1 + bytes);
    }
    let _ = writeln!(out, "{:12}{:7}{:12}{:10.1}", "all", all.0, all.1, all.1 as f64 / books);
    Ok(out)
}

/// A term's entry and the first documents of its list.
///
/// # Errors
/// [`ToolError`] when a file is missing or damaged, or the dictionary has no such term.
pub fn term(index: &LocalIndex, word: &str) -> Result<String, ToolError> {
    let key = keys::encode(&seoga_text::fold::fold(word));
    let found = index.ask(TermLookup::new(Arc::clone(&index.manifest), key))?;
    let (entry, postings) =
        found.ok_or_else(|| ToolError::Request(format!("{word}: not in the dictionary")))?;
    let place = match entry {
        Entry::Inline(_) => "inline".to_owned(),
        Entry::List { address, .. } => format!("list at {address}"),
    };
    let mut out = format!("{word}: {} postings, {place}\n", postings.len());
    for posting in postings.iter().take(20) {
        let _ = writeln!(out, "  document {} {:?} {}/31", posting.doc, posting.field(), posting.weight());
    }
    Ok(out)
}

/// Everything recorded of a book.
///
/// # Errors
/// [`ToolError`] when a file is missing or damaged, the text is no ISBN and no id, or no such book is there.
pub fn book(index: &LocalIndex, text: &str) -> Result<String, ToolError> {
    let number = || isbn::parse(text).map(isbn::Isbn13::get).or_else(|| isbn::digits(text)).map(BookId::isbn);
    let number = BookId::parse(text).or_else(number);
    let number = number.ok_or_else(|| ToolError::Request(format!("`{text}` is no ISBN and no id")))?;
    let lookup = Lookup::new(Arc::clone(&index.manifest), number).with_more_like_this();
    Ok(match index.ask(lookup)? {
        None => return Err(ToolError::Request(format!("{number}: not in the index"))),
        Some(Book { doc, record, items, subjects, editions, similar, left, right, told: _ }) => {
            let mut out = format!("document {doc}\n{record:#?}\n");
            if !subjects.is_empty() {
                let _ = writeln!(out, "keywords {}", subjects.join(", "));
            }
            for item in items {
                let _ = writeln!(out, "{item:?}");
            }
            for (name, books) in
                [("edition", editions), ("similar", similar), ("left", left), ("right", right)]
            {
                for book in books {
                    let _ = writeln!(out, "{name} {} {} | {}", book.id, book.title, book.authors);
                }
            }
            out
        }
    })
}
