//! Carries out a workflow's YAML on this machine: its jobs in their order, conditions and expressions evaluated, `run:` steps run
//! as they stand.
//!
//! Of actions only `actions/checkout` is carried out; the others prepare a runner and are named. Invariant: a command that runs
//! is printed before it runs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use seoga_host::{files, process};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use serde_yaml_ng::Mapping;

use super::expression::{Scope, words};

/// Workflows that compile for many minutes and change no deployment, and the commands that do what they do.
const ELSEWHERE: [(&str, &str); 2] =
    [("ci.yml", "cargo xtask test"), ("programs.yml", "cargo xtask package --target programs")];

/// A workflow, as far as it is carried out.
#[derive(Deserialize)]
struct Workflow {
    jobs: Mapping,
}

/// A machine on which workflows are carried out.
pub(super) struct Runner {
    /// The repository whose workflows are run.
    pub(super) origin: PathBuf,
    /// The folder in which each job has one.
    pub(super) work: PathBuf,
    /// Variables that the steps find: those of the rehearsal, besides the workflow's own.
    pub(super) variables: Vec<(String, String)>,
    /// Repository variables and secrets.
    pub(super) vars: Value,
    pub(super) secrets: Value,
}

impl Runner {
    /// Runs a workflow for an event; gives whether it succeeded.
    pub(super) fn run(&self, file: &str, github: &Value, inputs: &Value) -> Result<bool> {
        files::remove_dir(&self.work)?;
        self.workflow(file, github, inputs, &self.secrets)
    }

    fn workflow(&self, file: &str, github: &Value, inputs: &Value, secrets: &Value) -> Result<bool> {
        let text = files::read_text(&self.origin.join(".github/workflows").join(file))?;
        // Ours stand in the order in which they need each other, which JSON does not keep.
        let workflow: Workflow = serde_yaml_ng::from_str(&text).with_context(|| file.to_owned())?;
        let mut needs = Map::new();
        let mut failed = false;
        for (name, job) in &workflow.jobs {
            let name = name.as_str().context("a job's name is a text")?;
            let job: &Value = &serde_json::to_value(job)?;
            let mut scope = Scope {
                contexts: json!({
                    "github": github, "vars": self.vars, "secrets": secrets, "inputs": inputs, "needs": needs,
                    "runner": {"os": "Linux"}, "matrix": {}, "env": {}, "steps": {},
                }),
                failed,
            };
            if !scope.allows(job["if"].as_str())? {
                println!("   [{name}] left out: {}", job["if"].as_str().unwrap_or("something before failed"));
                continue;
            }
            let (good, outputs) = self.job(file, name, job, &mut scope)?;
            failed |= !good;
            needs.insert(name.to_owned(), json!({ "outputs": outputs }));
        }
        Ok(!failed)
    }

    fn job(&self, file: &str, name: &str, job: &Value, scope: &mut Scope) -> Result<(bool, Value)> {
        if let Some(called) = job["uses"].as_str() {
            let called = called.trim_start_matches("./.github/workflows/");
            if let Some((_, command)) = ELSEWHERE.iter().find(|(file, _)| *file == called) {
                println!("   [{name}] not run here: {called} is {command}");
                return Ok((true, Value::Null));
            }
            let inputs = filled(scope, &job["with"])?;
            let secrets = if job["secrets"] == "inherit" { self.secrets.clone() } else { json!({}) };
            let github = scope.contexts["github"].clone();
            return Ok((self.workflow(called, &github, &inputs, &secrets)?, Value::Null));
        }
        let mut matrix = vec![json!({})];
        for (key, values) in job["strategy"]["matrix"].as_object().into_iter().flatten() {
            let values = match values {
                Value::String(text) => scope.fill(text)?,
                other => other.clone(),
            };
            let values =
                values.as_array().with_context(|| format!("{file}: the matrix of {name} is no list"))?;
            matrix = values.iter().map(|value| json!({ key: value })).collect();
        }
        let mut good = true;
        let mut outputs = Value::Null;
        for cell in matrix {
            let title = cell["target"].as_str().map_or(name.to_owned(), |target| format!("{name} {target}"));
            scope.contexts["matrix"] = cell;
            scope.contexts["steps"] = json!({});
            scope.contexts["env"] = filled(scope, &job["env"])?;
            scope.failed = false;
            self.steps(&title, job, scope)?;
            good &= !scope.failed;
            outputs = filled(&Scope { failed: false, ..scope.clone() }, &job["outputs"])?;
        }
        Ok((good, outputs))
    }

