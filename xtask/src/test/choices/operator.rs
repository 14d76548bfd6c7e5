//! Choices taken out of a deployment and a visitor's erased, as an operator does, and what is stored held to what
//! visitors are told.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::visitor::{ANSWER_LIMIT, body, choose, export, lines, search, text, words_query};
use crate::flavour::Flavour;
use crate::setup::node;
use crate::test::operator::Seoga;
use crate::test::served::with_server;
use crate::test::stage::Context;
use seoga_host::process;
use seoga_host::web::{self, Client};

/// Words that two visitors look for, to pick the first book of the answer.
const WORDS: [&str; 3] = ["파이썬", "도커", "딥러닝"];
const VISITORS: [&str; 2] = ["stays", "goes"];
/// The server must not keep what a client says of itself.
const NAME: &str = "somebody-with-a-name";

/// Picks, exports, exports again, erases one visitor's, and exports anew.
pub(super) fn run(context: &Context<'_>, seoga: &Seoga, dir: &Path) -> Result<()> {
    let state = context.workspace.build.join("state").join("test");
    with_server(context, Flavour::Test, |url| {
        let picks = pick(url)?;
        let (first, anew) = (dir.join("first.ndjson"), dir.join("anew.ndjson"));
        for _ in 0..2 {
            export(seoga, url, &first)?;
            let found = by_visitor(&first)?;
            ensure!(
                found == BTreeMap::from(VISITORS.map(|visitor| (visitor.to_owned(), picks))),
                "exported {found:?}"
            );
        }
        only_what_visitors_are_told(context, url, &state, &first)?;
        let (state, erased) = (text(&state), text(&first));
        let erase = ["choices", "erase", "--user", "goes", "--state", &state, "--export", &erased];
        process::run(&mut seoga.command(erase))?;
        export(seoga, url, &anew)?;
        for file in [&first, &anew] {
            let found = by_visitor(file)?;
            ensure!(
                found == BTreeMap::from([("stays".to_owned(), picks)]),
                "{} has {found:?}",
                file.display()
            );
        }
        println!("ok     exported twice, one visitor's erased from store and export, exported anew");
        Ok(())
    })
}

/// Every visitor picks the first book of every answer, says of one that none of its books is it, and picks one by a question
/// so long that the record lies in the store's value. Gives how many choices each made.
fn pick(url: &str) -> Result<usize> {
    let client = Client::new(ANSWER_LIMIT);
    let mut picks = Vec::new();
    for words in WORDS {
        picks.extend(search(&client, url, &words_query(words, 1), &[])?);
    }
    let mut long = picks.first().context("no book")?.clone();
    let query = format!("q={}&publisher={}", web::encode(&"가".repeat(200)), web::encode(&"나".repeat(200)));
    let asked: Value = serde_json::from_str(&client.get(&format!("{url}/api/search?{query}"), None)?.body)?;
    asked["query_id"].as_str().context("no query id")?.clone_into(&mut long.query_id);
    let mut none = picks.first().context("no book")?.clone();
    none.isbn13.clear();
    picks.extend([long, none]);
    for pick in &picks {
        let mut body = body(VISITORS[1], pick);
        body["name"] = NAME.into();
        let url_of = format!("{url}/user-choice");
        let agent = [("user-agent", NAME), ("cookie", NAME), ("x-forwarded-for", "192.0.2.77")];
        let stored = [
            choose(&client, url, VISITORS[0], pick, &[])?,
            client.post_json_with(&url_of, &body.to_string(), &agent)?,
        ];
        for stored in stored {
            ensure!(stored.status == 201, "a pick answered {} {}", stored.status, stored.excerpt());
        }
    }
    Ok(picks.len())
}

/// How many choices of whom a file holds.
fn by_visitor(file: &Path) -> Result<BTreeMap<String, usize>> {
    let mut found = BTreeMap::new();
    for choice in lines(file)? {
        let visitor = choice["user_id"].as_str().context("a choice of nobody")?;
        *found.entry(visitor.to_owned()).or_default() += 1;
    }
    Ok(found)
}

