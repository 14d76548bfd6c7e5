//! `seoga compare A B`: the same questions of two deployments, and their answers held to each other, byte for byte.
//!
//! It starts no server and stores nothing. Invariant: it succeeds only when there were answers and every difference between two is
//! one of [`answers::Reason`]; where the two serve different generations nothing is compared.

mod answers;
mod questions;
mod tally;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use seoga_host::web::{Answer, Client, Tried, patiently};
use seoga_index::pointer::{FILE_NAME as POINTER, Pointer};

use answers::{Place, compare};
use tally::Tally;

/// How long an answer may take; the first one after a start compiles WASM.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// Options of `compare`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where the one answers, such as <http://localhost:8787>.
    #[arg(value_name = "A")]
    here: String,
    /// Where the other answers.
    #[arg(value_name = "B")]
    there: String,
    /// Questions asked beside the pages and paths that every deployment has: tab-separated with a header (`qid`, `query_class`, `query`,
    /// `libraries`, perhaps `params`), or a line each, words of a search or a path. May be given several times.
    #[arg(long, value_name = "FILE")]
    questions: Vec<PathBuf>,
    /// Take every N-th of those questions alone.
    #[arg(long, value_name = "N", default_value = "1")]
    every: NonZeroUsize,
    /// Questions under way at once.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    at_once: u16,
    /// Differing answers that are shown.
    #[arg(long, value_name = "N", default_value_t = 10)]
    show: usize,
}

/// A deployment that is asked.
struct Base {
    url: String,
    client: Client,
}

impl Base {
    fn new(url: &str) -> Result<Self> {
        let url = url.trim_end_matches('/');
        ensure!(
            url.starts_with("http://") || url.starts_with("https://"),
            "{url:?} is no address of a deployment: give one like https://books.example or http://localhost:8787"
        );
        Ok(Self { url: url.to_owned(), client: Client::new(ANSWER_LIMIT) })
    }

    /// Asks for a path; waits where it is told that it asks too much.
    fn get(&self, path: &str) -> Result<Answer<Vec<u8>>> {
        patiently(|| {
            let answer =
                self.client.get_bytes(&format!("{}{path}", self.url), &[("accept-language", "ko")])?;
            Ok(if answer.status == 429 {
                let wait = answer.header("retry-after").and_then(|wait| wait.trim().parse().ok());
                Tried::Busy(format!("{} says that it is asked too much", self.url), wait)
            } else {
                Tried::Got(answer)
            })
        })
    }

    /// Finds out which generation is in force.
    fn generation(&self) -> Result<String> {
        let answer = self.get(&format!("/index/{POINTER}"))?;
        ensure!(
            answer.status == 200,
            "{}/index/{POINTER} answers {}: no index is deployed there",
            self.url,
            answer.status
        );
        let pointer =
            Pointer::parse(&answer.body).with_context(|| format!("{}/index/{POINTER}", self.url))?;
        Ok(pointer.current.letters().to_string())
    }
}

/// Carries out `seoga compare`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let (here, there) = (Base::new(&options.here)?, Base::new(&options.there)?);
    let generations = [here.generation()?, there.generation()?];
    if generations[0] != generations[1] {
        bail!(
            "{} serves generation {}, {} serves {}: publish one index to both, else every answer differs",
            here.url,
            generations[0],
            there.url,
            generations[1]
        );
    }
    let mut paths = questions::always();
    for file in &options.questions {
        paths.extend(questions::read(file)?.into_iter().step_by(options.every.get()).flatten());
    }
    let tally = ask(&here, &there, &paths, usize::from(options.at_once), options.show)?;
    print!("{tally}");
    tally.verdict()
}

/// Asks every path of both, some at once, and those that the answers lead to.
fn ask(here: &Base, there: &Base, paths: &[String], at_once: usize, show: usize) -> Result<Tally> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let tally = Mutex::new(Tally::new(&here.url, &there.url, show));
    let one = |path: &str| -> Result<Answer<Vec<u8>>> {
        let pair = (here.get(path)?, there.get(path)?);
        let places = (Place::new(&here.url, &pair.0), Place::new(&there.url, &pair.1));
        let found = compare(&places.0, &places.1);
        tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take(path, &pair.0, &pair.1, found);
        Ok(pair.0)
    };
    let some = || -> Result<()> {
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            if failed.load(Ordering::Relaxed) {
                break;
            }
            for led in questions::led_to(path, &one(path)?.body) {
                one(&led)?;
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..at_once)
            .map(|_| scope.spawn(|| some().inspect_err(|_| failed.store(true, Ordering::Relaxed))))
            .collect();
        let ends = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        ends.collect::<Result<()>>()
    })?;
    Ok(tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    /// Serves an index of a generation, and what `answer` makes of its own address and a path; gives the address.
    fn server_of(generation: &'static str, answer: fn(&str, &str) -> String) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let own = base.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
                let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                let path = head[0].split(' ').nth(1).unwrap();
                let body = match path {
                    "/index/current.json" => {
                        format!("{{\"format\":2,\"generation\":\"{generation}\",\"previous\":[]}}")
                    }
                    _ => answer(&own, path),
                };
                let status = if path == "/user-choice" { "405 Method Not Allowed" } else { "200 OK" };
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
            }
        });
        base
    }

    const GENERATION: &str = "qqh4o4uyynsbvzy4";

    fn outcome(here: &str, there: &str) -> Result<()> {
        let options = Options {
            here: here.to_owned(),
            there: format!("{there}/"),
            questions: Vec::new(),
            every: NonZeroUsize::MIN,
            at_once: 3,
            show: 1,
        };
        run(&options)
    }

    fn book(base: &str, path: &str) -> String {
        format!("{{\"query_id\":\"{base}\",\"of\":\"{base}{path}\",\"results\":[{{\"id\":\"k\"}}]}}")
    }

    #[test]
    fn two_hosts_that_give_the_same_but_for_what_they_may_pass() {
        outcome(&server_of(GENERATION, book), &server_of(GENERATION, book)).unwrap();
    }

    #[test]
    fn one_answer_that_differs_fails() {
        let other = server_of(GENERATION, |base, path| book(base, path).replace("/covers/k", "/covers/j"));
        let failed = outcome(&server_of(GENERATION, book), &other).unwrap_err().to_string();
        // One of the book that each search leads to.
        assert!(
            failed.contains(&format!(
                "{} answers differ",
                questions::always().iter().filter(|path| path.starts_with("/api/search?")).count()
            )),
            "{failed}"
        );
    }

    #[test]
    fn two_generations_and_what_is_no_deployment_are_refused_in_words() {
        let here = server_of(GENERATION, book);
        for (there, told) in [
            (server_of("qqh4o4uyynsbvzya", book), "publish one index"),
            (server_of("no", book), "current.json"),
            ("books.example".to_owned(), "no address of a deployment"),
            ("http://127.0.0.1:1".to_owned(), "GET http://127.0.0.1:1/index/current.json"),
        ] {
            let refused = format!("{:#}", outcome(&here, &there).unwrap_err());
            assert!(refused.contains(told), "{refused}");
        }
    }
}
