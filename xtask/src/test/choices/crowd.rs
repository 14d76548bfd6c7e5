//! A thousand choices (ten thousand with `--long`) from 32 senders while the store fails for one operation in five: each is stored once.
//!
//! Clients here send again until 200 or 201, at once, and many send what was stored already, some of them at the same
//! moment. Then the same once more by the clock of the day after.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::visitor::{ANSWER_LIMIT, Found, TOKEN, choose, count, export, lines, search, text, words_query};
use crate::flavour::Flavour;
use crate::test::operator::Seoga;
use crate::test::served::with_server;
use crate::test::stage::Context;
use seoga_host::web::{self, Client};

/// Distinct choices, by default and with `--long`, and who sends them.
const CHOICES: [usize; 2] = [1_000, 10_000];
const SENDERS: usize = 32;
/// Faults that the hooks make of the store.
const FAULT: (&str, &str) = ("x-test-store", "20%");
/// Words that the visitors look for.
const WORDS: [&str; 10] =
    ["파이썬", "도커", "딥러닝", "자바", "엑셀", "알고리즘", "빅데이터", "블록체인", "리눅스", "입문"];
/// Books of an answer, at most.
const BOOKS: usize = 50;
/// Times that one choice may be sent before something is wrong with more than the store: at one failure in five of two
/// operations each, one choice in 10^17 is sent so often.
const MOST_TRIES: usize = 40;
const DAY: u64 = 86_400;

/// A visitor and what they pick.
type Choice = (String, Found);

/// Sends, exports, counts; and again a day later.
pub(super) fn run(context: &Context<'_>, seoga: &Seoga, dir: &Path) -> Result<()> {
    with_server(context, Flavour::TestHooks, |url| {
        let choices = choices(url, CHOICES[usize::from(context.long)])?;
        let began = Instant::now();
        let today = send(url, &with_repeats(&choices), &[FAULT])?;
        let seconds = began.elapsed().as_secs_f64();
        let file = dir.join("crowd.ndjson");
        killed_midway(seoga, url, &file)?;
        export(seoga, url, &file)?;
        let first = stored_once(url, &file, &choices)?;
        println!(
            "ok     {} choices of {} visitors from {SENDERS} senders, answers {today:?}, in {seconds:.1} s: \
             each is in the export once",
            choices.len(),
            choices.iter().map(|(visitor, _)| visitor).collect::<BTreeSet<_>>().len()
        );

        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let tomorrow = (now + DAY).to_string();
        let answers = send(url, &choices, &[FAULT, ("x-test-now", &tomorrow)])?;
        ensure!(!answers.contains_key(&201), "a choice of yesterday was stored anew: {answers:?}");
        export(seoga, url, &file)?;
        ensure!(stored_once(url, &file, &choices)? == first, "a choice sent a day later changed a record");
        println!("ok     sent again by the clock of the day after, answers {answers:?}: nothing changed");
        Ok(())
    })
}

/// Makes `count` choices: each visitor picks each book of every answer.
fn choices(url: &str, count: usize) -> Result<Vec<Choice>> {
    let client = Client::new(ANSWER_LIMIT);
    let mut found = Vec::new();
    for words in WORDS {
        found.extend(search(&client, url, &words_query(words, BOOKS), &[])?);
    }
    ensure!(!found.is_empty(), "the sample catalogue has no such books");
    let of = |n: usize| (format!("crowd-{}", n / found.len()), found[n % found.len()].clone());
    let choices: Vec<Choice> = (0..count).map(of).collect();
    let distinct: BTreeSet<_> = choices.iter().collect();
    ensure!(distinct.len() == count, "choices repeat of themselves");
    Ok(choices)
}

/// Shuffles the choices; one in six comes again, one in six of these once more, and so on. One that comes again may come
/// at the same moment.
fn with_repeats(choices: &[Choice]) -> Vec<Choice> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut draw = |below: usize| {
        // xorshift, Marsaglia 2003
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut all = Vec::new();
    for choice in choices {
        all.push(choice.clone());
        while draw(6) == 0 {
            all.push(choice.clone());
        }
    }
    for at in (1..all.len()).rev() {
        // Half of what is moved stays near, so that repeats meet.
        let near = if draw(2) == 0 { at.saturating_sub(SENDERS) } else { 0 };
        all.swap(at, near + draw(at - near + 1));
    }
    all
}

