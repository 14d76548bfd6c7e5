//! `cargo xtask upload`: a library's files into the incoming bucket, by links that let through one PUT of one key.
//!
//! With `--links` it prints them for librarians, who need no account, and sends nothing. Invariant: `uploads/ready`, which
//! starts the rebuild, is put only when every file is there.

mod sign;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::day::Day;
use crate::options::Given;
use crate::web::Client;
use crate::{files, process};

use sign::{Allowed, Credentials};

/// What starts the rebuild (infra/aws/data.yaml).
const READY: &str = "uploads/ready";
/// Seconds that a link is good for, by default, and at most.
const SECONDS: u32 = 3600;
const SECONDS_AT_MOST: u32 = 7 * 24 * 3600;

/// Carries out `cargo xtask upload`.
pub(crate) fn run(given: &Given) -> Result<()> {
    let region = given.need("--region")?;
    let bucket = given.need("--bucket")?;
    let seconds = match given.one("--seconds") {
        None => SECONDS,
        Some(text) => {
            let seconds = text.parse().ok().filter(|seconds| (1..=SECONDS_AT_MOST).contains(seconds));
            seconds.with_context(|| format!("--seconds {text:?}: a number from 1 to {SECONDS_AT_MOST}"))?
        }
    };
    let endpoint = match given.one("--endpoint") {
        Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
        None => format!("https://{bucket}.s3.{region}.amazonaws.com"),
    };
    let credentials = credentials()?;
    let time = time(SystemTime::now().duration_since(UNIX_EPOCH)?);
    let link = |key: &str| {
        let allowed = Allowed { method: "PUT", endpoint: &endpoint, key, region, seconds, time: &time };
        sign::link(&allowed, &credentials)
    };
    let named: Vec<PathBuf> = given.all("--file").map(PathBuf::from).collect();
    ensure!(!named.is_empty(), "--file is missing; it may be given several times");
    let keys: Vec<String> = named.iter().map(|file| key(file)).collect::<Result<_>>()?;
    if given.has("--links") {
        for (file, key) in named.iter().zip(&keys) {
            println!("curl --fail -T '{}' '{}'", file.display(), link(key));
        }
        println!("curl --fail -X PUT -d '' '{}'    # when all are there", link(READY));
        return Ok(());
    }
    let client = Client::new(Duration::from_secs(600));
    let put = |key: &str, bytes: &[u8]| -> Result<()> {
        let answer = client.put(&link(key), bytes).with_context(|| format!("sending {key}"))?;
        if answer.status != 200 {
            bail!("{key} was refused: {} {}; nothing was started", answer.status, answer.excerpt());
        }
        println!("{key}: {} bytes", bytes.len());
        Ok(())
    };
    for (file, key) in named.iter().zip(&keys) {
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
        _ => bail!("{name}: neither a holdings list (.csv) nor records; docs/OPERATIONS.md has the kinds"),
    };
    Ok(format!("catalogue/{folder}{name}"))
}

/// A time as signatures have it.
fn time(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let day = Day::of_seconds(seconds).to_string().replace('-', "");
    let rest = seconds % 86_400;
    format!("{day}T{:02}{:02}{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// The operator's: of the environment, else of the aws program, whatever way it signs in.
fn credentials() -> Result<Credentials> {
    let of = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let (Some(id), Some(secret)) = (of("AWS_ACCESS_KEY_ID"), of("AWS_SECRET_ACCESS_KEY")) {
        return Ok(Credentials { id, secret, token: of("AWS_SESSION_TOKEN") });
    }
    let mut export = Command::new("aws");
    export.args(["configure", "export-credentials", "--format", "process"]);
    let printed =
        process::output(&mut export).context("no AWS_ACCESS_KEY_ID, and the aws program has none either")?;
    let read: Value = serde_json::from_str(&printed).context("reading what aws printed")?;
    let text = |name: &str| read[name].as_str().map(str::to_owned);
    let missing = || "aws configure export-credentials printed no key";
    Ok(Credentials {
        id: text("AccessKeyId").with_context(missing)?,
        secret: text("SecretAccessKey").with_context(missing)?,
        token: text("SessionToken"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn times_are_written_as_signatures_have_them() {
        assert_eq!(time(Duration::from_secs(1_369_353_600)), "20130524T000000Z");
        assert_eq!(time(Duration::from_secs(1_369_353_600 + 3_600 * 23 + 59 * 60 + 7)), "20130524T235907Z");
    }
}
