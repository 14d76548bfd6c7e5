//! `index-builder bench`: how long an index's answers take, and the work in them.

use std::path::PathBuf;

use crate::tools::{bench, questions};
use clap::Args;

use super::failure::Failure;

/// Options of `bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// The folder of the index.
    #[arg(value_name = "DIR")]
    index: PathBuf,
    /// Questions: qid, `query_class`, query, libraries and perhaps params, separated by tabs; judged queries will do.
    #[arg(long, value_name = "FILE.tsv")]
    queries: PathBuf,
    /// No more than so many questions of each class.
    #[arg(long, value_name = "N")]
    each: Option<usize>,
    /// Books on a page.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=50))]
    limit: u32,
    /// How often each question is timed; 0 counts the work alone.
    #[arg(long, value_name = "N", default_value_t = 5)]
    repeat: usize,
    /// Write what each question took, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

pub(crate) fn run(options: &Bench) -> Result<(), Failure> {
    let asked = questions::first(questions::read(&options.queries)?, options.each.unwrap_or(usize::MAX));
    if asked.is_empty() {
        return Err(format!("{} asks nothing", options.queries.display()).into());
    }
    let taken = bench::run(&options.index, &asked, options.limit, options.repeat)?;
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_vec_pretty(&taken)?)
            .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    }
    print!("{}", bench::table(&taken));
    Ok(())
}
