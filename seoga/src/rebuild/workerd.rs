//! A real workerd, asked of the very files that are about to be published, against the native answer.
//!
//! Invariant: it passes only when every question was answered by the new generation, just as natively: every
//! member of the answer but the signed query id.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use seoga_host::server::{Run, Server};
use seoga_host::web::{self, Client};
use seoga_host::{files, ports, process};
use seoga_index::pointer::FILE_NAME as POINTER;
use serde_json::Value;

use super::builder::Builder;
use crate::package::Package;
use crate::wrangler;

/// Questions asked, out of those made of the index's own books.
const QUESTIONS: usize = 12;
/// Books asked for of each answer.
const LIMIT: &str = "10";

/// A row of the judged queries.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    query: String,
    library: Option<String>,
}

/// Serves the index with the worker of a package and asks questions; gives how many.
pub(super) fn run(
    package: &Package,
    builder: &Builder,
    index: &Path,
    judged: &Path,
    work: &Path,
) -> Result<usize> {
    let (assets, state) = (work.join("assets"), work.join("state"));
    package.lay_out(index, &assets)?;
    files::make_dir(&state)?;
    let questions = questions(&files::read_text(judged)?);
    ensure!(!questions.is_empty(), "{} has no question", judged.display());
    let port = ports::free_port()?;
    let mut serve = wrangler::command(package.folder());
    serve.args(["dev", "--env", "test", "--port", &port.to_string(), "--inspector-port", "0"]);
    serve.arg("--show-interactive-dev-session=false").arg("--persist-to").arg(&state);
    serve.arg("--assets").arg(&assets);
    let run = Run::new();
    serve.arg("--var").arg(format!("{}:{run}", Run::SETTING));
    let server = Server::start(&mut serve, port, &run, &[200], Some(&work.join("wrangler.log")))?;
    let outcome = ask(&server.url(), builder, index, &questions);
    server.end();
    outcome.map(|()| questions.len())
}

/// Takes some of the judged queries, evenly over the file.
fn questions(judged: &str) -> Vec<Question> {
    let rows: Vec<&str> = judged.lines().skip(1).collect();
    let every = rows.len().div_ceil(QUESTIONS).max(1);
    // An odd step, so that all three ways of asking for a book come up.
    let every = if every.is_multiple_of(3) { every + 1 } else { every };
    rows.iter()
        .step_by(every)
        .filter_map(|row| {
            let mut cells = row.split('\t').skip(2);
            let (query, library) = (cells.next()?, cells.next()?);
            let library = Some(library.to_owned()).filter(|library| !library.is_empty());
            Some(Question { query: query.to_owned(), library })
        })
        .collect()
}

fn ask(base: &str, builder: &Builder, index: &Path, questions: &[Question]) -> Result<()> {
    let client = Client::new(Duration::from_secs(30));
    let get = |path: &str| -> Result<String> {
        let answer = client.get(&format!("{base}{path}"), None)?;
        if answer.status != 200 {
            bail!("GET {path} answered {}: {}", answer.status, answer.excerpt());
        }
        Ok(answer.body)
    };
    let pointer = files::read_text(&index.join(POINTER))?;
    ensure!(get("/index/current.json")? == pointer, "what is served is not the index that was built");
    get("/")?;
    let mut book = None;
    for question in questions {
        let native = natively(builder, index, question)?;
        let mut path = format!("/api/search?hl=ko&limit={LIMIT}&q={}", web::encode(&question.query));
        if let Some(library) = &question.library {
            path.push_str(&format!("&library={}", web::encode(library)));
        }
        let mut served: Value = serde_json::from_str(&get(&path)?).context("the answer does not read")?;
        // Signed by the deployment; everything else is the index's.
        let signed = served["query_id"].take();
        ensure!(signed.is_string(), "{question:?}: an answer without a query id");
        ensure!(served == native, "{question:?}: workerd answers {served}, natively it is {native}");
        let first = served["results"][0]["isbn13"].as_str();
        book = book.or_else(|| first.map(|first| (first.to_owned(), question.query.clone())));
    }
    let (book, words) = book.context("no question found a book")?;
    ensure!(get(&format!("/api/books/{book}"))?.contains(&book), "{book} has no page");
    get(&format!("/books/{book}"))?;
    // By words and a filter: a whole ISBN alone would be sent on to its book.
    get(&format!("/search?q={}&lang=ko", web::encode(&words)))?;
    Ok(())
}

fn natively(builder: &Builder, index: &Path, question: &Question) -> Result<Value> {
    let mut command = builder.command("query");
    command.arg(index).args(["--json", "--limit", LIMIT]);
    if let Some(library) = &question.library {
        command.args(["--library", library]);
    }
    let printed = process::output(command.arg("--").arg(&question.query))?;
    serde_json::from_str(&printed).context("the native answer does not read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_taken_from_all_over_the_file_in_all_ways() {
        let mut judged = "qid\tquery_class\tquery\tlibraries\texpected\tmust_not\tnote\n".to_owned();
        for number in 0..300 {
            let library = if number % 3 == 2 { "강" } else { "" };
            judged.push_str(&format!("q{number}\tc{}\tw{number}\t{library}\t1\t\t\n", number % 3));
        }
        let questions = questions(&judged);
        assert!((10..=QUESTIONS).contains(&questions.len()), "{}", questions.len());
        assert!(questions.iter().any(|question| question.library.is_some()));
        assert_eq!(questions[0], Question { query: "w0".into(), library: None });
    }
}
