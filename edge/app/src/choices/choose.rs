//! Choices: that a visitor picked a result, or found none of them to be it. The only write of the whole system.
//!
//! A record's key is made of what was chosen, so a resend writes the same record. No address, no name, no user
//! agent. Invariant: a choice is stored whole or not at all, and an answer of 201 or 200 means that it is stored.

use std::sync::Arc;

use seoga_index::book_id::BookId;
use seoga_search::{Lookup, Request, Search};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::choices::query_id::ClaimedQuery;
use crate::choices::record::Record;
use crate::choices::sender;
use crate::choices::store::{self, PREFIX};
use crate::context::Context;
use crate::effect::{Effect, Limiter, Outcome};
use crate::generation::Generation;
use crate::http::body::{self, kind, object};
use crate::http::headers::is_json;
use crate::http::problem::{Problem, ProblemKind, Takes};
use crate::http::response::Response;
use crate::json;
use crate::limits;
use seoga_search::book_view::isbn13;
use seoga_text::base64url;
use seoga_text::day::{self, Day};

/// A choice as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) user_id: String,
    pub(crate) query_id: String,
    /// The book picked; `None` says that none of the results is what was looked for.
    pub(crate) book: Option<BookId>,
    /// The book was picked from another answer than the one that the query id names: its place there is not this one.
    pub(crate) without_rank: bool,
}

/// The path below which senders are counted in a location's cache; no route of ours.
const SENDERS: &str = "/~sender/";
/// The path under which a location counts choices without a book, of all senders.
const NONE: &str = "/~none";

/// Stands where a choice without a book would name one, in the store's key.
const NO_BOOK: &str = "none";

impl Choice {
    /// Reads a body.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        let body = object(body)?;
        let text = |name: &'static str, takes: Takes| match body.get(name) {
            None => Err(Problem::body(Some(name), "nothing", takes)),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Number(number)) if takes == Takes::Book => Ok(number.to_string()),
            Some(other) => Err(Problem::body(Some(name), kind(other), takes)),
        };
        let user_id = text("user_id", Takes::UserId)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !(1..=limits::MAX_USER_ID_CHARS).contains(&user_id.len()) || !user_id.bytes().all(plain) {
            return Err(Problem::body(Some("user_id"), user_id, Takes::UserId));
        }
        let query_id = text("query_id", Takes::Text)?;
        if !(1..=limits::MAX_QUERY_ID_CHARS).contains(&query_id.len()) {
            return Err(Problem::body(
                Some("query_id"),
                query_id,
                Takes::Chars(1, limits::MAX_QUERY_ID_CHARS),
            ));
        }
        let flag = |name: &'static str| match body.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(is)) => Ok(*is),
            Some(other) => Err(Problem::body(Some(name), kind(other), Takes::Boolean)),
        };
        let without_rank = flag("without_rank")?;
        if flag("none")? {
            let mut given = ["id", "isbn13"].into_iter().filter_map(|name| Some((name, body.get(name)?)));
            return match given.find(|(_, value)| !value.is_null()) {
                None => Ok(Self { user_id, query_id, book: None, without_rank }),
                Some((name, other)) => Err(Problem::body(Some(name), kind(other), Takes::Alone("none"))),
            };
        }
        let is_given = |name| !body.get(name).is_none_or(Value::is_null);
        let read = |name: &'static str| {
            let given = text(name, Takes::Book)?;
            BookId::parse(&given).ok_or_else(|| Problem::body(Some(name), given, Takes::Book))
        };
        let book = match (is_given("id"), is_given("isbn13")) {
            (true, true) if read("id")? != read("isbn13")? => {
                return Err(Problem::body(Some("isbn13"), text("isbn13", Takes::Book)?, Takes::Alone("id")));
            }
            (true, _) => read("id")?,
            (false, _) => read("isbn13")?,
        };
        Ok(Self { user_id, query_id, book: Some(book), without_rank })
    }

    /// Makes the store's key: the day of the question, and a hash of all that was sent, whichever member named the book.
    pub(crate) fn key(&self, day: Day) -> String {
        let mut hash = Sha256::new();
        let book = self.book.map_or_else(|| NO_BOOK.to_owned(), |book| book.to_string());
        for part in [self.user_id.as_str(), &self.query_id, &book] {
            // None of the parts can hold a zero byte.
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let hash = hash.finalize();
        format!("{PREFIX}{day}/{}", base64url::encode(hash.get(..16).unwrap_or_default()))
    }
}

