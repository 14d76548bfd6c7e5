//! `seoga smoke --base URL`: whether a deployment answers as it must, asked over HTTP as a visitor asks.
//!
//! The questions are the transcripts of `tests/transcripts/smoke`, compiled in; none stores anything or needs a key, so they may
//! run against the public deployment at any time. Answers are not compared with the native ones, which `rebuild` does before
//! it publishes. Invariant: every check can fail, and one that fails does not hide the next.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use seoga_host::web::{self, Client};
use seoga_transcript::{Differs, File, replay_all};

/// Transcripts by name.
const TRANSCRIPTS: [(&str, &str); 14] = [
    ("book.http", include_str!("../../tests/transcripts/smoke/book.http")),
    ("export.http", include_str!("../../tests/transcripts/smoke/export.http")),
    ("files.http", include_str!("../../tests/transcripts/smoke/files.http")),
    ("forged.http", include_str!("../../tests/transcripts/smoke/forged.http")),
    ("headers.http", include_str!("../../tests/transcripts/smoke/headers.http")),
    ("index.http", include_str!("../../tests/transcripts/smoke/index.http")),
    ("kept.http", include_str!("../../tests/transcripts/smoke/kept.http")),
    ("method.http", include_str!("../../tests/transcripts/smoke/method.http")),
    ("missing.http", include_str!("../../tests/transcripts/smoke/missing.http")),
    ("pages.http", include_str!("../../tests/transcripts/smoke/pages.http")),
    ("parameters.http", include_str!("../../tests/transcripts/smoke/parameters.http")),
    ("pointer.http", include_str!("../../tests/transcripts/smoke/pointer.http")),
    ("search.http", include_str!("../../tests/transcripts/smoke/search.http")),
    ("wrong.http", include_str!("../../tests/transcripts/smoke/wrong.http")),
];
/// Time that plain HTTP has for an answer.
const PLAIN_LIMIT: Duration = Duration::from_secs(20);

/// Options of `smoke`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where it answers.
    #[arg(long, value_name = "URL")]
    base: String,
}

/// Carries out `seoga smoke`.
pub(crate) fn run(options: &Options) -> Result<()> {
    check(&options.base)
}

/// Asks everything of a deployment.
pub(crate) fn check(base: &str) -> Result<()> {
    let counts =
        replay_all(&transcripts()?, base, |_| None, &mut Differs::default(), &mut |line| println!("{line}"));
    let plain = plain_http(base);
    match &plain {
        Ok(()) => println!("ok     plain HTTP answers nothing"),
        Err(error) => println!("FAILED plain HTTP answers nothing\n    {error:#}"),
    }
    if !counts.are_good() || plain.is_err() {
        bail!(
            "{} of {} checks failed on {base}",
            counts.failed + usize::from(plain.is_err()),
            TRANSCRIPTS.len() + 1
        );
    }
    println!("{} checks passed on {base}", TRANSCRIPTS.len() + 1);
    Ok(())
}

fn transcripts() -> Result<Vec<File>> {
    TRANSCRIPTS.iter().map(|(name, text)| File::parse(Path::new(name), text)).collect()
}

/// Asks a deployment without TLS: it must lead to the one with, or not listen. Only this machine may do without.
fn plain_http(base: &str) -> Result<()> {
    let Some(host) = base.trim_end_matches('/').strip_prefix("https://") else {
        ensure!(web::is_local(base), "{base} is no HTTPS, and not this machine");
        return Ok(());
    };
    // Nobody listening is just as well.
    let Ok(answer) = Client::new(PLAIN_LIMIT).get(&format!("http://{host}/"), None) else { return Ok(()) };
    let to = answer.header("location").unwrap_or_default();
    ensure!(
        (300..400).contains(&answer.status) && to.starts_with("https://"),
        "it answers {} {to:?}",
        answer.status
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Serves one answer to everything.
    fn server_of(answer: &'static str) -> String {
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
    fn every_transcript_of_the_folder_is_compiled_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/transcripts/smoke");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        assert_eq!(files, TRANSCRIPTS.map(|(name, _)| name));
    }

    #[test]
    fn every_check_fails_on_a_server_that_is_none_of_ours() {
        for answer in [
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
            "HTTP/1.1 503 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        ] {
            let base = server_of(answer);
            for file in transcripts().unwrap() {
                let file = [file];
                let counts = replay_all(&file, &base, |_| None, &mut Differs::default(), &mut |_| {});
                assert!(!counts.are_good(), "{}: {answer}", file[0].name.display());
            }
            assert!(check(&base).is_err());
        }
    }

    #[test]
    fn a_deployment_without_tls_is_refused() {
        assert!(plain_http("http://books.example").is_err());
        assert!(plain_http("http://localhost.example").is_err());
        assert!(plain_http("http://localhost:1/").is_ok());
    }
}
