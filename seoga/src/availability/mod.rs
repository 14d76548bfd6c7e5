//! `seoga availability`: lays what is known of loans over the index in force, each night; the index itself stays as it is.
//!
//! Rows are a library's own export or answers of 정보나루 (`data4library`). Invariant: pages show what a row of the last days says; a run that
//! fails leaves the overlay of the night before.

mod data4library;

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use index_builder::loans::{Days, lay, lift};
use index_builder::progress::Quiet;
use index_builder::report::FileReport;
use index_builder::sources::read_loans;
use seoga_host::day::Day;

use crate::deploy::options::Deployment;
use crate::rebuild::change;
use crate::rebuild::options::Folders;
use crate::target::Target;

/// Seconds by which clocks in Seoul are ahead.
const SEOUL: u64 = 9 * 3600;
/// Rows that are named of one kind of fault; all are counted.
const NAMED: usize = 10;

/// Options of `availability`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where the index is in force.
    #[arg(long, value_enum, default_value_t = Target::Local)]
    target: Target,
    /// The rows: library, isbn13, available (Y or N), date. With --ask, answers are kept in it.
    #[arg(long, value_name = "FILE", required_unless_present = "remove")]
    from: Option<PathBuf>,
    /// Days of which rows are used, today's among them; older ones say nothing any more.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=30))]
    days: u32,
    /// Take the overlay away.
    #[arg(long, conflicts_with_all = ["from", "ask"])]
    remove: bool,
    #[command(flatten)]
    folders: Folders,
    #[command(flatten)]
    deployment: Deployment,
    #[command(flatten)]
    asking: data4library::Asking,
}

/// Carries out `seoga availability`.
pub(crate) fn run(options: &Options) -> Result<()> {
    ensure!(
        !options.deployment.dry_run,
        "there is no --dry-run of this: a run without --target lays it on this machine alone"
    );
    let place = (options.target, &options.folders);
    change("availability", place, &options.deployment, &|index| match &options.from {
        Some(from) => laid(options, index, from),
        None => Ok(format!("{} files of what was known of loans removed", lift(index)?)),
    })
}

/// Lays the rows of a file over an index, after 정보나루 was asked for more where that is wanted; says what came of it.
fn laid(options: &Options, index: &Path, from: &Path) -> Result<String> {
    let today = today();
    let days = Days { today, oldest: today.saturating_sub(options.days - 1) };
    data4library::ask(&options.asking, index, from, days)?;
    let (rows, mut report) = read_loans(from, &Quiet)?;
    let read = rows.len();
    let laid = lay(index, rows, days, &mut report)?;
    tell(&report);
    ensure!(
        laid.known > 0 || read == 0,
        "{}: none of its {read} rows is of a holding of this index and of the last {} days; nothing is shown of loans until one is",
        from.display(),
        options.days
    );
    Ok(format!(
        "{} of {} holdings known, {} on the shelf; {} files, {} bytes, {:.3} a holding; {} files of before removed",
        laid.known,
        laid.holdings,
        laid.on_shelf,
        laid.files,
        laid.bytes,
        laid.bytes as f64 / laid.holdings.max(1) as f64,
        laid.removed
    ))
}

/// Gives today in Seoul, as days since 1970-01-01.
fn today() -> u32 {
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    u32::try_from(Day::of_seconds(now + SEOUL).0).unwrap_or_default()
}

