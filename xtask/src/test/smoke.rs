//! The stage that runs `seoga smoke` against the worker that ships, on a real workerd: as it must be, and broken on purpose.
//!
//! Invariant: a deployment without its index or with another style sheet is refused, and what still answers is said to be well.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use seoga_host::{files, process};

use super::operator::Seoga;
use super::served;
use super::stage::{Context, Outcome};
use crate::flavour::Flavour;

/// Checks that must fail on the broken deployment, and one that must not.
const BROKEN: [&str; 4] = ["files.http", "index.http", "pointer.http", "search.http"];
const WHOLE: &str = "export.http";

/// Serves, and asks. About ten seconds each when the worker is built.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let seoga = Seoga::compile(context.workspace)?;
    let base = served::shared(context)?;
    process::run(&mut seoga.command(["smoke", "--base", &base]))?;
    let assets = [OsString::from("--assets"), broken(context)?.into()];
    served::serve(context, Flavour::Test, &assets, |base, _| {
        let output = seoga.command(["smoke", "--base", base]).output().context("starting seoga")?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(!output.status.success(), "a broken deployment passed: {said}");
        for name in BROKEN {
            ensure!(said.contains(&format!("FAILED {name}")), "{name} did not see it: {said}");
        }
        ensure!(said.contains(&format!("ok     {WHOLE}")), "{WHOLE} failed too: {said}");
        println!(
            "ok     a deployment without its index and its style sheet is refused by {}",
            BROKEN.join(", ")
        );
        Ok(())
    })?;
    Ok(Outcome::Passed)
}

/// Lays out a deployment that lacks its opening, its pointer and its style sheet; gives its folder.
fn broken(context: &Context<'_>) -> Result<PathBuf> {
    let (whole, broken) =
        (context.workspace.root.join("dist").join("test"), context.workspace.build.join("smoke-broken"));
    files::remove_dir(&broken)?;
    for file in files::list(&whole)? {
        let place = file.strip_prefix(&whole).context("a listed file lies in its folder")?;
        let lacks = ["current.bin", "current.json", "style.css"];
        if !lacks.iter().any(|name| place.ends_with(name)) {
            files::link(&file, &broken.join(place))?;
        }
    }
    Ok(broken)
}