/// `POST /user-choice`
pub(crate) async fn choose(context: &Context) -> Result<Response, Problem> {
    let request = &context.request;
    if let Some(origin) = request.header("origin")
        && origin != context.base()
        && !context.app.config.cors_origins.iter().any(|known| known == origin)
    {
        return Err(Problem::new(ProblemKind::Origin));
    }
    if !request.header("content-type").is_some_and(is_json) {
        return Err(Problem::new(ProblemKind::MediaType));
    }
    body::check(request, limits::MAX_CHOICE_BYTES)?;
    let choice = Choice::parse(&request.body)?;
    let asked = ClaimedQuery::verify(&choice.query_id, &context.app.config.keys, context.today())
        .map_err(Problem::query_id)?;
    context.throttle(Limiter::Visitor, &choice.user_id).await?;
    context.throttle(Limiter::Location, &request.location).await?;

    let key = choice.key(asked.day);
    if store::exists(context, &key).await? {
        return Ok(stored(200));
    }
    let record = Record {
        rank: match choice.book {
            Some(book) => find(context, book, &asked, choice.without_rank).await?,
            None => None,
        },
        isbn13: choice.book.and_then(isbn13),
        id: choice.book.map(|book| book.to_string()),
        user_id: choice.user_id,
        query_id: choice.query_id,
        chosen_at: day::instant(request.now),
    };
    share(context, record.id.is_none()).await?;
    let new = store::store(context, key, &record).await?;
    Ok(stored(if new { 201 } else { 200 }))
}

/// Counts a write against the day's shares: that of choices without a book, and the sender's, where senders have one and the
/// platform says who it is.
async fn share(context: &Context, none: bool) -> Result<(), Problem> {
    let (request, config) = (&context.request, &context.app.config);
    let today = context.today();
    let of_sender = config.sender_choices.and_then(|most| {
        let name = sender::name(&request.sender, today, config.keys.current.as_ref()?)?;
        Some((most, format!("{SENDERS}{name}")))
    });
    let of_none = config.none_choices.filter(|_| none).map(|most| (most, format!("{NONE}/{today}")));
    let seconds = day::until_midnight(request.now);
    for (most, path) in of_sender.into_iter().chain(of_none) {
        let key = format!("{}{path}", request.asked_base);
        if let Outcome::Allowed(false) = context.port.ask(Effect::Count { key, most, seconds }).await {
            return Err(Problem::later(ProblemKind::Throttled, seconds));
        }
    }
    Ok(())
}

fn stored(status: u16) -> Response {
    #[derive(Serialize)]
    struct Stored {
        stored: bool,
        again: bool,
    }
    let mut response = json::with_status(status, &Stored { stored: true, again: status == 200 });
    response.set("cache-control", "no-store");
    response
}

