//! `seoga choices export`: every choice of a deployment into one file, again and again.
//!
//! Where pages come from is [`Source`]'s matter: the deployment itself (`http`) or its table (`table`). Pages are appended to
//! `FILE.partial` and the cursor to go on from is noted in `FILE.state`; at the end the pages are joined to `FILE`. A choice belongs to the day of its question and may be sent for seven days after it, so a later
//! run begins eight days before the earlier one began. Invariant: whenever it is ended, `FILE` is as it was or whole,
//! and the next run misses nothing.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::file::{Identity, beside, lines, replace};
use super::http::Deployment;
use super::source::{Page, Source};
use super::table::{Choices, TableOptions};
use seoga_host::day::Day;
use seoga_host::files;

/// Days before an earlier run that are read again. A query id is accepted for 7 days and may be of tomorrow's date
/// where it was made (`QUERY_ID_DAYS`, `QUERY_ID_DAYS_AHEAD` in edge/app/src/limits.rs).
const DAYS_AGAIN: i64 = 8;
/// Pages after which something runs in circles: 10 million records.
const PAGES: usize = 20_000;

/// Options of `choices export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The deployment to ask; with --target aws, where the files of its index are.
    #[arg(long, value_name = "URL", required_unless_present = "target")]
    base: Option<String>,
    /// Read a table with your own rights instead of asking the deployment.
    #[arg(long, value_enum)]
    target: Option<From>,
    /// The variable that holds the deployment's token [default: `SEOGA_ADMIN_TOKEN`].
    #[arg(long, value_name = "NAME")]
    token_env: Option<String>,
    #[command(flatten)]
    table: TableOptions,
}

/// A store that is read directly.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum From {
    Aws,
}

/// Carries out `seoga choices export`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let source: Box<dyn Source> = match (options.target, &options.base) {
        (None, Some(base)) => Box::new(Deployment::open(base, options.token_env.as_deref())?),
        (None, None) => bail!("--base is missing"),
        (Some(From::Aws), base) => Box::new(Choices::for_export(&options.table, base.as_deref())?),
    };
    export(Export { source, out: options.out.clone() })
}

/// A source, and the file of its choices.
struct Export {
    source: Box<dyn Source>,
    out: PathBuf,
}

/// The contents of `FILE.state`.
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

fn export(export: Export) -> Result<()> {
    let Export { mut source, out } = export;
    let name = source.name().to_owned();
    let [partial, state_file, lock_file] = [".partial", ".state", ".lock"].map(|ending| beside(&out, ending));
    let lock = File::create(&lock_file).with_context(|| format!("making {}", lock_file.display()))?;
    if lock.try_lock().is_err() {
        bail!("another export into {} is under way", out.display());
    }
    let mut state = State::read(&state_file, &name, &out)?;
    let resumed = state.under_way.take();
    match &resumed {
        Some(under_way) => {
            drop_cut_line(&partial)?;
            eprintln!("going on with the export begun on {}", under_way.began);
        }
        None => files::replace_private(&partial, b"")?,
    }
    let began = resumed.as_ref().map_or_else(|| Day::today().to_string(), |run| run.began.clone());
    let since = state.whole.as_deref().and_then(Day::parse).map(|day| day.before(DAYS_AGAIN));
    let mut cursor = resumed.map(|run| run.cursor);
    let mut read = 0;
    for _ in 0..PAGES {
        let page = source.page(cursor.as_deref(), since);
        let (lines, next) = match page.with_context(|| stopped(&out, read))? {
            Page::Got { lines, next } => (lines, next),
            Page::CursorRefused(why) => {
                eprintln!("the cursor of the earlier run is no longer taken ({why}); reading its days again");
                cursor = None;
                continue;
            }
        };
        read += append(&partial, &lines)?;
        let Some(next) = next else {
            let before = count(&out)?;
            let all = replace(&out, &[&out, &partial], |_| true)?;
            let done = State { base: name, whole: Some(began), under_way: None };
            done.write(&state_file)?;
            files::remove_file(&partial)?;
            println!("{}: {all} choices, {} of them new; {read} records read", out.display(), all - before);
            return Ok(());
        };
        if cursor.as_ref() == Some(&next) {
            bail!("{name} gives the same cursor again and again: {next}");
        }
        let under_way = UnderWay { began: began.clone(), cursor: next.clone() };
        State { under_way: Some(under_way), ..state.clone() }.write(&state_file)?;
        cursor = Some(next);
    }
    bail!("{name} does not come to an end after {PAGES} pages")
}

fn stopped(out: &Path, read: usize) -> String {
    format!("stopped after {read} records; {} is as it was; run it again to go on from here", out.display())
}

