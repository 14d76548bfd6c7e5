//! The export of choices: `/admin/choices`, NDJSON, a page at a time.
//!
//! Keys begin with the day of the question; they are listed by the longest spans of days that begin with the same text, so
//! years without a choice cost few listings. Invariants: following the cursors from a `since` gives every record of that day
//! and later once, as long as nothing is written meanwhile; a page without a record is the last one, unless the store itself
//! gives listings without keys.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::choices::record::Record;
use crate::choices::store;
use crate::choices::stored::StoredChoice;
use crate::context::Context;
use crate::effect::Limiter;
use crate::http::params::Params;
use crate::http::problem::{Problem, ProblemKind, Takes};
use crate::http::response::Response;
use crate::limits;
use seoga_text::base64url;
use seoga_text::day::{self, Day};

/// Listings in one page of the export, at most: more than the spans from any day to one ten years later (a test counts them).
const LISTINGS: u32 = 40;

/// `GET /admin/choices`
pub(crate) async fn choices(context: &Context) -> Result<Response, Problem> {
    authorise(context).await?;
    let params = Params::parse(&context.request.query)?;
    let last = Day(context.today().0.saturating_add(limits::QUERY_ID_DAYS_AHEAD));
    let (mut day, mut cursor) = start(context, &params)?;
    let (mut lines, mut count) = (String::new(), 0);
    let mut names = BTreeMap::new();
    for _ in 0..LISTINGS {
        if day > last || count >= limits::EXPORT_PAGE {
            break;
        }
        let (span, next) = span(day);
        let listed = store::list(context, &span, cursor.take(), limits::EXPORT_PAGE - count).await?;
        for (key, listed) in &listed.keys {
            count += 1;
            if let Some(record) = store::read(context, key, listed.as_deref()).await? {
                line(context, record, &mut names, &mut lines).await;
            }
        }
        cursor = listed.cursor;
        if cursor.is_none() {
            day = next;
        }
    }
    let mut response = Response::with_body(200, "application/x-ndjson; charset=utf-8", lines);
    response.set("cache-control", "no-store");
    if day <= last {
        response.set("x-next-cursor", cursor_text(day, cursor.as_deref()));
    }
    Ok(response)
}

/// Gives the longest span of days that begins on a day and has a text that all its days and no others begin with: a year, its
/// last three months, a month, ten days, a day. Gives that text, and the day after the span.
fn span(day: Day) -> (String, Day) {
    let (year, month, of_month) = day.parts();
    let first = |year: u32, month: u32, of_month: u32| {
        let days = day::days_of(year.cast_signed(), month, of_month)?;
        u32::try_from(days).ok().map(Day)
    };
    let next_month = || first(year, month + 1, 1).or_else(|| first(year + 1, 1, 1));
    let (bytes, next) = match (month, of_month) {
        (1, 1) => ("YYYY-".len(), first(year + 1, 1, 1)),
        (10, 1) => ("YYYY-1".len(), first(year + 1, 1, 1)),
        (_, 1) => ("YYYY-MM-".len(), next_month()),
        (_, 10 | 20 | 30) => ("YYYY-MM-D".len(), first(year, month, of_month + 10).or_else(next_month)),
        _ => ("YYYY-MM-DD".len(), None),
    };
    let mut text = day.to_string();
    text.truncate(bytes);
    (text, next.unwrap_or(Day(day.0.saturating_add(1))))
}

/// Lets pass who has the token, at any time. Digests are compared, so the time taken tells nothing of the token. Wrong ones
/// are counted at each location and told to come back later when there are many; what keeps a token from being guessed is its
/// length, so that nobody can shut the operator out by guessing.
async fn authorise(context: &Context) -> Result<(), Problem> {
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
        _ => {
            // No user id has a slash, so nobody's choices are counted along.
            context.throttle(Limiter::Visitor, &format!("/admin/{}", context.request.location)).await?;
            Err(Problem::new(ProblemKind::Unauthorized))
        }
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
    fn spans_follow_one_another_without_a_gap_and_are_few() {
        let ten_years = 3_650 + limits::QUERY_ID_DAYS + 2 * limits::QUERY_ID_DAYS_AHEAD;
        for from in (Day(20_000).0..Day(20_000).0 + 4 * 366).map(Day) {
            let (mut day, mut listings) = (from, 0);
            while day.0 <= from.0 + ten_years {
                let (text, next) = span(day);
                let within = |day: u32| Day(day).to_string().starts_with(&text);
                assert!(within(day.0) && within(next.0 - 1), "{day}: {text}");
                assert!(!within(day.0 - 1) && !within(next.0), "{day}: {text}");
                (day, listings) = (next, listings + 1);
            }
            assert!(listings <= LISTINGS, "{from}: {listings}");
        }
    }

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