/// Finds the book chosen, and its rank in the answer that the query id belongs to: there the search runs once more,
/// without reading records. No rank where that generation is gone, the book not within reach, or the rank not wanted.
///
/// # Errors
/// A problem where neither that generation nor the newest one holds the book.
async fn find(
    context: &Context,
    book: BookId,
    asked: &ClaimedQuery,
    without_rank: bool,
) -> Result<Option<u32>, Problem> {
    let then = asked.generation_name();
    let lookup = |generation: &Generation| Lookup::new(Arc::clone(&generation.manifest), book);
    let answered = context
        .serve(Some(&then), async |generation| {
            let Some((doc, _)) = generation.ask(&context.port, lookup(generation)).await? else {
                return Ok(None);
            };
            // The books that were on the shelf another night are not known any more.
            let overlay = asked.filters.available;
            let is_other = overlay.is_some() && overlay != generation.manifest.availability;
            if without_rank || is_other || generation.file.letters() != then {
                return Ok(Some(None));
            }
            let search = Search::new(Arc::clone(&generation.manifest), again(asked)).seeking(doc);
            match generation.ask(&context.port, search).await {
                Ok(answer) => Ok(Some(answer.rank)),
                // The choice counts without its rank.
                Err(fault) => {
                    context.faults.borrow_mut().push(fault);
                    Ok(Some(None))
                }
            }
        })
        .await?;
    if let Some(rank) = answered.value {
        return Ok(rank);
    }
    if answered.as_asked {
        let newest = context
            .serve(None, async |generation| generation.ask(&context.port, lookup(generation)).await)
            .await?;
        if newest.value.is_some() {
            return Ok(None);
        }
    }
    Err(Problem::new(ProblemKind::NoBook))
}

