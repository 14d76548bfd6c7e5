//! The two tools compiled from source: the wasm-bindgen program and worker-build.
//!
//! Their versions follow `Cargo.lock`: wasm-bindgen's program must be of the crate's exact version, and
//! worker-build is released with the crate `worker`. Invariant: a tool of another version is not used.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{announce, debian, lock};
use crate::stamp::Stamp;
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// Where the tools lie.
#[derive(Debug)]
pub(crate) struct RustTools {
    pub(crate) wasm_bindgen: PathBuf,
    pub(crate) worker_build: PathBuf,
}

/// A program, the package it is in, and the crate whose version it follows.
struct Tool {
    package: &'static str,
    program: &'static str,
    follows: &'static str,
}

const WASM_BINDGEN: Tool =
    Tool { package: "wasm-bindgen-cli", program: "wasm-bindgen", follows: "wasm-bindgen" };
const WORKER_BUILD: Tool = Tool { package: "worker-build", program: "worker-build", follows: "worker" };

/// Installs both tools, once per version.
pub(crate) fn ensure(workspace: &Workspace) -> Result<RustTools> {
    let lock_file = files::read_text(&workspace.root.join("Cargo.lock"))?;
    let wasm_bindgen = ensure_one(workspace, &lock_file, &WASM_BINDGEN)?;
    let worker_build = ensure_one(workspace, &lock_file, &WORKER_BUILD)?;
    // The objects of the two are worth nothing once both programs stand.
    files::remove_dir(&objects(workspace))?;
    Ok(RustTools { wasm_bindgen, worker_build })
}

fn objects(workspace: &Workspace) -> PathBuf {
    workspace.tools.join("objects")
}

fn ensure_one(workspace: &Workspace, lock_file: &str, tool: &Tool) -> Result<PathBuf> {
    let version = locked_version(lock_file, tool.follows)?;
    let root = workspace.tools.join("cargo");
    let program = root.join("bin").join(tool.program);
    let stamp = Stamp::new(&root, tool.program);
    let stands = || stamp.holds(&version) && program.is_file();
    if stands() {
        return Ok(program);
    }
    let _lock = lock(workspace)?;
    if stands() {
        return Ok(program);
    }
    if tool.package == WORKER_BUILD.package {
        ensure_openssl()?;
    }
    announce(&format!("compiling {} {version} (a few minutes, once)", tool.package));
    stamp.lift()?;
    install(workspace, tool, &version, true)
        .or_else(|_| {
            // A mirror may not have a release yet that the package's lock file names.
            announce("the package's own lock file does not hold here; cargo picks the versions");
            install(workspace, tool, &version, false)
        })
        .with_context(|| {
            format!("run: cargo install --root {} {} --version {version}", root.display(), tool.package)
        })?;
    stamp.set(&version)?;
    Ok(program)
}

fn install(workspace: &Workspace, tool: &Tool, version: &str, locked: bool) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["install", "--quiet", "--force", tool.package, "--bin", tool.program]);
    command.arg("--version").arg(format!("={version}"));
    command.arg("--root").arg(workspace.tools.join("cargo"));
    if locked {
        command.arg("--locked");
    }
    // They run for half a second and compile for minutes: not optimised, which takes a third of the time.
    command
        .env("CARGO_TARGET_DIR", objects(workspace))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env_remove("RUSTFLAGS");
    process::run(&mut command)
}

/// worker-build links OpenSSL (it could download its helpers; here it never has to).
fn ensure_openssl() -> Result<()> {
    let found = Command::new("pkg-config").args(["--exists", "openssl"]).status();
    if found.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    debian::install(&["libssl-dev", "pkg-config"], "worker-build is compiled against OpenSSL")
}

/// The version of a crate in a lock file.
fn locked_version(lock_file: &str, name: &str) -> Result<String> {
    let heading = format!("name = \"{name}\"");
    let mut versions = lock_file
        .split("[[package]]")
        .filter(|package| package.lines().any(|line| line == heading))
        .filter_map(|package| package.lines().find_map(|line| line.strip_prefix("version = ")))
        .map(|version| version.trim_matches('"').to_owned());
    let version = versions.next().with_context(|| format!("Cargo.lock has no {name}"))?;
    if versions.next().is_some() {
        bail!("Cargo.lock has more than one {name}");
    }
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"worker\"\nversion = \"0.8.7\"\n\n\
        [[package]]\nname = \"worker-sys\"\nversion = \"0.8.6\"\n";

    #[test]
    fn a_version_is_the_one_of_that_very_crate() {
        assert_eq!(locked_version(LOCK, "worker").unwrap(), "0.8.7");
        assert_eq!(locked_version(LOCK, "worker-sys").unwrap(), "0.8.6");
        assert!(locked_version(LOCK, "wasm-bindgen").is_err());
    }
}
