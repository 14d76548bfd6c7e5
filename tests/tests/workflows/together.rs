//! Rules that hold for the workflows together: what reaches visitors is a release, each platform needs its own settings alone,
//! called workflows have their secrets, and whatever fails is told.

use yaml_rust2::Yaml;

use crate::set::{Workflow, called, keys, named, steps, text};

/// Commands of `seoga` that change a deployment.
const CHANGES: [&str; 3] = ["seoga -- rebuild ", "seoga -- deploy ", "seoga -- rollback "];
/// The secrets with the addresses that are told.
const WEBHOOKS: [&str; 2] = ["SEOGA_SLACK_WEBHOOK", "SEOGA_WEBHOOK"];
/// The variables that say where a deployment is.
const PLATFORMS: [&str; 4] = ["CLOUDFLARE_ACCOUNT_ID", "SEOGA_BASE", "AWS_DEPLOY_ROLE", "AWS_BASE"];

/// Lists what is wrong with the workflows together, in words.
pub(crate) fn wrong(set: &[Workflow]) -> Vec<String> {
    let mut wrong = Vec::new();
    for workflow in set {
        for (name, job) in workflow.jobs() {
            let mut say = |what: String| wrong.push(format!("{}, job {name}: {what}", workflow.file));
            calls(set, job, &mut say);
            ships_releases(job, &mut say);
            own_platform(job, &mut say);
            tells_senders(job, &mut say);
            waits_for_nobody(workflow, job, &mut say);
        }
    }
    events(set, &mut |what| wrong.push(what));
    told(set, &mut |what| wrong.push(what));
    publishes(set, &mut |what| wrong.push(what));
    wrong
}

/// A called workflow that reads secrets is given them, and has the rights that its jobs ask for.
fn calls(set: &[Workflow], job: &Yaml, say: &mut dyn FnMut(String)) {
    let Some(called) = called(set, job) else { return };
    let reads = called.text.contains("secrets.");
    if reads && text(&job["secrets"]) != "inherit" {
        say(format!("{} reads secrets that are not handed over: secrets: inherit", called.file));
    }
    for (_, inner) in called.jobs() {
        for right in keys(&inner["permissions"]) {
            let read = right == "contents" && text(&inner["permissions"][right]) == "read";
            if !read && job["permissions"][right] != inner["permissions"][right] {
                say(format!("{} asks for {right}, which its caller does not have", called.file));
            }
        }
    }
}

/// A job that changes a deployment does it from the checkout of a release that was chosen, and takes the catalogue of main.
fn ships_releases(job: &Yaml, say: &mut dyn FnMut(String)) {
    let changes = |step: &Yaml| CHANGES.iter().any(|change| text(&step["run"]).contains(change));
    if !steps(job).iter().any(changes) {
        return;
    }
    let checkouts: Vec<&Yaml> =
        steps(job).iter().filter(|step| text(&step["uses"]).starts_with("actions/checkout@")).collect();
    let [main, code] = checkouts[..] else {
        return say("not two checkouts, of the catalogue and of the code".to_owned());
    };
    if text(&main["with"]["ref"]) != "main" {
        say("the catalogue is not that of main".to_owned());
    }
    if text(&code["with"]["ref"]) != "${{ steps.release.outputs.commit }}"
        || text(&code["with"]["path"]) != "code"
    {
        say("the code is not that of the release that was chosen".to_owned());
    }
    let chosen = steps(job).iter().position(|step| text(&step["run"]) == "node .ci/release.mjs");
    let checked_out = steps(job).iter().position(|step| step == code);
    if chosen.is_none() || chosen > checked_out {
        say("no release is chosen before its checkout".to_owned());
    }
    for step in steps(job) {
        let command = text(&step["run"]);
        if command.contains("cargo ") && text(&step["working-directory"]) != "code" {
            say(format!("`{command}` is run outside the release's checkout"));
        }
        if command.contains("xtask package") && !command.contains("--release \"$RELEASE\"") {
            say(format!("`{command}` does not say which release it packs"));
        }
        if changes(step) {
            for variable in WEBHOOKS {
                if text(&step["env"][variable]) != format!("${{{{ secrets.{variable} }}}}") {
                    say(format!("`{command}` cannot tell {variable}"));
                }
            }
            if !command.contains("--base \"$BASE\"") {
                say(format!("`{command}` does not ask what is in force"));
            }
        }
    }
}

