//! Asks cargo about a workspace.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Runs `cargo metadata` in a folder. Only what the manifests declare is asked for (`--no-deps`), so that nothing need be downloaded.
pub(crate) fn metadata(folder: &Path) -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let output = Command::new(cargo).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
