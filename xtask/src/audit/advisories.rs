//! Known vulnerabilities, asked of those who keep them: `RustSec`'s database through cargo-deny, npm's through `npm audit`.
//!
//! Invariant: clean means that the database was asked and knows of nothing; not being able to ask is said as that.

use std::process::{Command, Output};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace::Workspace;

/// What came of asking.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Asked, and nothing is known.
    Clean(String),
    /// Not asked, and why.
    Unchecked(String),
}

/// Asks for the crates; fails when one has an advisory.
pub(super) fn crates(workspace: &Workspace) -> Result<Outcome> {
    let installed = Command::new("cargo").args(["deny", "--version"]).output().context("starting cargo")?;
    if !installed.status.success() {
        return Ok(Outcome::Unchecked(
            "cargo-deny is not installed; run: cargo install --locked cargo-deny".into(),
        ));
    }
    let mut deny = Command::new("cargo");
    deny.args(["deny", "--format", "json", "check", "advisories", "licenses", "bans", "sources"]);
    let output = deny.current_dir(&workspace.root).output().context("starting cargo deny")?;
    of_cargo_deny(&output)
}

fn of_cargo_deny(output: &Output) -> Result<Outcome> {
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let kind = |line: &Value, wanted: &str| line["type"] == wanted;
    // Every check ends in one summary; without it the databases could not be had.
    if !lines.iter().any(|line| kind(line, "summary")) {
        let why = lines.iter().rev().find_map(|line| line["fields"]["message"].as_str().map(str::to_owned));
        let why = why.or_else(|| said.lines().last().map(str::to_owned)).unwrap_or_default();
        return Ok(Outcome::Unchecked(format!("cargo deny came to no end: {why}")));
    }
    if !output.status.success() {
        let errors =
            lines.iter().filter(|line| kind(line, "diagnostic") && line["fields"]["severity"] == "error");
        let errors: Vec<&str> = errors.filter_map(|line| line["fields"]["message"].as_str()).collect();
        bail!(
            "cargo deny check: {}",
            if errors.is_empty() { said.trim().to_owned() } else { errors.join("; ") }
        );
    }
    Ok(Outcome::Clean("cargo deny knows of none".to_owned()))
}

/// Asks for npm's packages; fails when one has an advisory.
pub(super) fn npm(workspace: &Workspace) -> Result<Outcome> {
    let mut npm = Command::new("npm");
    let output = npm.args(["audit", "--json", "--package-lock-only"]).current_dir(&workspace.root).output();
    match output {
        Ok(output) => of_npm(&String::from_utf8_lossy(&output.stdout)),
        Err(error) => Ok(Outcome::Unchecked(format!("npm does not start: {error}"))),
    }
}

fn of_npm(printed: &str) -> Result<Outcome> {
    let Ok(answer) = serde_json::from_str::<Value>(printed) else {
        return Ok(Outcome::Unchecked("npm audit gave no JSON".to_owned()));
    };
    let counts = &answer["metadata"]["vulnerabilities"];
    let Some(total) = counts["total"].as_u64() else {
        let why = answer["message"]
            .as_str()
            .or(answer["error"]["summary"].as_str())
            .unwrap_or("npm gave no counts");
        return Ok(Outcome::Unchecked(why.to_owned()));
    };
    if total > 0 {
        bail!("npm audit knows of {total} vulnerabilities: {counts}; see npm audit");
    }
    let asked = &answer["metadata"]["dependencies"]["total"];
    Ok(Outcome::Clean(format!("npm audit knows of none in {asked} packages")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    fn deny(code: i32, said: &str) -> Output {
        Output {
            status: ExitStatus::from_raw(code << 8),
            stdout: Vec::new(),
            stderr: said.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_database_that_cannot_be_had_is_unchecked_and_never_clean() {
        let refused =
            r#"{"message":"405 Method Not Allowed","method":"POST","uri":"https://registry.example"}"#;
        for printed in ["", "not json", refused, "{}"] {
            assert!(matches!(of_npm(printed).unwrap(), Outcome::Unchecked(_)), "{printed}");
        }
        let failed = r#"{"type":"log","fields":{"message":"failed to fetch advisory database"}}"#;
        for (code, said) in [(1, failed), (0, ""), (101, "panicked")] {
            assert!(matches!(of_cargo_deny(&deny(code, said)).unwrap(), Outcome::Unchecked(_)), "{said}");
        }
    }

    #[test]
    fn what_is_known_fails_and_nothing_known_is_clean() {
        let npm = |total: u64| {
            format!(
                r#"{{"metadata":{{"vulnerabilities":{{"high":{total},"total":{total}}},"dependencies":{{"total":90}}}}}}"#
            )
        };
        assert!(of_npm(&npm(1)).is_err());
        assert_eq!(of_npm(&npm(0)).unwrap(), Outcome::Clean("npm audit knows of none in 90 packages".into()));
        let summary = r#"{"type":"summary","fields":{}}"#;
        let found = r#"{"type":"diagnostic","fields":{"severity":"error","message":"RUSTSEC-2026-0001"}}"#;
        let error = of_cargo_deny(&deny(1, &format!("{found}\n{summary}"))).unwrap_err().to_string();
        assert!(error.contains("RUSTSEC-2026-0001"), "{error}");
        assert!(matches!(of_cargo_deny(&deny(0, summary)).unwrap(), Outcome::Clean(_)));
    }
}
