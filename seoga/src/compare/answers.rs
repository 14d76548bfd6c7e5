//! Two answers to one question: the same, the same but for what hosts may give otherwise, or not.
//!
//! Invariant: what differs is either named by [`Reason`] or a difference; an entity tag, which is made of the body, may differ only where the
//! body does.

use std::collections::{BTreeMap, BTreeSet};

use seoga_host::web::Answer;
use seoga_text::encoding::query_value;

/// Names a difference that two hosts of one release and one index may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    QueryId,
    Origin,
    Instance,
    Clock,
    Compression,
}

impl Reason {
    /// Lists them all, with their names and why they differ.
    pub(super) const ALL: [(Self, &str, &str); 5] = [
        (
            Self::QueryId,
            "query_id",
            "signed by each host's own key on its own day; null where there is no key",
        ),
        (Self::Origin, "origin", "addresses begin with the address that was asked"),
        (Self::Instance, "instance", "a request that failed is named by the platform's own number"),
        (Self::Clock, "clock", "says when it was answered"),
        (
            Self::Compression,
            "compression",
            "a host that compresses by itself says so in Vary; elsewhere the network in front does both",
        ),
    ];
}

/// Texts that are taken out of a body: why, what stands before each, and what ends it.
const CUTS: [(Reason, &str, &[char]); 7] = [
    (Reason::QueryId, "\"query_id\":", &[',', '}']),
    (Reason::QueryId, " data-query-id=\"", &['"']),
    (Reason::Instance, "\"instance\":\"", &['"']),
    (Reason::Instance, "<p class=\"request\">", &['<']),
    (Reason::Clock, "<responseDate>", &['<']),
    // SRU names host and port of an address apart.
    (Reason::Origin, "<host>", &['<']),
    (Reason::Origin, "<port>", &['<']),
];

/// Headers that the platform sets around an answer; every other one is the contract's.
const OF_THE_PLATFORM: [&str; 21] = [
    "age",
    "alt-svc",
    "cf-cache-status",
    "cf-ray",
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "nel",
    "report-to",
    "server",
    "server-timing",
    "transfer-encoding",
    "via",
    "x-amz-cf-id",
    "x-amz-cf-pop",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-cache",
    "x-robots-tag",
    "x-seoga-run",
];

/// An answer and where it is from.
pub(super) struct Place<'a> {
    base: &'a str,
    answer: &'a Answer<Vec<u8>>,
}

impl<'a> Place<'a> {
    pub(super) fn new(base: &'a str, answer: &'a Answer<Vec<u8>>) -> Self {
        Self { base, answer }
    }

    /// Takes the host's own address out of a text, and its name where OAI-PMH has it alone: in identifiers and the administrator's
    /// address.
    fn without_origin(&self, text: &str) -> String {
        let authority = self.base.split_once("://").map_or(self.base, |(_, authority)| authority);
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let text = text.replace(self.base, "{base}").replace(&query_value(self.base), "{base}");
        text.replace(&format!("oai:{host}:"), "oai:{host}:")
            .replace(&format!("postmaster@{host}"), "postmaster@{host}")
    }

    /// Gives the headers of the contract, each with its values in their order.
    fn headers(&self) -> BTreeMap<&'a str, String> {
        let mut headers = BTreeMap::<_, String>::new();
        for (name, value) in &self.answer.headers {
            if !OF_THE_PLATFORM.contains(&name.as_str()) {
                let values = headers.entry(name.as_str()).or_default();
                if !values.is_empty() {
                    values.push_str(", ");
                }
                values.push_str(value);
            }
        }
        headers
    }
}

/// Takes the encoding of bodies out of what an answer varies by; gives nothing where that is all.
fn without_compression(vary: &str) -> Option<String> {
    let others = vary.split(',').map(str::trim).filter(|name| !name.eq_ignore_ascii_case("accept-encoding"));
    Some(others.collect::<Vec<_>>().join(", ")).filter(|others| !others.is_empty())
}

/// Carries the outcome of a comparison: reasons that explain all of it, or the difference that is left, in words.
pub(super) type Found = Result<BTreeSet<Reason>, String>;

/// Compares status, headers and body.
pub(super) fn compare(here: &Place<'_>, there: &Place<'_>) -> Found {
    if here.answer.status != there.answer.status {
        return Err(format!("status {} and {}", here.answer.status, there.answer.status));
    }
    let mut reasons = bodies(here, there)?;
    let same_bytes = reasons.is_empty();
    let (ours, theirs) = (here.headers(), there.headers());
    for name in ours.keys().chain(theirs.keys()).copied().collect::<BTreeSet<_>>() {
        let (one, other) = (ours.get(name), theirs.get(name));
        if one == other || name == "etag" && !same_bytes && one.is_some() == other.is_some() {
            continue;
        }
        let varies = |value: Option<&String>| value.and_then(|value| without_compression(value));
        if name == "vary" && varies(one) == varies(other) {
            reasons.insert(Reason::Compression);
        } else if one.map(|value| here.without_origin(value))
            == other.map(|value| there.without_origin(value))
        {
            reasons.insert(Reason::Origin);
        } else {
            let show = |value: Option<&String>| value.map_or("none".to_owned(), |value| format!("{value:?}"));
            return Err(format!("{name}: {} and {}", show(one), show(other)));
        }
    }
    Ok(reasons)
}