/// Settings of one platform are read where that platform is meant, and nothing is skipped for the other's sake.
fn own_platform(job: &Yaml, say: &mut dyn FnMut(String)) {
    for step in steps(job) {
        for variable in keys(&step["env"]) {
            let value = text(&step["env"][variable]);
            if value.contains("secrets.CLOUDFLARE")
                && !value.starts_with("${{ matrix.target == 'cloudflare' && ")
            {
                say(format!("{variable} is read for every platform"));
            }
        }
        let condition = text(&step["if"]);
        let takes = text(&step["with"]["role-to-assume"]);
        if takes.contains("AWS_DEPLOY_ROLE") && condition != "matrix.target == 'aws'" {
            say("the role of AWS is taken for every platform".to_owned());
        }
        if condition.contains("secrets.") || condition.contains("vars.CLOUDFLARE") {
            say(format!("`{condition}` makes one platform need the other"));
        }
    }
    if job["uses"].as_str().is_some_and(|file| file.ends_with("/publish.yml"))
        && text(&job["if"]).contains("vars.")
    {
        say("which platform is set is asked outside publish.yml".to_owned());
    }
}

/// A rebuild writes the notices to who sent files, and they are sent back whether it succeeded or not.
fn tells_senders(job: &Yaml, say: &mut dyn FnMut(String)) {
    let rebuilds = steps(job).iter().rposition(|step| text(&step["run"]).contains(CHANGES[0]));
    let Some(rebuilds) = rebuilds else { return };
    if !text(&steps(job)[rebuilds]["run"]).contains("${NOTICES:+--uploads \"$NOTICES\"}") {
        say("the rebuild writes no notices to who sent files".to_owned());
    }
    let back = "aws s3 sync notices/ \"s3://$BUCKET/uploads/reports/\"";
    let sent = steps(job)
        .iter()
        .skip(rebuilds)
        .any(|step| text(&step["run"]).starts_with(back) && text(&step["if"]).starts_with("always() && "));
    if !sent {
        say("notices of a failed rebuild are not sent back".to_owned());
    }
}

/// Jobs that run at night, or tell of a failure, wait for no reviewer; one that reads the deploy token has the environment.
fn waits_for_nobody(workflow: &Workflow, job: &Yaml, say: &mut dyn FnMut(String)) {
    let reads = steps(job).iter().any(|step| {
        keys(&step["env"]).iter().any(|name| text(&step["env"][*name]).contains("CLOUDFLARE_API_TOKEN"))
    });
    let environment = text(&job["environment"]);
    if reads && environment != "production" {
        say("reads the deploy token outside the environment production".to_owned());
    }
    if !environment.is_empty() && ["smoke.yml", "notify.yml", "ci.yml"].contains(&workflow.file.as_str()) {
        say("waits for a reviewer".to_owned());
    }
}

/// Each workflow is started by what it is for.
fn events(set: &[Workflow], say: &mut dyn FnMut(String)) {
    let on = |file: &str| &named(set, file).yaml["on"];
    let crons = |file: &str| on(file)["schedule"].as_vec().map_or(0, Vec::len);
    let rebuild = on("rebuild.yml");
    let upload = text(&rebuild["repository_dispatch"]["types"][0]) == "catalogue-uploaded";
    let commit = text(&rebuild["push"]["paths"][0]) == "catalogue/**";
    if !(upload && commit && crons("rebuild.yml") == 1 && keys(rebuild).contains(&"workflow_dispatch")) {
        say("rebuild.yml is not started by commit, month, upload and hand".to_owned());
    }
    let minutes = text(&on("smoke.yml")["schedule"][0]["cron"]);
    if minutes.split_once(' ').is_none_or(|(at, rest)| at.split(',').count() < 2 || rest != "* * * *") {
        say("smoke.yml does not ask twice an hour".to_owned());
    }
    if crons("nightly.yml") != 1 {
        say("nightly.yml is not run each night".to_owned());
    }
    if text(&on("deploy.yml")["push"]["tags"][0]) != "v*" {
        say("deploy.yml is not started by a tag".to_owned());
    }
    if keys(on("deploy.yml")) != ["workflow_dispatch", "push"]
        || !on("deploy.yml")["push"]["branches"].is_badvalue()
    {
        say("deploy.yml is started by more than a tag and a hand".to_owned());
    }
    let inputs = &on("rollback.yml")["workflow_dispatch"]["inputs"];
    let options = |name: &str| -> Vec<&str> {
        inputs[name]["options"].as_vec().map_or(Vec::new(), |all| all.iter().map(text).collect())
    };
    if options("target") != ["cloudflare", "aws"]
        || options("kind") != ["index", "code"]
        || inputs["to"].is_badvalue()
    {
        say("rollback.yml does not take index and code back on both platforms".to_owned());
    }
}

