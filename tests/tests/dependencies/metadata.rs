//! Asks cargo about a workspace.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Runs `cargo metadata` in a folder. Only what the manifests declare is asked for (`--no-deps`), so that nothing need be downloaded.
pub(crate) fn metadata(folder: &Path) -> Value {
    let printed = cargo(folder, &["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    serde_json::from_slice(&printed).unwrap()
}

/// Runs `cargo tree` for what ships with a crate, on this machine's platform or another: lines of a depth, a name and a version.
pub(crate) fn tree(folder: &Path, package: &str, platform: Option<&str>) -> String {
    let mut arguments = vec!["tree", "--offline", "--locked", "--edges", "normal", "--package", package];
    arguments.extend(["--prefix", "depth", "--format", " {p}"]);
    if let Some(platform) = platform {
        arguments.extend(["--target", platform]);
    }
    String::from_utf8(cargo(folder, &arguments)).unwrap()
}

fn cargo(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "cargo {}: {}", arguments[0], String::from_utf8_lossy(&output.stderr));
    output.stdout
}