/// Says which rows are not used, and why.
fn tell(report: &FileReport) {
    for (kind, count) in &report.counts {
        let of = report.findings.iter().filter(|finding| finding.kind == *kind);
        let named: Vec<String> =
            of.take(NAMED).map(|finding| format!("line {} ({})", finding.line, finding.found)).collect();
        eprintln!("== {}: {count} rows, {}: {}", report.file, kind.code(), named.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use index_builder::compile::compile;
    use index_builder::generate::{Sample, generate};
    use index_builder::loans::holdings;
    use index_builder::local::LocalIndex;
    use index_builder::sources::{Inputs, read};
    use seoga_host::files;
    use seoga_host::testing::server;
    use seoga_text::day;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: Options,
    }

    const KEY: &str = "a geheim+of/x";

    fn published(dir: &Path) -> PathBuf {
        let (catalogue, index) = (dir.join("catalogue"), dir.join("published").join("index"));
        generate(Sample { books: 40, seed: 2 }, &catalogue, &Quiet).unwrap();
        files::make_dir(&index).unwrap();
        let inputs = Inputs::in_catalogue(&catalogue).unwrap().files;
        compile(&read(&inputs, &Quiet).unwrap().catalogue, &index, &Quiet).unwrap();
        index
    }

    fn availability(arguments: &[&str]) -> Result<()> {
        run(&Cli::parse_from(std::iter::once(&"availability").chain(arguments)).options)
    }

    fn text(path: &Path) -> String {
        String::from_utf8_lossy(&files::read(path).unwrap()).into_owned()
    }

    fn known(index: &Path) -> bool {
        LocalIndex::open(index, 0).unwrap().manifest.availability.is_some()
    }

    #[test]
    fn rows_are_laid_and_taken_away_and_rows_of_no_use_leave_what_there_was() {
        let dir = tempfile::tempdir().unwrap();
        let index = published(dir.path());
        let held = holdings(&index).unwrap();
        let from = dir.path().join("availability.csv");
        let day = day::Day(today());
        let row = |number: usize, date: &dyn std::fmt::Display| {
            format!("\"{}\",{},Y,{date}\n", held[number].library, held[number].id)
        };
        files::write(
            &from,
            format!("library,isbn13,available,date\n{}{}", row(0, &day), row(1, &"2020-01-01")),
        )
        .unwrap();
        let at = index.parent().unwrap().to_str().unwrap();
        let from = from.to_str().unwrap();
        availability(&["--published", at, "--from", from]).unwrap();
        assert!(known(&index));
        availability(&["--published", at, "--remove"]).unwrap();
        assert!(!known(&index));
        files::write(Path::new(from), format!("library,isbn13,available,date\n{}", row(1, &"2020-01-01")))
            .unwrap();
        let refused = availability(&["--published", at, "--from", from]).unwrap_err().to_string();
        assert!(refused.contains("none of its 1 rows"), "{refused}");
        let refused = availability(&["--published", at, "--from", "nowhere.csv"]).unwrap_err().to_string();
        assert!(refused.contains("nowhere.csv"), "{refused}");
    }

    #[test]
    fn the_books_picked_most_are_asked_of_first_within_the_days_calls_and_the_key_is_told_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let index = published(dir.path());
        let held = holdings(&index).unwrap();
        let picked = held[held.len() - 1].id;
        let export = dir.path().join("choices.ndjson");
        files::write(&export, format!(r#"{{"user_id":"u","query_id":"q","id":"{picked}","isbn13":"{picked}","query":"x","libraries":[],"generation":"g","chosen_at":"2026-11-29T01:02:03Z"}}"#)).unwrap();
        let key = dir.path().join("key");
        files::write(&key, format!("{KEY}\n")).unwrap();
        let from = dir.path().join("availability.csv");
        let ok = |has: &str, available: &str| {
            format!(
                r#"{{"response":{{"request":{{}},"result":{{"hasBook":"{has}","loanAvailable":"{available}"}}}}}}"#
            )
        };
        // Refusals come at 200 and repeat what was sent; one answer is of a gateway.
        let refusal = format!(r#"{{"response":{{"error":"인증키 {KEY} 일일 호출 건수 초과"}}}}"#);
        let answers = [
            (200, ok("Y", "N")),
            (200, refusal.clone()),
            (502, "<html>".to_owned()),
            (200, ok("Y", "Y")),
            (200, ok("N", "N")),
        ];
        let (port, asked) = server(answers.map(|(status, body)| (status, "", body)).to_vec());
        let api = format!("http://127.0.0.1:{port}");
        let run = |most: &str, api: &str| {
            availability(&[
                "--published",
                index.parent().unwrap().to_str().unwrap(),
                "--from",
                from.to_str().unwrap(),
                "--ask",
                most,
                "--key-file",
                key.to_str().unwrap(),
                "--picked",
                export.to_str().unwrap(),
                "--api",
                api,
            ])
        };
        run("4", &api).unwrap();
        let first = asked.lock().unwrap()[0].clone();
        assert!(
            first.contains(&format!("isbn13={picked}"))
                && first.starts_with("/bookExist?authKey=a%20geheim%2Bof%2Fx&libCode="),
            "{first}"
        );
        assert_eq!(asked.lock().unwrap().len(), 4, "no more than were allowed");
        let rows = text(&from);
        assert_eq!(rows.lines().count(), 3, "a header and two answers: {rows}");
        assert!(rows.contains(&format!(",{picked},N,{}", day::Day(today() - 1))), "{rows}");
        assert!(known(&index));
        // Of the same day nothing is left; the day's count is on the disk.
        run("4", "http://127.0.0.1:9").unwrap();
        assert_eq!(asked.lock().unwrap().len(), 4);
        // One more is allowed: a holding that was not asked of.
        run("5", &api).unwrap();
        let all = asked.lock().unwrap().clone();
        let kept: Vec<&String> = [&all[0], &all[3]].into();
        assert!(all.len() == 5 && !kept.contains(&&all[4]), "{all:?}");
        assert_eq!(text(&from).lines().count(), 4);
        for file in files::list(dir.path()).unwrap() {
            assert!(file == key || file.is_dir() || !text(&file).contains("geheim"), "{}", file.display());
        }
        // A key that is refused ends it, and is not in what is said.
        let (port, asked) = server(vec![(200, "", refusal); 9]);
        let said = format!("{:#}", run("100", &format!("http://127.0.0.1:{port}")).unwrap_err());
        assert!(
            said.contains("refused 5 times in a row") && said.contains("KEY") && !said.contains("geheim"),
            "{said}"
        );
        assert_eq!(asked.lock().unwrap().len(), 5);
    }
}
