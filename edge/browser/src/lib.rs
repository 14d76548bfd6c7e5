//! The core for a browser: `edge/app` as WASM that a service worker drives (`seoga-driven`), without a key, a store or a secret.
//!
//! Reading files and the shapes of a service worker are JavaScript's (`worker.mjs` beside this crate). Invariant: what it answers is
//! what the edge answers from the same files, but for `query_id`, which is null where nothing signs.

use seoga_app::{Config, Keys};
use seoga_driven::{Application, Exchange};
use seoga_index::file::{self, FileName};
use seoga_index::manifest::Manifest;
use seoga_index::pointer::Pointer;
use wasm_bindgen::prelude::wasm_bindgen;

/// The application of one service worker.
#[wasm_bindgen]
pub struct Edge(Application);

#[wasm_bindgen]
impl Edge {
    /// Makes the application of a device: nothing is signed, accepted, stored or exported.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default, reason = "JavaScript has no defaults of this kind")]
    pub fn new() -> Edge {
        let keys = Keys { current: None, previous: None };
        Edge(Application::new(Ok(Config { keys, admin_token: None, export: false, ..Config::development() })))
    }

    /// Begins to answer a request, given as JSON, and its body.
    ///
    /// # Errors
    /// When the JSON is no request: JavaScript's fault.
    pub fn begin(&self, request: &str, body: Vec<u8>) -> Result<Exchange, String> {
        self.0.begin(request, body)
    }
}

/// Gives the path of the table of contents that a pointer names, below the folder of the index.
///
/// # Errors
/// When the bytes are no pointer, in words for who made them.
#[wasm_bindgen]
pub fn contents(pointer: &[u8]) -> Result<String, String> {
    Pointer::parse(pointer).map(|pointer| pointer.current.to_string()).map_err(|error| error.to_string())
}

/// Lists the paths of all files of a generation below the folder of the index, its table of contents among them.
///
/// # Errors
/// When the pointer or the table of contents is none, or they do not belong together.
#[wasm_bindgen]
pub fn files(pointer: &[u8], contents: &[u8]) -> Result<Vec<String>, String> {
    let pointer = Pointer::parse(pointer).map_err(|error| error.to_string())?;
    let manifest = Manifest::open(&pointer.current, contents).map_err(|error| error.to_string())?;
    let all = std::iter::once(pointer.current).chain(manifest.files());
    Ok(all.map(|file| file.to_string()).collect())
}

/// Tells whether these bytes are the whole, undamaged file of this path.
#[wasm_bindgen]
pub fn is_whole(path: &str, bytes: &[u8]) -> bool {
    path.parse::<FileName>().is_ok_and(|name| file::is_whole(&name, bytes))
}
