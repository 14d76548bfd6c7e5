//! Debian's packages. Nothing is decided here about which.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::progress::timed;
use seoga_host::{files, process};

/// Installs packages, or says the command when that takes another user or another system.
pub(crate) fn install(packages: &[&str], why: &str) -> Result<()> {
    let list = packages.join(" ");
    if files::on_path(&["apt-get"]).is_none() {
        bail!("{why}: install the equivalent of Debian's packages {list}, then run this again");
    }
    if !nix::unistd::geteuid().is_root() {
        bail!("{why}: run `sudo apt-get install -y {list}`, then run this again");
    }
    let install =
        || process::run(apt().args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages));
    timed(&format!("installing {list} ({why})"), || {
        // Before its lists are fetched once, apt may find no package at all.
        if !Path::new("/var/lib/apt/lists/lock").exists() || install().is_err() {
            process::run(apt().args(["update", "-qq"]))?;
            install()?;
        }
        Ok(())
    })
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    // Another apt-get may be at work; it is waited for. What it prints is for the log, not for a program.
    command.args(["-o", "DPkg::Lock::Timeout=900"]).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
