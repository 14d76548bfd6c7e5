//! `cargo xtask smoke --base URL`: whether a deployment answers as it must, asked over HTTP as a visitor asks.
//!
//! It stores nothing and needs no key, so it may run against the public deployment at any time; answers are not compared
//! with the native ones, which `rebuild` does before it publishes. Invariant: every check can fail, and one that fails
//! does not hide the next.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::options::Given;
use crate::web::{self, Answer, Client};

/// Beginnings of words, one of which every catalogue has.
const BEGINNINGS: [&str; 12] = ["ㄱ", "ㄴ", "ㄷ", "ㅁ", "ㅂ", "ㅅ", "ㅇ", "ㅈ", "ㅎ", "a", "p", "s"];
/// A query id that nobody signed.
const FORGED: &str = r#"{"user_id":"smoke","query_id":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","isbn13":"9788900000000"}"#;

type Check = (&'static str, fn(&Site) -> Result<()>);

const CHECKS: [Check; 15] = [
    ("the index answers", |site| {
        let status = site.json("/api/status")?;
        ensure!(status["books"].as_u64() > Some(0), "no books: {status}");
        ensure!(status["generation"].is_string(), "no generation: {status}");
        Ok(())
    }),
    ("the pointer names the generation that answers", |site| {
        let pointer = site.good("/index/current.json")?;
        let kept = pointer.header("cache-control").unwrap_or_default();
        ensure!(kept.contains("s-maxage=60"), "kept as {kept:?}");
        let pointer: Value = serde_json::from_str(&pointer.body)?;
        let status = site.json("/api/status")?;
        ensure!(
            pointer["generation"] == status["generation"],
            "{} and {}",
            pointer["generation"],
            status["generation"]
        );
        Ok(())
    }),
    ("a search finds books", |site| site.found().map(|_| ())),
    ("an answer of a named generation is kept for a day", |site| {
        let generation =
            site.json("/api/status")?["generation"].as_str().context("no generation")?.to_owned();
        let answer = site.good(&format!("/api/search?q={}&v={generation}", web::encode(&site.word()?)))?;
        let kept = answer.header("cache-control").unwrap_or_default();
        ensure!(kept.contains("s-maxage=86400"), "kept as {kept:?}");
        Ok(())
    }),
    ("unknown parameters and their order change nothing", |site| {
        let word = web::encode(&site.word()?);
        let plain = site.good(&format!("/api/search?q={word}&limit=5"))?;
        let noisy = site.good(&format!("/api/search?limit=5&utm_source=smoke&q={word}"))?;
        ensure!(plain.body == noisy.body, "two answers to one question");
        Ok(())
    }),
    ("a book has its page and its citation", |site| {
        let isbn13 = site.found()?;
        ensure!(site.json(&format!("/api/books/{isbn13}"))?["isbn13"] == isbn13.as_str(), "another book");
        ensure!(site.good(&format!("/books/{isbn13}"))?.body.contains(&isbn13), "a page without the book");
        ensure!(site.good(&format!("/books/{isbn13}.ris"))?.body.starts_with("TY  - "), "no citation");
        Ok(())
    }),
    ("pages are HTML in the language asked for", |site| {
        for language in ["ko", "en"] {
            let page = site.good(&format!("/?hl={language}"))?;
            let kind = page.header("content-type").unwrap_or_default();
            ensure!(kind.starts_with("text/html"), "{kind}");
            ensure!(
                page.header("content-language") == Some(language),
                "{:?}",
                page.header("content-language")
            );
        }
        Ok(())
    }),
    ("the page's files are there", |site| {
        let page = site.good("/")?;
        let sheet = page.body.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".css"));
        let sheet = site.good(sheet.context("the page names no style sheet")?)?;
        let kind = sheet.header("content-type").unwrap_or_default();
        ensure!(kind.starts_with("text/css"), "{kind}");
        Ok(())
    }),
    ("pages and files have the security headers", |site| {
        for path in ["/", "/assets/style.css", "/api/status"] {
            let answer = site.good(path)?;
            for name in [
                "content-security-policy",
                "strict-transport-security",
                "x-content-type-options",
                "referrer-policy",
            ] {
                ensure!(answer.header(name).is_some(), "{path} has no {name}");
            }
            let policy = answer.header("content-security-policy").unwrap_or_default();
            ensure!(
                policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"),
                "{path}: {policy}"
            );
        }
        Ok(())
    }),
    ("what is missing is 404", |site| {
        ensure!(
            site.get("/no-such-page")?.status == 404 && site.get("/api/books/9788900000001")?.status == 404,
            "it is not"
        );
        Ok(())
    }),
    ("a wrong parameter is 400 and named", |site| {
        let answer = site.get("/api/search?q=a&limit=1000")?;
        let kind = answer.header("content-type").unwrap_or_default();
        ensure!(
            answer.status == 400 && kind.starts_with("application/problem+json"),
            "{} {kind}",
            answer.status
        );
        ensure!(answer.body.contains("limit"), "{}", answer.excerpt());
        Ok(())
    }),
    ("a wrong method is 405 and says which are right", |site| {
        let answer = site.post("/api/search", "{}")?;
        ensure!(answer.status == 405 && answer.header("allow").is_some(), "{}", answer.status);
        Ok(())
    }),
    ("a forged choice is refused", |site| {
        let answer = site.post("/user-choice", FORGED)?;
        ensure!(answer.status == 403, "{} {}", answer.status, answer.excerpt());
        Ok(())
    }),
    ("the export is shut", |site| {
        let answer = site.get("/admin/choices")?;
        ensure!([401, 404].contains(&answer.status), "{}", answer.status);
        Ok(())
    }),
    ("plain HTTP answers nothing", |site| {
        let Some(host) = site.base.strip_prefix("https://") else {
            ensure!(local(&site.base), "{} is no HTTPS, and not this machine", site.base);
            return Ok(());
        };
        // Nobody listening is just as well.
        let Ok(answer) = site.client.get(&format!("http://{host}/"), None) else { return Ok(()) };
        let to = answer.header("location").unwrap_or_default();
        ensure!(
            (300..400).contains(&answer.status) && to.starts_with("https://"),
            "{} {to:?}",
            answer.status
        );
        Ok(())
    }),
];

