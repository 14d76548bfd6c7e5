//! Holds the workflows in `.github/workflows` to be readable, pinned, without rights they do not need.
//!
//! Not a run of them, and not the whole schema of GitHub's. Invariant: a failure names the file and what it breaks.

use std::fs;

use seoga_tests::repository::root;
use yaml_rust2::{Yaml, YamlLoader};

/// Every workflow, by its file's name.
fn workflows() -> Vec<(String, String, Yaml)> {
    let folder = root().join(".github/workflows");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let documents = YamlLoader::load_from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let [document] = <[Yaml; 1]>::try_from(documents).unwrap();
        found.push((name, text, document));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn keys(value: &Yaml) -> Vec<&str> {
    value.as_hash().map(|hash| hash.keys().filter_map(Yaml::as_str).collect()).unwrap_or_default()
}

/// The jobs of a workflow with their names.
fn jobs(workflow: &Yaml) -> Vec<(&str, &Yaml)> {
    keys(&workflow["jobs"]).into_iter().map(|name| (name, &workflow["jobs"][name])).collect()
}

fn steps(job: &Yaml) -> &[Yaml] {
    job["steps"].as_vec().map_or(&[], Vec::as_slice)
}

/// Lists what is wrong with a workflow, in words.
fn wrong(text: &str, workflow: &Yaml) -> Vec<String> {
    let mut wrong = Vec::new();
    if keys(&workflow["permissions"]) != ["contents"]
        || workflow["permissions"]["contents"].as_str() != Some("read")
    {
        wrong.push("the workflow's own permissions are more than `contents: read`".to_owned());
    }
    if text.contains("pull_request_target") {
        wrong.push("pull_request_target gives a stranger's code this repository's secrets".to_owned());
    }
    if jobs(workflow).is_empty() {
        wrong.push("there is no job".to_owned());
    }
    for (name, job) in jobs(workflow) {
        for right in keys(&job["permissions"]) {
            let level = job["permissions"][right].as_str().unwrap_or_default();
            if ![("contents", "read"), ("id-token", "write")].contains(&(right, level)) {
                wrong.push(format!("job {name} has `{right}: {level}`"));
            }
        }
        if let Some(called) = job["uses"].as_str() {
            if !called.starts_with("./.github/workflows/") {
                wrong.push(format!("job {name} calls {called}, a workflow of others"));
            }
            continue;
        }
        if job["runs-on"].as_str().is_none_or(|runner| runner.ends_with("-latest")) {
            wrong.push(format!("job {name} runs on no named runner"));
        }
        if job["timeout-minutes"].as_i64().is_none() {
            wrong.push(format!("job {name} may run for hours"));
        }
        if steps(job).is_empty() {
            wrong.push(format!("job {name} does nothing"));
        }
        for step in steps(job) {
            if step["run"].as_str().is_some_and(|command| command.contains("${{")) {
                wrong.push(format!("job {name} puts an expression into a shell command"));
            }
            let Some(action) = step["uses"].as_str() else { continue };
            let hash = action.split_once('@').map(|(_, hash)| hash).unwrap_or_default();
            let line = text.lines().find(|line| line.contains(action)).unwrap_or_default();
            if hash.len() != 40
                || !hash.bytes().all(|byte| byte.is_ascii_hexdigit())
                || !line.contains(" # v")
            {
                wrong.push(format!(
                    "job {name}: {action} is not pinned by a whole hash, its version beside it"
                ));
            }
            let keeps_token = step["with"]["persist-credentials"].as_bool() != Some(false);
            if action.starts_with("actions/checkout@") && keeps_token {
                wrong.push(format!("job {name} leaves its token in the checkout"));
            }
        }
    }
    wrong
}

#[test]
fn workflows_are_pinned_and_have_no_right_they_do_not_need() {
    let workflows = workflows();
    let names: Vec<&str> = workflows.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["ci.yml", "deploy.yml", "nightly.yml", "rebuild.yml"]);
    for (name, text, workflow) in &workflows {
        assert_eq!(wrong(text, workflow), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn each_stage_is_run_by_one_part_of_ci() {
    let source = fs::read_to_string(root().join("xtask/src/test/mod.rs")).unwrap();
    let (_, stages) = source.split_once("const STAGES:").unwrap();
    let (stages, _) = stages.split_once("];").unwrap();
    let stages = stages.split("(\"").skip(1).filter_map(|stage| stage.split('"').next());
    let mut stages: Vec<&str> = stages.collect();
    let workflows = workflows();
    let (_, _, ci) = workflows.iter().find(|(name, ..)| name == "ci.yml").unwrap();
    let parts = ci["jobs"]["ci"]["strategy"]["matrix"]["include"].as_vec().unwrap();
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
    for (name, command) in [
        ("ci.yml", ".ci/run "),
        ("nightly.yml", "cargo xtask test --long "),
        ("rebuild.yml", "cargo run --release -p seoga -- rebuild "),
    ] {
        let workflows = workflows();
        let (_, _, workflow) = workflows.iter().find(|(known, ..)| known == name).unwrap();
        let runs = |step: &Yaml| step["run"].as_str().is_some_and(|run| run.starts_with(command));
        assert!(
            jobs(workflow).iter().any(|(_, job)| steps(job).iter().any(runs)),
            "{name} does not run {command}"
        );
    }
}

#[test]
fn a_rebuild_is_started_by_a_commit_a_month_and_an_upload() {
    let workflows = workflows();
    let (_, _, rebuild) = workflows.iter().find(|(name, ..)| name == "rebuild.yml").unwrap();
    let on = &rebuild["on"];
    assert_eq!(on["push"]["paths"][0].as_str(), Some("catalogue/**"));
    assert!(on["schedule"][0]["cron"].as_str().is_some_and(|cron| cron.split(' ').count() == 5));
    assert_eq!(on["repository_dispatch"]["types"][0].as_str(), Some("catalogue-uploaded"));
    assert_eq!(rebuild["concurrency"]["cancel-in-progress"].as_bool(), Some(false));
}

#[test]
fn each_rule_finds_what_breaks_it() {
    let good = fs::read_to_string(root().join(".github/workflows/rebuild.yml")).unwrap();
    for (from, to) in [
        ("permissions:\n  contents: read", "permissions:\n  contents: write"),
        ("id-token: write", "packages: write"),
        ("runs-on: ubuntu-24.04", "runs-on: ubuntu-latest"),
        ("    timeout-minutes: 60\n", ""),
        ("@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "@v5"),
        ("persist-credentials: false", "fetch-depth: 1"),
        ("${BASE:+--base", "${{ vars.BASE }} ${BASE:+--base"),
        ("repository_dispatch:", "pull_request_target:\n  repository_dispatch:"),
    ] {
        assert!(good.contains(from), "{from}");
        let bad = good.replacen(from, to, 1);
        let documents = YamlLoader::load_from_str(&bad).unwrap();
        assert!(!wrong(&bad, &documents[0]).is_empty(), "{to} passes");
    }
}