/// No key, metadata, value or exported line says more than the page about the service tells.
fn only_what_visitors_are_told(
    context: &Context<'_>,
    url: &str,
    state: &Path,
    exported: &Path,
) -> Result<()> {
    let told = told(url)?;
    let store = Store { context, state };
    let keys = store.keys()?;
    let (mut in_value, mut in_metadata) = (0, 0);
    for key in &keys {
        is_day_and_hash(&key.name)?;
        let apart = key.metadata.as_ref().is_none_or(|metadata| metadata.get("user_id").is_none());
        // Reading a value starts a program: of those whose record lies in the metadata, one is enough.
        let value = if apart || in_metadata == 0 { store.value(&key.name)? } else { json!({}) };
        ensure!(value.get("user_id").is_some() == apart, "{}: the record is here and there", key.name);
        *(if apart { &mut in_value } else { &mut in_metadata }) += 1;
        let metadata = key.metadata.clone().unwrap_or_default();
        let said = format!("{value}{metadata}");
        let members = members(&[value, metadata]);
        // What says that the record lies in the value is about no visitor.
        for member in members.iter().filter(|member| *member != "in") {
            ensure!(told.contains(member), "{} has {member:?}; visitors are told of {told:?}", key.name);
        }
        lacks_the_client(key, &said)?;
    }
    let exported = lines(exported)?;
    for member in members(&exported) {
        ensure!(told.contains(&member), "the export has {member:?}; visitors are told of {told:?}");
    }
    ensure!(in_value > 0 && in_metadata > 0, "{in_value} of {} records in the value", keys.len());
    println!(
        "ok     {} records ({in_value} in the value) and {} exported lines have nothing but {told:?}",
        keys.len(),
        exported.len()
    );
    Ok(())
}

/// The members that the page about the service names.
fn told(url: &str) -> Result<BTreeSet<String>> {
    let page = Client::new(ANSWER_LIMIT).get(&format!("{url}/about"), None)?.body;
    let list = page.split("id=\"stored\"").nth(1).and_then(|rest| rest.split("</dl>").next());
    let list = list.context("the page about the service has no list of what is stored")?;
    let names = list.split("<code>").skip(1).filter_map(|rest| rest.split("</code>").next());
    Ok(names.map(str::to_owned).collect())
}

fn members(objects: &[Value]) -> BTreeSet<String> {
    objects.iter().filter_map(Value::as_object).flat_map(|object| object.keys().cloned()).collect()
}

/// `choice/2026-11-21/` and 22 letters of a hash.
fn is_day_and_hash(key: &str) -> Result<()> {
    let rest = key.strip_prefix("choice/").and_then(|rest| rest.split_once('/'));
    let (day, hash) = rest.with_context(|| format!("the key {key}"))?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    ensure!(
        seoga_host::day::Day::parse(day).is_some() && hash.len() == 22 && hash.chars().all(plain),
        "{key}"
    );
    Ok(())
}

/// Nothing that the client said of itself is in the record.
fn lacks_the_client(key: &Key, record: &str) -> Result<()> {
    for said in [NAME, "192.0.2.77", "127.0.0.1", "seoga-program"] {
        ensure!(!record.contains(said), "{} keeps {said}: {record}", key.name);
    }
    Ok(())
}

/// A key of the choice store as wrangler lists it.
#[derive(Debug, Deserialize)]
struct Key {
    name: String,
    #[serde(default)]
    metadata: Option<Value>,
}

/// The choice store as wrangler shows it, and not as our program does.
struct Store<'a> {
    context: &'a Context<'a>,
    state: &'a Path,
}

impl Store<'_> {
    fn read(&self, words: &[&str]) -> Result<String> {
        let mut command = node::command(self.context.workspace, "wrangler");
        command.args(["kv", "key"]).args(words).args(["--binding", "CHOICES", "--local", "--persist-to"]);
        process::output(command.arg(self.state).env("WRANGLER_SEND_METRICS", "false"))
    }

    fn keys(&self) -> Result<Vec<Key>> {
        let printed = self.read(&["list"])?;
        let list = printed.find("\n[").map_or(printed.as_str(), |at| &printed[at..]);
        serde_json::from_str(list).context("wrangler lists no JSON")
    }

    fn value(&self, key: &str) -> Result<Value> {
        let printed = self.read(&["get", key, "--text"])?;
        let start = printed.find('{').with_context(|| format!("{key} holds no JSON: {printed}"))?;
        serde_json::from_str(&printed[start..]).with_context(|| format!("{key} holds no JSON: {printed}"))
    }
}
