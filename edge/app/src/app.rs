//! The application of one isolate: its settings and the generations it has open.

use crate::config::{Config, ConfigError};
use crate::generation::Generations;

/// The application. One per isolate, behind an `Rc`; not `Sync`.
#[derive(Debug)]
pub struct App {
    pub(crate) config: Config,
    pub(crate) generations: Generations,
}

impl App {
    /// Takes the settings.
    ///
    /// # Errors
    /// [`ConfigError`] when a deployment must not start with them.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config, generations: Generations::default() })
    }
}
