//! Deploying to Workers: what wrangler does with the environments `staging` and `production` of a package.
//!
//! A version there is code and static files together. So the generation in force is fetched from the deployment, proved, and
//! deployed again under the other code. Invariant: without knowing what is in force no code is gone back to.

use anyhow::{Context, Result, bail, ensure};
use seoga_host::limits::Limits;

use super::address::{self, Address};
use super::changed::Changed;
use super::options::{Deploy, Deployment};
use super::runner::Runner;
use crate::deployed::{Deployed, how_to_package};
use crate::package::{Package, serve_index};
use crate::served;
use crate::target::Platform;
use crate::wrangler;

/// Weighs and uploads. Gives where it can be looked at, if that is known.
pub(super) fn deploy(options: &Deploy, runner: &Runner) -> Result<Changed> {
    reached(runner)?;
    let package = Package::open(Platform::Cloudflare, options.deployment.package.as_deref())?;
    let environment = options.deployment.environment;
    let release = package.deployed()?.release;
    match &options.deployment.base {
        Some(base) if !runner.is_dry() => {
            let kept = keep_index(&package, base.trim_end_matches('/'))?;
            if kept.is_none() {
                package.is_for_the_public(options.sample)?;
            }
            let deployed = kept.unwrap_or_else(Deployed::unknown);
            Deployed { release: release.clone(), pinned: false, ..deployed }.write(&package.assets())?;
        }
        Some(base) => {
            println!("== the index in force on {base} would be fetched and deployed with release {release}");
        }
        None => {
            package.is_for_the_public(options.sample)?;
            println!("== the package's own index is deployed, as no --base URL says what is in force");
        }
    }
    fits(&package)?;
    let address = Address::of(options.domain.as_deref(), options.deployment.base.as_deref())?;
    let address = address::deploy(&package, environment, address, runner)?;
    if runner.is_dry() {
        address::weigh(&package, environment)?;
    }
    let base = address.map(|address| address.base().to_owned());
    Ok(Changed { release, base })
}

/// Checks that wrangler is there, and signed in where something is to be changed.
fn reached(runner: &Runner) -> Result<()> {
    if runner.is_dry() { wrangler::needed() } else { wrangler::signed_in() }
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

/// Puts the code of an earlier release, made into a package again, under the index in force.
pub(super) fn rollback(deployment: &Deployment, to: Option<&str>, runner: &Runner) -> Result<Changed> {
    reached(runner)?;
    let base = deployment.base.as_deref().context(
        "--base URL says where the deployment answers: the index in force is fetched from there and stays in force",
    )?;
    let base = base.trim_end_matches('/');
    let there = Deployed::ask(base)?.unwrap_or_else(Deployed::unknown);
    let package = Package::open(Platform::Cloudflare, deployment.package.as_deref()).with_context(|| {
        format!("{base} runs release {}; {}", there.release, to.map_or_else(how_to_choose, how_to_package))
    })?;
    let release = package.deployed()?.release;
    match to {
        Some(to) => ensure!(release == to, "the package is release {release}; {}", how_to_package(to)),
        None => ensure!(
            release != there.release,
            "{base} runs release {release} already, and the package is of it; {}",
            how_to_choose()
        ),
    }
    if runner.is_dry() {
        println!("== the index in force on {base} would be fetched and deployed with release {release}");
    } else {
        let there = keep_index(&package, base)?.with_context(|| served::nothing(base))?;
        // Rebuilds keep to it until the next deployment.
        Deployed { release: release.clone(), pinned: true, ..there }.write(&package.assets())?;
    }
    fits(&package)?;
    println!("== from release {} back to {release}", there.release);
    address::deploy(&package, deployment.environment, Address::of(None, Some(base))?, runner)?;
    Ok(Changed { release, base: Some(base.to_owned()) })
}

/// Says how an earlier release is found.
fn how_to_choose() -> String {
    "say which release by --to; git tag --sort=-v:refname lists them".to_owned()
}

/// Puts the index that a deployment has in force into a package, and gives what the deployment says of itself; nothing where no
/// index is deployed.
fn keep_index(package: &Package, base: &str) -> Result<Option<Deployed>> {
    let work = tempfile::tempdir().context("making a folder for the index in force")?;
    let Some(served) = served::bring(base, work.path())? else { return Ok(None) };
    if !served.whole {
        bail!(
            "generation {} on {base} has a file that is missing, damaged or unknown to this release; put an index in force \
             first that this code can read: seoga rollback --target cloudflare --base {base}, or seoga rebuild --force",
            served.pointer.current.letters()
        );
    }
    serve_index(work.path(), &package.assets())?;
    Ok(Some(Deployed::ask(base)?.unwrap_or_else(Deployed::unknown)))
}
