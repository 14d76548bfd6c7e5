//! The operator's credentials for AWS, and the time as signatures have it.
//!
//! Nothing is kept. Invariant: a secret is in no message.

use std::fmt;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::Value;

use seoga_host::day::Day;
use seoga_host::process;

/// An access key. A role's has a session token too.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key {}", self.id)
    }
}

impl Credentials {
    /// Those of the environment, else of the aws program, whatever way it signs in.
    pub(crate) fn of_operator() -> Result<Self> {
        let of = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        if let (Some(id), Some(secret)) = (of("AWS_ACCESS_KEY_ID"), of("AWS_SECRET_ACCESS_KEY")) {
            return Ok(Self { id, secret, token: of("AWS_SESSION_TOKEN") });
        }
        let mut export = Command::new("aws");
        export.args(["configure", "export-credentials", "--format", "process"]);
        let printed = process::output(&mut export).context(
            "no credentials for AWS: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and the aws program, \
             version 2, has none either (aws sso login)",
        )?;
        let read: Value = serde_json::from_str(&printed).context("reading what aws printed")?;
        let text = |name: &str| read[name].as_str().map(str::to_owned);
        let missing = || "aws configure export-credentials printed no key";
        Ok(Self {
            id: text("AccessKeyId").with_context(missing)?,
            secret: text("SecretAccessKey").with_context(missing)?,
            token: text("SessionToken"),
        })
    }
}

/// The time of this machine as signatures have it: `20130524T000000Z`.
pub(crate) fn now() -> Result<String> {
    Ok(time(SystemTime::now().duration_since(UNIX_EPOCH)?))
}

fn time(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let day = Day::of_seconds(seconds).to_string().replace('-', "");
    let rest = seconds % 86_400;
    format!("{day}T{:02}{:02}{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_signatures_have_them() {
        assert_eq!(time(Duration::from_secs(1_369_353_600)), "20130524T000000Z");
        assert_eq!(time(Duration::from_secs(1_369_353_600 + 3_600 * 23 + 59 * 60 + 7)), "20130524T235907Z");
    }

    #[test]
    fn a_secret_is_in_no_message() {
        let key = Credentials { id: "ID".into(), secret: "hidden".into(), token: Some("hidden".into()) };
        assert_eq!(key.to_string(), "the key ID");
    }
}
