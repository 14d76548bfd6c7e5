//! A visitor in the middle of a session: the index changes under them, the store is slow, somebody alters query ids.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{ANSWER_LIMIT, Found, choose, export, lines, search, words_query};
use crate::options::Flavour;
use crate::test::Context;
use crate::test::served::serve;
use crate::web::{self, Client};
use crate::{build, process};

/// Altered query ids that are sent; ten thousand are tried without a server (`edge/app/src/query_id/mutations.rs`).
const ALTERED: usize = 300;
/// How long a server may take to see that its files changed.
const SEEN_LIMIT: Duration = Duration::from_secs(60);
/// A new isolate answers: nothing is known from before.
const FRESH: (&str, &str) = ("x-test-fresh", "1");
/// Names the library that the visitor asks for.
const WORDS: [&str; 6] = ["파이썬", "도커", "딥러닝", "자바", "엑셀", "입문"];

/// Runs every case on a server of its own.
pub(super) fn run(context: &Context<'_>, dir: &Path) -> Result<()> {
    let deployed = Deployed::new(context, dir)?;
    let assets = [OsString::from("--assets"), deployed.assets.clone().into()];
    serve(context, Flavour::TestHooks, &assets, |url, _| {
        let client = Client::new(ANSWER_LIMIT);
        let before = deployed.ask(&client, url)?;
        slow_store(&client, url, &before)?;
        altered(&client, url, &before)?;
        deployed.deploy_in_mid_session(&client, url, &before, &dir.join("session.ndjson"))
    })
}

/// A folder of static files with an index of more books, and an index of fewer that will take its place.
struct Deployed {
    builder: PathBuf,
    assets: PathBuf,
    fewer: PathBuf,
    generations: [String; 2],
}

/// What a visitor found before: one book that stays, one that goes, and the library they asked for.
struct Before {
    stays: Found,
    goes: Found,
    library: String,
}

impl Deployed {
    fn new(context: &Context<'_>, dir: &Path) -> Result<Self> {
        let builder = build::index::compile(context.workspace)?;
        let make = |books: &str| -> Result<PathBuf> {
            let (catalogue, index) =
                (dir.join(format!("catalogue-{books}")), dir.join(format!("index-{books}")));
            let mut generate = Command::new(&builder);
            process::output(
                generate.args(["generate", "--books", books, "--seed", "6", "--out"]).arg(&catalogue),
            )?;
            build::index::run(&builder, &catalogue, &[], &index, &dir.join("report.json"))?;
            Ok(index)
        };
        let (more, fewer) = (make("400")?, make("300")?);
        let assets = dir.join("assets");
        let generations = [build::generation(&more)?, build::generation(&fewer)?];
        let deployed = Self { builder, assets, fewer, generations };
        deployed.publish(&more, "2")?;
        Ok(deployed)
    }

    /// Puts a generation in force, as a rebuild does.
    fn publish(&self, index: &Path, keep: &str) -> Result<()> {
        let mut publish = Command::new(&self.builder);
        publish.arg("publish").arg(index).arg("--into").arg(self.assets.join("index"));
        process::output_or_why(publish.args(["--keep", keep, "--allow-loss"])).map(|_| ())
    }

    /// Searches with a library and finds a book that the later index has and one that it has not.
    fn ask(&self, client: &Client, url: &str) -> Result<Before> {
        let libraries: Value =
            serde_json::from_str(&client.get(&format!("{url}/api/libraries"), None)?.body)?;
        let library = libraries["libraries"][0]["name"].as_str().context("no library")?.to_owned();
        let held = |isbn: &str| -> Result<bool> {
            let mut inspect = Command::new(&self.builder);
            let said = process::output(inspect.arg("inspect").arg(&self.fewer).arg("--book").arg(isbn))?;
            Ok(!said.contains("not in the index"))
        };
        for words in WORDS {
            let query = format!("{}&library={}", words_query(words, 50), web::encode(&library));
            let found = search(client, url, &query, &[])?;
            let (mut stays, mut goes) = (None, None);
            for book in &found {
                *(if held(&book.isbn13)? { &mut stays } else { &mut goes }) = Some(book);
            }
            if let (Some(stays), Some(goes)) = (stays, goes) {
                return Ok(Before { stays: stays.clone(), goes: goes.clone(), library });
            }
        }
        anyhow::bail!("no question finds a book that stays and one that goes")
    }

