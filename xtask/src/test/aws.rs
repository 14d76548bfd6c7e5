//! The stage of the second platform: the shell's and the local edge's own tests, the zips, every transcript on both
//! platforms side by side, a look as after a deployment, and choices taken out of the table.
//!
//! Invariant: an answer that differs between the two is named in `tests/transcripts/aws/differs`, or fails the stage.

use anyhow::{Context as _, Result, ensure};

use super::local_edge::with_local;
use super::operator::Seoga;
use super::served::with_server;
use super::stage::{Context, Outcome};
use super::{choices, rust};
use crate::build::{self, lambda};
use crate::compare;
use crate::dev_aws::{DEVELOPMENT, TABLES};
use crate::flavour::Flavour;
use crate::package;
use crate::setup::{crates, node};
use seoga_host::{files, process};

/// Runs it all.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let workspace = context.workspace;
    node::ensure(workspace)?;
    let mut tests = node::command(workspace, "node");
    tests.arg("--test").arg("--test-reporter=dot");
    tests.env(TABLES, crates::ensure(workspace, &crates::DYNOXIDE)?);
    tests.env("SEOGA_FUNCTION", lambda::build(workspace)?.join("search"));
    tests.env("SEOGA_ASSETS", build::static_files(workspace, None, Flavour::Test)?);
    for folder in ["edge/lambda/tests", "tests/edge-aws"] {
        let all = files::list(&workspace.root.join(folder))?;
        tests.args(all.into_iter().filter(|file| file.to_string_lossy().ends_with(".test.mjs")));
    }
    process::run(&mut tests).context("the tests of the shell and the local edge")?;

    let first = package::aws(workspace, None, "v0")?;
    ensure!(first == package::aws(workspace, None, "v0")?, "packing twice gave other bytes");
    for zip in &first {
        println!("{}: {} bytes, sha256 {}", workspace.short(&zip.file), zip.bytes, zip.sha256);
    }

    let seoga = Seoga::compile(workspace)?;
    let replays: [(&[&str], &[u16], &[&str]); 2] = [
        (
            &[DEVELOPMENT],
            &[200],
            &["--differs", "tests/transcripts/aws/differs", "tests/transcripts", "tests/transcripts/aws"],
        ),
        // Without a key nothing is answered, by this platform either.
        (&[], &[503], &["tests/transcripts/keyless"]),
    ];
    for (settings, ready, words) in replays {
        let replay = |bases: &[&str]| rust::replay(context, &[words, bases].concat());
        let local =
            |use_it: &mut dyn FnMut(&str) -> Result<()>| with_local(context, settings, ready, None, use_it);
        if settings.is_empty() {
            local(&mut |base| replay(&["--base", base]))?;
        } else {
            with_server(context, Flavour::Test, |beside| {
                local(&mut |base| {
                    replay(&["--base", base, "--beside", beside])?;
                    let index = build::assets::folder(workspace, Flavour::Test).join("index");
                    let (questions, every) = compare::questions(workspace, &index, context.long)?;
                    compare::alike(seoga.program(), [base, beside], &[questions], every)?;
                    process::run(&mut seoga.command(["smoke", "--base", base]))
                })
            })?;
        }
    }
    choices::table::run(context, &seoga)?;
    Ok(Outcome::Passed)
}