    fn steps(&self, title: &str, job: &Value, scope: &mut Scope) -> Result<()> {
        let folder = self.work.join(title.replace(' ', "-"));
        files::make_dir(&folder)?;
        for step in job["steps"].as_array().context("a job without steps")? {
            if !scope.allows(step["if"].as_str())? {
                continue;
            }
            if let Some(action) = step["uses"].as_str() {
                if action.starts_with("actions/checkout@") {
                    self.check_out(title, &folder, &filled(scope, &step["with"])?)?;
                }
                continue;
            }
            let command = step["run"].as_str().context("a step that neither runs nor uses")?;
            println!("   [{title}] $ {command}");
            let (good, outputs) = self.shell(command, &folder, step, scope)?;
            if let Some(id) = step["id"].as_str() {
                scope.contexts["steps"][id] = json!({ "outputs": outputs });
            }
            if !good {
                println!("   [{title}] FAILED");
                scope.failed = true;
            }
        }
        Ok(())
    }

    fn check_out(&self, title: &str, folder: &Path, with: &Value) -> Result<()> {
        let reference = with["ref"].as_str().filter(|name| !name.is_empty()).unwrap_or("main");
        let into = folder.join(with["path"].as_str().unwrap_or("."));
        println!("   [{title}] checkout of {reference} in {}", with["path"].as_str().unwrap_or("."));
        files::make_dir(&into)?;
        let git = |words: &[&str]| process::output_or_why(Command::new("git").current_dir(&into).args(words));
        git(&["init", "--quiet"])?;
        git(&["fetch", "--quiet", "--depth=1", &self.origin.display().to_string(), reference])?;
        git(&["checkout", "--quiet", "--force", "FETCH_HEAD"]).map(drop)
    }

    /// Runs a step's command as GitHub does, and gives whether it succeeded, and the outputs that it wrote.
    fn shell(&self, command: &str, folder: &Path, step: &Value, scope: &Scope) -> Result<(bool, Value)> {
        let outputs = self.work.join("outputs");
        files::write(&outputs, "")?;
        let mut bash = Command::new("bash");
        bash.args(["-e", "-o", "pipefail", "-c", command]).env_clear();
        bash.current_dir(folder.join(step["working-directory"].as_str().unwrap_or(".")));
        bash.envs(self.variables.iter().map(|(name, value)| (name, value)));
        bash.env("GITHUB_OUTPUT", &outputs);
        for (name, key) in [("GITHUB_REPOSITORY", "repository"), ("GITHUB_SHA", "sha")] {
            bash.env(name, words(&scope.contexts["github"][key]));
        }
        let own = filled(scope, &step["env"])?;
        for (name, value) in [&scope.contexts["env"], &own].into_iter().filter_map(Value::as_object).flatten()
        {
            bash.env(name, words(value));
        }
        let output = bash.output().context("bash")?;
        for line in String::from_utf8_lossy(&output.stdout)
            .lines()
            .chain(String::from_utf8_lossy(&output.stderr).lines())
        {
            println!("        {line}");
        }
        let mut written = Map::new();
        for line in files::read_text(&outputs)?.lines() {
            let Some((name, value)) = line.split_once('=') else { bail!("{line:?} is no output") };
            written.insert(name.to_owned(), json!(value));
        }
        Ok((output.status.success(), Value::Object(written)))
    }
}

/// Evaluates the expressions in the values of a mapping.
fn filled(scope: &Scope, mapping: &Value) -> Result<Value> {
    let mut filled = Map::new();
    for (name, value) in mapping.as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| Ok(value.clone()), |text| scope.fill(text))?;
        filled.insert(name.clone(), value);
    }
    Ok(Value::Object(filled))
}
