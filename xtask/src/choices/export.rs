//! `cargo xtask choices export`: every choice of a deployment into one file, again and again.
//!
//! Pages are appended to `FILE.partial` and the cursor to go on from is noted in `FILE.state`; at the end the pages are
//! joined to `FILE`. A choice belongs to the day of its question and may be sent for seven days after it, so a later
//! run begins eight days before the earlier one began. Invariant: whenever it is ended, `FILE` is as it was or whole,
//! and the next run misses nothing.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::file::{Identity, beside, lines, replace};
use crate::day::Day;
use crate::files;
use crate::options::Given;
use crate::web::{self, Answer, Client};

/// Days before an earlier run that are read again. A query id is accepted for 7 days and may be of tomorrow's date
/// where it was made (`QUERY_ID_DAYS`, `QUERY_ID_DAYS_AHEAD` in edge/app/src/limits.rs).
const DAYS_AGAIN: i64 = 8;
/// The variable that holds the token, by default.
const TOKEN: &str = "SEOGA_ADMIN_TOKEN";
/// What a development server takes.
const DEVELOPMENT_TOKEN: &str = "dev-admin-token";
/// How long a page may take.
const PAGE_LIMIT: Duration = Duration::from_secs(60);
/// How often a page is asked for that the store or the network fails to give.
const TRIES: u32 = 5;
/// The longest wait before a page is asked for again.
const LONGEST_WAIT: u64 = 30;
/// Pages after which something runs in circles: 10 million records.
const PAGES: usize = 20_000;

/// What to export, and where to.
#[derive(Debug)]
pub(super) struct Export {
    base: String,
    out: PathBuf,
    token: String,
}

impl Export {
    /// Reads the command line and the environment.
    pub(super) fn from(given: &Given) -> Result<Self> {
        let base = given.need("--base")?.trim_end_matches('/').to_owned();
        let local = web::is_local(&base);
        if !(base.starts_with("https://") || local && base.starts_with("http://")) {
            bail!("--base {base}: the token travels over https:// alone, but for servers on this machine");
        }
        let name = given.one("--token-env").unwrap_or(TOKEN);
        let token = match std::env::var(name) {
            Ok(token) if !token.trim().is_empty() => token.trim().to_owned(),
            _ if local && given.one("--token-env").is_none() => DEVELOPMENT_TOKEN.to_owned(),
            _ => bail!(
                "no token: set {name} to the deployment's SEOGA_ADMIN_TOKEN, or name another variable with --token-env"
            ),
        };
        Ok(Self { base, out: PathBuf::from(given.need("--out")?), token })
    }
}

/// What `FILE.state` holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    /// The deployment the file is of.
    base: String,
    /// The day on which the last whole run began.
    whole: Option<String>,
    /// The run under way, where one was ended midway.
    under_way: Option<UnderWay>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct UnderWay {
    /// The day on which it began.
    began: String,
    /// The page to go on with.
    cursor: String,
}

/// Carries it out.
pub(super) fn run(export: &Export) -> Result<()> {
    let [partial, state_file, lock_file] =
        [".partial", ".state", ".lock"].map(|ending| beside(&export.out, ending));
    let lock = File::create(&lock_file).with_context(|| format!("making {}", lock_file.display()))?;
    if lock.try_lock().is_err() {
        bail!("another export into {} is under way", export.out.display());
    }
    let mut state = State::read(&state_file, export)?;
    let resumed = state.under_way.take();
    match &resumed {
        Some(under_way) => {
            drop_cut_line(&partial)?;
            eprintln!("going on with the export begun on {}", under_way.began);
        }
        None => files::write(&partial, "")?,
    }
    let began = resumed.as_ref().map_or_else(|| Day::today().to_string(), |run| run.began.clone());
    let since = state.whole.as_deref().and_then(Day::parse).map(|day| day.before(DAYS_AGAIN));
    let first = since.map(|day| format!("since={day}")).unwrap_or_default();
    let pages = Pages { export, client: Client::new(PAGE_LIMIT) };
    let mut cursor = resumed.map(|run| run.cursor);
    let mut read = 0;
    for _ in 0..PAGES {
        let query = cursor.as_ref().map_or_else(|| first.clone(), |c| format!("cursor={}", web::encode(c)));
        let page = match pages.get(&query).with_context(|| stopped(&export.out, read))? {
            Page::Got(answer) => answer,
            Page::CursorRefused(why) => {
                eprintln!("the cursor of the earlier run is no longer taken ({why}); reading its days again");
                cursor = None;
                continue;
            }
        };
        read += append(&partial, &page.body)?;
        let Some(next) = page.header("x-next-cursor").map(str::to_owned) else {
            let before = count(&export.out)?;
            let all = replace(&export.out, &[&export.out, &partial], |_| true)?;
            let done = State { base: export.base.clone(), whole: Some(began), under_way: None };
            done.write(&state_file)?;
            files::remove_file(&partial)?;
            println!(
                "{}: {all} choices, {} of them new; {read} records read",
                export.out.display(),
                all - before
            );
            return Ok(());
        };
        if cursor.as_ref() == Some(&next) {
            bail!("{} gives the same cursor again and again: {next}", export.base);
        }
        let under_way = UnderWay { began: began.clone(), cursor: next.clone() };
        State { under_way: Some(under_way), ..state.clone() }.write(&state_file)?;
        cursor = Some(next);
    }
    bail!("{} does not come to an end after {PAGES} pages", export.base)
}

