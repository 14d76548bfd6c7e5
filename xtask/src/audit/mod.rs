//! `cargo xtask audit`: licences, sources and known vulnerabilities of all that we build with, and a list of it (SBOM).
//!
//! What is allowed stands in `deny.toml`. Invariant: a part that could not be checked is said to be unchecked and fails the
//! command; nothing passes in silence.

mod advisories;
mod expression;
mod packages;
mod sbom;

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::workspace::Workspace;
use packages::{Kind, Package};
use seoga_host::files;

/// What the tools that npm brings may be under besides: of libvips, which wrangler's picture library loads, of one list of
/// words, and of axe-core, which looks at pages in tests. Nothing of npm ships.
const TOOLS_MAY: [&str; 3] = ["LGPL-3.0-or-later", "CC0-1.0", "MPL-2.0"];
/// Where the list goes, by default.
const SBOM: &str = "sbom.cdx.json";

/// What `deny.toml` allows, as far as it is read here.
#[derive(Debug, Deserialize)]
struct Deny {
    licenses: Licenses,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

/// Where the list of parts goes.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The file of the list [default: build/sbom.cdx.json].
    #[arg(long, value_name = "FILE")]
    sbom: Option<PathBuf>,
}

/// Carries out `cargo xtask audit`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let packages = packages::all(workspace)?;
    println!("licences, sources: {}", licences_and_sources(workspace, &packages)?);
    let out = options.sbom.clone().unwrap_or_else(|| workspace.build.join(SBOM));
    if let Some(dir) = out.parent() {
        files::make_dir(dir)?;
    }
    files::write(&out, sbom::cyclone_dx(&packages)?)?;
    println!("list of parts: {} of {} packages (CycloneDX)", workspace.short(&out), packages.len());
    let mut unchecked = Vec::new();
    for (name, check) in [("crates", advisories::crates as fn(&Workspace) -> _), ("npm", advisories::npm)] {
        match check(workspace)? {
            advisories::Outcome::Clean(said) => println!("advisories, {name}: {said}"),
            advisories::Outcome::Unchecked(why) => {
                println!("advisories, {name}: NOT CHECKED: {why}");
                unchecked.push(name);
            }
        }
    }
    ensure!(
        unchecked.is_empty(),
        "known vulnerabilities were not looked up for: {}; all else passed",
        unchecked.join(", ")
    );
    Ok(())
}

/// What needs no network: every package is under a licence that is allowed and from a place that is. Says so in words.
pub(crate) fn offline(workspace: &Workspace) -> Result<String> {
    licences_and_sources(workspace, &packages::all(workspace)?)
}

fn licences_and_sources(workspace: &Workspace, packages: &[Package]) -> Result<String> {
    let file = workspace.root.join("deny.toml");
    let deny: Deny =
        toml::from_str(&files::read_text(&file)?).with_context(|| format!("reading {}", file.display()))?;
    let wrong = wrong(packages, &deny);
    if !wrong.is_empty() {
        bail!("{} packages are not as deny.toml wants them:\n  {}", wrong.len(), wrong.join("\n  "));
    }
    let count = |kind| packages.iter().filter(|package| package.kind == kind).count();
    Ok(format!(
        "{} crates and {} npm packages, each under an allowed licence and from its registry",
        count(Kind::Crate),
        count(Kind::Npm)
    ))
}

/// What is wrong with each package that is not as it must be.
fn wrong(packages: &[Package], deny: &Deny) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in packages {
        let may = |licence: &str| {
            deny.licenses.allow.iter().any(|allowed| allowed == licence)
                || package.kind == Kind::Npm && TOOLS_MAY.contains(&licence)
        };
        match package.licence.as_deref().map(|text| expression::holds(text, &may)) {
            Some(Ok(true)) => {}
            Some(Ok(false)) => {
                wrong.push(format!("{package}: {} is not allowed", package.licence.as_deref().unwrap_or("")));
            }
            Some(Err(error)) => wrong.push(format!("{package}: {error}")),
            None => wrong.push(format!("{package}: names no licence")),
        }
        let known = match package.kind {
            Kind::Crate => {
                deny.sources.allow_registry.iter().any(|known| package.source == format!("registry+{known}"))
            }
            Kind::Npm => {
                package.source.is_empty() || package.source.starts_with("https://registry.npmjs.org/")
            }
        };
        if !known {
            wrong.push(format!("{package}: comes from {}", package.source));
        }
        if package.hash.is_none() {
            wrong.push(format!("{package}: the lock file has no hash of it"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(kind: Kind, licence: Option<&str>, source: &str, hash: Option<&str>) -> Package {
        Package {
            kind,
            name: "p".to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
            source: source.to_owned(),
            hash: hash.map(str::to_owned),
            ships: false,
            uses: Vec::new(),
        }
    }

    #[test]
    fn a_package_is_refused_for_its_licence_its_source_or_a_missing_hash() {
        let deny = Deny {
            licenses: Licenses { allow: vec!["MIT".into()] },
            sources: Sources { allow_registry: vec!["https://here".into()] },
        };
        let here = "registry+https://here";
        let good = [
            package(Kind::Crate, Some("MIT OR GPL-3.0"), here, Some("h")),
            package(Kind::Npm, Some("LGPL-3.0-or-later AND MIT"), "", Some("h")),
        ];
        assert_eq!(wrong(&good, &deny), Vec::<String>::new());
        for bad in [
            package(Kind::Crate, Some("GPL-3.0"), here, Some("h")),
            package(Kind::Crate, Some("LGPL-3.0-or-later"), here, Some("h")),
            package(Kind::Crate, None, here, Some("h")),
            package(Kind::Crate, Some("MIT AND"), here, Some("h")),
            package(Kind::Crate, Some("MIT"), "git+https://elsewhere", Some("h")),
            package(Kind::Npm, Some("MIT"), "https://elsewhere/p.tgz", Some("h")),
            package(Kind::Crate, Some("MIT"), here, None),
        ] {
            assert_eq!(wrong(std::slice::from_ref(&bad), &deny).len(), 1, "{bad:?}");
        }
    }
}
