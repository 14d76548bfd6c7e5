//! A compiler for `wasm32-unknown-unknown`.
//!
//! Three ways, the first that works: the toolchain in use has the target; rustup adds it; Debian's `rustc-web`
//! compiles std for it from Debian's `rust-web-src` (the host that rustup downloads from is not reached on
//! every machine). The last keeps to a sysroot of its own in the tools folder, so that neither `/usr` nor
//! rustup changes. Invariant: the toolchain that is handed out has std for the target.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::debian;
use super::lock::lock;
use crate::progress::{announce, timed};
use crate::stamp::Stamp;
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// The target that the edge compiles for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// How long rustup may take to bring 30 MB before the other way is taken.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);
/// Set to `rustup` or `debian`, takes that way alone; to see that both work.
const FORCE: &str = "SEOGA_WASM_TOOLCHAIN";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

/// How WASM is compiled on this machine.
#[derive(Debug, Clone)]
pub(crate) enum Toolchain {
    /// The one in use, which has the target.
    Active,
    /// Debian's, by the programs in this folder.
    Debian(PathBuf),
}

impl Toolchain {
    /// Makes a command, and all that it runs, use this toolchain.
    pub(crate) fn apply(&self, command: &mut Command) {
        let Self::Debian(bin) = self else { return };
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(bin.clone()).chain(std::env::split_paths(&path));
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        // Cargo and rustup leave these behind for what they run; they lead to the other toolchain.
        for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH"] {
            command.env_remove(name);
        }
    }

    /// Names the compiler, for stamps.
    pub(crate) fn version(&self) -> Result<String> {
        let mut command = Command::new(match self {
            Self::Active => PathBuf::from("rustc"),
            Self::Debian(bin) => bin.join("rustc"),
        });
        self.apply(&mut command);
        process::output(command.args(["--version", "--verbose"]))
    }
}

/// Finds the compiler, or brings it.
pub(crate) fn ensure(workspace: &Workspace) -> Result<Toolchain> {
    let force = std::env::var(FORCE).unwrap_or_default();
    let sysroot = workspace.tools.join("wasm-sysroot");
    match force.as_str() {
        "rustup" => return by_rustup(),
        "debian" => return by_debian(workspace, &sysroot),
        "" => {}
        other => bail!("{FORCE} is {other:?}; it takes rustup or debian"),
    }
    if has_std("rustc") {
        return Ok(Toolchain::Active);
    }
    // Once compiled, std is there at once; rustup would be tried in vain each time.
    if stands(&sysroot) {
        return Ok(Toolchain::Debian(sysroot.join("bin")));
    }
    let _lock = lock(workspace, "wasm")?;
    by_rustup().or_else(|rustup| {
        announce(&format!("{rustup:#}; taking Debian's compiler"));
        by_debian(workspace, &sysroot).with_context(|| {
            format!("no compiler for {TARGET}; where rustup's host is in reach: rustup target add {TARGET}")
        })
    })
}

/// Whether a compiler finds std for the target.
fn has_std(rustc: &str) -> bool {
    let printed = Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output();
    let Some(output) = printed.ok().filter(|output| output.status.success()) else { return false };
    let libdir = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let Ok(entries) = fs::read_dir(libdir) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

fn by_rustup() -> Result<Toolchain> {
    if !has_std("rustc") {
        if files::on_path(&["rustup"]).is_none() {
            bail!("rustup is not on this machine");
        }
        let mut rustup = Command::new("rustup");
        rustup.args(["target", "add", TARGET]);
        timed(&process::line(&rustup), || process::run_within(&mut rustup, RUSTUP_LIMIT))?;
    }
    if !has_std("rustc") {
        bail!("rustup added {TARGET}, but the rustc on the PATH does not have it");
    }
    Ok(Toolchain::Active)
}

fn stands(sysroot: &Path) -> bool {
    debian_version().is_ok_and(|version| Stamp::new(sysroot, "std").holds(&version))
}

fn debian_version() -> Result<String> {
    process::output(Command::new(DEBIAN_RUSTC).arg("-vV").env_remove("LD_LIBRARY_PATH"))
        .map(|text| text.trim().to_owned())
}

/// A field of what `rustc -vV` prints.
fn field<'a>(version: &'a str, name: &str) -> Result<&'a str> {
    version
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .with_context(|| format!("rustc -vV says no {name}"))
}

