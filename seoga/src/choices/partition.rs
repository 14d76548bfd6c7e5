//! `seoga choices parquet`: an export as a folder of Parquet, one file for each day of choices.
//!
//! The export itself, NDJSON with its state, stays what is exported into; the folder is made of it and can be made anew. Invariant:
//! a day whose choices are as they were keeps its file untouched, so that a sync sends what changed; days that are gone from the
//! export or too old lose their file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use seoga_app::limits::DEFAULT_CHOICE_DAYS;

use super::line::{ExportLine, export_lines};
use super::parquet;
use seoga_host::day::Day;
use seoga_host::files;

/// The file of a day, in the folder of the day: `day=2026-11-29/choices.parquet`.
const FILE: &str = "choices.parquet";
const FOLDER: &str = "day=";

/// Options of `choices parquet`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The export, NDJSON; may be given several times.
    #[arg(long, value_name = "FILE", required = true)]
    export: Vec<PathBuf>,
    /// The folder of Parquet files.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Days that a choice is kept; older ones are left out, and their files removed.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_CHOICE_DAYS, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
}

/// Carries out `seoga choices parquet`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let oldest = Day::today().before(options.days.into());
    let done = write(&options.export, &options.out, oldest)?;
    println!(
        "{}: {} choices of {} days; {} files written, {} removed; {} choices before {oldest} left out",
        options.out.display(),
        done.choices,
        done.days,
        done.written,
        done.removed,
        done.old
    );
    Ok(())
}

/// Counts of what was done.
#[derive(Debug, Default, PartialEq, Eq)]
struct Done {
    choices: usize,
    days: usize,
    written: usize,
    removed: usize,
    old: usize,
}

fn write(exports: &[PathBuf], out: &Path, oldest: Day) -> Result<Done> {
    let mut days: BTreeMap<String, BTreeSet<ExportLine>> = BTreeMap::new();
    let mut done = Done::default();
    let oldest = oldest.to_string();
    for export in exports {
        ensure!(export.is_file(), "{} is no file; make it by seoga choices export", export.display());
        for line in export_lines(export)? {
            let line = line?;
            if line.date() < oldest.as_str() {
                done.old += 1;
            } else {
                days.entry(line.date().to_owned()).or_default().insert(line);
            }
        }
    }
    files::make_private_dir(out)?;
    for (day, lines) in &days {
        let mut lines: Vec<ExportLine> = lines.iter().cloned().collect();
        lines.sort_by(|a, b| a.chosen_at.cmp(&b.chosen_at).then_with(|| a.cmp(b)));
        let bytes = parquet::encode(&lines).with_context(|| format!("the choices of {day}"))?;
        let folder = out.join(format!("{FOLDER}{day}"));
        files::make_private_dir(&folder)?;
        let file = folder.join(FILE);
        done.days += 1;
        done.choices += lines.len();
        if !file.exists() || files::read(&file)? != bytes {
            files::replace_private(&file, &bytes)?;
            done.written += 1;
        }
    }
    for file in days_files(out)? {
        let folder = file.parent().context("a file without a folder")?;
        let day = folder.file_name().and_then(|name| name.to_str()?.strip_prefix(FOLDER));
        if !day.is_some_and(|day| days.contains_key(day)) {
            files::remove_dir(folder)?;
            done.removed += 1;
        }
    }
    Ok(done)
}

/// The Parquet files of a folder's days, in their order.
pub(crate) fn days_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let of_a_day = |file: &PathBuf| {
        let day = file.parent().and_then(|day| day.file_name()?.to_str()).unwrap_or_default();
        file.ends_with(FILE) && day.starts_with(FOLDER)
    };
    Ok(files::list(folder)?.into_iter().filter(of_a_day).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(user: &str, day: &str) -> String {
        format!(
            r#"{{"user_id":"{user}","query_id":"q","isbn13":"9788966260959","query":"책","libraries":[],"rank":1,"generation":"g","chosen_at":"{day}T00:00:00Z"}}"#
        ) + "\n"
    }

    #[test]
    fn a_day_that_is_as_it_was_is_not_written_again_and_one_that_is_gone_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (export, out) = (dir.path().join("choices.ndjson"), dir.path().join("parquet"));
        let oldest = Day::parse("2026-11-01").unwrap();
        let write = |lines: &[String]| {
            std::fs::write(&export, lines.concat()).unwrap();
            write(std::slice::from_ref(&export), &out, oldest).unwrap()
        };
        let (a, b, old) = (line("a", "2026-11-01"), line("b", "2026-11-02"), line("c", "2026-10-31"));
        let first = write(&[b.clone(), a.clone(), old]);
        assert_eq!(first, Done { choices: 2, days: 2, written: 2, removed: 0, old: 1 });
        let file = out.join("day=2026-11-02/choices.parquet");
        let lines = parquet::decode(std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(lines, [ExportLine::parse(&b).unwrap()]);
        let again = write(&[a.clone(), b.clone(), line("d", "2026-11-02")]);
        assert_eq!(again, Done { choices: 3, days: 2, written: 1, removed: 0, old: 0 });
        assert_eq!(write(&[a]), Done { choices: 1, days: 1, written: 0, removed: 1, old: 0 });
        assert!(!file.exists());
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let (export, out) = (dir.path().join("choices.ndjson"), dir.path().join("parquet"));
        std::fs::write(&export, line("a", "2026-11-01")).unwrap();
        write(std::slice::from_ref(&export), &out, Day(0)).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let day = out.join("day=2026-11-01");
        assert_eq!((mode(&out), mode(&day), mode(&day.join(FILE))), (0o700, 0o700, 0o600));
    }

    #[test]
    fn a_line_that_does_not_read_is_named_and_nothing_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let (export, out) = (dir.path().join("choices.ndjson"), dir.path().join("parquet"));
        std::fs::write(&export, line("a", "2026-11-01") + "{}\n").unwrap();
        let error = format!("{:#}", write(&[export], &out, Day(0)).unwrap_err());
        assert!(error.contains("line 2") && !out.exists(), "{error}");
    }
}
