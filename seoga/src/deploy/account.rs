//! Reaches an account at AWS by the aws program: who is signed in, what a stack says.
//!
//! Invariant: nothing is changed here.

use std::process::Command;

use anyhow::{Result, bail};

use super::runner::Runner;
use super::settings::{EDGE_REGION, Settings};

/// The program by which AWS is reached.
const PROGRAM: &str = "aws";

/// Checks that the aws program is there and signed in; asked before anything is built or changed.
pub(crate) fn needed() -> Result<()> {
    signed_in(PROGRAM)
}

fn signed_in(program: &str) -> Result<()> {
    let mut ask = Command::new(program);
    ask.args(["sts", "get-caller-identity", "--output", "text", "--query", "Arn", "--region", EDGE_REGION]);
    match ask.env("AWS_PAGER", "").output() {
        Ok(output) if output.status.success() => {
            eprintln!("== signed in to AWS as {}", String::from_utf8_lossy(&output.stdout).trim());
            Ok(())
        }
        Ok(output) => bail!(
            "--target aws: {program} is not signed in: {}; sign in (aws sso login, or AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY) and run this again; nothing was done",
            String::from_utf8_lossy(&output.stderr).trim()
        ),
        Err(error) => bail!(
            "--target aws: the program {program} is missing ({error}); install AWS CLI version 2 and sign in, or see what \
             would be done with --dry-run; nothing was done"
        ),
    }
}

/// The table of choices that a deployment writes.
pub(crate) fn choices_table(settings: &Settings) -> Result<String> {
    output(&Runner::new(false), settings, "data", &settings.home, "ChoicesTable")
}

/// Where a deployment answers.
pub(crate) fn base(settings: &Settings) -> Result<String> {
    output(&Runner::new(false), settings, "edge", EDGE_REGION, "Base")
}

/// Asks for an output of a stack.
pub(super) fn output(
    runner: &Runner,
    settings: &Settings,
    stack: &str,
    region: &str,
    name: &str,
) -> Result<String> {
    let stack = settings.stack(stack);
    let query = format!("Stacks[0].Outputs[?OutputKey=='{name}'].OutputValue | [0]");
    let mut command =
        aws(region, &["cloudformation", "describe-stacks", "--output", "text", "--stack-name", &stack]);
    runner.ask(&format!("{name} of {stack}"), command.args(["--query", &query]))
}

/// Makes a command of the aws program in a region.
pub(super) fn aws(region: &str, words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(words).args(["--region", region]).env("AWS_PAGER", "");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_aws_program_and_one_that_is_not_signed_in_are_named_before_anything_is_done() {
        let missing = signed_in("no-such-aws-program").unwrap_err().to_string();
        assert!(missing.contains("missing") && missing.contains("nothing was done"), "{missing}");
        let stranger = signed_in("false").unwrap_err().to_string();
        assert!(stranger.contains("not signed in") && stranger.contains("aws sso login"), "{stranger}");
        signed_in("true").unwrap();
    }
}