fn stopped(out: &Path, read: usize) -> String {
    format!("stopped after {read} records; {} is as it was; run it again to go on from here", out.display())
}

impl State {
    /// What the last run left; nothing when the file it speaks of is gone.
    fn read(file: &Path, export: &Export) -> Result<Self> {
        let fresh = Self { base: export.base.clone(), ..Self::default() };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(fresh),
            Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
        };
        let state: Self = serde_json::from_str(&text).with_context(|| {
            format!("{} is not what an export leaves; remove it to begin anew", file.display())
        })?;
        if state.base != export.base {
            bail!("{} holds the choices of {}; name another file", export.out.display(), state.base);
        }
        if state.whole.is_some() && !export.out.exists() {
            eprintln!("{} is gone; exporting everything", export.out.display());
            return Ok(fresh);
        }
        Ok(state)
    }

    fn write(&self, file: &Path) -> Result<()> {
        files::replace(file, serde_json::to_string(self)?.as_bytes())
    }
}

/// A page, or that the cursor must be given up.
enum Page {
    Got(Answer),
    CursorRefused(String),
}

struct Pages<'a> {
    export: &'a Export,
    client: Client,
}

impl Pages<'_> {
    /// Gets a page, asking again while the store is busy or the network fails.
    fn get(&self, query: &str) -> Result<Page> {
        let base = &self.export.base;
        let url = format!("{base}/admin/choices{}{query}", if query.is_empty() { "" } else { "?" });
        let mut tried = 0;
        loop {
            tried += 1;
            let (why, wait) = match self.client.get(&url, Some(&self.export.token)) {
                Ok(answer) => match answer.status {
                    200 => return Ok(Page::Got(answer)),
                    400 if query.starts_with("cursor=") => return Ok(Page::CursorRefused(answer.excerpt())),
                    401 => bail!(
                        "{base} refuses the token (401): it is not the deployment's SEOGA_ADMIN_TOKEN, or none is set there"
                    ),
                    404 => bail!("{url} is not there (404): is {base} a deployment of Seoga?"),
                    429 | 500..=599 => {
                        let wait = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
                        (format!("{} {}", answer.status, answer.excerpt()), wait)
                    }
                    status => bail!("{url} answered {status}: {}", answer.excerpt()),
                },
                Err(error) => (format!("{error:#}"), None),
            };
            if tried >= TRIES || wait.is_some_and(|wait| wait > LONGEST_WAIT) {
                bail!("no page after {tried} tries: {why}");
            }
            std::thread::sleep(Duration::from_secs(wait.unwrap_or(1 << (tried - 1))));
        }
    }
}

/// Appends a page's lines once each has been looked at; gives how many.
fn append(partial: &Path, body: &str) -> Result<usize> {
    let mut count = 0;
    for line in body.lines() {
        Identity::of(line).context("the deployment sent a line that is no choice")?;
        count += 1;
    }
    let failed = || format!("writing {}", partial.display());
    let mut file = OpenOptions::new().create(true).append(true).open(partial).with_context(failed)?;
    file.write_all(body.as_bytes()).and_then(|()| file.sync_all()).with_context(failed)?;
    Ok(count)
}

/// Takes away what follows the last line end: the page was not written to its end and will be read again.
fn drop_cut_line(partial: &Path) -> Result<()> {
    let bytes = if partial.exists() { files::read(partial)? } else { Vec::new() };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    files::write(partial, &bytes[..whole])
}