/// Sends everything and gives how many answers had which status.
fn send(url: &str, all: &[Choice], headers: &[(&str, &str)]) -> Result<BTreeMap<u16, usize>> {
    let next = AtomicUsize::new(0);
    let counts = Mutex::new(BTreeMap::new());
    let sender = || -> Result<()> {
        let client = Client::new(ANSWER_LIMIT);
        let mut mine = BTreeMap::new();
        while let Some((visitor, found)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            until_stored(&client, url, visitor, found, headers, &mut mine)?;
        }
        let mut counts = counts.lock().map_err(|_| anyhow::anyhow!("a sender failed"))?;
        for (status, number) in mine {
            *counts.entry(status).or_default() += number;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS).map(|_| scope.spawn(sender)).collect();
        senders.into_iter().try_for_each(|sender| match sender.join() {
            Ok(outcome) => outcome,
            Err(_) => bail!("a sender panicked"),
        })
    })?;
    counts.into_inner().map_err(|_| anyhow::anyhow!("a sender failed"))
}

fn until_stored(
    client: &Client,
    url: &str,
    visitor: &str,
    found: &Found,
    headers: &[(&str, &str)],
    counts: &mut BTreeMap<u16, usize>,
) -> Result<()> {
    for _ in 0..MOST_TRIES {
        let answer = choose(client, url, visitor, found, headers)?;
        count(counts, answer.status);
        match answer.status {
            200 | 201 => return Ok(()),
            503 => ensure!(answer.header("retry-after").is_some(), "503 does not say when to come back"),
            status => bail!("a choice answered {status} {}", answer.excerpt()),
        }
    }
    bail!("a choice was not stored in {MOST_TRIES} tries")
}

/// An export that is killed leaves the file as it was; the next one goes on from its last page.
fn killed_midway(seoga: &Seoga, url: &str, file: &Path) -> Result<()> {
    let mut state = file.as_os_str().to_owned();
    state.push(".state");
    let mut run = seoga.command(["choices", "export", "--base", url, "--out", &text(file)]);
    let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("starting an export")?;
    // The state is written with the first page.
    while !Path::new(&state).exists() && run.try_wait()?.is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    ensure!(run.try_wait()?.is_none(), "the export ended before it could be killed");
    run.kill().and_then(|()| run.wait().map(|_| ())).context("killing an export")?;
    ensure!(!file.exists(), "an export that was killed left a file that is not whole");
    Ok(())
}

/// The export has each choice once with its rank, and so has the store. Gives the export's lines in order.
fn stored_once(url: &str, file: &Path, choices: &[Choice]) -> Result<Vec<String>> {
    let line = |choice: &Value| {
        let text = |name: &str| choice[name].as_str().unwrap_or_default().to_owned();
        let rank = choice["rank"].as_u64().unwrap_or_default();
        (text("user_id"), Found { query_id: text("query_id"), isbn13: text("isbn13"), rank })
    };
    let all = lines(file)?;
    let exported: BTreeSet<Choice> = all.iter().map(line).collect();
    let wanted: BTreeSet<Choice> = choices.iter().cloned().collect();
    let (missing, more) = (wanted.difference(&exported).count(), exported.difference(&wanted).count());
    ensure!(missing == 0 && more == 0, "{missing} choices are missing, {more} were not made");
    ensure!(all.len() == choices.len(), "{} lines of {} choices", all.len(), choices.len());
    let records = records(url)?;
    ensure!(records == choices.len(), "the store has {records} records of {} choices", choices.len());
    let mut lines: Vec<String> = all.iter().map(Value::to_string).collect();
    lines.sort();
    Ok(lines)
}

/// Counts what the store has, page by page, as it comes.
fn records(url: &str) -> Result<usize> {
    let client = Client::new(ANSWER_LIMIT);
    let (mut count, mut cursor) = (0, None);
    loop {
        let query =
            cursor.map_or_else(String::new, |cursor: String| format!("?cursor={}", web::encode(&cursor)));
        let page = client.get(&format!("{url}/admin/choices{query}"), Some(TOKEN))?;
        ensure!(page.status == 200, "the export answered {} {}", page.status, page.excerpt());
        count += page.body.lines().count();
        match page.header("x-next-cursor") {
            Some(next) => cursor = Some(next.to_owned()),
            None => return Ok(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_lose_nothing_and_make_a_fifth_more() {
        let found = Found { query_id: "q".into(), isbn13: "1".into(), rank: 1 };
        let choices: Vec<Choice> = (0..3000).map(|n| (n.to_string(), found.clone())).collect();
        let all = with_repeats(&choices);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), choices.len());
        assert!((3450..3750).contains(&all.len()), "{}", all.len());
        assert_ne!(all[..100], choices[..100]);
    }
}
