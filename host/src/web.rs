//! Requests over HTTP: to servers on this machine, to deployments, to webhooks. Not a client for tests.
//!
//! Invariant: an answer of any status is an answer; an error means that none came.

use std::time::Duration;

use anyhow::{Context, Result, bail};
pub use seoga_text::encoding::query_value as encode;
use ureq::Agent;
use ureq::http::Response;

/// Bytes of the longest body that is read: a page of the export is the longest, 500 records of at most 4 KB.
const BODY_LIMIT: u64 = 16 << 20;

/// An answer of a server, whose body is text unless it was asked for as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<Body = String> {
    /// Its status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body; of at most 16 MB.
    pub body: Body,
}

impl<Body> Answer<Body> {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Answer {
    /// The first characters of the body on one line, for messages.
    pub fn excerpt(&self) -> String {
        self.body.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
    }
}

/// Sends requests and waits for each a limited time.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
}

impl Client {
    /// One that waits for an answer at most so long. It follows no redirect: a token must not travel on.
    pub fn new(limit: Duration) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(limit))
            .user_agent("seoga-program")
            .build();
        Self { agent: agent.into() }
    }

    /// Asks for a URL, with a bearer token where there is one.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off; a status of its own is an answer.
    pub fn get(&self, url: &str, token: Option<&str>) -> Result<Answer> {
        let mut request = self.agent.get(url);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        read(request.call().with_context(|| format!("GET {url}"))?)
    }

    /// Asks for a URL, with headers of one's own.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off; a status of its own is an answer.
    pub fn get_with(&self, url: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        read(self.asked(url, headers)?)
    }

    /// Asks for a URL as [`Self::get_with`] does; the body is the bytes that came.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off; a status of its own is an answer.
    pub fn get_bytes(&self, url: &str, headers: &[(&str, &str)]) -> Result<Answer<Vec<u8>>> {
        let mut response = self.asked(url, headers)?;
        let (status, headers) = head(&response);
        let body = response.body_mut().with_config().limit(BODY_LIMIT).read_to_vec();
        Ok(Answer { status, headers, body: body.with_context(|| format!("reading {url}"))? })
    }

    fn asked(&self, url: &str, headers: &[(&str, &str)]) -> Result<Response<ureq::Body>> {
        let request =
            headers.iter().fold(self.agent.get(url), |request, (name, value)| request.header(*name, *value));
        request.call().with_context(|| format!("GET {url}"))
    }

    /// Sends bytes to a URL that lets them through by itself. Errors leave it out: it is a secret while it is good.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off; a status of its own is an answer.
    pub fn put(&self, url: &str, bytes: &[u8]) -> Result<Answer> {
        read(self.agent.put(url).send(bytes).context("PUT")?)
    }

    /// Deletes what is at a URL that lets it through by itself. Errors leave it out.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off; a status of its own is an answer.
    pub fn delete(&self, url: &str) -> Result<Answer> {
        read(self.agent.delete(url).call().context("DELETE")?)
    }

    /// Sends bytes of a type, as [`Client::put`] does.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off; a status of its own is an answer.
    pub fn put_as(&self, url: &str, content_type: &str, bytes: &[u8]) -> Result<Answer> {
        read(self.agent.put(url).header("content-type", content_type).send(bytes).context("PUT")?)
    }

    /// Asks for a URL that lets one through by itself. Errors leave it out: it is a secret while it is good.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off; a status of its own is an answer.
    pub fn get_secret(&self, url: &str) -> Result<Answer> {
        read(self.agent.get(url).call().context("GET")?)
    }

    /// Posts a JSON text. Errors leave out the URL: a webhook's is a secret.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off; a status of its own is an answer.
    pub fn post_json(&self, url: &str, json: &str) -> Result<Answer> {
        self.post_json_with(url, json, &[])
    }

    /// Posts a JSON text with headers of one's own.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off; a status of its own is an answer.
    pub fn post_json_with(&self, url: &str, json: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        self.post(url, &[&[("content-type", "application/json")], headers].concat(), json)
    }

    /// Posts a text, whose type is among the headers.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off; a status of its own is an answer.
    pub fn post(&self, url: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
        let request = self.agent.post(url);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        read(request.send(body).context("POST")?)
    }

    /// Asks for a file: the status and its bytes.
    ///
    /// # Errors
    /// When the other side cannot be reached or breaks off.
    pub fn file(&self, url: &str) -> Result<(u16, Vec<u8>)> {
        self.file_up_to(url, BODY_LIMIT)
    }

    /// Asks for a file of at most so many bytes: the status and its bytes.
    ///
    /// # Errors
    /// As [`Self::file`], and when it is longer.
    pub fn file_up_to(&self, url: &str, most: u64) -> Result<(u16, Vec<u8>)> {
        let mut response = self.agent.get(url).call().with_context(|| format!("GET {url}"))?;
        let body = response.body_mut().with_config().limit(most).read_to_vec();
        Ok((response.status().as_u16(), body.with_context(|| format!("reading {url}"))?))
    }
}

/// An outcome of asking once.
pub enum Tried<T> {
    /// The thing itself.
    Got(T),
    /// Nothing, for now: why, and for how many seconds to wait where that was said.
    Busy(String, Option<u64>),
}

/// How often something is asked for that a store or the network fails to give.
const TRIES: u32 = 5;
/// The longest wait before it is asked for again, in seconds.
const LONGEST_WAIT: u64 = 30;

/// Asks again and again while the other side is busy or the network fails, each time after a longer while. An error of `once`
/// itself is final.
///
/// # Errors
/// The error of `once`, or after five tries the last reason to wait.
pub fn patiently<T>(mut once: impl FnMut() -> Result<Tried<T>>) -> Result<T> {
    let mut tried = 0;
    loop {
        let (why, wait) = match once()? {
            Tried::Got(got) => return Ok(got),
            Tried::Busy(why, wait) => (why, wait),
        };
        tried += 1;
        if tried >= TRIES || wait.is_some_and(|wait| wait > LONGEST_WAIT) {
            bail!("given up after {tried} tries: {why}");
        }
        std::thread::sleep(Duration::from_secs(wait.unwrap_or(1 << (tried - 1))));
    }
}

/// Gives status and headers, whose names are in lower case.
fn head(response: &Response<ureq::Body>) -> (u16, Vec<(String, String)>) {
    let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    (response.status().as_u16(), headers)
}

fn read(mut response: Response<ureq::Body>) -> Result<Answer> {
    let (status, headers) = head(&response);
    Ok(Answer {
        status,
        headers,
        body: response
            .body_mut()
            .with_config()
            .limit(BODY_LIMIT)
            .read_to_string()
            .context("reading the answer")?,
    })
}

/// Whether a URL names this machine: only there may a token go without TLS.
pub fn is_local(url: &str) -> bool {
    let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or(url);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|local| host.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_local() {
        for local in ["http://localhost:8787", "http://127.0.0.1/", "http://[::1]:1/x", "http://localhost"] {
            assert!(is_local(local), "{local}");
        }
        for far in ["http://localhost.example", "https://seoga.example", "http://localhost@evil.example"] {
            assert!(!is_local(far), "{far}");
        }
    }

    #[test]
    fn values_are_encoded_byte_by_byte() {
        assert_eq!(encode("c++ 책"), "c%2B%2B%20%EC%B1%85");
    }
}
