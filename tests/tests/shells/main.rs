//! The shells: parts of them that need no platform, compiled here for this machine, so that their tests run with all others; and
//! what every shell must be shown to do.

#[path = "../../../edge/worker/src/packing.rs"]
mod packing;

use std::collections::BTreeSet;

use seoga_tests::repository::root;

/// The shells, crates of `edge` that drive the core and that no other of them uses, each with the test that gives its requests up and counts what they leave.
const GIVEN_UP: [(&str, &str); 4] = [
    ("browser", "tests/browser/files.test.mjs"),
    ("lambda", "edge/lambda/tests/abandoned.test.mjs"),
    ("server", "seoga/tests/serve/main.rs"),
    ("worker", "tests/workerd/hang-up.test.mjs"),
];

/// A platform may drop, freeze or forget a request at any await, and what a shell keeps for it is then kept for ever: a shell
/// without such a test is not known to give it back.
#[test]
fn every_shell_is_shown_to_give_back_what_abandoned_requests_held() {
    let (mut shells, mut used) = (BTreeSet::new(), BTreeSet::new());
    for entry in std::fs::read_dir(root().join("edge")).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(manifest) = std::fs::read_to_string(folder.join("Cargo.toml")) else { continue };
        let manifest: toml::Table = manifest.parse().unwrap();
        let Some(uses) = manifest.get("dependencies").and_then(toml::Value::as_table) else { continue };
        used.extend(uses.keys().cloned());
        if uses.contains_key("seoga-app") {
            shells.insert(folder.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    shells.retain(|shell| !used.contains(&format!("seoga-{shell}")));
    let shown: BTreeSet<String> = GIVEN_UP.iter().map(|(shell, _)| (*shell).to_owned()).collect();
    assert_eq!(shells, shown, "a shell has no test that gives its requests up, or a test has no shell");
    for (shell, file) in GIVEN_UP {
        let test = std::fs::read_to_string(root().join(file)).unwrap_or_default();
        assert!(test.contains("handles are left"), "{shell}: {file} counts no handles");
    }
}
