//! The application of one isolate: its settings and the generations it has open.

use crate::config::{Config, ConfigError};
use crate::generation::Generations;

/// Holds the settings of one isolate and the generations of the index that it has open. One per isolate, behind an `Rc`;
/// not `Sync`.
///
/// ```
/// use seoga_app::{App, Config};
///
/// assert!(App::new(Config::development()).is_ok());
/// // A deployment for the public does not start with a key that everybody knows.
/// let refused = App::new(Config { production: true, ..Config::development() }).unwrap_err();
/// assert_eq!(refused.setting, "SEOGA_KEY");
/// ```
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
