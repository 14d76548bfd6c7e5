//! `index-builder verify`, `inspect`, `query`, `eval` and `judge`: looking at an index that is there.

use std::path::PathBuf;

use crate::local::LocalIndex;
use crate::tools::{eval, inspect, judge, query, verify};
use clap::{ArgGroup, Args};
use seoga_search::Group;

use super::failure::Failure;

/// Blocks kept while queries are asked, in bytes: plenty, since a person waits for the answers and not for memory.
const BUDGET_BYTES: usize = 1 << 30;

/// Options of `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The folder of the index.
    #[arg(value_name = "DIR")]
    index: PathBuf,
}

pub(crate) fn verify(options: &Verify) -> Result<(), Failure> {
    let sizes = verify::run(&options.index)?;
    let (files, bytes) = sizes.values().fold((0, 0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
    println!("{}: all {files} files are there and whole ({bytes} bytes)", options.index.display());
    Ok(())
}

/// Options of `inspect`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").args(["term", "book", "sizes"])))]
pub(crate) struct Inspect {
    /// The folder of the index.
    #[arg(value_name = "DIR")]
    index: PathBuf,
    /// A word of the dictionary, and where it is.
    #[arg(long, value_name = "W")]
    term: Option<String>,
    /// Everything recorded of a book.
    #[arg(long, value_name = "ISBN")]
    book: Option<String>,
    /// Files and bytes by kind (this too when nothing is asked for).
    #[arg(long)]
    sizes: bool,
}

pub(crate) fn inspect(options: &Inspect) -> Result<(), Failure> {
    let open = || LocalIndex::open(&options.index, BUDGET_BYTES);
    let told = match (&options.term, &options.book) {
        (Some(term), _) => inspect::term(&open()?, term)?,
        (None, Some(isbn)) => inspect::book(&open()?, isbn)?,
        (None, None) => inspect::sizes(&options.index)?,
    };
    print!("{told}");
    Ok(())
}

/// Options of `query`.
#[derive(Debug, Args)]
pub(crate) struct Query {
    /// The folder of the index.
    #[arg(value_name = "DIR")]
    index: PathBuf,
    /// The words, as a visitor types them.
    #[arg(value_name = "WORDS")]
    words: String,
    /// Only what this library holds (repeat for several).
    #[arg(long = "library", value_name = "L")]
    libraries: Vec<String>,
    /// How many books to print.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=50))]
    limit: u32,
    /// Say also how the words were read, why each book is where it is, and what the answer took.
    #[arg(long, conflicts_with = "json")]
    explain: bool,
    /// Answer in JSON, as `/api/search` does.
    #[arg(long)]
    json: bool,
}

pub(crate) fn query(options: &Query) -> Result<(), Failure> {
    let index = LocalIndex::open(&options.index, BUDGET_BYTES)?;
    let Query { words, libraries, limit, explain, json, .. } = options;
    print!(
        "{}",
        match json {
            true => query::json(&index, words, libraries, *limit)?,
            false => query::run(&index, words, libraries, *limit, *explain)?,
        }
    );
    Ok(())
}

/// Options of `eval`.
#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// The folder of the index.
    #[arg(value_name = "DIR")]
    index: PathBuf,
    /// Judged queries: qid, `query_class`, query, libraries, expected, `must_not`, note, separated by tabs.
    #[arg(long, value_name = "FILE.tsv")]
    queries: PathBuf,
    /// Who holds what (CSV with the columns ISBN and 도서관), to find answers outside the asked libraries.
    #[arg(long, value_name = "FILE")]
    holdings: Option<PathBuf>,
    /// Print up to so many misses of each class.
    #[arg(long, value_name = "N", default_value_t = 0)]
    misses: usize,
    /// List every book (`none`), or each work once (`work`); then a book is found by any edition of its work.
    #[arg(long, value_name = "GROUP", default_value = "none", value_parser = ["none", "work"])]
    group: String,
    /// Fail when the mean MRR@10 over the classes that expect something is lower.
    #[arg(long, value_name = "0-1")]
    floor: Option<f64>,
}

pub(crate) fn eval(options: &Eval) -> Result<(), Failure> {
    let index = LocalIndex::open(&options.index, BUDGET_BYTES)?;
    let group = Group::from_code(&options.group).unwrap_or_default();
    let report = eval::run(&index, &options.queries, options.holdings.as_deref(), group)?;
    for (class, ..) in &report.classes {
        for (_, miss) in report.misses.iter().filter(|(of, _)| of == class).take(options.misses) {
            println!("{miss}");
        }
    }
    print!("{}", report.table());
    let (queries, mean) = report.mean();
    match options.floor {
        Some(_) if queries == 0 => {
            Err(format!("{} expects nothing of any query", options.queries.display()).into())
        }
        Some(floor) if mean.mrr < floor => {
            Err(format!("MRR@10 is {:.3} over {queries} queries, the floor is {floor:.3}", mean.mrr).into())
        }
        _ => Ok(()),
    }
}

/// Options of `judge`.
#[derive(Debug, Args)]
pub(crate) struct Judge {
    /// The folder of the index.
    #[arg(value_name = "DIR")]
    index: PathBuf,
    /// How many books to ask for, each in up to three ways.
    #[arg(long, value_name = "N", default_value_t = 100)]
    books: u32,
    /// The file to write (tab-separated, as `eval` reads it).
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
}

pub(crate) fn judge(options: &Judge) -> Result<(), Failure> {
    let index = LocalIndex::open(&options.index, BUDGET_BYTES)?;
    let text = judge::run(&index, &options.index, options.books)?;
    std::fs::write(&options.out, &text)
        .map_err(|error| format!("{} cannot be written: {error}", options.out.display()))?;
    println!("{}: {} queries", options.out.display(), text.lines().count() - 1);
    Ok(())
}
