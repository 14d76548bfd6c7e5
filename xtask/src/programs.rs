//! `cargo xtask package --target programs`: `seoga` and `index-builder` as an archive for one kind of machine.
//!
//! Beside the programs lie their documents, the unit and the container's file of a machine of one's own, our licences and those of
//! all crates within; next to the archive a list of its parts and checksums. Invariant: the same sources, compiler and kind of machine
//! give the same archive, which has no path of the machine that made it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use flate2::{Compression, GzBuilder};
use seoga_host::{files, process};
use serde::Deserialize;

use crate::packaged::Packaged;
use crate::sbom;
use crate::setup::crates::{self, Program};
use crate::setup::debian;
use crate::workspace::Workspace;

/// The programs, each of the package of its name.
const PROGRAMS: [&str; 2] = ["seoga", "index-builder"];
/// Gathers the licences of crates; compiled from crates.io, once.
const CARGO_ABOUT: Program = Program::of("cargo-about", "0.9.3", "cargo-about").with(&["--features=cli"]);
/// The sums of all archives of a folder, as `sha256sum --check` reads them.
const SUMS: &str = "SHA256SUMS";

/// A kind of machine that programs are made for.
#[derive(Debug)]
struct Machine {
    /// As Rust names it.
    triple: &'static str,
    /// Names what links for it on machines of another kind, and Debian's packages with that.
    linker: &'static str,
    packages: [&'static str; 2],
}

const MACHINES: [Machine; 2] = [
    Machine {
        triple: "x86_64-unknown-linux-gnu",
        linker: "x86_64-linux-gnu-gcc",
        packages: ["gcc-x86-64-linux-gnu", "libc6-dev-amd64-cross"],
    },
    Machine {
        triple: "aarch64-unknown-linux-gnu",
        linker: "aarch64-linux-gnu-gcc",
        packages: ["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"],
    },
];

/// A file of an archive: what it holds, and whether it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    content: Vec<u8>,
    runs: bool,
}

/// Makes the archive of a release for a kind of machine (none: this one's), the list of its parts, and the sums of all archives that
/// lie beside it, in `dist/programs`.
///
/// # Errors
/// For a kind of machine that is not known, a compiler or linker for it that cannot be had, and whatever does not compile.
pub(crate) fn programs(workspace: &Workspace, release: &str, triple: Option<&str>) -> Result<Vec<Packaged>> {
    let here = this_machine()?;
    let machine = machine(triple.unwrap_or(&here))?;
    let built = compile(workspace, machine, &here)?;
    let name = format!("seoga-{release}-{}", machine.triple);
    let mut entries = BTreeMap::new();
    for program in PROGRAMS {
        let content = files::read(&built.join(program))?;
        entries.insert(program.to_owned(), Entry { content, runs: true });
    }
    for path in beside(workspace)? {
        let content = files::read(&workspace.root.join(&path))?;
        entries.insert(path, Entry { content, runs: false });
    }
    let licences = licences(workspace, machine)?.into_bytes();
    entries.insert("LICENSES-OF-CRATES.txt".to_owned(), Entry { content: licences, runs: false });

    let folder = workspace.root.join("dist").join("programs");
    files::make_dir(&folder)?;
    let archive = folder.join(format!("{name}.tar.gz"));
    files::write(&archive, pack(&name, &entries)?)?;
    let parts = folder.join(format!("{name}.cdx.json"));
    sbom::write(workspace, Some("seoga"), &parts)?;
    let packaged: Vec<Packaged> = [archive, parts].into_iter().map(Packaged::of).collect::<Result<_>>()?;
    files::write(&folder.join(SUMS), sums(&folder)?)?;
    Ok(packaged)
}

/// Finds a kind of machine by Rust's name for it.
fn machine(triple: &str) -> Result<&'static Machine> {
    MACHINES.iter().find(|machine| machine.triple == triple).with_context(|| {
        let known: Vec<&str> = MACHINES.iter().map(|machine| machine.triple).collect();
        format!("programs are not made for {triple}; --triple takes {}", known.join(" or "))
    })
}

