//! Rules that hold for each workflow by itself: pinned, bounded, with no right that it does not need.

use yaml_rust2::Yaml;

use crate::set::{Workflow, keys, steps, text};

/// Rights that a job may have.
const RIGHTS: [(&str, &str); 5] = [
    ("contents", "read"),
    ("checks", "read"),
    ("id-token", "write"),
    // Of the job that writes a release's page: `writes_alone`.
    ("contents", "write"),
    ("attestations", "write"),
];

/// Lists what is wrong with a workflow, in words.
pub(crate) fn wrong(workflow: &Workflow) -> Vec<String> {
    let mut wrong = Vec::new();
    let Workflow { text: source, yaml, .. } = workflow;
    if keys(&yaml["permissions"]) != ["contents"] || text(&yaml["permissions"]["contents"]) != "read" {
        wrong.push("the workflow's own permissions are more than `contents: read`".to_owned());
    }
    if source.contains("pull_request_target") {
        wrong.push("pull_request_target gives a stranger's code this repository's secrets".to_owned());
    }
    if workflow.jobs().is_empty() {
        wrong.push("there is no job".to_owned());
    }
    let concurrency = &yaml["concurrency"];
    if !workflow.is_only_called()
        && (text(&concurrency["group"]).is_empty() || concurrency["cancel-in-progress"].is_badvalue())
    {
        wrong.push("two runs at once are not thought of: no concurrency".to_owned());
    }
    if concurrency["cancel-in-progress"].as_bool() == Some(true) {
        wrong.push("a run that changes something is cut off by the next".to_owned());
    }
    for (name, job) in workflow.jobs() {
        for right in keys(&job["permissions"]) {
            let level = text(&job["permissions"][right]);
            if !RIGHTS.contains(&(right, level)) {
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
        let uses = |action: &str| steps(job).iter().any(|step| text(&step["uses"]).contains(action));
        let takes_roles = uses("configure-aws-credentials") || uses("attest-build-provenance");
        if keys(&job["permissions"]).contains(&"id-token") && !takes_roles {
            wrong.push(format!("job {name} may take roles and takes none"));
        }
        if !writes_alone(job) {
            wrong.push(format!("job {name} may write, and does more than write a release"));
        }
        for step in steps(job) {
            if text(&step["run"]).contains("${{") {
                wrong.push(format!("job {name} puts an expression into a shell command"));
            }
            let Some(action) = step["uses"].as_str() else { continue };
            let hash = action.split_once('@').map(|(_, hash)| hash).unwrap_or_default();
            let line = source.lines().find(|line| line.contains(action)).unwrap_or_default();
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

/// Tells whether a job that may write does nothing else: it writes a release, attests to it, and runs no code of a checkout. Other jobs do.
fn writes_alone(job: &Yaml) -> bool {
    let rights = &job["permissions"];
    if !keys(rights).iter().any(|right| *right != "id-token" && text(&rights[*right]) == "write") {
        return true;
    }
    let runs: Vec<&str> = steps(job).iter().map(|step| text(&step["run"])).collect();
    let actions: Vec<&str> = steps(job).iter().map(|step| text(&step["uses"])).collect();
    let of_release = |run: &&str| {
        run.is_empty() || run.starts_with("gh release ") || *run == "sha256sum --check SHA256SUMS"
    };
    let known = ["", "actions/download-artifact", "actions/attest-build-provenance"];
    runs.iter().all(of_release)
        && runs.iter().any(|run| run.starts_with("gh release upload"))
        && actions.iter().all(|action| known.contains(&action.split('@').next().unwrap_or_default()))
}
