//! The choices of a deployment on AWS, straight from their table with the operator's own credentials.
//!
//! The edge writes there and never reads. Items are `edge/lambda/dynamodb.mjs`'s, records and what counts a visitor's choices:
//! `user_id` and `query_book` make the key, the table drops an item some time after `expires_at`. Invariant: what has expired is not exported, and what was asked is read out
//! of a query id by the very code of the edge (`seoga_app::StoredChoice`).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use seoga_app::{StoredChoice, library_names};
use serde_json::{Map, Value, json};

use super::source::{Page, Source};
use crate::aws::credentials::Credentials;
use crate::aws::table::Table;
use crate::deploy::account;
use crate::deploy::settings::Settings;
use seoga_host::day::Day;
use seoga_host::web::{Client, Tried, patiently};

/// Items that are looked at for a page of the export.
const PAGE_ITEMS: u32 = 500;
/// Tells the records in the table from the items that count a visitor's choices.
const RECORDS: &str = "attribute_exists(query_id)";
const COUNTS: &str = "attribute_not_exists(query_id)";
/// Deletions in one call, at most (`BatchWriteItem`).
const BATCH: usize = 25;
/// How long a file of the index may take.
const FILE_LIMIT: Duration = Duration::from_secs(60);

/// A table, by name or by the settings of its deployment.
#[derive(Debug, clap::Args)]
pub(crate) struct TableOptions {
    /// The settings of `deploy` [default: infra/aws/settings.toml, where it is there].
    #[arg(long, value_name = "FILE")]
    pub(super) settings: Option<PathBuf>,
    /// The table of choices [default: that of the stack].
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Its region [default: that of the settings].
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// Another store than AWS's own.
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
}

/// A deployment's choices.
pub(super) struct Choices {
    name: String,
    table: Table,
    /// Where the files of its index are; to erase, nobody needs it.
    base: Option<String>,
    client: Client,
    /// The names of libraries by the file in which they stand; `None` for one that is gone.
    names: BTreeMap<String, Option<Vec<String>>>,
    unreadable: usize,
}

impl Choices {
    /// Opens a table to read all of it, and the files of the index at `base`; asks the stacks that `deploy` made for what is not
    /// given.
    pub(super) fn for_export(options: &TableOptions, base: Option<&str>) -> Result<Self> {
        let mut choices = Self::for_erasing(options)?;
        let base = match base {
            Some(base) => base.to_owned(),
            None => account::base(&Settings::read(options.settings.as_deref())?)
                .context("without --base, the stack is asked for it")?,
        };
        choices.base = Some(base.trim_end_matches('/').to_owned());
        Ok(choices)
    }

    /// Opens a table to find and delete a user's records.
    pub(super) fn for_erasing(options: &TableOptions) -> Result<Self> {
        // First, as nothing goes without them.
        let credentials = Credentials::of_operator()?;
        let settings = Settings::read(options.settings.as_deref())?;
        let region = options.region.as_deref().unwrap_or(settings.home()).to_owned();
        let table = match &options.table {
            Some(name) => name.clone(),
            None => {
                account::choices_table(&settings).context("without --table, the stack is asked for it")?
            }
        };
        let endpoint = options.endpoint.as_deref();
        // What is exported from elsewhere is never joined to what AWS has.
        let place = if endpoint.is_some() { ", not at AWS" } else { "" };
        Ok(Self {
            name: format!("the table {table} in {region}{place}"),
            table: Table::new(table, region, endpoint, credentials),
            base: None,
            client: Client::new(FILE_LIMIT),
            names: BTreeMap::new(),
            unreadable: 0,
        })
    }

    /// The range keys of a user's records.
    pub(super) fn of_user(&self, user: &str) -> Result<Vec<String>> {
        self.range_keys(user, RECORDS)
    }

    /// Deletes these records of a user, and what counts the user's choices for the throttle.
    pub(super) fn erase(&self, user: &str, keys: &[String]) -> Result<()> {
        self.delete(user, keys)?;
        self.delete(user, &self.range_keys(user, COUNTS)?)
    }

    fn range_keys(&self, user: &str, kind: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let mut start = Value::Null;
        loop {
            let mut query = json!({
                "KeyConditionExpression": "user_id = :user",
                "FilterExpression": kind,
                "ExpressionAttributeValues": {":user": {"S": user}},
                "ProjectionExpression": "query_book",
                "ConsistentRead": true,
            });
            if !start.is_null() {
                query["ExclusiveStartKey"] = start;
            }
            let page = self.table.call("Query", query)?;
            for item in items(&page)? {
                found.push(text(item, "query_book").context("an item without its key")?.to_owned());
            }
            start = page["LastEvaluatedKey"].clone();
            if start.is_null() {
                return Ok(found);
            }
        }
    }