    /// A deployment between a search and the pick: with the former generation's files still there, and without.
    fn deploy_in_mid_session(&self, client: &Client, url: &str, before: &Before, out: &Path) -> Result<()> {
        let [former, latter] = &self.generations;
        let old_manifest = format!("{url}/index/m-{former}.bin");
        self.publish(&self.fewer, "2")?;
        self.wait(client, url, latter)?;
        ensure!(
            client.get(&old_manifest, None)?.status == 200,
            "the former generation's files are gone already"
        );
        for found in [&before.stays, &before.goes] {
            let answer = choose(client, url, "mid-session", found, &[FRESH])?;
            ensure!(answer.status == 201, "{found:?} answered {} {}", answer.status, answer.excerpt());
        }
        for choice in ours(url, out, "mid-session", 2)? {
            let made = [&before.stays, &before.goes];
            let made = made.iter().find(|found| choice["isbn13"] == found.isbn13.as_str());
            let rank = made.context("a choice that nobody made")?.rank;
            ensure!(choice["rank"] == rank && choice["generation"] == former.as_str(), "{choice}");
            ensure!(choice["libraries"] == serde_json::json!([before.library]), "{choice}");
        }

        self.publish(&self.fewer, "1")?;
        let gone = || Ok(client.get(&old_manifest, None)?.status == 404);
        until("the former generation's files go", gone)?;
        let stays = choose(client, url, "late", &before.stays, &[FRESH])?;
        ensure!(stays.status == 201, "a book that stays answered {} {}", stays.status, stays.excerpt());
        let goes = choose(client, url, "late", &before.goes, &[FRESH])?;
        ensure!(goes.status == 404, "a book that is gone answered {} {}", goes.status, goes.excerpt());
        let again = choose(client, url, "mid-session", &before.goes, &[FRESH])?;
        ensure!(again.status == 200, "what was stored before answered {} {}", again.status, again.excerpt());
        for choice in ours(url, out, "late", 1)? {
            ensure!(choice.get("rank").is_none() && choice["generation"] == former.as_str(), "{choice}");
        }
        println!(
            "ok     picked across a deployment: stored with rank and libraries while the former generation's files are \
             there, without rank once they are gone; a book that is gone is 404"
        );
        Ok(())
    }

    /// Waits until a fresh isolate answers from a generation.
    fn wait(&self, client: &Client, url: &str, generation: &str) -> Result<()> {
        until("the new generation is in force", || {
            let status = client.get_with(&format!("{url}/api/status"), &[FRESH])?;
            Ok(status.body.contains(&format!("\"{generation}\"")))
        })
    }
}

/// The choices of a visitor, by a new export.
fn ours(url: &str, out: &Path, visitor: &str, number: usize) -> Result<Vec<Value>> {
    export(url, out)?;
    let mut choices = lines(out)?;
    choices.retain(|choice| choice["user_id"] == visitor);
    ensure!(choices.len() == number, "{} choices of {visitor}, not {number}", choices.len());
    Ok(choices)
}

/// Asks until it is so. A server that reloads its files may refuse a connection meanwhile.
fn until(what: &str, so: impl Fn() -> Result<bool>) -> Result<()> {
    let deadline = Instant::now() + SEEN_LIMIT;
    loop {
        let last = match so() {
            Ok(true) => return Ok(()),
            Ok(false) => "not yet".to_owned(),
            Err(error) => format!("{error:#}"),
        };
        ensure!(Instant::now() < deadline, "{what}: {last} after {} s", SEEN_LIMIT.as_secs());
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// While the store takes its time over a pick, searches are answered; then the pick is.
fn slow_store(client: &Client, url: &str, before: &Before) -> Result<()> {
    let began = Instant::now();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| {
            let answer = choose(client, url, "slow", &before.stays, &[("x-test-store", "put=slow")]);
            (answer, began.elapsed())
        });
        let mut searched = 0;
        let mut longest = Duration::ZERO;
        while !slow.is_finished() && searched < 20 {
            let asked = Instant::now();
            search(client, url, &words_query(WORDS[searched % WORDS.len()], 10), &[])?;
            longest = longest.max(asked.elapsed());
            searched += 1;
        }
        ensure!(!slow.is_finished(), "searches wait for the store");
        let (answer, took) = slow.join().map_err(|_| anyhow::anyhow!("a slow pick panicked"))?;
        let answer = answer?;
        ensure!(answer.status == 201, "a slow store answered {} {}", answer.status, answer.excerpt());
        println!(
            "ok     a store that takes {:.1} s over a pick holds up no search: {searched} meanwhile, the longest {:.0} ms",
            took.as_secs_f64(),
            longest.as_secs_f64() * 1000.0
        );
        Ok(())
    })
}

/// Altered query ids are refused, and nothing of them is stored.
fn altered(client: &Client, url: &str, before: &Before) -> Result<()> {
    let id: Vec<char> = before.stays.query_id.chars().collect();
    let mut reasons = std::collections::BTreeMap::<String, usize>::new();
    for n in 0..ALTERED {
        let mut letters = id.clone();
        let at = n * 7 % letters.len();
        match n % 4 {
            0 => letters[at] = if letters[at] == 'A' { 'B' } else { 'A' },
            1 => letters.truncate(at),
            2 => letters.insert(at, '-'),
            _ => {
                let other = (0..letters.len()).find(|other| letters[*other] != letters[at]);
                letters.swap(at, other.context("a query id of one letter")?);
            }
        }
        let found = Found { query_id: letters.into_iter().collect(), ..before.stays.clone() };
        let answer = choose(client, url, "forger", &found, &[])?;
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        // Nothing at all is no query id but a missing one.
        let wanted = if found.query_id.is_empty() { 400 } else { 403 };
        ensure!(
            answer.status == wanted,
            "{} answered {} {}",
            found.query_id,
            answer.status,
            answer.excerpt()
        );
        let reason = body["reason"].as_str().unwrap_or("nothing sent").to_owned();
        *reasons.entry(reason).or_default() += 1;
    }
    println!("ok     {ALTERED} altered query ids refused: {reasons:?}");
    Ok(())
}
