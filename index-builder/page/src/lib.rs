//! Checks files in the browser, by the readers that build an index.
//!
//! Not a reader itself: it gives them files piece by piece and returns the text of their report. Invariant: at most
//! [`pieces::PIECE_BYTES`] of a file are held here, and nothing leaves the page.

mod pieces;

use std::path::PathBuf;

use index_builder::progress::{Progress, Unit};
use index_builder::sources;
use wasm_bindgen::prelude::wasm_bindgen;

use pieces::{Dropped, Pieces};

#[wasm_bindgen]
extern "C" {
    /// A file that a page was given.
    pub type Source;

    /// Returns its name, without a folder.
    #[wasm_bindgen(method, getter)]
    fn name(this: &Source) -> String;

    /// Returns its size in bytes.
    #[wasm_bindgen(method, getter)]
    fn size(this: &Source) -> f64;

    /// Fills `into` with the bytes from `at` on; false where they cannot be read.
    #[wasm_bindgen(method)]
    fn read(this: &Source, at: f64, into: &mut [u8]) -> bool;

    /// A function of the page that is told how far the reading is.
    pub type Listener;

    /// Tells how many more bytes have been read.
    #[wasm_bindgen(method)]
    fn advance(this: &Listener, bytes: f64);
}

impl Pieces for Source {
    fn fill(&self, at: u64, into: &mut [u8]) -> bool {
        self.read(at as f64, into)
    }
}

thread_local! {
    static LISTENER: std::cell::RefCell<Option<Listener>> = const { std::cell::RefCell::new(None) };
}

/// Tells the page's listener, of which a progress that other threads may share cannot hold the object itself.
struct ToPage;

impl Progress for ToPage {
    fn begin(&self, _stage: &str, _steps: u64, _unit: Unit) {}

    fn advance(&self, steps: u64) {
        LISTENER.with_borrow(|listener| {
            if let Some(listener) = listener {
                listener.advance(steps as f64);
            }
        });
    }

    fn end(&self) {}
}

/// Reads files as `index-builder check` does, and returns what it prints.
#[wasm_bindgen]
#[must_use]
pub fn check(sources: Vec<Source>, listener: Listener) -> String {
    LISTENER.set(Some(listener));
    let mut files = Dropped::default();
    let mut paths: Vec<PathBuf> = Vec::with_capacity(sources.len());
    for source in sources {
        let path = PathBuf::from(source.name());
        files.add(path.clone(), source.size() as u64, Box::new(source));
        paths.push(path);
    }
    paths.sort();
    paths.dedup();
    sources::check(&files, &paths, &ToPage).to_check_text()
}
