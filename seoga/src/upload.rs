//! `seoga upload`: a library's files into the incoming bucket, by links that let through one PUT of one key.
//!
//! With `--links` it prints them for librarians, who need no account, and sends nothing. Invariant: `uploads/ready`, which
//! starts the rebuild, is put only when every file is there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::aws::credentials::{Credentials, now};
use crate::aws::sign::{self, Allowed};
use seoga_host::web::Client;
use seoga_host::{files, process};

/// The key whose arrival starts the rebuild (infra/aws/data.yaml).
const READY: &str = "uploads/ready";
/// Seconds that a link is good for, at most.
const SECONDS_AT_MOST: i64 = 7 * 24 * 3600;

/// Options of `upload`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The incoming bucket.
    #[arg(long, value_name = "NAME")]
    bucket: String,
    /// Its region.
    #[arg(long, value_name = "NAME")]
    region: String,
    /// A file; may be given several times.
    #[arg(long = "file", value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Send nothing; print links by which others send.
    #[arg(long)]
    links: bool,
    /// Seconds that a link is good for.
    #[arg(long, value_name = "N", default_value_t = 3600, value_parser = clap::value_parser!(u32).range(1..=SECONDS_AT_MOST))]
    seconds: u32,
    /// Another store than AWS's own.
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
}

/// Carries out `seoga upload`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let Options { bucket, region, seconds, .. } = options;
    let endpoint = match &options.endpoint {
        Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
        None => format!("https://{bucket}.s3.{region}.amazonaws.com"),
    };
    let credentials = Credentials::of_operator()?;
    let time = now()?;
    let link = |key: &str| {
        let allowed =
            Allowed { method: "PUT", endpoint: &endpoint, key, region, seconds: *seconds, time: &time };
        sign::link(&allowed, &credentials)
    };
    let named = &options.files;
    let keys: Vec<String> = named.iter().map(|file| key(file)).collect::<Result<_>>()?;
    if options.links {
        for (file, key) in named.iter().zip(&keys) {
            println!("{}", to_type(&["-T".as_ref(), file.as_os_str(), link(key).as_ref()]));
        }
        let link = link(READY);
        let ready = ["-X", "PUT", "-d", "", &link].map(OsStr::new);
        println!("{}    # when all are there", to_type(&ready));
        return Ok(());
    }
    send(&named.iter().zip(&keys).collect::<Vec<_>>(), link)
}

/// Writes a `curl` line that a shell takes as it is meant, whatever is in a file's name. `--globoff`: curl too would read
/// brackets and braces in it as a list of files.
fn to_type(arguments: &[&OsStr]) -> String {
    process::line(Command::new("curl").args(["--fail", "--globoff"]).args(arguments))
}

/// Sends each file to its key and then, when every one is there, what starts the rebuild.
fn send(files: &[(&PathBuf, &String)], link: impl Fn(&str) -> String) -> Result<()> {
    let client = Client::new(Duration::from_secs(600));
    let put = |key: &str, bytes: &[u8]| -> Result<()> {
        let answer = client.put(&link(key), bytes).with_context(|| format!("sending {key}"))?;
        if answer.status != 200 {
            bail!("{key} was refused: {} {}; nothing was started", answer.status, answer.excerpt());
        }
        println!("{key}: {} bytes", bytes.len());
        Ok(())
    };
    for (file, key) in files {
        put(key, &files::read(file)?)?;
    }
    put(READY, b"")
}

/// Where a file belongs, by its name, in the layout that `--catalogue` reads.
fn key(file: &Path) -> Result<String> {
    let name = file.file_name().and_then(|name| name.to_str()).context("a file's name is no text")?;
    let extension =
        file.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    let folder = match (name, extension.as_str()) {
        ("libraries.csv" | "keywords.csv" | "synonyms.csv" | "catalogue.toml", _) => "",
        (_, "csv") => "holdings/",
        (_, "mrc" | "marc" | "iso2709" | "xml" | "jsonl" | "ndjson" | "json") => "records/",
        _ => bail!("{name}: neither a holdings list (.csv) nor records; docs/LIBRARIANS.md has the kinds"),
    };
    Ok(format!("catalogue/{folder}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_host::testing::server;

    #[test]
    fn files_go_where_a_build_looks_for_them() {
        for (file, expected) in [
            (
                "x/강남도서관 장서 대출목록 (2026년 11월).csv",
                "catalogue/holdings/강남도서관 장서 대출목록 (2026년 11월).csv",
            ),
            ("가온.MRC", "catalogue/records/가온.MRC"),
            ("libraries.csv", "catalogue/libraries.csv"),
            ("catalogue.toml", "catalogue/catalogue.toml"),
        ] {
            assert_eq!(key(Path::new(file)).unwrap(), expected);
        }
        assert!(key(Path::new("notes.docx")).is_err());
    }

    #[test]
    fn a_line_to_type_does_nothing_but_send_the_file_whatever_its_name() {
        for name in
            ["a'; touch PWNED; '.csv", "$(touch PWNED).csv", "`touch PWNED` [1-3] {a,b}\n\".csv", "가 나.csv"]
        {
            let dir = tempfile::tempdir().unwrap();
            let line = to_type(&["-T".as_ref(), name.as_ref(), "https://b.example/k?a=1&b=2".as_ref()]);
            let shown = "curl() { for one in \"$@\"; do printf '%s\\0' \"$one\"; done; }";
            let script = format!("{shown}\n{line}");
            let output = Command::new("sh").args(["-c", &script]).current_dir(dir.path()).output().unwrap();
            let expected = ["--fail", "--globoff", "-T", name, "https://b.example/k?a=1&b=2", ""].join("\0");
            assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{line}");
            assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "{line}");
        }
    }

    #[test]
    fn the_rebuild_is_started_last_and_only_when_every_file_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let file = dir.path().join(name);
            files::write(&file, "x").unwrap();
            file
        };
        let (files, keys) = ([file("a.csv"), file("b.csv")], ["a".to_owned(), "b".to_owned()]);
        let named: Vec<_> = files.iter().zip(&keys).collect();
        let sent = |statuses: &[u16]| {
            let (port, seen) = server(statuses.iter().map(|status| (*status, "", String::new())).collect());
            let outcome = send(&named, |key| format!("http://127.0.0.1:{port}/{key}"));
            let seen = seen.lock().unwrap().clone();
            (outcome.map_err(|error| error.to_string()), seen)
        };
        let (outcome, seen) = sent(&[200, 200, 200]);
        assert_eq!((outcome, seen), (Ok(()), ["/a", "/b", "/uploads/ready"].map(str::to_owned).to_vec()));
        let (outcome, seen) = sent(&[200, 403]);
        assert!(outcome.unwrap_err().contains("b was refused: 403"));
        assert_eq!(seen, ["/a", "/b"]);
    }
}