/// Asks the compiler for which kind of machine it compiles by itself.
fn this_machine() -> Result<String> {
    let said = process::output(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` names no host")
}

/// Compiles the programs, optimised; gives the folder they lie in.
fn compile(workspace: &Workspace, machine: &Machine, here: &str) -> Result<PathBuf> {
    let Machine { triple, linker, packages } = machine;
    let mut command = Command::new("cargo");
    if *triple != here {
        if files::on_path(&[linker]).is_none() {
            debian::install(packages, &format!("to link for {triple}"))?;
        }
        process::run(Command::new("rustup").args(["target", "add", triple]))
            .with_context(|| format!("getting Rust's own libraries for {triple}"))?;
        let variable = triple.to_uppercase().replace('-', "_");
        command.env(format!("CARGO_TARGET_{variable}_LINKER"), linker);
    }
    command.args(["build", "--release", "--locked", "--bins", "--target", triple]);
    command.args(["--config", "profile.release.strip=\"debuginfo\""]);
    for program in PROGRAMS {
        command.args(["--package", program]);
    }
    command.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    // Messages of panics have paths of sources: where this machine keeps them is nobody's business.
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = || std::env::home_dir().map(|home| home.join(".cargo"));
    let cargo_home = cargo_home.or_else(home).context("neither CARGO_HOME nor a home is known")?;
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let flags = [remap(&workspace.root, "/seoga"), remap(&cargo_home, "/cargo")].join("\u{1f}");
    process::run(command.env("CARGO_ENCODED_RUSTFLAGS", flags)).context("compiling the programs")?;
    Ok(workspace.target.join(triple).join("release"))
}

/// Lists what else an archive has, by its place in the repository.
fn beside(workspace: &Workspace) -> Result<Vec<String>> {
    let mut paths: Vec<String> =
        ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "LICENSE-UNICODE"]
            .map(str::to_owned)
            .into();
    for folder in ["docs", "infra/server"] {
        for file in files::list(&workspace.root.join(folder))? {
            let place = file.strip_prefix(&workspace.root).context("a listed file lies in its folder")?;
            // Decisions and pictures are for who reads the code.
            let read =
                place.parent() == Some(Path::new(folder)) && place.extension().is_none_or(|end| end != "png");
            if read {
                paths.push(place.to_string_lossy().into_owned());
            }
        }
    }
    Ok(paths)
}

/// The lists of licences in `deny.toml`.
#[derive(Debug, Deserialize)]
struct Deny {
    licenses: Allowed,
}

#[derive(Debug, Deserialize)]
struct Allowed {
    allow: Vec<String>,
}

/// Gathers the licences of every crate within the programs, each text once, with who is under it.
fn licences(workspace: &Workspace, machine: &Machine) -> Result<String> {
    let about = crates::ensure(workspace, &CARGO_ABOUT)?;
    let deny: Deny = toml::from_str(&files::read_text(&workspace.root.join("deny.toml"))?)
        .context("deny.toml says which licences are allowed")?;
    let folder = workspace.build.join("licences");
    files::make_dir(&folder)?;
    // An array of texts is written alike in JSON and TOML.
    let settings = format!(
        "accepted = {}\ntargets = {}\nignore-build-dependencies = true\nignore-dev-dependencies = true\n",
        serde_json::json!(deny.licenses.allow),
        serde_json::json!([machine.triple]),
    );
    let (config, template) = (folder.join("about.toml"), folder.join("about.hbs"));
    files::write(&config, settings)?;
    files::write(&template, include_str!("licences.hbs"))?;
    let mut command = Command::new(about);
    command.args(["generate", "--locked", "--fail", "--manifest-path"]);
    command.arg(workspace.root.join("seoga").join("Cargo.toml")).arg("--config").arg(config).arg(template);
    let text = process::output(&mut command).context("gathering licences of crates")?;
    ensure!(text.contains("MIT License"), "the licences of crates are none that we know");
    Ok(text)
}

/// Packs files below a folder of a name: sorted, of one date and owner.
fn pack(name: &str, entries: &BTreeMap<String, Entry>) -> Result<Vec<u8>> {
    let packer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let mut archive = tar::Builder::new(packer);
    for (path, Entry { content, runs }) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(if *runs { 0o755 } else { 0o644 });
        header.set_mtime(0);
        archive
            .append_data(&mut header, format!("{name}/{path}"), content.as_slice())
            .with_context(|| format!("packing {path}"))?;
    }
    let mut packer = archive.into_inner().context("packing")?;
    packer.flush().context("packing")?;
    packer.finish().context("packing")
}

/// Writes the sums of every file of a folder but of the sums themselves.
fn sums(folder: &Path) -> Result<String> {
    let mut lines = Vec::new();
    for file in files::list(folder)? {
        let Some(name) = file.file_name().and_then(|name| name.to_str()) else {
            bail!("{} has no name that can be written", file.display());
        };
        if name != SUMS {
            let name = name.to_owned();
            lines.push(format!("{}  {name}\n", Packaged::of(file)?.sha256));
        }
    }
    lines.sort_by(|a, b| a.split("  ").nth(1).cmp(&b.split("  ").nth(1)));
    Ok(lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_the_same_bytes_each_time_and_programs_can_be_run() {
        let entry = |content: &[u8], runs| Entry { content: content.to_vec(), runs };
        let entries = BTreeMap::from([
            ("seoga".to_owned(), entry(b"program", true)),
            ("docs/API.md".to_owned(), entry(b"text", false)),
        ]);
        let packed = pack("seoga-v1-x", &entries).unwrap();
        assert_eq!(packed, pack("seoga-v1-x", &entries).unwrap());

        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
        let read: Vec<(String, u32, u64)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let header = entry.header();
                let path = entry.path().unwrap().to_string_lossy().into_owned();
                (path, header.mode().unwrap(), header.mtime().unwrap())
            })
            .collect();
        let wanted = [("seoga-v1-x/docs/API.md", 0o644, 0), ("seoga-v1-x/seoga", 0o755, 0)];
        assert_eq!(read, wanted.map(|(path, mode, time)| (path.to_owned(), mode, time)));
    }

    #[test]
    fn sums_are_of_all_but_themselves_and_in_order() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b", "a", SUMS] {
            files::write(&dir.path().join(name), name).unwrap();
        }
        let sums = sums(dir.path()).unwrap();
        let names: Vec<&str> = sums.lines().filter_map(|line| line.split("  ").nth(1)).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(sums.starts_with("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a\n"));
    }

    #[test]
    fn a_kind_of_machine_that_is_not_known_is_refused_with_those_that_are() {
        let refused = machine("riscv64gc-unknown-linux-gnu").unwrap_err().to_string();
        assert!(refused.contains("x86_64-unknown-linux-gnu or aarch64-unknown-linux-gnu"), "{refused}");
    }

    #[test]
    fn an_archive_has_what_its_users_read() {
        let workspace = Workspace::find().unwrap();
        let paths = beside(&workspace).unwrap();
        for path in ["README.md", "docs/OPERATIONS.md", "docs/LIBRARIANS.ko.md", "infra/server/seoga.service"]
        {
            assert!(paths.iter().any(|known| known == path), "{path}: {paths:?}");
        }
        assert!(!paths.iter().any(|path| path.contains("decisions")), "{paths:?}");
    }
}
