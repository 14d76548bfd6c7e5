//! `seoga deploy` and `rollback --code`: worker or functions, and the infrastructure they run on.
//!
//! The index that they serve is `rebuild`'s matter: code is changed under the generation in force. The programs of the
//! platforms do the work (`wrangler`, `aws`); here are the order of the steps and what each needs of the one before. Invariant:
//! with `--dry-run` nothing is changed anywhere, and every command that would run is printed as it would be typed.

pub(crate) mod account;
pub(crate) mod address;
pub(crate) mod aws;
pub(crate) mod bucket;
mod changed;
pub(crate) mod cloudflare;
pub(crate) mod options;
mod releases;
pub(crate) mod runner;
pub(crate) mod settings;

use std::time::Instant;

use anyhow::{Context, Result};

use crate::notify::{Event, Webhooks};
use crate::smoke;
use crate::target::{Platform, Target};
use changed::Changed;
use options::{Deploy, Deployment};
use runner::Runner;

/// Carries out `seoga deploy`.
pub(crate) fn run(options: &Deploy) -> Result<()> {
    let target = match options.target {
        Platform::Cloudflare => Target::Cloudflare,
        Platform::Aws => Target::Aws,
    };
    told("deploy", target, &options.deployment, |runner| match options.target {
        Platform::Cloudflare => cloudflare::deploy(options, runner),
        Platform::Aws => aws::deploy(options, runner),
    })
}

/// Carries out `seoga rollback --code`.
pub(crate) fn rollback(deployment: &Deployment, target: Target, to: Option<&str>) -> Result<()> {
    let platform = target.platform().context("--code: give --target cloudflare or aws")?;
    told("rollback of the code", target, deployment, |runner| match platform {
        Platform::Cloudflare => cloudflare::rollback(deployment, to, runner),
        Platform::Aws => aws::rollback(deployment, to, runner),
    })
}

/// Changes a deployment, looks at it, and tells the webhooks how that ended; a dry run is told to nobody.
fn told(
    job: &'static str,
    target: Target,
    deployment: &Deployment,
    change: impl FnOnce(&Runner) -> Result<Changed>,
) -> Result<()> {
    let runner = Runner::new(deployment.dry_run);
    let event = Event::new(job, target.name(), Instant::now());
    let outcome = change(&runner).and_then(|changed| look(&runner, deployment, changed));
    if !deployment.dry_run {
        let event = match &outcome {
            Ok(seen) => event.succeeded(None, seen),
            Err(error) => event.failed(None, &format!("{error:#}")),
        };
        Webhooks::from_environment().tell(&event);
    }
    outcome.map(|_| ())
}

/// Asks what was deployed whether it answers as it must, where it is known where; gives in words what is in force.
fn look(runner: &Runner, deployment: &Deployment, changed: Changed) -> Result<String> {
    let release = changed.release;
    let Some(base) = deployment.base.clone().or(changed.base) else {
        println!("== not looked at: give --base URL, or run seoga smoke --base URL");
        return Ok(format!("release {release}; not looked at, as no --base URL was given"));
    };
    println!("== smoke\n   seoga smoke --base {base}");
    if !runner.is_dry() {
        smoke::check(&base)?;
    }
    Ok(format!("release {release}; {base} answers as it must"))
}