/// Carries out `cargo xtask smoke`.
pub(crate) fn run(given: &Given) -> Result<()> {
    check(given.need("--base")?)
}

/// Asks everything of a deployment.
pub(crate) fn check(base: &str) -> Result<()> {
    let site =
        Site { base: base.trim_end_matches('/').to_owned(), client: Client::new(Duration::from_secs(20)) };
    let mut failed = 0;
    for (what, check) in CHECKS {
        match check(&site) {
            Ok(()) => println!("ok      {what}"),
            Err(error) => {
                failed += 1;
                println!("FAILED  {what}: {error:#}");
            }
        }
    }
    if failed > 0 {
        bail!("{failed} of {} checks failed on {base}", CHECKS.len());
    }
    println!("{} checks passed on {base}", CHECKS.len());
    Ok(())
}

/// Whether a URL is of this machine.
fn local(base: &str) -> bool {
    ["http://localhost", "http://127.0.0.1"].iter().any(|own| base.starts_with(own))
}

/// A deployment.
struct Site {
    base: String,
    client: Client,
}

impl Site {
    fn get(&self, path: &str) -> Result<Answer> {
        self.client.get(&format!("{}{path}", self.base), None)
    }

    fn post(&self, path: &str, json: &str) -> Result<Answer> {
        self.client.post_json(&format!("{}{path}", self.base), json)
    }

    /// An answer that must be 200.
    fn good(&self, path: &str) -> Result<Answer> {
        let answer = self.get(path)?;
        ensure!(answer.status == 200, "{path} is {}: {}", answer.status, answer.excerpt());
        Ok(answer)
    }

    fn json(&self, path: &str) -> Result<Value> {
        serde_json::from_str(&self.good(path)?.body).with_context(|| format!("{path} is no JSON"))
    }

    /// A word of the catalogue.
    fn word(&self) -> Result<String> {
        for beginning in BEGINNINGS {
            let answer = self.json(&format!("/api/suggest?q={}", web::encode(beginning)))?;
            if let Some(text) = answer["suggestions"][0]["text"].as_str() {
                return Ok(text.to_owned());
            }
        }
        bail!("nothing is suggested for any of {BEGINNINGS:?}")
    }

    /// The ISBN of a book that a search finds.
    fn found(&self) -> Result<String> {
        let word = self.word()?;
        let answer = self.json(&format!("/api/search?q={}", web::encode(&word)))?;
        ensure!(
            answer["total"].as_u64() > Some(0) && answer["query_id"].is_string(),
            "nothing found for {word}"
        );
        Ok(answer["results"][0]["isbn13"].as_str().context("a hit without an ISBN")?.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A server that says the same to everything.
    fn saying(answer: &'static str) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 8192]);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        base
    }

    #[test]
    fn every_check_but_that_of_plain_http_fails_on_a_server_that_is_none_of_ours() {
        for answer in [
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
            "HTTP/1.1 503 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        ] {
            let site = Site { base: saying(answer), client: Client::new(Duration::from_secs(5)) };
            for (what, check) in CHECKS {
                assert_eq!(check(&site).is_ok(), what == "plain HTTP answers nothing", "{what}: {answer}");
            }
        }
    }

    #[test]
    fn a_deployment_without_tls_is_refused() {
        let site =
            Site { base: "http://books.example".to_owned(), client: Client::new(Duration::from_secs(1)) };
        let (_, check) = CHECKS.iter().find(|(what, _)| *what == "plain HTTP answers nothing").unwrap();
        assert!(check(&site).is_err());
    }
}
