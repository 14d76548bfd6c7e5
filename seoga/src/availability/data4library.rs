//! Asks 정보나루 (`bookExist`) of holdings one by one, within what it allows a day, those of the books picked most first.
//!
//! It answers with the state of the day before, at HTTP 200 also where it refuses. Each answer becomes a row at once, and each call is counted
//! on the disk before it is made, so a run that was ended goes on where it was. Invariant: the key is in no message, file or log; the calls of a
//! day in Seoul never pass the number given.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use index_builder::loans::{Days, Holding, holdings};
use index_builder::progress::Quiet;
use index_builder::sources::{LoanRow, read_loans};
use seoga_host::files;
use seoga_host::web::Client;
use seoga_text::day::Day;
use serde_json::Value;

use crate::choices::line::export_lines;

/// Refusals in a row after which it is taken to refuse everything.
const MOST_REFUSALS: u32 = 5;
/// How long an answer is waited for.
const WAIT: Duration = Duration::from_secs(20);
const HEADER: &str = "library,isbn13,available,date\n";

/// Options that ask 정보나루.
#[derive(Debug, clap::Args)]
pub(crate) struct Asking {
    /// Ask 정보나루 of holdings, with so many calls a day at most (500; 30,000 with a registered address).
    #[arg(long, value_name = "CALLS", requires = "key_file", value_parser = clap::value_parser!(u32).range(1..=30_000))]
    ask: Option<u32>,
    /// The file with the key of 정보나루.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// An export of choices: books picked most are asked of first. May be given several times.
    #[arg(long, value_name = "PATH")]
    picked: Vec<PathBuf>,
    /// Where it is asked.
    #[arg(long, value_name = "URL", default_value = "https://data4library.kr/api")]
    api: String,
}

/// Asks of holdings and appends the answers to a file of rows, where that is wanted.
///
/// # Errors
/// When the key or a file does not read, or 정보나루 refuses again and again; what was answered until then is kept.
pub(super) fn ask(options: &Asking, index: &Path, into: &Path, days: Days) -> Result<()> {
    let (Some(most), Some(key_file)) = (options.ask, &options.key_file) else { return Ok(()) };
    let key = String::from_utf8(files::read(key_file)?)
        .with_context(|| format!("{}: no text", key_file.display()))?;
    let key = key.trim();
    ensure!(!key.is_empty(), "{}: there is no key in it", key_file.display());
    let kept = keep_fresh(into, days)?;
    let yesterday = days.today.saturating_sub(1);
    let holdings = holdings(index)?;
    let nameless: BTreeSet<&str> = holdings
        .iter()
        .filter(|holding| holding.code.is_none())
        .map(|holding| holding.library.as_str())
        .collect();
    for library in &nameless {
        eprintln!("== {library}: not asked of, as libraries.csv has no code of it");
    }
    let mut quota = Quota::open(into, days.today, most)?;
    let asked = in_order(&holdings, &kept, &picks(&options.picked)?, yesterday);
    let client = Client::new(WAIT);
    let mut out =
        OpenOptions::new().append(true).open(into).with_context(|| format!("opening {}", into.display()))?;
    let (mut answers, mut refusals) = (0u32, 0u32);
    for holding in asked {
        let (Some(code), Some(isbn)) = (&holding.code, holding.id.isbn13()) else { continue };
        if !quota.take()? {
            break;
        }
        let url = format!(
            "{}/bookExist?authKey={}&libCode={}&isbn13={isbn}&format=json",
            options.api,
            seoga_host::web::encode(key),
            seoga_host::web::encode(code)
        );
        match answer(&client, &url) {
            Ok(is_in) => {
                refusals = 0;
                answers += 1;
                let library = holding.library.replace('"', "\"\"");
                let row =
                    format!("\"{library}\",{isbn},{},{}\n", if is_in { 'Y' } else { 'N' }, Day(yesterday));
                out.write_all(row.as_bytes()).with_context(|| format!("writing {}", into.display()))?;
            }
            Err(error) => {
                refusals += 1;
                let said = hidden(&format!("{error:#}"), key);
                eprintln!("== 정보나루, {isbn} at {}: {said}", holding.library);
                if refusals == MOST_REFUSALS {
                    bail!(
                        "정보나루 refused {MOST_REFUSALS} times in a row: {said}; {answers} answers are kept, run it again later"
                    );
                }
            }
        }
    }
    println!("정보나루: {answers} answers, {} of {most} calls of today made", quota.made);
    Ok(())
}