/// Makes the search that a query id was signed for.
fn again(asked: &ClaimedQuery) -> Request {
    let text = asked.query();
    let typed = if asked.text == text { String::new() } else { asked.text.clone() };
    Request {
        text,
        typed,
        filters: asked.filters.clone(),
        sort: asked.sort,
        page: 1,
        limit: 1,
        group: asked.group,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(body: &str) -> (Option<&'static str>, String) {
        let problem = Choice::parse(body.as_bytes()).expect_err(body);
        assert_eq!(problem.status(), 400, "{body}");
        (problem.parameter, problem.got.unwrap())
    }

    #[test]
    fn a_wrong_body_is_told_what_it_got() {
        for (body, parameter, got) in [
            ("[]", None, "a list"),
            ("{}", Some("user_id"), "nothing"),
            (r#"{"user_id":7,"query_id":"q","isbn13":"9791158083397"}"#, Some("user_id"), "a number"),
            (r#"{"user_id":"a b","query_id":"q","isbn13":"9791158083397"}"#, Some("user_id"), "a b"),
            (r#"{"user_id":"","query_id":"q","isbn13":"9791158083397"}"#, Some("user_id"), ""),
            (r#"{"user_id":"u","isbn13":"9791158083397"}"#, Some("query_id"), "nothing"),
            (r#"{"user_id":"u","query_id":"","isbn13":"9791158083397"}"#, Some("query_id"), ""),
            (r#"{"user_id":"u","query_id":"q","isbn13":"979-11"}"#, Some("isbn13"), "979-11"),
            (r#"{"user_id":"u","query_id":"q","isbn13":null}"#, Some("isbn13"), "null"),
            (r#"{"user_id":"u","query_id":"q","isbn13":null,"none":false}"#, Some("isbn13"), "null"),
            (r#"{"user_id":"u","query_id":"q","none":"true"}"#, Some("none"), "a string"),
            (r#"{"user_id":"u","query_id":"q","none":1}"#, Some("none"), "a number"),
            (r#"{"user_id":"u","query_id":"q","without_rank":0}"#, Some("without_rank"), "a number"),
            (
                r#"{"user_id":"u","query_id":"q","none":true,"isbn13":"9791158083397"}"#,
                Some("isbn13"),
                "a string",
            ),
            (r#"{"none":true,"query_id":"q"}"#, Some("user_id"), "nothing"),
            (r#"{"user_id":"u","query_id":"q","none":true,"id":"xabcdefghijkl"}"#, Some("id"), "a string"),
            (r#"{"user_id":"u","query_id":"q","id":"xabc"}"#, Some("id"), "xabc"),
            (r#"{"user_id":"u","query_id":"q","id":true}"#, Some("id"), "a boolean"),
            (
                r#"{"user_id":"u","query_id":"q","id":"xabcdefghijkl","isbn13":"9791158083397"}"#,
                Some("isbn13"),
                "9791158083397",
            ),
        ] {
            assert_eq!(refused(body), (parameter, got.to_owned()), "{body}");
        }
        assert!(refused("{").1.starts_with("not JSON"));
    }

    #[test]
    fn the_earlier_services_body_is_read() {
        let body = r#"{"user_id":"u_1-Z","query_id":"abc","isbn13":"9791158083397","more":1}"#;
        let choice = Choice {
            user_id: "u_1-Z".into(),
            query_id: "abc".into(),
            book: Some(BookId::isbn(9_791_158_083_397)),
            without_rank: false,
        };
        assert_eq!(Choice::parse(body.as_bytes()), Ok(choice.clone()));
        assert_eq!(Choice::parse(body.replace("\"9791158083397\"", "9791158083397").as_bytes()), Ok(choice));
    }

    #[test]
    fn a_book_is_named_by_either_member_and_stored_under_one_key() {
        let parse = |members: &str| {
            Choice::parse(format!(r#"{{"user_id":"u","query_id":"q",{members}}}"#).as_bytes()).unwrap()
        };
        for (members, id) in [
            (["\"id\":\"9791158083397\"", "\"isbn13\":\"9791158083397\""], "9791158083397"),
            (["\"id\":\"xabcdefghijkl\",\"isbn13\":null", "\"isbn13\":\"xabcdefghijkl\""], "xabcdefghijkl"),
        ] {
            let [by_id, by_isbn13] = members.map(parse);
            assert_eq!(by_id.book, BookId::parse(id));
            assert_eq!((by_isbn13.key(Day(1)), &by_isbn13), (by_id.key(Day(1)), &by_id));
        }
        let both = parse("\"id\":\"9791158083397\",\"isbn13\":9791158083397");
        assert_eq!(both.book, Some(BookId::isbn(9_791_158_083_397)));
        // What the store has held for a book with an ISBN since before there were ids.
        assert_eq!(both.key(Day(19_411)), "choice/2023-02-23/j81-hRsVzi_sbBRWs14dRg");
    }

    #[test]
    fn none_of_these_is_a_choice_without_a_book() {
        for body in [
            r#"{"user_id":"u","query_id":"q","none":true}"#,
            r#"{"user_id":"u","query_id":"q","none":true,"isbn13":null}"#,
        ] {
            let choice = Choice::parse(body.as_bytes()).unwrap();
            let none = Choice { user_id: "u".into(), query_id: "q".into(), book: None, without_rank: false };
            assert_eq!(choice, none, "{body}");
        }
        let picked =
            Choice::parse(br#"{"user_id":"u","query_id":"q","isbn13":"9791158083397","none":false}"#);
        assert_eq!(picked.unwrap().book, Some(BookId::isbn(9_791_158_083_397)));
    }

    #[test]
    fn keys_differ_when_anything_differs() {
        let choice = Choice {
            user_id: "ab".into(),
            query_id: "c".into(),
            book: Some(BookId::isbn(1)),
            without_rank: false,
        };
        let key = choice.key(Day(19_411));
        assert!(key.starts_with("choice/2023-02-23/") && key.len() == 18 + 22, "{key}");
        assert_eq!(choice.key(Day(19_411)), key);
        let moved = Choice { user_id: "a".into(), query_id: "bc".into(), ..choice.clone() };
        assert_ne!(moved.key(Day(19_411)), key);
        let same = Choice { without_rank: true, ..choice.clone() };
        assert_eq!(same.key(Day(19_411)), key, "with a rank or without it is one choice");
        for book in [Some(BookId::isbn(2)), Some(BookId::made(1)), None] {
            assert_ne!(Choice { book, ..choice.clone() }.key(Day(19_411)), key, "{book:?}");
        }
    }

    proptest! {
        #[test]
        fn any_body_is_read_without_panic(body: Vec<u8>) {
            let _ = Choice::parse(&body);
        }
    }
}
