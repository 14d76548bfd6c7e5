//! Pages: what a person sees, rendered whole, usable without script.
//!
//! Every handler resolves the interface language first (`hl`, else Accept-Language, else Korean). Markup is made by
//! `maud`, which escapes all text. Invariant: no catalogue text reaches a page unescaped.

mod about;
mod book;
mod books;
mod citation;
mod cover;
mod elsewhere;
mod error;
mod feed;
mod form;
mod hangul;
mod heading;
mod holdings;
mod home;
mod layout;
mod libraries;
mod links;
mod list;
mod loans;
mod place;
mod results;
mod robots;
mod statement;

pub(crate) use about::about;
pub(crate) use book::{book, book_elsewhere};
pub(crate) use citation::citation;
pub(crate) use cover::cover;
pub(crate) use error::problem;
pub(crate) use feed::feed;
pub(crate) use heading::heading;
pub(crate) use home::home;
pub(crate) use libraries::libraries;
pub(crate) use list::list;
pub(crate) use results::results;
pub(crate) use robots::{open_search, robots, sitemap};
