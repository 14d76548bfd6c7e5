//! Choices on the local edge of AWS, sent over HTTP as pages do, and taken out of its table and erased there as an operator
//! does: by the very commands, with rights of their own.
//!
//! Invariant: what the export has is compared with what was sent, member by member.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::visitor::{ANSWER_LIMIT, Found, choose, lines, text, words_query};
use crate::dev_aws::DEVELOPMENT;
use crate::test::local_edge::with_local;
use crate::test::operator::Seoga;
use crate::test::stage::Context;
use seoga_host::day::Day;
use seoga_host::web::{self, Client};
use seoga_host::{files, ports};

/// The table as infra/aws/data.yaml names it, and its region.
const TABLE: &str = "seoga-choices";
const REGION: &str = "ap-northeast-2";
/// Choices; a page of the export looks at 500 items.
const CHOICES: usize = 1_100;
const PAGE: usize = 500;
/// Choices of each visitor: fewer than the throttle lets pass at once, with one that is sent again.
const EACH: usize = 50;
/// Words that visitors look for; each picks books of every answer.
const WORDS: [&str; 6] = ["파이썬", "Docker", "딥러닝", "자바", "엑셀", "입문"];
/// Whose choices are erased.
const GOES: &str = "visitor-1";
/// How long a started export may take to write its first page.
const FIRST_PAGE: Duration = Duration::from_secs(60);

/// Sends, exports with an interruption, exports again, erases, exports anew.
pub(in crate::test) fn run(context: &Context<'_>, seoga: &Seoga) -> Result<()> {
    let dir = context.workspace.build.join("choices-table");
    files::remove_dir(&dir)?;
    files::make_dir(&dir)?;
    let port = ports::free_port()?;
    with_local(context, &[DEVELOPMENT], &[200], Some(port), &mut |url| {
        let operator = Operator { seoga, url, store: format!("http://127.0.0.1:{port}") };
        let sent = send(url)?;
        operator.put_expired()?;
        let (file, anew) = (dir.join("choices.ndjson"), dir.join("anew.ndjson"));
        operator.killed_after_a_page(&file, port)?;
        let said = operator.export(&file)?;
        // A page has items that are no choice: one that has expired, and the counts of throttles.
        let read = said.split(" records read").next().and_then(|before| before.rsplit(' ').next());
        let read: usize = read.and_then(|read| read.parse().ok()).with_context(|| said.clone())?;
        let first = (CHOICES - PAGE..CHOICES - PAGE / 2).contains(&read);
        ensure!(first, "it did not go on from the page where it was killed: {said}");
        holds(&file, &sent)?;
        let again = operator.export(&file)?;
        ensure!(again.contains(&format!("{CHOICES} choices, 0 of them new")), "{again}");
        let others: Vec<Value> = sent.iter().filter(|choice| choice["user_id"] != GOES).cloned().collect();
        operator.erase(&file, sent.len() - others.len())?;
        operator.export(&anew)?;
        holds(&file, &others)?;
        holds(&anew, &others)?;
        operator.refusals(&dir.join("none.ndjson"))?;
        println!(
            "ok     {CHOICES} choices over HTTP into the table: exported by two runs, the first killed after a page, each once and \
             as sent; {} of one visitor erased from table and file",
            sent.len() - others.len()
        );
        Ok(())
    })?;
    files::remove_dir(&dir)
}

