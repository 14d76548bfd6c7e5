//! Repeats what failed of a program's run in the closing line of its stage.
//!
//! Whoever reads the closing lines alone (a page of a failed run shows little more) learns there what to look for.

use std::process::Command;

use anyhow::{Context as _, Result};

use seoga_host::process;

/// Characters of a line that are repeated; a line may hold a whole page.
const REPEATED: usize = 300;

/// Lines that are repeated; what fails after so many is in the output above.
const MOST: usize = 24;

/// Runs a program; each line it prints goes where ours go.
///
/// # Errors
/// When it fails: with the lines that `says` picked of what it printed or, where there are none, with `what` ran.
pub(super) fn run(
    command: &mut Command,
    what: &'static str,
    mut says: impl FnMut(&str) -> bool,
) -> Result<()> {
    let mut said = Vec::new();
    let ran = process::run_told(command, |line| {
        println!("{line}");
        if says(line) && said.len() < MOST {
            said.push(line.trim().chars().take(REPEATED).collect::<String>());
        }
    });
    ran.with_context(|| if said.is_empty() { what.to_owned() } else { said.join("; ") })
}

/// Tells lines of a replay of transcripts that say what failed: the step, and what was wanted of it below.
pub(super) fn in_replay(line: &str) -> bool {
    line.starts_with("FAILED ") || line.starts_with("    ")
}

/// Tells lines of Node's test runner that say what failed, in the form of its reporter `tap`: each test's name, and the error below.
pub(super) fn in_tap() -> impl FnMut(&str) -> bool {
    let mut is_error = false;
    move |line| {
        let text = line.trim_start();
        if text.starts_with("not ok ") {
            return true;
        }
        let is_key = text.starts_with("error:");
        // The text of an error stands deeper than its key.
        is_error =
            is_key || (is_error && !text.starts_with("code:") && !text.starts_with("name:") && text != "...");
        is_error && !text.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{in_replay, in_tap, run};

    fn failing(text: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "printf '%s' \"$1\"; exit 3", "sh", text]);
        command
    }

    #[test]
    fn what_failed_of_a_replay_is_repeated_in_short() {
        let page = "x".repeat(1000);
        let text = format!(
            "ok     a.http (3 steps)\nFAILED b.http:3 a page\n    the answer was: {page}\ntranscripts: 3 passed\n"
        );
        let error =
            run(&mut failing(&text), "replaying", in_replay).expect_err("it ended with 3").to_string();
        assert!(error.starts_with("FAILED b.http:3 a page; the answer was: xxx"), "{error}");
        assert!(error.len() < 400, "{}", error.len());
    }

    #[test]
    fn what_failed_of_tests_in_a_browser_is_repeated_with_its_error() {
        let text = "TAP version 13\nok 1 - one\n  ---\n  duration_ms: 3\n  ...\nnot ok 2 - two\n  ---\n  duration_ms: 30406.19\n  location: 'files.test.mjs:78:1'\n  \
                    error: |-\n    Expected values to be equal:\n\n    + actual\n  code: 'ERR_TEST_FAILURE'\n  stack: |-\n    somewhere\n  ...\n1..2\n";
        let error = run(&mut failing(text), "the browser's tests", in_tap())
            .expect_err("it ended with 3")
            .to_string();
        assert_eq!(error, "not ok 2 - two; error: |-; Expected values to be equal:; + actual");
    }

    #[test]
    fn a_run_that_says_nothing_is_named() {
        let error = run(&mut failing("ok 1 - one\n"), "the browser's tests", in_tap())
            .expect_err("it ended with 3")
            .to_string();
        assert_eq!(error, "the browser's tests");
    }
}
