//! The core in this shell: made by the deployment's settings, driven to its answers.

use std::rc::Rc;

#[cfg(feature = "test-hooks")]
use seoga_app::config::setting;
use seoga_app::{App, Config, ConfigError, Effect, Outcome, Request, Response};
use worker::Env;

/// Makes the application by the settings of this deployment.
pub(crate) fn new_app(env: &Env) -> Result<Rc<App>, ConfigError> {
    // Variables and secrets are read alike.
    let config = Config::from_settings(|name| env.var(name).ok().map(|value| value.to_string()))?;
    #[cfg(feature = "test-hooks")]
    refuse_production(&config)?;
    App::new(config).map(Rc::new)
}

/// Drives the core to its response, one effect after the other.
pub(crate) async fn answer(
    app: &Rc<App>,
    request: Request,
    carry_out: impl AsyncFn(Effect) -> Outcome,
) -> Response {
    let mut exchange = app.begin(request);
    let mut outcome = Outcome::Begin;
    loop {
        outcome = match exchange.next(outcome) {
            Effect::Respond(response) => return response,
            effect => carry_out(effect).await,
        };
    }
}

/// Keeps a build with test hooks from the public.
#[cfg(feature = "test-hooks")]
fn refuse_production(config: &Config) -> Result<(), ConfigError> {
    let wanted = "`development`, as this worker was built with test hooks; a deployment takes one without";
    if config.production { Err(ConfigError { setting: setting::MODE, wanted }) } else { Ok(()) }
}
