//! The core for Lambda@Edge: `edge/app` as WASM that JavaScript drives (`seoga-driven`), by the settings of a deployment.
//!
//! Reading files, storing and the event's shape are JavaScript's (`edge.mjs` beside this crate).

use seoga_app::Config;
use seoga_driven::{Application, Exchange};
use wasm_bindgen::prelude::wasm_bindgen;

/// The application of one instance.
#[wasm_bindgen]
pub struct Edge(Application);

#[wasm_bindgen]
impl Edge {
    /// Takes the settings: names and values in turn.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::needless_pass_by_value, reason = "values come from JavaScript by value")]
    pub fn new(settings: Vec<String>) -> Edge {
        let read =
            |name: &str| settings.chunks_exact(2).find(|pair| pair[0] == name).map(|pair| pair[1].clone());
        // An operator exports with rights of their own, straight from the table.
        let config = Config::from_settings(read).map(|config| Config { export: false, ..config });
        Edge(Application::new(config))
    }

    /// Begins to answer a request, given as JSON, and its body.
    ///
    /// # Errors
    /// When the JSON is no request: JavaScript's fault.
    pub fn begin(&self, request: &str, body: Vec<u8>) -> Result<Exchange, String> {
        self.0.begin(request, body)
    }
}
