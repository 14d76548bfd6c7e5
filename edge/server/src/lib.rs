//! The shell for a library's own machine: the core behind HTTP, an index in a folder, choices in a file.
//!
//! It is no home for rules of the product: routes, limits, status codes and pages are the core's, as on the other platforms.
//! [`serve`] runs until it is told to stop.
//!
//! Each worker thread has an [`App`](seoga_app::App) of its own; the store, the limiters, the log and the counts are shared.
//! Invariant: a request that was read whole gets an answer, also where the core breaks over it, and 201 is sent when the choice is
//! on the disk.

mod accept;
mod access_log;
mod assets;
mod compression;
mod connection;
mod folder;
mod key;
mod limiter;
mod metrics;
mod options;
mod respond;
mod shared;
mod shell;
mod store;
mod tls;
mod worker;

pub use accept::serve;
pub use key::signing_key;
pub use options::{Log, Options, Tls};
pub use store::ChoicesFile;
