//! `seoga upload`: a library's files into the incoming bucket, by links that let through one PUT of one key.
//!
//! With `--links` it prints them for librarians, who need no account, and sends none of the files; with `--status` it says what
//! became of an upload. Each upload has an id that nobody can guess, in the names of its files and of the notice to who sent them.
//! Invariant: `uploads/ready`, which starts the rebuild, is put only when every file is there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use index_builder::sources::UploadMark;
use seoga_host::web::Client;
use seoga_host::{files, process};
use seoga_text::encoding::hex;

use crate::aws::credentials::{Credentials, now};
use crate::aws::sign::{self, Allowed};
use crate::senders::{self, FOLDER, Notice};

/// The key whose arrival starts the rebuild (infra/aws/data.yaml).
const READY: &str = "uploads/ready";
/// Seconds that a link is good for, at most.
const SECONDS_AT_MOST: u32 = 7 * 24 * 3600;
/// How long a file may take.
const LIMIT: Duration = Duration::from_secs(600);

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
    #[arg(long = "file", value_name = "FILE", required_unless_present = "status")]
    files: Vec<PathBuf>,
    /// Send none of them; print links by which others send, and one that shows what became of them.
    #[arg(long)]
    links: bool,
    /// Say what became of an earlier upload, and print a fresh link to its notice.
    #[arg(long, value_name = "ID", conflicts_with_all = ["files", "links"], value_parser = id)]
    status: Option<String>,
    /// Seconds that a link is good for.
    #[arg(long, value_name = "N", default_value_t = 3600, value_parser = clap::value_parser!(u32).range(1..=i64::from(SECONDS_AT_MOST)))]
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
    let sign = |method: &str, key: &str, seconds: u32| {
        let allowed = Allowed { method, endpoint: &endpoint, key, region, seconds, time: &time };
        sign::link(&allowed, &credentials)
    };
    let put = |key: &str| sign("PUT", key, *seconds);
    let client = Client::new(LIMIT);
    let page = |id: &str| {
        println!(
            "{}",
            notice_line(&sign("GET", &format!("{FOLDER}{id}.html"), SECONDS_AT_MOST), &credentials)
        );
    };
    if let Some(id) = &options.status {
        let answer = client.get_secret(&sign("GET", &format!("{FOLDER}{id}.json"), *seconds))?;
        if answer.status != 200 {
            bail!(
                "there is no notice of {id}, or it may not be read: {} {}",
                answer.status,
                answer.excerpt()
            );
        }
        senders::lines(&Notice::parse(&answer.body)?).iter().for_each(|line| println!("{line}"));
        page(id);
        return Ok(());
    }
    let mark = UploadMark::new(&time, &hex(&random()?)).context("this machine's clock is out of range")?;
    let stored: Vec<Stored> =
        options.files.iter().map(|file| Stored::new(file, &mark)).collect::<Result<_>>()?;
    // A configuration is no list of which rows could be told.
    let lists = stored.iter().filter(|file| file.sent_as != "catalogue.toml");
    let names: Vec<_> = lists.map(|file| (file.sent_as.clone(), file.stored_as.clone())).collect();
    for (name, kind, text) in senders::written(&Notice::waiting(&mark, &names))? {
        let key = format!("{FOLDER}{name}");
        let answer =
            client.put_as(&put(&key), kind, text.as_bytes()).with_context(|| format!("sending {key}"))?;
        if answer.status != 200 {
            bail!(
                "{key} was refused: {} {}; nothing was started. It wants s3:PutObject on {FOLDER}*",
                answer.status,
                answer.excerpt()
            );
        }
    }
    if options.links {
        for Stored { file, key, .. } in &stored {
            println!("{}", to_type(&["-T".as_ref(), file.as_os_str(), put(key).as_ref()]));
        }
        let ready = put(READY);
        println!("{}    # when all are there", to_type(&["-X", "PUT", "-d", "", &ready].map(OsStr::new)));
    } else {
        send(&stored, put)?;
    }
    page(&mark.id);
    println!("# afterwards: seoga upload --bucket {bucket} --region {region} --status {}", mark.id);
    Ok(())
}

/// Says where the notice is, and how long the link to it is good.
fn notice_line(link: &str, credentials: &Credentials) -> String {
    let until = match credentials.token {
        None => "7 days",
        Some(_) => "7 days, or until the operator's session ends, whichever is sooner",
    };
    format!("# what became of them, for {until}: {link}")
}

/// Writes a `curl` line that a shell takes as it is meant, whatever is in a file's name. `--globoff`: curl too would read
/// brackets and braces in it as a list of files.
fn to_type(arguments: &[&OsStr]) -> String {
    process::line(Command::new("curl").args(["--fail", "--globoff"]).args(arguments))
}

