//! The export as a deployment gives it over HTTP: `/admin/choices`, with its token.
//!
//! Invariant: the token travels over TLS alone, but to servers on this machine.

use std::time::Duration;

use anyhow::{Result, bail};

use super::source::{Page, Source};
use seoga_host::day::Day;
use seoga_host::web::{self, Client, Tried, patiently};

/// The variable that holds the token, by default.
const TOKEN: &str = "SEOGA_ADMIN_TOKEN";
/// The token that a development server takes.
const DEVELOPMENT_TOKEN: &str = "dev-admin-token";
/// How long a page may take.
const PAGE_LIMIT: Duration = Duration::from_secs(60);

/// A deployment that answers.
pub(super) struct Deployment {
    base: String,
    token: String,
    client: Client,
}

impl Deployment {
    /// Takes the token of the variable `token_env`, else of [`TOKEN`].
    pub(super) fn open(base: &str, token_env: Option<&str>) -> Result<Self> {
        let base = base.trim_end_matches('/').to_owned();
        let local = web::is_local(&base);
        if !(base.starts_with("https://") || local && base.starts_with("http://")) {
            bail!("--base {base}: the token travels over https:// alone, but for servers on this machine");
        }
        let name = token_env.unwrap_or(TOKEN);
        let token = match std::env::var(name) {
            Ok(token) if !token.trim().is_empty() => token.trim().to_owned(),
            _ if local && token_env.is_none() => DEVELOPMENT_TOKEN.to_owned(),
            _ => bail!(
                "no token: set {name} to the deployment's SEOGA_ADMIN_TOKEN, or name another variable with --token-env"
            ),
        };
        Ok(Self { base, token, client: Client::new(PAGE_LIMIT) })
    }
}

impl Source for Deployment {
    fn name(&self) -> &str {
        &self.base
    }

    fn page(&mut self, cursor: Option<&str>, since: Option<Day>) -> Result<Page> {
        let query = match (cursor, since) {
            (Some(cursor), _) => format!("?cursor={}", web::encode(cursor)),
            (None, Some(day)) => format!("?since={day}"),
            (None, None) => String::new(),
        };
        let base = &self.base;
        let url = format!("{base}/admin/choices{query}");
        patiently(|| {
            let answer = match self.client.get(&url, Some(&self.token)) {
                Ok(answer) => answer,
                Err(error) => return Ok(Tried::Busy(format!("{error:#}"), None)),
            };
            match answer.status {
                200 => {
                    let next = answer.header("x-next-cursor").map(str::to_owned);
                    Ok(Tried::Got(Page::Got { lines: answer.body, next }))
                }
                400 if cursor.is_some() => Ok(Tried::Got(Page::CursorRefused(answer.excerpt()))),
                401 => bail!(
                    "{base} refuses the token (401): it is not the deployment's SEOGA_ADMIN_TOKEN, or none is set there"
                ),
                404 => bail!(
                    "{url} is not there (404): is {base} a deployment of Seoga? On AWS it has no export; give --target aws"
                ),
                429 | 500..=599 => {
                    let wait = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
                    Ok(Tried::Busy(format!("{} {}", answer.status, answer.excerpt()), wait))
                }
                status => bail!("{url} answered {status}: {}", answer.excerpt()),
            }
        })
    }
}

/// A deployment for tests.
#[cfg(test)]
pub(super) fn at(base: &str) -> Deployment {
    Deployment { base: base.to_owned(), token: "t".into(), client: Client::new(PAGE_LIMIT) }
}
