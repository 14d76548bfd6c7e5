//! Deploying to Workers: what wrangler does with the environments `staging` and `production` of a package.

use std::process::Command;

use anyhow::Result;
use seoga_host::limits::Limits;
use seoga_host::process;

use super::options::{Deploy, Deployment, Environment};
use super::runner::Runner;
use crate::package::Package;
use crate::target::Platform;
use crate::wrangler;

/// Weighs and uploads. Gives where it can be looked at, if that is known.
pub(super) fn deploy(options: &Deploy, runner: &Runner) -> Result<Option<String>> {
    wrangler::needed()?;
    let package = Package::open(Platform::Cloudflare, options.deployment.package.as_deref())?;
    let environment = options.deployment.environment;
    fits(&package)?;
    let mut deploy = command(&package, "deploy", environment);
    if let Some(domain) = &options.domain {
        deploy.args(["--domain", domain]);
    }
    runner.step("deploy", &mut deploy)?;
    if runner.is_dry() {
        // wrangler's own dry run: bundles and lists what would be uploaded, and needs no account.
        process::run(command(&package, "deploy", environment).arg("--dry-run"))?;
    }
    Ok(options.domain.as_ref().map(|domain| format!("https://{domain}")))
}

/// Refuses what Workers would refuse for its size or number; says what there is.
pub(crate) fn fits(package: &Package) -> Result<()> {
    let limits = Limits::read()?;
    let (files, largest) = limits.assets(&package.assets())?;
    let script = ["build/worker/index.js", "build/worker/index_bg.wasm"].map(|place| package.file(place));
    let script = limits.script(&script.each_ref().map(std::path::PathBuf::as_path))?;
    eprintln!("== fits: {files} static files, the largest of {largest} bytes; a script of {script} bytes");
    Ok(())
}

/// Puts the version before into force again, or the one that is named.
pub(super) fn rollback(deployment: &Deployment, to: Option<&str>, runner: &Runner) -> Result<Option<String>> {
    wrangler::needed()?;
    let package = Package::open(Platform::Cloudflare, deployment.package.as_deref())?;
    let mut back = command(&package, "rollback", deployment.environment);
    back.args(to).args(["--yes", "--message", "seoga rollback --code"]);
    runner.step("roll back", &mut back)?;
    Ok(None)
}

/// Makes a command of wrangler on an environment of a package.
pub(crate) fn command(package: &Package, command: &str, environment: Environment) -> Command {
    let mut wrangler = wrangler::command(package.folder());
    wrangler.args([command, "--env", environment.name()]);
    wrangler
}