    /// Deletes these items of a user; what the table leaves undone is asked for again.
    fn delete(&self, user: &str, keys: &[String]) -> Result<()> {
        let request = |key: &String| json!({"DeleteRequest": {"Key": {"user_id": {"S": user}, "query_book": {"S": key}}}});
        let name = self.table.name.as_str();
        for keys in keys.chunks(BATCH) {
            let mut left = Value::Array(keys.iter().map(request).collect());
            patiently(|| {
                let done = self.table.call("BatchWriteItem", json!({"RequestItems": {name: left}}))?;
                left = done["UnprocessedItems"][name].clone();
                Ok(match left.as_array().map_or(0, Vec::len) {
                    0 => Tried::Got(()),
                    some => {
                        Tried::Busy(format!("the table is busy: {some} records are not deleted yet"), None)
                    }
                })
            })
            .context("deleting; run it again to go on")?;
        }
        Ok(())
    }

    /// A record's line of the export; `None` for an item that is no record.
    fn line(&mut self, item: &Value) -> Result<Option<String>> {
        let Some(stored) = record(item).and_then(|record| StoredChoice::read(&record.to_string())) else {
            self.unreadable += 1;
            return Ok(None);
        };
        let Some(file) = stored.names_file() else { return Ok(Some(stored.line(None))) };
        if !self.names.contains_key(&file) {
            let names = self.fetch_names(&file)?;
            self.names.insert(file.clone(), names);
        }
        Ok(Some(stored.line(self.names.get(&file).and_then(Option::as_deref))))
    }

    /// The names of libraries in a file of the index. Only a file that is not there is gone: anything else may be mended.
    fn fetch_names(&self, file: &str) -> Result<Option<Vec<String>>> {
        let base = self.base.as_deref().context("no base")?;
        let url = format!("{base}/index/{file}");
        patiently(|| {
            let busy = |why: String| Ok(Tried::Busy(why, None));
            match self.client.file(&url) {
                Ok((200, bytes)) => match library_names(file, &bytes) {
                    Ok(names) => Ok(Tried::Got(Some(names))),
                    Err(why) => busy(why),
                },
                Ok((403 | 404, _)) => {
                    eprintln!("{url} is gone: libraries of that generation are null");
                    Ok(Tried::Got(None))
                }
                Ok((status, _)) => busy(format!("{url} answered {status}")),
                Err(error) => busy(format!("{error:#}")),
            }
        })
        .context("the names of libraries")
    }
}

impl Source for Choices {
    fn name(&self) -> &str {
        &self.name
    }

    fn page(&mut self, cursor: Option<&str>, since: Option<Day>) -> Result<Page> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let mut scan = json!({
            "Limit": PAGE_ITEMS,
            "FilterExpression": format!("expires_at > :now AND {RECORDS}"),
            "ExpressionAttributeValues": {":now": {"N": now.to_string()}},
        });
        if let Some(day) = since {
            scan["FilterExpression"] =
                format!("expires_at > :now AND {RECORDS} AND chosen_at >= :since").into();
            scan["ExpressionAttributeValues"][":since"] = json!({"S": day.to_string()});
        }
        if let Some(cursor) = cursor {
            match serde_json::from_str::<Value>(cursor) {
                Ok(start) => scan["ExclusiveStartKey"] = start,
                Err(error) => return Ok(Page::CursorRefused(error.to_string())),
            }
        }
        let page = match self.table.call("Scan", scan) {
            Ok(page) => page,
            Err(error) if cursor.is_some() && format!("{error:#}").contains("ValidationException") => {
                return Ok(Page::CursorRefused(format!("{error:#}")));
            }
            Err(error) => return Err(error),
        };
        let mut lines = String::new();
        for item in items(&page)? {
            if let Some(line) = self.line(item)? {
                lines.push_str(&line);
                lines.push('\n');
            }
        }
        let next = page.get("LastEvaluatedKey").filter(|key| !key.is_null()).map(Value::to_string);
        if next.is_none() && self.unreadable > 0 {
            eprintln!("{} items are no records of choices and were left out", self.unreadable);
        }
        Ok(Page::Got { lines, next })
    }
}

fn items(page: &Value) -> Result<&Vec<Value>> {
    page["Items"].as_array().context("the table gave no items")
}

fn text<'a>(item: &'a Value, name: &str) -> Option<&'a str> {
    item[name]["S"].as_str()
}

