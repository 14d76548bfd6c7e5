//! Routes, limits, pages, JSON and choices: a request in, effects out.
//!
//! [`App::begin`] takes a [`Request`] and gives an [`Exchange`]; the shell around it
//! (Cloudflare Workers, Lambda@Edge, a test) carries out one [`Effect`] after the other
//! and hands each [`Outcome`] back until the effect is [`Effect::Respond`]:
//!
//! ```
//! use std::rc::Rc;
//! use seoga_app::{App, Config, Effect, Outcome, Request};
//!
//! let app = Rc::new(App::new(Config::development()).unwrap());
//! let mut exchange = app.begin(Request::get("/api/status", ""));
//! let mut outcome = Outcome::Begin;
//! let response = loop {
//!     outcome = match exchange.next(outcome) {
//!         Effect::Fetch(paths) => Outcome::Fetched(paths.iter().map(|_| None).collect()),
//!         Effect::Log(_) => Outcome::Logged,
//!         Effect::Respond(response) => break response,
//!         other => panic!("a status asks for files only, not for {other:?}"),
//!     };
//! };
//! assert_eq!(response.status, 503); // no file, no index
//! ```
//!
//! This crate owns status codes, HTML and the HTTP contract; bytes belong to
//! `seoga-index`, words to `seoga-text`, ranking to `seoga-search`. It is no server: it
//! does no I/O, reads no clock, draws no random number and logs nothing itself.
//!
//! Invariant: no request and no index file makes it panic, and no state outlives an
//! exchange but the opened generations and their bounded caches.

#![forbid(unsafe_code)]
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api;
mod app;
mod choices;
pub mod config;
mod context;
pub mod contract;
mod dispatch;
mod effect;
mod exchange;
mod exports;
#[cfg(test)]
mod fixtures;
mod generation;
mod host;
pub mod http;
mod json;
pub mod limits;
mod pages;
mod query;
mod questions;
mod routes;
mod strings;

pub use app::App;
pub use choices::stored::{StoredChoice, library_names};
pub use config::{Config, ConfigError, Key, Keys};
pub use effect::{Effect, Limiter, Listed, Outcome, StoreError};
pub use exchange::Exchange;
pub use host::Base;
pub use http::request::Request;
pub use http::response::Response;
pub use json::{broken, refusal};
