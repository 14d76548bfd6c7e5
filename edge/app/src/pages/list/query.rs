//! The address of a list: read, checked and written.

use seoga_index::book_id::BookId;

use crate::http::params::{Params, encode_into};
use crate::http::problem::{Problem, Takes};
use crate::limits;
use crate::query;
use crate::routes::number;
use crate::strings::Hl;

/// Says what the address of a list asks for.
#[derive(Debug, Default)]
pub(super) struct ListQuery {
    /// Ids and other numbers of books, each once, in the order given, those of `isbn` first.
    pub(super) ids: Vec<BookId>,
    /// The parts that are no number of a book.
    pub(super) wrong: Vec<String>,
    /// Names of the visitor's own libraries, each once, in the order given.
    pub(super) own: Vec<String>,
    pub(super) hl: Option<Hl>,
}

impl ListQuery {
    /// Reads the parameters.
    pub(super) fn parse(params: &Params<'_>) -> Result<Self, Problem> {
        let mut list = Self { hl: query::hl(params)?, ..Self::default() };
        for value in params.all("isbn")?.into_iter().chain(params.all("id")?) {
            value.split([',', ';', '\n', '\r']).for_each(|part| list.add(part.trim()));
        }
        // Lists of before name them as a search does.
        let libraries = params.all("library")?;
        let named = libraries.len();
        for name in query::mine(params)?.into_iter().chain(libraries) {
            if !name.is_empty() && !list.own.contains(&name) {
                list.own.push(name);
            }
        }
        for (name, most, got) in [
            ("isbn", limits::MAX_LIST_BOOKS, list.ids.len() + list.wrong.len()),
            ("library", limits::MAX_LIBRARIES, named),
        ] {
            if got > most {
                return Err(Problem::parameter(name, format!("{got} values"), Takes::AtMost(most)));
            }
        }
        Ok(list)
    }

    /// Adds what a part of a value names: one number in any spelling, or several apart.
    fn add(&mut self, part: &str) {
        if let Some(number) = number(part) {
            if !self.ids.contains(&number) {
                self.ids.push(number);
            }
        } else if part.contains(char::is_whitespace)
            && part.split_whitespace().any(|word| number(word).is_some())
        {
            part.split_whitespace().for_each(|word| self.add(word));
        } else if !part.is_empty() {
            self.wrong.push(part.to_owned());
        }
    }

    /// Names the parameter that its books are written under: `isbn`, as ever, where each of them has one.
    pub(super) fn parameter(&self) -> &'static str {
        if self.ids.iter().all(|id| id.isbn13().is_some()) { "isbn" } else { "id" }
    }

    /// Writes the query string of the list, less one of its books, with libraries of the visitor's own.
    pub(super) fn query_string(&self, without: Option<BookId>, own: &[String], hl: Option<Hl>) -> String {
        let mut out = String::new();
        let mut put = |name: &str, value: &str| {
            out.push_str(if out.is_empty() { "" } else { "&" });
            out.push_str(name);
            out.push('=');
            encode_into(&mut out, value);
        };
        let kept = self.ids.iter().filter(|id| Some(**id) != without);
        kept.for_each(|id| put(self.parameter(), &id.to_string()));
        own.iter().for_each(|name| put("mine", name));
        if let Some(hl) = hl {
            put("hl", hl.code());
        }
        out
    }

    /// Writes the list's address in a form, by its suffix.
    pub(super) fn address(&self, suffix: &str, without: Option<BookId>) -> String {
        format!("/list{suffix}?{}", self.query_string(without, &self.own, self.hl))
    }
}
