//! The light service worker as it is served: told of the shell's files, and of a name for their contents, before its script.
//!
//! Also compiled by the build script of `edge/server`, which carries it along. Invariant: another byte in a file of the shell is another
//! name, so that a browser takes the service worker for a new one and the shell for another.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use anyhow::Result;

/// Where the script lies under the root of static files.
pub(crate) const PLACE: &str = "assets/device/light.js";

/// Tells whether a file is of the shell: what pages load, without the icons that only a browser's own windows show.
pub(crate) fn is_shell(path: &str) -> bool {
    let name = path.strip_prefix("assets/").filter(|name| !name.contains('/'));
    name.is_some_and(|name| [".css", ".js", ".svg"].iter().any(|end| name.ends_with(end)))
}

/// Writes the script for the files of a shell, given with their paths under the root, in their order.
pub(crate) fn script(source: &[u8], shell: &[(String, Vec<u8>)]) -> Result<Vec<u8>> {
    let mut hasher = DefaultHasher::new();
    (source, shell).hash(&mut hasher);
    let paths: Vec<String> = shell.iter().map(|(path, _)| format!("/{path}")).collect();
    let told =
        format!("const BUILD = \"{:016x}\", SHELL = {};\n", hasher.finish(), serde_json::to_string(&paths)?);
    Ok([told.as_bytes(), source].concat())
}
