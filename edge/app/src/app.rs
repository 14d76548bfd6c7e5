//! The application of one isolate: its settings and the generations it has open.

use std::rc::Rc;

use crate::config::{Config, ConfigError};
use crate::exchange::Exchange;
use crate::http::request::Request;
use crate::http::response::Response;

/// The application. One per isolate, behind an `Rc`; not `Sync`.
#[derive(Debug)]
pub struct App {
    config: Config,
}

impl App {
    /// Takes the settings.
    ///
    /// # Errors
    /// [`ConfigError`] when a deployment must not start with them.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config })
    }

    /// Begins to answer a request.
    pub fn begin(self: &Rc<Self>, request: Request) -> Exchange {
        let app = Rc::clone(self);
        Exchange::new(|port| async move {
            port.fetch(vec![format!("{}current.json", app.config.index_prefix)]).await;
            Response::bare(if request.path == "/api/status" { 503 } else { 404 })
        })
    }
}