/// Compares bodies.
fn bodies(here: &Place<'_>, there: &Place<'_>) -> Found {
    let (ours, theirs) = (&here.answer.body, &there.answer.body);
    if ours == theirs {
        return Ok(BTreeSet::new());
    }
    let (Ok(ours), Ok(theirs)) = (std::str::from_utf8(ours), std::str::from_utf8(theirs)) else {
        return Err(format!("bodies of {} and {} bytes that are no text", ours.len(), theirs.len()));
    };
    let mut reasons = BTreeSet::new();
    let (mut one, mut other) = (ours.to_owned(), theirs.to_owned());
    for (reason, before, ends) in CUTS {
        let (from_one, from_other);
        (one, from_one) = cut(&one, before, ends);
        (other, from_other) = cut(&other, before, ends);
        if from_one != from_other {
            reasons.insert(reason);
        }
    }
    let (plain_one, plain_other) = (here.without_origin(&one), there.without_origin(&other));
    if (&plain_one, &plain_other) != (&one, &other) {
        reasons.insert(Reason::Origin);
    }
    if plain_one == plain_other { Ok(reasons) } else { Err(first_difference(&plain_one, &plain_other)) }
}

/// Takes every text between `before` and one of `ends` out of a body, with what is before and with a quotation mark that ends it; gives
/// the rest, and what was taken.
fn cut(text: &str, before: &str, ends: &[char]) -> (String, Vec<String>) {
    let (mut kept, mut taken) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once(before) {
        kept.push_str(head);
        let end = tail.find(ends).unwrap_or(tail.len());
        let (value, after) = tail.split_at(end);
        taken.push(value.to_owned());
        rest = after.strip_prefix('"').unwrap_or(after);
    }
    kept.push_str(rest);
    (kept, taken)
}

/// Shows where two texts part, with what is around it.
fn first_difference(one: &str, other: &str) -> String {
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| {
        let from = text.floor_char_boundary(same.saturating_sub(60));
        let to = text.ceil_char_boundary((same + 120).min(text.len()));
        text.get(from..to).unwrap_or_default().to_owned()
    };
    format!("bodies part after {same} bytes:\n        A {:?}\n        B {:?}", around(one), around(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, etag: &str, body: &str) -> Answer<Vec<u8>> {
        let headers = [("content-type", "text/html"), ("etag", etag), ("date", body)];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Answer { status, headers, body: body.as_bytes().to_vec() }
    }

    fn found(ours: &Answer<Vec<u8>>, theirs: &Answer<Vec<u8>>) -> Found {
        compare(&Place::new("http://a", ours), &Place::new("http://b:1", theirs))
    }

    #[test]
    fn what_hosts_may_give_otherwise_is_told_by_its_reason() {
        for (ours, theirs, reasons) in [
            ("same", "same", vec![]),
            (r#"{"query_id":"x.y","a":1}"#, r#"{"query_id":null,"a":1}"#, vec![Reason::QueryId]),
            (r#"{"a":1,"query_id":"x"}"#, r#"{"a":1,"query_id":"y"}"#, vec![Reason::QueryId]),
            (r#"<ol data-query-id="x" id="b">"#, r#"<ol id="b">"#, vec![Reason::QueryId]),
            (r#"{"instance":"1"}"#, r#"{"instance":"2"}"#, vec![Reason::Instance]),
            (r#"<p class="request">1</p>"#, r#"<p class="request">2</p>"#, vec![Reason::Instance]),
            (
                "<a href=http://a/x?u=http%3A%2F%2Fa>",
                "<a href=http://b:1/x?u=http%3A%2F%2Fb%3A1>",
                vec![Reason::Origin],
            ),
            ("<responseDate>1</responseDate>", "<responseDate>2</responseDate>", vec![Reason::Clock]),
            ("oai:a:978 postmaster@a<", "oai:b:978 postmaster@b<", vec![Reason::Origin]),
        ] {
            let etag = if ours == theirs { "1" } else { "2" };
            let got = found(&answer(200, "1", ours), &answer(200, etag, theirs));
            assert_eq!(got, Ok(reasons.into_iter().collect()), "{ours}");
        }
    }

    #[test]
    fn who_compresses_may_say_so_and_vary_by_nothing_else() {
        let varying = |vary: Option<&str>| Answer {
            headers: vary.map(|vary| ("vary".to_owned(), vary.to_owned())).into_iter().collect(),
            ..answer(200, "1", "a")
        };
        for (ours, theirs, alike) in [
            (Some("Accept-Language, Accept-Encoding"), Some("Accept-Language"), true),
            (Some("accept-encoding"), None, true),
            (Some("Accept-Language, Origin"), Some("Accept-Language"), false),
            (Some("Origin"), None, false),
        ] {
            let got = found(&varying(ours), &varying(theirs));
            assert_eq!(got.is_ok(), alike, "{ours:?} {got:?}");
            assert!(!alike || got == Ok([Reason::Compression].into()));
        }
    }

    #[test]
    fn anything_else_is_a_difference() {
        let ours = answer(200, "1", r#"{"query_id":"x","total":12}"#);
        for (theirs, told) in [
            (answer(404, "1", r#"{"query_id":"x","total":12}"#), "status 200 and 404"),
            (answer(200, "1", r#"{"query_id":"y","total":13}"#), "part after"),
            (answer(200, "2", r#"{"query_id":"x","total":12}"#), "etag: \"1\" and \"2\""),
            (answer(200, "1", r#"{"query_id":"x","total":12,"query_id":"x"}"#), "part after"),
            (Answer { headers: vec![], ..ours.clone() }, "content-type: \"text/html\" and none"),
            (Answer { body: vec![0xff], ..ours.clone() }, "no text"),
        ] {
            let got = found(&ours, &theirs).unwrap_err();
            assert!(got.contains(told), "{got}");
            assert!(found(&theirs, &ours).is_err());
        }
    }

    #[test]
    fn a_difference_is_shown_whole_characters_around_it() {
        let told = first_difference(&"가".repeat(50), &format!("{}나", "가".repeat(49)));
        assert!(told.contains("after 147 bytes") && told.contains('나'), "{told}");
    }
}
