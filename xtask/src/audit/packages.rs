//! All packages that the product is built with, out of the lock files and cargo's metadata. Nothing is judged here.
//!
//! Invariant: every package that a lock file names is given, once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::workspace::Workspace;
use seoga_host::{files, process};

/// What is linked into the script at the edge.
const SHIPS: &str = "seoga-worker";
const WASM: &str = "wasm32-unknown-unknown";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Crate,
    Npm,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) version: String,
    /// As an SPDX expression.
    pub(super) licence: Option<String>,
    /// As the lock file says; npm's leaves out its registry's own.
    pub(super) source: String,
    /// SHA-256 in hexadecimal for a crate, npm's `integrity`.
    pub(super) hash: Option<String>,
    /// Whether it is part of the worker's script.
    pub(super) ships: bool,
    /// What it uses, as `name@version`; of crates alone.
    pub(super) uses: Vec<String>,
}

impl Package {
    /// `name@version`.
    pub(super) fn id(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.kind == Kind::Crate { "crate" } else { "npm" };
        write!(f, "{kind} {}", self.id())
    }
}

/// Crates, then npm's, each by name.
pub(super) fn all(workspace: &Workspace) -> Result<Vec<Package>> {
    let mut packages = crates(workspace)?;
    packages.extend(npm(workspace)?);
    ensure!(!packages.is_empty(), "the lock files name no package");
    Ok(packages)
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Described>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Described {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

fn metadata(workspace: &Workspace, more: &[&str]) -> Result<Metadata> {
    let mut command = Command::new("cargo");
    command.args(["metadata", "--format-version", "1", "--locked"]).args(more).current_dir(&workspace.root);
    serde_json::from_str(&process::output(&mut command)?).context("cargo metadata")
}

fn crates(workspace: &Workspace) -> Result<Vec<Package>> {
    let all = metadata(workspace, &[])?;
    let at_edge = metadata(workspace, &["--filter-platform", WASM])?;
    let names: BTreeMap<&str, String> = all
        .packages
        .iter()
        .map(|package| (package.id.as_str(), format!("{}@{}", package.name, package.version)))
        .collect();
    let ships = reached(&at_edge)?;
    let hashes = hashes(workspace)?;
    let mut packages = Vec::new();
    for package in &all.packages {
        // What is ours has no source.
        let Some(source) = package.source.clone() else { continue };
        let uses = all.resolve.nodes.iter().filter(|node| node.id == package.id).flat_map(|node| &node.deps);
        let uses: BTreeSet<String> = uses.filter_map(|used| names.get(used.pkg.as_str()).cloned()).collect();
        let id = format!("{}@{}", package.name, package.version);
        packages.push(Package {
            kind: Kind::Crate,
            hash: hashes.get(&id).cloned(),
            ships: ships.contains(&package.id),
            name: package.name.clone(),
            version: package.version.clone(),
            licence: package.license.clone(),
            source,
            uses: uses.into_iter().collect(),
        });
    }
    packages.sort_by_key(Package::id);
    Ok(packages)
}

/// What the shipped crate uses when it runs, itself included; what only builds it does not ship.
fn reached(metadata: &Metadata) -> Result<BTreeSet<String>> {
    let root = metadata.packages.iter().find(|package| package.name == SHIPS);
    let mut open = vec![root.with_context(|| format!("no crate {SHIPS}"))?.id.clone()];
    let mut reached = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !reached.insert(id.clone()) {
            continue;
        }
        let node = metadata.resolve.nodes.iter().find(|node| node.id == id);
        let uses = node.iter().flat_map(|node| &node.deps);
        open.extend(
            uses.filter(|used| used.dep_kinds.iter().any(|kind| kind.kind.is_none()))
                .map(|used| used.pkg.clone()),
        );
    }
    Ok(reached)
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// SHA-256 of each crate's archive, by `name@version`.
fn hashes(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    let lock: Lock =
        toml::from_str(&files::read_text(&workspace.root.join("Cargo.lock"))?).context("Cargo.lock")?;
    let hash = |locked: Locked| Some((format!("{}@{}", locked.name, locked.version), locked.checksum?));
    Ok(lock.package.into_iter().filter_map(hash).collect())
}

fn npm(workspace: &Workspace) -> Result<Vec<Package>> {
    let file = workspace.root.join("package-lock.json");
    let lock: Value = serde_json::from_str(&files::read_text(&file)?).context("package-lock.json")?;
    let entries = lock["packages"].as_object().context("package-lock.json names no packages")?;
    let mut packages = BTreeMap::new();
    for (place, entry) in entries {
        // The first entry is this repository.
        let Some((_, name)) = place.rsplit_once("node_modules/") else { continue };
        let text = |member: &str| entry[member].as_str().map(str::to_owned);
        let package = Package {
            kind: Kind::Npm,
            name: name.to_owned(),
            version: text("version").with_context(|| format!("{place} has no version"))?,
            licence: text("license"),
            source: text("resolved").unwrap_or_default(),
            hash: text("integrity"),
            ships: false,
            uses: Vec::new(),
        };
        packages.insert(package.id(), package);
    }
    Ok(packages.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_builds_or_tests_does_not_ship() {
        let metadata: Metadata = serde_json::from_value(serde_json::json!({
            "packages": [{"id": "w", "name": SHIPS, "version": "0.0.0", "license": null, "source": null}],
            "resolve": {"nodes": [
                {"id": "w", "deps": [
                    {"pkg": "a", "dep_kinds": [{"kind": null}]},
                    {"pkg": "b", "dep_kinds": [{"kind": "build"}]},
                    {"pkg": "c", "dep_kinds": [{"kind": "dev"}]},
                ]},
                {"id": "a", "deps": [{"pkg": "d", "dep_kinds": [{"kind": "dev"}, {"kind": null}]}]},
                {"id": "d", "deps": [{"pkg": "a", "dep_kinds": [{"kind": null}]}]},
            ]},
        }))
        .unwrap();
        assert_eq!(reached(&metadata).unwrap(), BTreeSet::from(["w", "a", "d"].map(str::to_owned)));
    }
}
