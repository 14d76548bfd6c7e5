//! `seoga report`: what visitors picked and what they asked in vain, out of an export, for people who buy books and tend the search.
//!
//! The rules of what is counted and what is not told are in `counts`. Invariant: a report is of whole months, so two reports differ by a
//! month's visitors at the least; nothing is written anywhere.

mod counts;
mod titles;
mod write;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use self::counts::{Choices, Counts};
use self::write::Report;
use crate::choices::line::{ExportLine, export_lines};
use crate::choices::{parquet, partition};
use seoga_host::day::Day;
use seoga_host::files;

/// Options of `report`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// An export: a file of NDJSON or Parquet, or a folder of Parquet; may be given several times.
    #[arg(long, value_name = "PATH", required = true)]
    export: Vec<PathBuf>,
    /// The first month [default: the oldest].
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    since: Option<String>,
    /// The last month [default: the one before this one].
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    until: Option<String>,
    /// Visitors who must share what is told.
    // Of two visitors each would know the other's.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(3..=10_000))]
    k: u32,
    /// Rows of each list at most.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    top: u32,
    /// The folder of an index that has the books' titles.
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Checks a month: a period of days could be cut so that two reports differ by one visitor.
fn month(text: &str) -> Result<String, String> {
    match Day::parse(&format!("{text}-01")) {
        Some(_) => Ok(text.to_owned()),
        None => Err("a period is of whole months, such as 2026-11".to_owned()),
    }
}

/// Carries out `seoga report`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let this_month = month_of(&Day::today().to_string()).to_owned();
    let until = options.until.clone().unwrap_or_else(|| month_before(&this_month));
    if let Some(since) = &options.since {
        ensure!(*since <= until, "--since {since} is after --until {until}");
    }
    if until >= this_month {
        eprintln!(
            "{until} is not over: this report and a later one of the same month differ by the visitors between; hand out one of them"
        );
    }
    let choices = read(&options.export, options.since.as_deref(), &until)?;
    let mut counts = choices.counts(options.k as usize);
    cut(&mut counts, options.top as usize);
    if let Some(index) = &options.index {
        titles::add(&mut counts.books, index)?;
    }
    let report = Report { k: options.k, since: options.since.clone(), until, counts };
    if options.json {
        println!("{}", report.json()?);
    } else {
        print!("{}", report.text(choices.is_empty()));
    }
    Ok(())
}

fn month_of(date: &str) -> &str {
    date.get(..7).unwrap_or_default()
}

fn month_before(month: &str) -> String {
    let first = Day::parse(&format!("{month}-01")).map(|day| day.before(1).to_string());
    first.map(|day| month_of(&day).to_owned()).unwrap_or_default()
}

fn cut(counts: &mut Counts, top: usize) {
    counts.books.truncate(top);
    counts.questions.truncate(top);
    counts.words.truncate(top);
    counts.classes.truncate(top);
}

/// Reads the choices of a period, each once however many of the exports have it.
fn read(exports: &[PathBuf], since: Option<&str>, until: &str) -> Result<Choices> {
    let (mut choices, mut seen) = (Choices::default(), BTreeSet::new());
    let mut take = |line: &ExportLine| {
        let month = month_of(line.date());
        let within = since.is_none_or(|since| since <= month) && month <= until;
        if within && seen.insert(line.identity().key()) {
            choices.add(line);
        }
    };
    for export in exports {
        for file in export_files(export)? {
            let bytes = if is_ndjson(&file)? { None } else { Some(files::read(&file)?) };
            match bytes {
                Some(bytes) => {
                    let lines = parquet::decode(bytes).with_context(|| file.display().to_string())?;
                    lines.iter().for_each(&mut take);
                }
                None => export_lines(&file)?.try_for_each(|line| line.map(|line| take(&line)))?,
            }
        }
    }
    Ok(choices)
}

/// The files of an export: itself, or those of its days.
fn export_files(export: &Path) -> Result<Vec<PathBuf>> {
    ensure!(export.exists(), "{} is not there; seoga choices export makes it", export.display());
    if export.is_dir() {
        let files = partition::days_files(export)?;
        ensure!(
            !files.is_empty(),
            "{} has no day=…/choices.parquet; seoga choices parquet makes them",
            export.display()
        );
        return Ok(files);
    }
    Ok(vec![export.to_owned()])
}

/// Whether a file is no Parquet, by its first bytes.
fn is_ndjson(file: &Path) -> Result<bool> {
    use std::io::Read;
    let mut first = Vec::new();
    let opened = std::fs::File::open(file).with_context(|| format!("reading {}", file.display()))?;
    opened.take(4).read_to_end(&mut first).with_context(|| format!("reading {}", file.display()))?;
    Ok(!parquet::is_parquet(&first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(user: u32, book: Option<u32>, query: &str, date: &str) -> String {
        let isbn13 = book.map_or("null".to_owned(), |book| format!("\"978{book:010}\""));
        format!(
            r#"{{"user_id":"u{user}","query_id":"q","isbn13":{isbn13},"query":"{query}","libraries":[],"generation":"g","chosen_at":"{date}T00:00:00Z"}}"#
        )
    }

    #[test]
    fn a_period_is_of_whole_months_and_by_default_ends_before_this_one() {
        assert_eq!(month("2026-11"), Ok("2026-11".to_owned()));
        for wrong in ["2026-11-01", "2026", "2026-13", ""] {
            assert!(month(wrong).is_err(), "{wrong}");
        }
        assert_eq!((month_before("2026-01"), month_before("2026-12")), ("2025-12".into(), "2026-11".into()));
    }

    #[test]
    fn a_choice_in_two_exports_is_one_and_other_months_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let (ndjson, folder) = (dir.path().join("choices.ndjson"), dir.path().join("day=2026-10-02"));
        let mut lines: Vec<String> = (0..5).map(|user| line(user, Some(1), "책", "2026-10-02")).collect();
        lines.extend((0..5).map(|user| line(user, Some(2), "책", "2026-09-30")));
        std::fs::write(&ndjson, lines.join("\n")).unwrap();
        files::make_dir(&folder).unwrap();
        let same: Vec<_> = lines[..5].iter().map(|line| ExportLine::parse(line).unwrap()).collect();
        std::fs::write(folder.join("choices.parquet"), parquet::encode(&same).unwrap()).unwrap();
        let exports = [ndjson, dir.path().to_owned()];
        let books = |since: Option<&str>, until: &str| {
            let counts = read(&exports, since, until).unwrap().counts(5);
            counts.books.into_iter().map(|book| (book.id, book.visitors)).collect::<Vec<_>>()
        };
        assert_eq!(books(Some("2026-10"), "2026-10"), [("9780000000001".to_owned(), 5)]);
        assert_eq!(books(None, "2026-10").len(), 2);
        assert_eq!(books(None, "2026-08"), []);
    }

    #[test]
    fn what_is_no_export_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let (none, bad) = (dir.path().join("none"), dir.path().join("bad.parquet"));
        std::fs::write(&bad, "PAR1x").unwrap();
        for (path, said) in
            [(&none, "is not there"), (&dir.path().to_owned(), "has no day="), (&bad, "bad.parquet")]
        {
            let error = format!("{:#}", read(std::slice::from_ref(path), None, "2026-10").err().unwrap());
            assert!(error.contains(said), "{error}");
        }
    }
}
