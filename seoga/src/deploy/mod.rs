//! `seoga deploy` and `rollback --code`: worker or functions, and the infrastructure they run on.
//!
//! The index that they serve is `rebuild`'s matter. The programs of the platforms do the work (`wrangler`, `aws`);
//! here are the order of the steps and what each needs of the one before. Invariant: with `--dry-run` nothing is changed
//! anywhere, and every command that would run is printed as it would be typed.

pub(crate) mod aws;
pub(crate) mod cloudflare;
pub(crate) mod options;
mod releases;
pub(crate) mod runner;
pub(crate) mod settings;

use anyhow::{Result, bail};

use crate::smoke;
use crate::target::{Platform, Target};
use options::{Deploy, Deployment};
use runner::Runner;

/// Carries out `seoga deploy`.
pub(crate) fn run(options: &Deploy) -> Result<()> {
    let runner = Runner::new(options.deployment.dry_run);
    let base = match options.target {
        Platform::Cloudflare => cloudflare::deploy(options, &runner)?,
        Platform::Aws => aws::deploy(options, &runner)?,
    };
    look(&runner, &options.deployment, base)
}

/// Carries out `seoga rollback --code`.
pub(crate) fn rollback(deployment: &Deployment, target: Target, to: Option<&str>) -> Result<()> {
    let runner = Runner::new(deployment.dry_run);
    let base = match target.platform() {
        Some(Platform::Cloudflare) => cloudflare::rollback(deployment, to, &runner)?,
        Some(Platform::Aws) => aws::rollback(deployment, to, &runner)?,
        None => bail!("--code: give --target cloudflare or aws"),
    };
    look(&runner, deployment, base)
}

/// Asks what was deployed whether it answers as it must, where it is known where.
fn look(runner: &Runner, deployment: &Deployment, base: Option<String>) -> Result<()> {
    let Some(base) = deployment.base.clone().or(base) else {
        println!("== not looked at: give --base URL, or run seoga smoke --base URL");
        return Ok(());
    };
    println!("== smoke\n   seoga smoke --base {base}");
    if runner.is_dry() { Ok(()) } else { smoke::check(&base) }
}
