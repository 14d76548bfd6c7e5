//! A visitor in the middle of a session: the index changes under them, the store is slow, somebody alters query ids.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::visitor::{ANSWER_LIMIT, Found, choose, export, lines, search, words_query};
use crate::build;
use crate::flavour::Flavour;
use crate::setup::tools;
use crate::test::operator::Seoga;
use crate::test::served::{serve, serve_again};
use crate::test::stage::Context;
use seoga_host::process;
use seoga_host::web::{self, Client};

/// Altered query ids that are sent; ten thousand are tried without a server (`edge/app/src/query_id/mutations.rs`).
const ALTERED: usize = 300;
/// Names the library that the visitor asks for.
const WORDS: [&str; 6] = ["파이썬", "도커", "딥러닝", "자바", "엑셀", "입문"];

/// Runs every case; each deployment is a server of its own, on one choice store.
pub(super) fn run(context: &Context<'_>, seoga: &Seoga, dir: &Path) -> Result<()> {
    let deployed = Deployed::new(context, dir)?;
    let client = Client::new(ANSWER_LIMIT);
    let export = dir.join("session.ndjson");
    let mut before = None;
    serve(context, Flavour::TestHooks, &deployed.more.option(), |url, _| {
        let found = deployed.ask(&client, url)?;
        slow_store(&client, url, &found)?;
        altered(&client, url, &found)?;
        before = Some(found);
        Ok(())
    })?;
    let before = before.context("nothing was asked")?;
    serve_again(context, Flavour::TestHooks, &deployed.both.option(), |url, _| {
        deployed.with_the_former_files(&client, url, &before, seoga, &export)
    })?;
    serve_again(context, Flavour::TestHooks, &deployed.fewer.option(), |url, _| {
        deployed.without_the_former_files(&client, url, &before, seoga, &export)
    })
}

/// A folder of static files.
struct Assets(PathBuf);

impl Assets {
    /// Arguments that tell wrangler of it.
    fn option(&self) -> [OsString; 2] {
        [OsString::from("--assets"), self.0.clone().into()]
    }

    fn index(&self) -> PathBuf {
        self.0.join("index")
    }
}

/// Deployments one after the other: an index of more books; one of fewer, in force, with the former; that alone.
struct Deployed {
    builder: PathBuf,
    more: Assets,
    both: Assets,
    fewer: Assets,
    former: String,
}

/// Books that a visitor found before: one book that stays, one that goes, and the library they asked for.
struct Before {
    stays: Found,
    goes: Found,
    library: String,
}

impl Deployed {
    fn new(context: &Context<'_>, dir: &Path) -> Result<Self> {
        let builder = tools::compile(context.workspace)?.index_builder;
        let make = |books: &str| -> Result<PathBuf> {
            let (catalogue, index) =
                (dir.join(format!("catalogue-{books}")), dir.join(format!("index-{books}")));
            let mut generate = Command::new(&builder);
            generate.args(["generate", "--books", books, "--seed", "6", "--out"]).arg(&catalogue);
            process::output(&mut generate)?;
            build::index::run(&builder, &catalogue, &[], None, &index, &dir.join("report.json"))?;
            Ok(index)
        };
        let (more, fewer) = (make("400")?, make("300")?);
        let deploy = |name: &str, indexes: &[&PathBuf]| -> Result<Assets> {
            let assets = Assets(dir.join(name));
            for index in indexes {
                let mut publish = Command::new(&builder);
                publish
                    .arg("publish")
                    .arg(index)
                    .arg("--into")
                    .arg(assets.index())
                    .args(["--allow-loss", "all"]);
                process::output_or_why(&mut publish)?;
            }
            Ok(assets)
        };
        Ok(Self {
            former: build::generation(&more)?,
            both: deploy("assets-both", &[&more, &fewer])?,
            more: deploy("assets-more", &[&more])?,
            fewer: deploy("assets-fewer", &[&fewer])?,
            builder,
        })
    }

    /// Searches with a library and finds a book that the later index has and one that it has not.
    fn ask(&self, client: &Client, url: &str) -> Result<Before> {
        let libraries: Value =
            serde_json::from_str(&client.get(&format!("{url}/api/libraries"), None)?.body)?;
        let library = libraries["libraries"][0]["name"].as_str().context("no library")?.to_owned();
        let held = |isbn: &str| -> Result<bool> {
            let mut inspect = Command::new(&self.builder);
            let output = inspect.arg("inspect").arg(self.fewer.index()).arg("--book").arg(isbn).output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            let gone = !output.status.success() && said.contains("not in the index");
            ensure!(output.status.success() || gone, "looking for {isbn}: {said}");
            Ok(!gone)
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

    /// A deployment between a search and the pick, with the former generation's files.
    fn with_the_former_files(
        &self,
        client: &Client,
        url: &str,
        before: &Before,
        seoga: &Seoga,
        out: &Path,
    ) -> Result<()> {
        for found in [&before.stays, &before.goes] {
            let answer = choose(client, url, "mid-session", found, &[])?;
            ensure!(answer.status == 201, "{found:?} answered {} {}", answer.status, answer.excerpt());
        }
        for choice in ours(seoga, url, out, "mid-session", 2)? {
            let made = [&before.stays, &before.goes];
            let made = made.iter().find(|found| choice["isbn13"] == found.isbn13.as_str());
            let rank = made.context("a choice that nobody made")?.rank;
            ensure!(choice["rank"] == rank && choice["generation"] == self.former.as_str(), "{choice}");
            ensure!(choice["libraries"] == serde_json::json!([before.library]), "{choice}");
        }
        println!(
            "ok     picked after a deployment that kept the former generation: stored with rank and libraries"
        );
        Ok(())
    }

    /// And without them.
    fn without_the_former_files(
        &self,
        client: &Client,
        url: &str,
        before: &Before,
        seoga: &Seoga,
        out: &Path,
    ) -> Result<()> {
        let manifest = client.get(&format!("{url}/index/{}/m.bin", self.former), None)?;
        ensure!(manifest.status == 404, "the former generation is still there: {}", manifest.status);
        for (visitor, found, status) in
            [("late", &before.stays, 201), ("late", &before.goes, 404), ("mid-session", &before.goes, 200)]
        {
            let answer = choose(client, url, visitor, found, &[])?;
            ensure!(
                answer.status == status,
                "{visitor} {found:?} answered {} {}",
                answer.status,
                answer.excerpt()
            );
        }
        // The name of the server changed with its port; what it says is another export.
        let out = &out.with_extension("late.ndjson");
        for choice in ours(seoga, url, out, "late", 1)? {
            ensure!(choice.get("rank").is_none() && choice["generation"] == self.former.as_str(), "{choice}");
            ensure!(choice["libraries"].is_null(), "{choice}");
        }
        println!(
            "ok     picked after one that did not: stored without rank; a book that is gone is 404, and what was stored stays"
        );
        Ok(())
    }
}

/// The choices of a visitor, by a new export.
fn ours(seoga: &Seoga, url: &str, out: &Path, visitor: &str, number: usize) -> Result<Vec<Value>> {
    export(seoga, url, out)?;
    let mut choices = lines(out)?;
    choices.retain(|choice| choice["user_id"] == visitor);
    ensure!(choices.len() == number, "{} choices of {visitor}, not {number}", choices.len());
    Ok(choices)
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