fn by_debian(workspace: &Workspace, sysroot: &Path) -> Result<Toolchain> {
    let toolchain = Toolchain::Debian(sysroot.join("bin"));
    if stands(sysroot) {
        return Ok(toolchain);
    }
    if ![DEBIAN_RUSTC, DEBIAN_CARGO, "/usr/lib/rustlib/src/rust/library/std"]
        .iter()
        .all(|p| Path::new(p).exists())
    {
        debian::install(&["rustc-web", "cargo-web", "rust-web-src"], "std for WASM is compiled from source")?;
    }
    let version = debian_version()?;
    let linker = linker(field(&version, "LLVM version")?)?;
    lay_out(sysroot, field(&version, "host")?, &linker)?;
    let libdir = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    timed("compiling std for WASM (once)", || {
        compile_std(&workspace.tools.join("wasm-std"), &toolchain, &libdir)
    })?;
    if !has_std(&sysroot.join("bin/rustc").to_string_lossy()) {
        bail!("Debian's rustc does not find the std that was compiled for it");
    }
    Stamp::new(sysroot, "std").set(&version)?;
    Ok(toolchain)
}

/// A linker for WASM: of the compiler's own LLVM where Debian has it, else the one in rustup's toolchain.
fn linker(llvm: &str) -> Result<PathBuf> {
    let major = llvm.split('.').next().unwrap_or(llvm);
    let lld = PathBuf::from(format!("/usr/lib/llvm-{major}/bin/lld"));
    let package = format!("lld-{major}");
    if lld.exists() || debian::install(&[&package], "WASM is linked by lld").is_ok() && lld.exists() {
        return Ok(lld);
    }
    let rustup = process::output(Command::new("rustc").args(["--print", "target-libdir"]))
        .map(|libdir| Path::new(libdir.trim()).with_file_name("bin").join("rust-lld"));
    rustup
        .ok()
        .filter(|lld| lld.exists())
        .with_context(|| format!("no linker for WASM; run: apt-get install {package}"))
}

/// A sysroot that shares Debian's and has room for one more target.
fn lay_out(sysroot: &Path, host: &str, linker: &Path) -> Result<()> {
    files::remove_dir(sysroot)?;
    let rustlib = sysroot.join("lib/rustlib");
    for dir in [sysroot.join("bin"), rustlib.join(host).join("bin"), rustlib.join(TARGET).join("lib")] {
        files::make_dir(&dir)?;
    }
    let debian = Path::new("/usr/lib/rustlib");
    let link = |from: &Path, to: PathBuf| {
        std::os::unix::fs::symlink(from, &to).with_context(|| format!("linking {}", to.display()))
    };
    link(&debian.join(host).join("lib"), rustlib.join(host).join("lib"))?;
    link(&debian.join("src"), rustlib.join("src"))?;
    link(linker, rustlib.join(host).join("bin/rust-lld"))?;
    link(Path::new(DEBIAN_CARGO), sysroot.join("bin/cargo"))?;
    let rustc = sysroot.join("bin/rustc");
    let quoted = sysroot.to_string_lossy().replace('\'', r"'\''");
    files::write(&rustc, format!("#!/bin/sh\nexec {DEBIAN_RUSTC} --sysroot '{quoted}' \"$@\"\n"))?;
    fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("making {} a program", rustc.display()))
}

/// Compiles std in an empty crate and puts its libraries into `libdir`.
fn compile_std(dir: &Path, toolchain: &Toolchain, libdir: &Path) -> Result<()> {
    files::remove_dir(dir)?;
    files::make_dir(&dir.join("src"))?;
    files::write(
        &dir.join("Cargo.toml"),
        "[package]\nname = \"seed\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )?;
    files::write(&dir.join("src/lib.rs"), "#![no_std]\n")?;
    let mut command = Command::new("cargo");
    command.args(["build", "--quiet", "--release", "--target", TARGET]);
    command.args(["-Z", "build-std=std,panic_abort,panic_unwind,proc_macro"]);
    toolchain.apply(&mut command);
    command
        .current_dir(dir)
        .env("CARGO_TARGET_DIR", dir.join("target"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-C embed-bitcode=yes");
    if let Toolchain::Debian(bin) = toolchain {
        command.env("RUSTC", bin.join("rustc"));
    }
    process::run(&mut command).context("compiling std for WASM")?;
    for file in files::list(&dir.join("target").join(TARGET).join("release/deps"))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libseed-") {
            let to = libdir.join(&name);
            fs::copy(&file, &to).with_context(|| format!("copying to {}", to.display()))?;
        }
    }
    files::remove_dir(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_from_what_rustc_says_of_itself() {
        let version =
            "rustc 1.96.0 (x)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.8\n";
        assert_eq!(field(version, "LLVM version").unwrap(), "22.1.8");
        assert_eq!(field(version, "host").unwrap(), "x86_64-unknown-linux-gnu");
        assert!(field(version, "release").is_err());
    }
}
