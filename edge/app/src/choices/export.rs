//! The export of choices: `/admin/choices`, NDJSON, a page at a time.
//!
//! Keys are listed day by day, the day being that of the question. Invariant: following the cursors from a
//! `since` gives every record of that day and later once, as long as nothing is written meanwhile.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::choices::record::Record;
use crate::choices::store;
use crate::choices::stored::StoredChoice;
use crate::context::Context;
use crate::http::params::Params;
use crate::http::problem::{Problem, ProblemKind, Takes};
use crate::http::response::Response;
use crate::limits;
use seoga_text::base64url;
use seoga_text::day::Day;

/// Listings in one page of the export: a day without choices costs one.
const LISTINGS: u32 = 40;

/// `GET /admin/choices`
pub(crate) async fn choices(context: &Context) -> Result<Response, Problem> {
    authorise(context)?;
    let params = Params::parse(&context.request.query)?;
    let last = Day(context.today().0.saturating_add(limits::QUERY_ID_DAYS_AHEAD));
    let (mut day, mut cursor) = start(context, &params)?;
    let (mut lines, mut count) = (String::new(), 0);
    let mut names = BTreeMap::new();
    for _ in 0..LISTINGS {
        if day > last || count >= limits::EXPORT_PAGE {
            break;
        }
        let listed = store::list(context, day, cursor.take(), limits::EXPORT_PAGE - count).await?;
        for (key, listed) in &listed.keys {
            count += 1;
            if let Some(record) = store::read(context, key, listed.as_deref()).await? {
                line(context, record, &mut names, &mut lines).await;
            }
        }
        cursor = listed.cursor;
        if cursor.is_none() {
            day = Day(day.0.saturating_add(1));
        }
    }
    let mut response = Response::with_body(200, "application/x-ndjson; charset=utf-8", lines);
    response.set("cache-control", "no-store");
    if day <= last {
        response.set("x-next-cursor", cursor_text(day, cursor.as_deref()));
    }
    Ok(response)
}

/// Lets pass who has the token. Digests are compared, so the time taken tells nothing of the token.
fn authorise(context: &Context) -> Result<(), Problem> {
    let given = context.request.header("authorization").and_then(|header| {
        let (scheme, token) = header.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let same = |given: &str, held: &str| {
        let (given, held) = (Sha256::digest(given.as_bytes()), Sha256::digest(held.as_bytes()));
        given.iter().zip(held.iter()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    };
    match (given, context.app.config.admin_token.as_deref()) {
        (Some(given), Some(held)) if same(given, held) => Ok(()),
        _ => Err(Problem::new(ProblemKind::Unauthorized)),
    }
}

/// Finds where to begin: at the cursor, else at `since`, else at the oldest record that can be there.
fn start(context: &Context, params: &Params<'_>) -> Result<(Day, Option<String>), Problem> {
    let since = params.one("since")?;
    let since = since
        .map(|text| Day::parse(&text).ok_or_else(|| Problem::parameter("since", text, Takes::Date)))
        .transpose()?;
    if let Some(text) = params.one("cursor")? {
        return parse_cursor(&text).ok_or_else(|| Problem::parameter("cursor", text, Takes::Cursor));
    }
    let kept = context.app.config.choice_days + limits::QUERY_ID_DAYS + limits::QUERY_ID_DAYS_AHEAD;
    let oldest = Day(context.today().0.saturating_sub(kept));
    Ok((since.unwrap_or(oldest).max(oldest), None))
}

fn cursor_text(day: Day, inner: Option<&str>) -> String {
    match inner {
        Some(inner) => format!("{day}.{}", base64url::encode(inner.as_bytes())),
        None => day.to_string(),
    }
}

fn parse_cursor(text: &str) -> Option<(Day, Option<String>)> {
    match text.split_once('.') {
        None => Some((Day::parse(text)?, None)),
        Some((day, inner)) => {
            let inner = String::from_utf8(base64url::decode(inner)?).ok()?;
            Some((Day::parse(day)?, Some(inner)))
        }
    }
}

/// Appends a record's line. `names` remembers each generation's libraries.
async fn line(
    context: &Context,
    record: Record,
    names: &mut BTreeMap<String, Option<Vec<String>>>,
    out: &mut String,
) {
    let Some(stored) = StoredChoice::of(record) else { return };
    let generation = stored.generation();
    if !names.contains_key(&generation) {
        let work = context.serve_exactly(&generation, async |generation| {
            Ok(generation.manifest.libraries.iter().map(|library| library.name.clone()).collect())
        });
        names.insert(generation.clone(), work.await);
    }
    out.push_str(&stored.line(names.get(&generation).and_then(Option::as_deref)));
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back() {
        for (day, inner) in [(Day(19_411), None), (Day(20_000), Some("opaque/+cursor"))] {
            let text = cursor_text(day, inner);
            assert_eq!(parse_cursor(&text), Some((day, inner.map(str::to_owned))));
        }
        for wrong in ["", "x", "2023-02-30", "2023-02-23.!", "2023-02-23.Zg=="] {
            assert_eq!(parse_cursor(wrong), None, "{wrong}");
        }
    }
}