fn count(file: &Path) -> Result<usize> {
    lines(file)?.try_fold(0, |count, line| line.map(|_| count + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;
    use std::sync::{Arc, Mutex};

    /// Answers each request with the next of these; gives the port and the requests' targets.
    fn server(answers: Vec<(u16, &'static str, String)>) -> (u16, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let targets = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&targets);
        std::thread::spawn(move || {
            for (status, headers, body) in answers {
                let Ok((mut stream, _)) = listener.accept() else { return };
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut first = String::new();
                reader.read_line(&mut first).unwrap();
                seen.lock().unwrap().push(first.split(' ').nth(1).unwrap_or_default().to_owned());
                let mut line = String::new();
                while reader.read_line(&mut line).unwrap() > 2 {
                    line.clear();
                }
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
                );
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(body.as_bytes()).unwrap();
            }
        });
        (port, targets)
    }

    fn line(isbn: u32) -> String {
        format!("{{\"user_id\":\"u\",\"query_id\":\"q\",\"isbn13\":\"{isbn}\"}}\n")
    }

    fn export(port: u16, out: &Path) -> Export {
        Export { base: format!("http://127.0.0.1:{port}"), out: out.to_owned(), token: "t".into() }
    }

    fn move_to(out: &Path, port: u16) {
        let state = beside(out, ".state");
        let mut value: State = serde_json::from_str(&std::fs::read_to_string(&state).unwrap()).unwrap();
        value.base = format!("http://127.0.0.1:{port}");
        value.write(&state).unwrap();
    }

    #[test]
    fn an_export_that_was_stopped_goes_on_and_a_later_one_reads_eight_days_again() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("choices.ndjson");
        let (port, _) = server(vec![
            (200, "x-next-cursor: 2026-01-02.a\r\n", line(1) + &line(2)),
            (500, "retry-after: 99\r\n", "{}".into()),
        ]);
        let error = format!("{:#}", run(&export(port, &out)).unwrap_err());
        assert!(error.contains("stopped after 2 records") && error.contains("500"), "{error}");
        assert!(!out.exists());

        let (port, targets) = server(vec![(200, "", line(2) + &line(3))]);
        move_to(&out, port);
        run(&export(port, &out)).unwrap();
        assert_eq!(*targets.lock().unwrap(), ["/admin/choices?cursor=2026-01-02.a"]);
        assert_eq!(std::fs::read_to_string(&out).unwrap(), line(1) + &line(2) + &line(3));

        let (port, targets) = server(vec![(200, "", line(3) + &line(4))]);
        move_to(&out, port);
        run(&export(port, &out)).unwrap();
        let since = Day::today().before(8);
        assert_eq!(*targets.lock().unwrap(), [format!("/admin/choices?since={since}")]);
        assert_eq!(std::fs::read_to_string(&out).unwrap(), line(1) + &line(2) + &line(3) + &line(4));
        let mut left: Vec<_> =
            std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["choices.ndjson", "choices.ndjson.lock", "choices.ndjson.state"]);
    }

    #[test]
    fn a_cursor_that_is_no_longer_taken_begins_the_run_again() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let (port, _) = server(vec![(200, "x-next-cursor: gone\r\n", line(1)), (404, "", String::new())]);
        run(&export(port, &out)).unwrap_err();
        let (port, targets) = server(vec![(400, "", "{}".into()), (200, "", line(1) + &line(2))]);
        move_to(&out, port);
        run(&export(port, &out)).unwrap();
        assert_eq!(*targets.lock().unwrap(), ["/admin/choices?cursor=gone", "/admin/choices"]);
        assert_eq!(std::fs::read_to_string(&out).unwrap(), line(1) + &line(2));
    }

    #[test]
    fn what_goes_wrong_is_said_and_the_file_stays() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        std::fs::write(&out, line(9)).unwrap();
        for (status, body, said) in [
            (401, "", "refuses the token"),
            (404, "", "a deployment of Seoga?"),
            (302, "", "answered 302"),
            (200, "<html>\n", "no choice"),
        ] {
            let (port, _) = server(vec![(status, "", body.to_owned())]);
            let error = format!("{:#}", run(&export(port, &out)).unwrap_err());
            assert!(error.contains(said), "{error}");
            assert_eq!(std::fs::read_to_string(&out).unwrap(), line(9));
        }
    }

    #[test]
    fn a_file_of_another_deployment_is_not_added_to() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let (port, _) = server(vec![(200, "", line(1))]);
        run(&export(port, &out)).unwrap();
        let error = run(&Export { base: "https://other.example".into(), ..export(port, &out) }).unwrap_err();
        assert!(error.to_string().contains("name another file"), "{error}");
    }
}
