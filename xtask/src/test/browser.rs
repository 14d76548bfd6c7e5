//! The stage that opens the pages in a browser, by scripts in `tests/browser` on Node's own test runner, and holds the browser's own
//! host to `seoga serve`.
//!
//! Invariant: pages are those of the worker that ships; the build with test hooks, over a catalogue of markup, serves
//! beside it for what only a failing store or a hostile text can show.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::served::{serve, with_server};
use super::stage::{Context, Outcome};
use super::{failed, rust};
use crate::build;
use crate::compare;
use crate::flavour::Flavour;
use crate::setup::{browser, node, tools};
use crate::workspace::Workspace;
use seoga_host::files;

/// Runs every `*.test.mjs` in `tests/browser` against servers of its own; at night's length also the journeys in `everywhere`, which are
/// made in Firefox, `WebKit` and Chromium.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let browser = match browser::ensure() {
        Ok(browser) => browser,
        Err(error) => return Ok(Outcome::NotRun(format!("{error:#}"))),
    };
    let workspace = context.workspace;
    let folder = workspace.root.join("tests").join("browser");
    let mut tests = tests_in(&folder)?;
    let mut everywhere = None;
    if context.long {
        match browser::everywhere(workspace, &browser) {
            Ok(programs) => everywhere = Some(serde_json::to_string(&programs)?),
            Err(error) => return Ok(Outcome::NotRun(format!("{error:#}"))),
        }
        tests.extend(tests_in(&folder.join("everywhere"))?);
    }
    let shots = workspace.build.join("screenshots");
    files::make_dir(&shots)?;
    with_server(context, Flavour::Test, |url| {
        let assets = [OsString::from("--assets"), markup(workspace)?.into()];
        serve(context, Flavour::TestHooks, &assets, |hooked, _| {
            let mut command = node::command(workspace, "node");
            // What waits for a page for ever fails, and is named.
            command
                .args(["--test", "--test-reporter=tap", "--test-concurrency=2", "--test-timeout=300000"])
                .args(&tests);
            command.env("SEOGA_BASE", url).env("SEOGA_HOOKED_BASE", hooked);
            command.envs(everywhere.as_ref().map(|programs| ("SEOGA_EVERYWHERE", programs)));
            command.env("SEOGA_BROWSER", &browser).env("SEOGA_SCREENSHOTS", &shots);
            command.env("SEOGA_INDEX_BUILDER", tools::compile(workspace)?.index_builder);
            command.env("SEOGA_INDEX", build::assets::folder(workspace, Flavour::Test).join("index"));
            command.env("SEOGA_PROGRAM", build::browser::build(workspace)?.program);
            failed::run(&mut command, "the browser's tests", failed::in_tap())
        })
    })
    .and_then(|()| {
        let index = build::assets::folder(workspace, Flavour::Test).join("index");
        let (questions, every) = compare::questions(workspace, &index, context.long)?;
        compare::browser(workspace, &rust::program(workspace, "seoga")?, &index, questions, every)
    })
    .map(|()| Outcome::Passed)
}

/// Lists the files of tests in a folder, but not those in the folders in it.
fn tests_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut tests = files::list(folder)?;
    tests.retain(|file| file.parent() == Some(folder) && file.to_string_lossy().ends_with(".test.mjs"));
    Ok(tests)
}

/// Lays out a deployment of the catalogue whose text is markup; gives its folder.
fn markup(workspace: &Workspace) -> Result<PathBuf> {
    let catalogue = workspace.root.join("tests").join("browser").join("catalogue");
    let (index, assets) = (workspace.build.join("index-markup"), workspace.build.join("markup"));
    files::remove_dir(&index)?;
    let builder = tools::compile(workspace)?.index_builder;
    let report = workspace.build.join("index-markup-report.json");
    build::index::run(&builder, &catalogue, &[], None, &index, &report)?;
    build::assets::lay_out_at(workspace, &index, &assets, Flavour::TestHooks)?;
    Ok(assets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journeys_in_other_browsers_are_no_tests_of_every_run() {
        let folder = tempfile::tempdir().unwrap();
        files::make_dir(&folder.path().join("everywhere")).unwrap();
        for file in ["a.test.mjs", "a.mjs", "everywhere/b.test.mjs"] {
            files::write(&folder.path().join(file), "").unwrap();
        }
        assert_eq!(tests_in(folder.path()).unwrap(), [folder.path().join("a.test.mjs")]);
    }
}