/// Every workflow that starts by itself is heard of when it does not succeed.
fn told(set: &[Workflow], say: &mut dyn FnMut(String)) {
    let notify = named(set, "notify.yml");
    let on = &notify.yaml["on"]["workflow_run"];
    let heard: Vec<&str> = on["workflows"].as_vec().map_or(Vec::new(), |all| all.iter().map(text).collect());
    for workflow in set.iter().filter(|one| !one.is_only_called() && one.file != "notify.yml") {
        if !heard.contains(&workflow.name()) {
            say(format!("nobody hears of {}", workflow.file));
        }
    }
    if on["types"].as_vec().is_none_or(|types| types.iter().map(text).collect::<Vec<_>>() != ["completed"]) {
        say("notify.yml does not hear of runs that end".to_owned());
    }
    for (name, job) in notify.jobs() {
        let condition = text(&job["if"]);
        let run = "github.event.workflow_run";
        let expected = format!(
            "{run}.conclusion != 'success' && {run}.conclusion != 'skipped' && {run}.event != 'pull_request'"
        );
        if condition != expected {
            say(format!("notify.yml, job {name}: `{condition}` leaves failures out"));
        }
        let tells = steps(job).iter().find(|step| text(&step["run"]) == ".ci/notify");
        for variable in WEBHOOKS {
            if tells
                .is_none_or(|step| text(&step["env"][variable]) != format!("${{{{ secrets.{variable} }}}}"))
            {
                say(format!("notify.yml, job {name}: {variable} is not told"));
            }
        }
    }
}

/// The one job that changes deployments takes every platform by itself, one change at a time.
fn publishes(set: &[Workflow], say: &mut dyn FnMut(String)) {
    let publish = named(set, "publish.yml");
    if !publish.is_only_called() {
        say("publish.yml is started by itself".to_owned());
    }
    let (targets, job) = (&publish.yaml["jobs"]["targets"], &publish.yaml["jobs"]["publish"]);
    let asked = steps(targets).iter().find(|step| text(&step["run"]) == ".ci/targets");
    for variable in PLATFORMS {
        if asked.is_none_or(|step| text(&step["env"][variable]) != format!("${{{{ vars.{variable} }}}}")) {
            say(format!("publish.yml does not ask whether {variable} is set"));
        }
    }
    if text(&job["strategy"]["matrix"]["target"]) != "${{ fromJSON(needs.targets.outputs.targets) }}" {
        say("publish.yml does not run for each platform that is set".to_owned());
    }
    if job["strategy"]["fail-fast"].as_bool() != Some(false) {
        say("publish.yml gives one platform up when the other fails".to_owned());
    }
    let concurrency = &job["concurrency"];
    if text(&concurrency["group"]) != "production-${{ matrix.target }}"
        || concurrency["cancel-in-progress"].as_bool() != Some(false)
    {
        say("publish.yml lets two changes of one deployment run at once".to_owned());
    }
    let callers = ["rebuild.yml", "deploy.yml", "rollback.yml"];
    for (file, action) in callers.iter().zip(["rebuild", "deploy", "rollback-${{ inputs.kind }}"]) {
        let job = &named(set, file).yaml["jobs"]["publish"];
        if text(&job["uses"]) != "./.github/workflows/publish.yml" || text(&job["with"]["action"]) != action {
            say(format!("{file} does not call publish.yml to {action}"));
        }
    }
    let deploy = &named(set, "deploy.yml").yaml["jobs"];
    if text(&deploy["publish"]["needs"]) != "ci"
        || text(&deploy["publish"]["if"]) != "${{ !failure() && !cancelled() }}"
        || text(&deploy["ci"]["uses"]) != "./.github/workflows/ci.yml"
    {
        say("deploy.yml deploys what has not passed ci.yml".to_owned());
    }
    let programs = &deploy["programs"];
    if text(&programs["needs"]) != "ci" || text(&programs["if"]) != "github.event_name == 'push'" {
        say("deploy.yml gives out programs of what has not passed ci.yml".to_owned());
    }
    let passed = &named(set, "ci.yml").yaml["jobs"]["passed"];
    let needs: Vec<&str> = passed["needs"].as_vec().map_or(Vec::new(), |all| all.iter().map(text).collect());
    let others: Vec<&str> =
        keys(&named(set, "ci.yml").yaml["jobs"]).into_iter().filter(|name| *name != "passed").collect();
    if needs != others || !passed["if"].is_badvalue() {
        say("ci.yml: `passed` does not wait for every other job".to_owned());
    }
}
