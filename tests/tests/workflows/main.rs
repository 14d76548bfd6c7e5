//! Holds the workflows in `.github/workflows` to be readable, pinned, without rights they do not need, and to what each platform,
//! each release and each failure is promised.
//!
//! Not a run of them (`cargo xtask rehearse` is), and not the whole schema of GitHub's (actionlint, in the stage `infra`).
//! Invariant: a failure names the file and what it breaks.

mod each;
mod mutations;
mod set;
mod together;

use std::fs;

use seoga_tests::repository::root;
use set::{Workflow, all, named, steps};

/// Lists what is wrong with a set of workflows.
fn wrong(set: &[Workflow]) -> Vec<String> {
    let each = |one: &Workflow| -> Vec<String> {
        each::wrong(one).into_iter().map(|what| format!("{}: {what}", one.file)).collect()
    };
    set.iter().flat_map(each).chain(together::wrong(set)).collect()
}

#[test]
fn workflows_hold_to_every_rule() {
    let set = all();
    let names: Vec<&str> = set.iter().map(|one| one.file.as_str()).collect();
    let expected =
        ["ci", "deploy", "nightly", "notify", "programs", "publish", "rebuild", "rollback", "smoke"];
    assert_eq!(names, expected.map(|name| format!("{name}.yml")));
    assert_eq!(wrong(&set), Vec::<String>::new());
}

#[test]
fn each_stage_is_run_by_one_part_of_ci() {
    let source = fs::read_to_string(root().join("xtask/src/test/mod.rs")).unwrap();
    let (_, stages) = source.split_once("const STAGES:").unwrap();
    let (stages, _) = stages.split_once("];").unwrap();
    let stages = stages.split("(\"").skip(1).filter_map(|stage| stage.split('"').next());
    let mut stages: Vec<&str> = stages.collect();
    let set = all();
    let parts = named(&set, "ci.yml").yaml["jobs"]["ci"]["strategy"]["matrix"]["include"].as_vec().unwrap();
    assert_eq!(parts.len(), 4);
    let mut run: Vec<&str> =
        parts.iter().flat_map(|part| part["stages"].as_str().unwrap().split(' ')).collect();
    stages.sort_unstable();
    run.sort_unstable();
    assert!(stages.len() > 10, "few stages were found");
    assert_eq!(run, stages);
}

#[test]
fn they_run_the_commands_that_a_person_runs() {
    let set = all();
    for (file, command) in [
        ("ci.yml", ".ci/run "),
        ("nightly.yml", "cargo xtask test --long "),
        ("publish.yml", "cargo run --release -p seoga -- rebuild "),
        ("publish.yml", "cargo run --release -p seoga -- deploy "),
        ("publish.yml", "cargo run --release -p seoga -- rollback --target "),
        ("publish.yml", "cargo run --release -p seoga -- rollback --code "),
    ] {
        let jobs = named(&set, file).jobs();
        let mut all = jobs.iter().flat_map(|(_, job)| steps(job));
        assert!(
            all.any(|step| step["run"].as_str().is_some_and(|run| run.starts_with(command))),
            "{file} does not run {command}"
        );
    }
}