/// Sends the choices; gives what the export must say of each, but for the time.
fn send(url: &str) -> Result<Vec<Value>> {
    let client = Client::new(ANSWER_LIMIT);
    let libraries: Value = serde_json::from_str(&client.get(&format!("{url}/api/libraries"), None)?.body)?;
    let name = |at: usize| libraries["libraries"][at]["name"].as_str().context("too few libraries");
    let some = [name(2)?, name(0)?];
    let mut known = Vec::new();
    for words in WORDS {
        for libraries in [&[][..], &some] {
            known.extend(ask(&client, url, &words_query(words, 50), libraries)?.0);
        }
    }
    // A question too long for the table's key, which no book answers: a pick of it has no rank.
    let long = format!("q={}&publisher={}", web::encode(&"가".repeat(200)), web::encode(&"나".repeat(200)));
    let mut unranked = ask(&client, url, &long, &some)?.1;
    for name in ["id", "isbn13"] {
        unranked[name] = known.first().context("no book")?[name].clone();
    }
    // One of a question that was asked in vain.
    let mut none = ask(&client, url, &words_query(WORDS[0], 1), &some)?.1;
    for name in ["id", "isbn13"] {
        none[name] = Value::Null;
    }
    known.splice(0..0, [unranked, none]);
    known.truncate(EACH);
    let visitors = CHOICES.div_ceil(known.len());
    ensure!(visitors > 2, "{} books make no {CHOICES} choices of some visitors", known.len());
    let all = (0..visitors).flat_map(|n| known.iter().map(move |choice| (n, choice)));
    let mut sent = Vec::new();
    for (visitor, choice) in all.take(CHOICES) {
        let mut choice = choice.clone();
        choice["user_id"] = format!("visitor-{visitor}").into();
        let part = |name: &str| choice[name].as_str().unwrap_or_default().to_owned();
        let found = Found { query_id: part("query_id"), isbn13: part("isbn13"), rank: 0 };
        // Every fiftieth is sent again, and is stored already.
        let wanted: &[u16] = if sent.len() % 50 == 0 { &[201, 200] } else { &[201] };
        for wanted in wanted {
            let answer = choose(&client, url, &part("user_id"), &found, &[])?;
            ensure!(answer.status == *wanted, "a choice answered {} {}", answer.status, answer.excerpt());
        }
        sent.push(choice);
    }
    Ok(sent)
}

/// A choice of every book of an answer, with its rank; and what all of them say of the question.
fn ask(client: &Client, url: &str, query: &str, libraries: &[&str]) -> Result<(Vec<Value>, Value)> {
    let filters: String = libraries.iter().map(|name| format!("&library={}", web::encode(name))).collect();
    let answer = client.get(&format!("{url}/api/search?{query}{filters}"), None)?;
    ensure!(answer.status == 200, "{query} answered {} {}", answer.status, answer.excerpt());
    let answer: Value = serde_json::from_str(&answer.body)?;
    let mut question = json!({"libraries": libraries});
    for name in ["query_id", "query", "generation"] {
        question[name] = answer[name].clone();
    }
    let books = answer["results"].as_array().context("an answer without results")?;
    let choice = |(book, rank): (&Value, u64)| {
        let mut choice = question.clone();
        for name in ["id", "isbn13"] {
            choice[name] = book[name].clone();
        }
        choice["rank"] = rank.into();
        choice
    };
    Ok((books.iter().zip(1..).map(choice).collect(), question))
}

/// Whether a file has exactly these choices, each once, and says of each what was sent.
fn holds(file: &Path, sent: &[Value]) -> Result<()> {
    // Libraries are a set: in an export they stand in their index's order.
    let plain = |choice: &Value| {
        let mut choice = choice.clone();
        if let Some(names) = choice["libraries"].as_array_mut() {
            names.sort_by_key(Value::to_string);
        }
        choice.to_string()
    };
    let today = Day::today();
    let mut exported = BTreeSet::new();
    let all = lines(file)?;
    for line in &all {
        let mut line = line.clone();
        let at = line.as_object_mut().and_then(|line| line.remove("chosen_at")).context("no chosen_at")?;
        let day = at.as_str().and_then(|at| Day::parse(at.get(..10)?));
        ensure!(day.is_some_and(|day| today.before(1) <= day && day <= today), "chosen at {at}");
        exported.insert(plain(&line));
    }
    let wanted: BTreeSet<String> = sent.iter().map(plain).collect();
    let (missing, more) = (wanted.difference(&exported).next(), exported.difference(&wanted).next());
    ensure!(
        missing.is_none() && more.is_none(),
        "{}: {missing:?} is missing, {more:?} is more",
        file.display()
    );
    ensure!(all.len() == sent.len(), "{} lines of {} choices", all.len(), sent.len());
    Ok(())
}

/// Who exports and erases, and where the store answers.
struct Operator<'a> {
    seoga: &'a Seoga,
    url: &'a str,
    store: String,
}

