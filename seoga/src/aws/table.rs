//! A `DynamoDB` table as its operator asks it: signed calls, asked again while the table is busy.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html>
//!
//! What is in the table, its callers know. Invariant: what can be mended by waiting is tried again, anything else is said in words
//! that say what to do.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::credentials::{Credentials, now};
use super::sign::{self, Scope};
use seoga_host::web::{Answer, Client, Tried, patiently};

/// How long a call may take.
const CALL_LIMIT: Duration = Duration::from_secs(60);

/// A table and who asks it.
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) region: String,
    endpoint: String,
    credentials: Credentials,
    client: Client,
}

impl Table {
    /// Takes the operator's credentials. `endpoint` stands for the region's own.
    pub(crate) fn new(
        name: String,
        region: String,
        endpoint: Option<&str>,
        credentials: Credentials,
    ) -> Self {
        let usual = || format!("https://dynamodb.{region}.amazonaws.com");
        let endpoint = endpoint.map_or_else(usual, |endpoint| endpoint.trim_end_matches('/').to_owned());
        Self { endpoint, name, region, credentials, client: Client::new(CALL_LIMIT) }
    }

    /// Carries out an operation; the body wants no `TableName`.
    pub(crate) fn call(&self, operation: &str, mut body: Value) -> Result<Value> {
        // The one operation for several tables names them by itself.
        if operation != "BatchWriteItem" {
            body["TableName"] = self.name.clone().into();
        }
        let body = body.to_string();
        patiently(|| {
            let answer = match self.once(operation, &body) {
                Ok(answer) => answer,
                Err(error) => return Ok(Tried::Busy(format!("{error:#}"), None)),
            };
            if answer.status == 200 {
                return serde_json::from_str(&answer.body)
                    .map(Tried::Got)
                    .context("reading what the table said");
            }
            self.refused(operation, &answer).map(|why| Tried::Busy(why, None))
        })
        .with_context(|| format!("{operation} on {} in {}", self.name, self.region))
    }

    fn once(&self, operation: &str, body: &str) -> Result<Answer> {
        let target = format!("DynamoDB_20120810.{operation}");
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target.as_str())];
        let time = now()?;
        let scope = Scope { time: &time, region: &self.region, service: "dynamodb" };
        let signed = sign::post(&self.endpoint, &headers, body, scope, &self.credentials);
        let signed: Vec<_> = signed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.client.post(&self.endpoint, &signed, body)
    }

    /// Why a call was refused, where asking again may help; else the error to end with.
    fn refused(&self, operation: &str, answer: &Answer) -> Result<String> {
        let said: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let kind = said["__type"].as_str().unwrap_or_default();
        let kind = kind.rsplit('#').next().unwrap_or_default();
        let message = said["message"].as_str().or(said["Message"].as_str()).unwrap_or_default();
        let (name, region, who) = (&self.name, &self.region, &self.credentials);
        match kind {
            "ProvisionedThroughputExceededException"
            | "ThrottlingException"
            | "RequestLimitExceeded"
            | "InternalServerError"
            | "ServiceUnavailable" => Ok(format!("the table is busy ({kind}): {message}")),
            "ResourceNotFoundException" => {
                bail!(
                    "there is no table {name} in {region}: look at --table and --region, or at the stack's output ChoicesTable"
                )
            }
            "AccessDeniedException" => {
                bail!("{who} may not do that: it wants dynamodb:{operation} on table/{name} ({message})")
            }
            "UnrecognizedClientException"
            | "InvalidSignatureException"
            | "ExpiredTokenException"
            | "MissingAuthenticationTokenException"
            | "IncompleteSignatureException" => {
                bail!(
                    "AWS does not take {who} ({kind}): sign in again; this machine's clock must be right too"
                )
            }
            _ if answer.status >= 500 => Ok(format!("{} {}", answer.status, answer.excerpt())),
            _ => bail!("refused: {} {}", answer.status, answer.excerpt()),
        }
    }
}