/// An item as the record that the core made.
fn record(item: &Value) -> Option<Value> {
    let mut record = Map::new();
    for name in ["user_id", "query_id", "chosen_at"] {
        record.insert(name.to_owned(), text(item, name)?.into());
    }
    // An item from before there were ids has the ISBN alone.
    let isbn13 = text(item, "isbn13");
    record.insert("id".to_owned(), text(item, "id").or(isbn13).into());
    record.insert("isbn13".to_owned(), isbn13.into());
    if let Some(rank) = item["rank"]["N"].as_str() {
        record.insert("rank".to_owned(), rank.parse::<u32>().ok()?.into());
    }
    Some(record.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_host::testing::server;

    fn choices(port: u16) -> Choices {
        let credentials = Credentials { id: "ID".into(), secret: "hidden".into(), token: None };
        let endpoint = format!("http://127.0.0.1:{port}");
        Choices {
            name: "the table t".into(),
            table: Table::new("t".into(), "r".into(), Some(&endpoint), credentials),
            base: None,
            client: Client::new(FILE_LIMIT),
            names: BTreeMap::new(),
            unreadable: 0,
        }
    }

    fn refusal(kind: &str) -> (u16, &'static str, String) {
        (
            400,
            "",
            json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"), "message": "m"}).to_string(),
        )
    }

    #[test]
    fn a_busy_table_is_asked_again_and_what_will_not_change_is_said() {
        let (port, seen) = server(vec![refusal("ThrottlingException"), (200, "", r#"{"Items":[]}"#.into())]);
        let page = choices(port).page(None, Day::parse("2026-11-13")).unwrap();
        assert!(matches!(page, Page::Got { lines, next: None } if lines.is_empty()));
        let seen = seen.lock().unwrap().clone();
        assert!(seen.len() == 2 && seen[0] == seen[1], "{seen:?}");
        let asked: Value = serde_json::from_str(&seen[0]).unwrap();
        assert_eq!((&asked["TableName"], &asked["Limit"]), (&"t".into(), &PAGE_ITEMS.into()));
        assert_eq!(asked["ExpressionAttributeValues"][":since"]["S"], "2026-11-13");

        for (kind, said) in [
            ("ResourceNotFoundException", "there is no table t in r"),
            ("AccessDeniedException", "the key ID may not do that: it wants dynamodb:Scan on table/t"),
            ("ExpiredTokenException", "AWS does not take the key ID"),
            ("ValidationException", "refused: 400"),
        ] {
            let (port, _) = server(vec![refusal(kind)]);
            let error = format!("{:#}", choices(port).page(None, None).err().unwrap());
            assert!(error.contains(said) && !error.contains("hidden"), "{error}");
        }
    }

    #[test]
    fn a_cursor_that_the_table_does_not_take_is_given_up() {
        let (port, _) = server(vec![refusal("ValidationException")]);
        let mut choices = choices(port);
        for cursor in [r#"{"user_id":{"S":"u"}}"#, "no JSON"] {
            assert!(matches!(choices.page(Some(cursor), None).unwrap(), Page::CursorRefused(_)), "{cursor}");
        }
    }

    #[test]
    fn what_the_table_leaves_undeleted_is_asked_for_again_and_nothing_else() {
        let key = |n: usize| json!({"DeleteRequest": {"Key": {"user_id": {"S": "u"}, "query_book": {"S": n.to_string()}}}});
        let left = json!({"UnprocessedItems": {"t": [key(3), key(24)]}});
        let done = || (200, "", r#"{"UnprocessedItems":{}}"#.to_owned());
        let (port, seen) = server(vec![(200, "", left.to_string()), done(), done()]);
        let keys: Vec<String> = (0..26).map(|n| n.to_string()).collect();
        choices(port).delete("u", &keys).unwrap();
        let asked = |at: usize| {
            serde_json::from_str::<Value>(&seen.lock().unwrap()[at]).unwrap()["RequestItems"]["t"].clone()
        };
        assert_eq!(asked(0).as_array().unwrap().len(), BATCH);
        assert_eq!((asked(1), asked(2)), (json!([key(3), key(24)]), json!([key(25)])));
    }

    #[test]
    fn an_item_that_is_no_record_is_counted_and_left_out() {
        let mut choices = choices(1);
        for item in [
            json!({}),
            json!({"user_id": {"S": "u"}, "query_id": {"S": "AAAA"}, "isbn13": {"S": "1"}, "chosen_at": {"S": "x"}}),
        ] {
            assert_eq!(choices.line(&item).unwrap(), None);
        }
        assert_eq!(choices.unreadable, 2);
    }
}