impl Operator<'_> {
    /// Makes the command `seoga choices …` with keys of its own. The local store takes any.
    fn command(&self, words: &[&str], table: &str, store: &str) -> Command {
        let mut command = self.seoga.command(["choices"]);
        command.args(words).args(["--target", "aws", "--table", table]);
        command.args(["--region", REGION, "--endpoint", store]);
        command.env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local");
        command
    }

    fn export_command(&self, file: &Path, table: &str, store: &str) -> Command {
        self.command(&["export", "--base", self.url, "--out", &text(file)], table, store)
    }

    /// Exports; gives what it said.
    fn export(&self, file: &Path) -> Result<String> {
        said(self.export_command(file, TABLE, &self.store).output()?, true)
    }

    fn erase(&self, file: &Path, number: usize) -> Result<()> {
        let erase = ["erase", "--user", GOES, "--export", &text(file)];
        let first = said(self.command(&erase, TABLE, &self.store).output()?, true)?;
        ensure!(first.contains(&format!("{number} records found and deleted, 0 left")), "{first}");
        let again = said(self.command(&erase, TABLE, &self.store).output()?, true)?;
        ensure!(again.contains("0 records found and deleted, 0 left"), "{again}");
        Ok(())
    }

    /// A choice that is past its time and that the table has not dropped yet.
    fn put_expired(&self) -> Result<()> {
        let mut scanned = self.call("Scan", json!({"Limit": 1}))?;
        let mut item = scanned["Items"][0].take();
        item["user_id"] = json!({"S": "visitor-of-long-ago"});
        item["expires_at"] = json!({"N": "1"});
        self.call("PutItem", json!({"Item": item})).map(|_| ())
    }

    /// Carries out an operation on the table. The local store wants a signature and looks at none.
    fn call(&self, operation: &str, mut body: Value) -> Result<Value> {
        body["TableName"] = TABLE.into();
        let (target, scope) =
            (format!("DynamoDB_20120810.{operation}"), format!("20260101/{REGION}/dynamodb"));
        let signed = format!(
            "AWS4-HMAC-SHA256 Credential=local/{scope}/aws4_request, SignedHeaders=host, Signature={}",
            "0".repeat(64)
        );
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", &target),
            ("x-amz-date", "20260101T000000Z"),
            ("authorization", &signed),
        ];
        let answer =
            Client::new(ANSWER_LIMIT).post(&format!("{}/", self.store), &headers, &body.to_string())?;
        ensure!(answer.status == 200, "{operation} answered {} {}", answer.status, answer.excerpt());
        serde_json::from_str(&answer.body).context("the store's answer")
    }

    /// An export that is killed while it waits for its second page leaves no file.
    fn killed_after_a_page(&self, file: &Path, port: u16) -> Result<()> {
        let relay = format!("http://127.0.0.1:{}", relay(port, 1)?);
        let mut run = self.export_command(file, TABLE, &relay);
        let mut run =
            run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("starting an export")?;
        let state = file.with_extension("ndjson.state");
        let began = Instant::now();
        while !state.exists() && began.elapsed() < FIRST_PAGE && run.try_wait()?.is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let waits = run.try_wait()?.is_none() && state.exists();
        run.kill().and_then(|()| run.wait().map(|_| ())).context("killing an export")?;
        ensure!(waits, "the export did not wait for its second page");
        ensure!(!file.exists(), "an export that was killed left a file that is not whole");
        Ok(())
    }

    /// Checks that what goes wrong is said, and nothing is written.
    fn refusals(&self, file: &Path) -> Result<()> {
        let other = self.export_command(file, "another", &self.store);
        let mut nobody = self.export_command(file, TABLE, &self.store);
        nobody.env_remove("AWS_ACCESS_KEY_ID").env("PATH", "/nonexistent");
        for (mut command, why) in
            [(other, "there is no table another in ap-northeast-2"), (nobody, "no credentials for AWS")]
        {
            let said = said(command.output()?, false)?;
            ensure!(said.contains(why) && !file.exists(), "{said}");
        }
        Ok(())
    }
}

/// Returns what a program said on both ways, if it ended as it should.
fn said(output: Output, well: bool) -> Result<String> {
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    ensure!(output.status.success() == well, "ended with {}: {text}", output.status);
    Ok(text)
}

/// A server in front of the store that passes on so many requests and leaves the others waiting. Gives its port.
fn relay(store: u16, passes: usize) -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("listening")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for (at, viewer) in listener.incoming().flatten().enumerate() {
            if at >= passes {
                held.push(viewer);
            } else if let Err(error) = pass_on(viewer, store) {
                eprintln!("the relay: {error:#}");
            }
        }
    });
    Ok(port)
}

/// Passes one request on, asks for the connection's end, and passes the answer back.
fn pass_on(mut viewer: TcpStream, store: u16) -> Result<()> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        viewer.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let head = String::from_utf8(request)?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.context("a request without a length")?];
    viewer.read_exact(&mut body)?;
    let mut upstream = TcpStream::connect(("127.0.0.1", store))?;
    upstream.write_all(head.replacen("\r\n", "\r\nconnection: close\r\n", 1).as_bytes())?;
    upstream.write_all(&body)?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    viewer.write_all(&answer).context("answering")
}