impl State {
    /// Reads what the last run left; nothing when the file it speaks of is gone.
    fn read(file: &Path, name: &str, out: &Path) -> Result<Self> {
        let fresh = Self { base: name.to_owned(), ..Self::default() };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(fresh),
            Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
        };
        let state: Self = serde_json::from_str(&text).with_context(|| {
            format!("{} is not what an export leaves; remove it to begin anew", file.display())
        })?;
        if state.base != name {
            bail!("{} holds the choices of {}; name another file", out.display(), state.base);
        }
        if state.whole.is_some() && !out.exists() {
            eprintln!("{} is gone; exporting everything", out.display());
            return Ok(fresh);
        }
        Ok(state)
    }

    fn write(&self, file: &Path) -> Result<()> {
        files::replace_private(file, serde_json::to_string(self)?.as_bytes())
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
    // It is there, its owner's alone.
    let mut file = OpenOptions::new().append(true).open(partial).with_context(failed)?;
    file.write_all(body.as_bytes()).and_then(|()| file.sync_all()).with_context(failed)?;
    Ok(count)
}

/// Takes away what follows the last line end: the page was not written to its end and will be read again.
fn drop_cut_line(partial: &Path) -> Result<()> {
    let bytes = if partial.exists() { files::read(partial)? } else { Vec::new() };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    files::replace_private(partial, &bytes[..whole])
}

fn count(file: &Path) -> Result<usize> {
    lines(file)?.try_fold(0, |count, line| line.map(|_| count + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::http::at;
    use seoga_host::testing::server;

    fn line(isbn: u32) -> String {
        format!("{{\"user_id\":\"u\",\"query_id\":\"q\",\"isbn13\":\"{isbn}\"}}\n")
    }

    fn of(port: u16, out: &Path) -> Export {
        Export { source: Box::new(at(&format!("http://127.0.0.1:{port}"))), out: out.to_owned() }
    }

    fn move_to(out: &Path, port: u16) {
        let state = beside(out, ".state");
        let mut value: State = serde_json::from_str(&std::fs::read_to_string(&state).unwrap()).unwrap();
        value.base = format!("http://127.0.0.1:{port}");
        value.write(&state).unwrap();
    }

    #[test]
    fn an_export_and_all_beside_it_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("choices.ndjson");
        let others = || {
            let entries = std::fs::read_dir(dir.path()).unwrap().map(Result::unwrap);
            let open = entries.filter(|entry| entry.metadata().unwrap().permissions().mode() & 0o077 != 0);
            // The lock is empty.
            let names = open.map(|entry| entry.file_name()).filter(|name| name != "choices.ndjson.lock");
            names.collect::<Vec<_>>()
        };
        // As an earlier release left them.
        for (name, content) in [("choices.ndjson", line(9)), ("choices.ndjson.partial", String::new())] {
            let file = dir.path().join(name);
            std::fs::write(&file, content).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        }
        let (port, _) =
            server(vec![(200, "x-next-cursor: 2026-01-02.a\r\n", line(1)), (401, "", "{}".into())]);
        export(of(port, &out)).unwrap_err();
        assert_eq!(others(), ["choices.ndjson"], "stopped midway, it is as it was");
        let (port, _) = server(vec![(200, "", line(2))]);
        move_to(&out, port);
        export(of(port, &out)).unwrap();
        assert_eq!((count(&out).unwrap(), others()), (3, Vec::new()));
    }

    #[test]
    fn an_export_that_was_stopped_goes_on_and_a_later_one_reads_eight_days_again() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("choices.ndjson");
        let (port, _) = server(vec![
            (200, "x-next-cursor: 2026-01-02.a\r\n", line(1) + &line(2)),
            (500, "retry-after: 99\r\n", "{}".into()),
        ]);
        let error = format!("{:#}", export(of(port, &out)).unwrap_err());
        assert!(error.contains("stopped after 2 records") && error.contains("500"), "{error}");
        assert!(!out.exists());

        let (port, targets) = server(vec![(200, "", line(2) + &line(3))]);
        move_to(&out, port);
        export(of(port, &out)).unwrap();
        assert_eq!(*targets.lock().unwrap(), ["/admin/choices?cursor=2026-01-02.a"]);
        assert_eq!(std::fs::read_to_string(&out).unwrap(), line(1) + &line(2) + &line(3));

        let (port, targets) = server(vec![(200, "", line(3) + &line(4))]);
        move_to(&out, port);
        export(of(port, &out)).unwrap();
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
        export(of(port, &out)).unwrap_err();
        let (port, targets) = server(vec![(400, "", "{}".into()), (200, "", line(1) + &line(2))]);
        move_to(&out, port);
        export(of(port, &out)).unwrap();
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
            let error = format!("{:#}", export(of(port, &out)).unwrap_err());
            assert!(error.contains(said), "{error}");
            assert_eq!(std::fs::read_to_string(&out).unwrap(), line(9));
        }
    }

    #[test]
    fn a_file_of_another_deployment_is_not_added_to() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let (port, _) = server(vec![(200, "", line(1))]);
        export(of(port, &out)).unwrap();
        let other = Export { source: Box::new(at("https://other.example")), ..of(port, &out) };
        let error = export(other).unwrap_err();
        assert!(error.to_string().contains("name another file"), "{error}");
    }
}
