//! HTTP transcripts: what is sent and what must come back, as plain text.
//!
//! A file holds steps. A step is a title, a request as it goes over the wire, and what its answer must be:
//!
//! ```text
//! ### a search finds a title by its first word
//! GET /api/search?q=파이썬&limit=1
//! Accept: application/json
//!
//! HTTP 200
//! content-type: application/json; charset=utf-8
//! set-cookie: <absent>
//!
//! {"query": "파이썬", "query_id": "<save id>", "results": ["<each>", {"libraries": ["<some>", "강남"]}]}
//! ```
//!
//! Above the first title, lines are remarks, as are lines that begin with `# `. A line `@until N` before the request
//! line sends it up to N times until the answer fits; `@one of a|b` sends it with each of these texts for `{{one}}` until the
//! answer fits. Everything between the blank line after the request's headers
//! and the line `HTTP STATUS` is its body. `{{name}}` stands for what an earlier step of the file saved, `{{base}}` for where
//! requests go, `{{ab*3}}` for a text repeated, `{{%name}}` for what was saved as a value of a query string. In the path, what may not stand in one is
//! percent-encoded as UTF-8.
//!
//! A status may be one of two, `HTTP 401 or 404`. A header of the answer fits when its value does, `*` standing for any text;
//! `<absent>` wants none, `<lacks TEXT>` one without a text, `<save etag>` saves it; one header may be wanted in several ways. Of
//! the body, either a JSON pattern follows (see [`pattern`]) or lines, each of which must hold:
//!
//! - `contains: TEXT`, `lacks: TEXT`;
//! - `equals: TEXT`, the body but for white space around it; `empty`;
//! - `save NAME: before*after`, the shortest text between the two, saved; with nothing after, all the rest;
//! - `line: PATTERN`, one line of the body is JSON that fits; `lines: N`, so many lines that are not empty.
//!
//! Invariant: a transcript that says nothing about an answer's status is refused, so every step can fail.

mod differs;
mod parse;
pub mod pattern;
mod replay;
mod saved;
mod suite;

pub use differs::Differs;
pub use parse::{BodyLine, Expected, ParseError, Step, Transcript};
pub use replay::{Answer, Mismatch, Replay};
pub use saved::Saved;
pub use suite::{Counts, File, replay_all};