/// Takes the key out of a text, as it is and as an address has it.
fn hidden(text: &str, key: &str) -> String {
    text.replace(&seoga_host::web::encode(key), "KEY").replace(key, "KEY")
}

/// Asks of one holding; tells whether a copy is on the shelf.
fn answer(client: &Client, url: &str) -> Result<bool> {
    let answer = client.get(url, None)?;
    ensure!(answer.status == 200, "status {}: {}", answer.status, answer.excerpt());
    let body: Value =
        serde_json::from_str(&answer.body).with_context(|| format!("no JSON: {}", answer.excerpt()))?;
    let response = &body["response"];
    let yes = |member: &str| match response["result"][member].as_str() {
        Some("Y") => Some(true),
        Some("N") => Some(false),
        _ => None,
    };
    match (yes("hasBook"), yes("loanAvailable")) {
        (Some(false), _) => Ok(false),
        (Some(true), Some(is_in)) => Ok(is_in),
        _ => bail!("no answer to the question: {}", answer.excerpt()),
    }
}

/// Leaves in a file of rows those of days that are still used; makes it where there is none. Gives what is left.
fn keep_fresh(into: &Path, days: Days) -> Result<Vec<LoanRow>> {
    let rows = if into.is_file() && files::read(into)?.len() > HEADER.len() {
        read_loans(into, &Quiet)?.0
    } else {
        Vec::new()
    };
    let kept: Vec<LoanRow> =
        rows.into_iter().filter(|row| (days.oldest..=days.today).contains(&row.day)).collect();
    let mut text = HEADER.to_owned();
    for row in &kept {
        let library = row.library.replace('"', "\"\"");
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "\"{library}\",{},{},{}",
            row.book,
            if row.is_in { 'Y' } else { 'N' },
            Day(row.day)
        );
    }
    files::replace(into, text.as_bytes())?;
    Ok(kept)
}

/// Counts the picks of each book, by its id.
fn picks(exports: &[PathBuf]) -> Result<BTreeMap<String, u32>> {
    let mut picks = BTreeMap::new();
    for export in exports {
        for line in export_lines(export)? {
            if let Some(id) = line?.id {
                *picks.entry(id).or_default() += 1;
            }
        }
    }
    Ok(picks)
}

/// Puts holdings in the order in which they are asked of: books picked most first, then those told of longest ago or never; those that are told of
/// as of yesterday are left out.
fn in_order<'a>(
    holdings: &'a [Holding],
    kept: &[LoanRow],
    picks: &BTreeMap<String, u32>,
    yesterday: u32,
) -> Vec<&'a Holding> {
    let mut told: BTreeMap<(_, &str), u32> = BTreeMap::new();
    for row in kept {
        let day = told.entry((row.book, row.library.as_str())).or_default();
        *day = (*day).max(row.day);
    }
    let day = |holding: &Holding| told.get(&(holding.id, holding.library.as_str())).copied().unwrap_or(0);
    let mut order: Vec<&Holding> = holdings.iter().filter(|holding| day(holding) < yesterday).collect();
    order.sort_by_key(|holding| {
        let picked = picks.get(&holding.id.to_string()).copied().unwrap_or(0);
        (std::cmp::Reverse(picked), day(holding))
    });
    order
}

/// The calls of a day, counted on the disk.
struct Quota {
    place: PathBuf,
    day: u32,
    most: u32,
    made: u32,
}

impl Quota {
    /// Reads how many calls of the day were made, beside a file of rows.
    fn open(rows: &Path, day: u32, most: u32) -> Result<Self> {
        let mut name = rows.as_os_str().to_owned();
        name.push(".calls");
        let place = PathBuf::from(name);
        let text = if place.is_file() {
            String::from_utf8_lossy(&files::read(&place)?).into_owned()
        } else {
            String::new()
        };
        let made = text.trim().split_once(' ').filter(|(of, _)| *of == Day(day).to_string());
        let made = made.map_or(Ok(0), |(_, made)| made.parse::<u32>());
        let made = made.with_context(|| {
            format!("{}: not a day and a number of calls; remove it once the day is over", place.display())
        })?;
        Ok(Self { place, day, most, made })
    }

    /// Counts one call more, unless the day has no more.
    fn take(&mut self) -> Result<bool> {
        if self.made >= self.most {
            return Ok(false);
        }
        self.made += 1;
        files::replace(&self.place, format!("{} {}\n", Day(self.day), self.made).as_bytes())?;
        Ok(true)
    }
}
