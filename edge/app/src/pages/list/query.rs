//! The address of a list: read, checked and written.

use seoga_text::isbn;

use crate::http::params::{Params, encode_into};
use crate::http::problem::{Problem, Takes};
use crate::limits;
use crate::query;
use crate::strings::Hl;
use seoga_search::book_view::isbn13;

/// Says what the address of a list asks for.
#[derive(Debug, Default)]
pub(super) struct ListQuery {
    /// Book numbers, each once, in the order given.
    pub(super) isbns: Vec<u64>,
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
        for value in params.all("isbn")? {
            value.split([',', ';', '\n', '\r']).for_each(|part| list.add(part.trim()));
        }
        let libraries = params.all("library")?;
        let named = libraries.len();
        for name in libraries {
            if !name.is_empty() && !list.own.contains(&name) {
                list.own.push(name);
            }
        }
        for (name, most, got) in [
            ("isbn", limits::MAX_LIST_BOOKS, list.isbns.len() + list.wrong.len()),
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
        let number = |text: &str| isbn::parse(text).map(isbn::Isbn13::get).or_else(|| isbn::digits(text));
        if let Some(number) = number(part) {
            if !self.isbns.contains(&number) {
                self.isbns.push(number);
            }
        } else if part.contains(char::is_whitespace)
            && part.split_whitespace().any(|word| number(word).is_some())
        {
            part.split_whitespace().for_each(|word| self.add(word));
        } else if !part.is_empty() {
            self.wrong.push(part.to_owned());
        }
    }

    /// Writes the query string of the list, less one of its books.
    pub(super) fn query_string(&self, without: Option<u64>, hl: Option<Hl>) -> String {
        let mut out = String::new();
        let mut put = |name: &str, value: &str| {
            out.push_str(if out.is_empty() { "" } else { "&" });
            out.push_str(name);
            out.push('=');
            encode_into(&mut out, value);
        };
        let kept = self.isbns.iter().filter(|isbn| Some(**isbn) != without);
        kept.for_each(|isbn| put("isbn", &isbn13(*isbn)));
        self.own.iter().for_each(|name| put("library", name));
        if let Some(hl) = hl {
            put("hl", hl.code());
        }
        out
    }

    /// Writes the list's address in a form, by its suffix.
    pub(super) fn address(&self, suffix: &str, without: Option<u64>) -> String {
        format!("/list{suffix}?{}", self.query_string(without, self.hl))
    }
}