/// Draws an id's bytes of the system's randomness.
fn random() -> Result<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("this machine gives no random numbers")?;
    Ok(bytes)
}

/// Checks an id.
fn id(text: &str) -> Result<String, String> {
    let mark = UploadMark::new("20260101T000000Z", text);
    mark.map(|mark| mark.id).ok_or_else(|| "32 of 0-9 and a-f, as `upload` printed them".to_owned())
}

/// Sends each file to its key and then, when every one is there, what starts the rebuild.
fn send(files: &[Stored], link: impl Fn(&str) -> String) -> Result<()> {
    let client = Client::new(LIMIT);
    let put = |key: &str, bytes: &[u8]| -> Result<()> {
        let answer = client.put(&link(key), bytes).with_context(|| format!("sending {key}"))?;
        if answer.status != 200 {
            bail!("{key} was refused: {} {}; nothing was started", answer.status, answer.excerpt());
        }
        println!("{key}: {} bytes", bytes.len());
        Ok(())
    };
    for Stored { file, key, .. } in files {
        put(key, &files::read(file)?)?;
    }
    put(READY, b"")
}

/// A file and its place in the bucket.
#[derive(Debug)]
struct Stored {
    file: PathBuf,
    /// The name it is sent by, composed (NFC).
    sent_as: String,
    /// The name it has there: with the mark of the upload, where files have months.
    stored_as: String,
    key: String,
}

impl Stored {
    /// Finds where a file belongs, by its name, in the layout that `--catalogue` reads.
    fn new(file: &Path, mark: &UploadMark) -> Result<Self> {
        let name = file.file_name().and_then(|name| name.to_str()).context("a file's name is no text")?;
        let sent_as = index_builder::sources::cleaned(name);
        let extension = file
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let (folder, stored_as) = match (sent_as.as_str(), extension.as_str()) {
            ("libraries.csv" | "holidays.csv" | "keywords.csv" | "synonyms.csv" | "catalogue.toml", _) => {
                ("", sent_as.clone())
            }
            (_, "csv" | "tsv" | "xlsx") => ("holdings/", mark.put_on(&sent_as)),
            (_, "mrc" | "marc" | "iso2709" | "xml" | "jsonl" | "ndjson" | "json") => {
                ("records/", mark.put_on(&sent_as))
            }
            _ => {
                bail!(
                    "{name}: neither a holdings list (.csv, .tsv, .xlsx) nor records; docs/LIBRARIANS.md has the kinds"
                )
            }
        };
        let key = format!("catalogue/{folder}{stored_as}");
        Ok(Self { file: file.to_owned(), sent_as, stored_as, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_host::testing::server;

    fn mark() -> UploadMark {
        UploadMark::new("20261129T101500Z", "00112233445566778899aabbccddeeff").unwrap()
    }

    #[test]
    fn files_go_where_a_build_looks_for_them_with_the_mark_of_their_upload() {
        let mark_is = ".up-20261129T101500Z-00112233445566778899aabbccddeeff";
        for (file, expected) in [
            (
                "x/강남도서관 장서 대출목록 (2026년 11월).csv",
                format!("catalogue/holdings/강남도서관 장서 대출목록 (2026년 11월){mark_is}.csv"),
            ),
            ("\u{1100}\u{1161}.csv", format!("catalogue/holdings/가{mark_is}.csv")),
            ("가온.MRC", format!("catalogue/records/가온{mark_is}.MRC")),
            ("libraries.csv", "catalogue/libraries.csv".to_owned()),
            ("holidays.csv", "catalogue/holidays.csv".to_owned()),
            ("catalogue.toml", "catalogue/catalogue.toml".to_owned()),
        ] {
            assert_eq!(Stored::new(Path::new(file), &mark()).unwrap().key, expected);
        }
        assert!(Stored::new(Path::new("notes.docx"), &mark()).is_err());
    }

    #[test]
    fn an_id_is_not_drawn_twice_and_no_other_text_is_one() {
        let drawn = hex(&random().unwrap());
        assert_ne!(drawn, hex(&random().unwrap()));
        assert_eq!(id(&drawn), Ok(drawn));
        for wrong in ["", "../../catalogue/holdings/x", "0011", "00112233445566778899AABBCCDDEEFF"] {
            assert!(id(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_link_says_when_it_ends_before_its_seven_days() {
        let key = Credentials { id: "ID".into(), secret: "s".into(), token: None };
        assert!(notice_line("L", &key).ends_with("for 7 days: L"));
        let role = Credentials { token: Some("t".into()), ..key };
        assert!(notice_line("L", &role).contains("session ends"));
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
        let stored = |name: &str, key: &str| Stored {
            file: file(name),
            sent_as: name.to_owned(),
            stored_as: name.to_owned(),
            key: key.to_owned(),
        };
        let named = [stored("a.csv", "a"), stored("b.csv", "b")];
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
