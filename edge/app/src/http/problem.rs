//! Problems, each in one form for whoever is told of it: programs by `json::problem`, people by a page.
//!
//! A visitor's fault names the parameter, what it got and what it takes; a fault of ours says nothing of
//! its inside, the log does. Invariant: the status belongs to the kind.

use crate::choices::query_id::Refusal;
use crate::http::response::Response;

/// Tells the kinds of problems apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// A parameter of the query string.
    Parameter,
    /// The body, or a member of it.
    Body,
    /// No bearer token, or not the right one.
    Unauthorized,
    /// A query id that is not accepted.
    QueryId,
    /// A page of another origin sends choices.
    Origin,
    /// No such path.
    NotFound,
    /// No such book in the index.
    NoBook,
    /// A method that the path does not know.
    Method,
    /// A body that does not come to its end in time.
    TooSlow,
    /// A body beyond the limit.
    TooLarge,
    /// A query string beyond the limit.
    UriTooLong,
    /// A body that does not say it is JSON.
    MediaType,
    /// Too many choices.
    Throttled,
    /// No index opens.
    Index,
    /// The choice store does not take it.
    Store,
}

/// Says what a parameter takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Takes {
    /// One value.
    Once,
    /// UTF-8, percent-encoded.
    Encoding,
    /// Text of so many characters.
    Chars(usize, usize),
    /// A whole number from, to.
    Number(u32, u32),
    /// At most so many values.
    AtMost(usize),
    /// The name of a library in this index.
    Library,
    /// A class number or the beginning of one.
    Class,
    /// A year or years.
    Years,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A page that lies within reach, the last one being this.
    Page(u32),
    /// JSON, an object.
    JsonObject,
    /// A list of texts.
    Texts,
    /// A text.
    Text,
    /// True or false.
    Boolean,
    /// A user id.
    UserId,
    /// A book's id, which is its ISBN-13 where it has one.
    Book,
    /// An ISBN in any spelling, or a book's id.
    Isbn,
    /// Nothing while another parameter is given.
    Alone(&'static str),
    /// A date.
    Date,
    /// A cursor of ours.
    Cursor,
}

/// Describes what went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    /// The parameter or member.
    pub(crate) parameter: Option<&'static str>,
    /// The value it got, cut to a legible length.
    pub(crate) got: Option<String>,
    /// The values it takes.
    pub(crate) takes: Option<Takes>,
    /// Why a query id is refused.
    pub(crate) refusal: Option<Refusal>,
    /// Seconds after which to try again.
    pub(crate) retry_after: Option<u32>,
    /// Methods the path knows.
    pub(crate) allow: Option<&'static str>,
}

/// Begins the type of every problem of ours.
const TYPE: &str = "urn:seoga:problem:";

impl ProblemKind {
    /// All of them, in the order of their definition.
    pub(crate) const ALL: [Self; 15] = [
        Self::Parameter,
        Self::Body,
        Self::Unauthorized,
        Self::QueryId,
        Self::Origin,
        Self::NotFound,
        Self::NoBook,
        Self::Method,
        Self::TooSlow,
        Self::TooLarge,
        Self::UriTooLong,
        Self::MediaType,
        Self::Throttled,
        Self::Index,
        Self::Store,
    ];

    /// Writes the problem's type, a URN.
    pub(crate) fn urn(self) -> String {
        format!("{TYPE}{}", self.code())
    }

    /// Gives the status code.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Parameter | Self::Body => 400,
            Self::Unauthorized => 401,
            Self::QueryId | Self::Origin => 403,
            Self::NotFound | Self::NoBook => 404,
            Self::Method => 405,
            Self::TooSlow => 408,
            Self::TooLarge => 413,
            Self::UriTooLong => 414,
            Self::MediaType => 415,
            Self::Throttled => 429,
            Self::Index | Self::Store => 503,
        }
    }

    /// Names the kind, as the last part of the problem type's URN.
    fn code(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Body => "body",
            Self::Unauthorized => "unauthorized",
            Self::QueryId => "query-id",
            Self::Origin => "origin",
            Self::NotFound => "not-found",
            Self::NoBook => "no-such-book",
            Self::Method => "method",
            Self::TooSlow => "too-slow",
            Self::TooLarge => "too-large",
            Self::UriTooLong => "uri-too-long",
            Self::MediaType => "media-type",
            Self::Throttled => "throttled",
            Self::Index => "index-unavailable",
            Self::Store => "store-unavailable",
        }
    }
}

/// Characters of a refused value that are shown back.
const GOT_CHARS: usize = 100;

impl Problem {
    /// Makes a problem of a kind, with nothing more to say.
    pub(crate) fn new(kind: ProblemKind) -> Self {
        let (parameter, got, takes, refusal, retry_after, allow) = (None, None, None, None, None, None);
        Self { kind, parameter, got, takes, refusal, retry_after, allow }
    }

    /// Makes the problem of a parameter of the query string.
    pub(crate) fn parameter(name: &'static str, got: impl Into<String>, takes: Takes) -> Self {
        Self {
            parameter: Some(name),
            got: Some(cut(got.into())),
            takes: Some(takes),
            ..Self::new(ProblemKind::Parameter)
        }
    }

    /// Makes the problem of a member of the body, or of the body itself.
    pub(crate) fn body(name: Option<&'static str>, got: impl Into<String>, takes: Takes) -> Self {
        Self {
            parameter: name,
            got: Some(cut(got.into())),
            takes: Some(takes),
            ..Self::new(ProblemKind::Body)
        }
    }

    /// Makes the problem of a query id that is not accepted.
    pub(crate) fn query_id(refusal: Refusal) -> Self {
        Self { parameter: Some("query_id"), refusal: Some(refusal), ..Self::new(ProblemKind::QueryId) }
    }

    /// Makes the problem of a method that the path does not know.
    pub(crate) fn method(allow: &'static str) -> Self {
        Self { allow: Some(allow), ..Self::new(ProblemKind::Method) }
    }

    /// Makes the problem of a query string beyond the limit.
    pub(crate) fn uri_too_long() -> Self {
        Self::new(ProblemKind::UriTooLong)
    }

    /// Makes a problem that is over after so many seconds.
    pub(crate) fn later(kind: ProblemKind, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(kind) }
    }

    /// Gives the status code.
    pub(crate) fn status(&self) -> u16 {
        self.kind.status()
    }

    /// Sets the headers that belong to the problem, whatever the body.
    pub(crate) fn set_headers(&self, response: &mut Response) {
        response.set("cache-control", "no-store");
        if let Some(seconds) = self.retry_after {
            response.set("retry-after", seconds.to_string());
        }
        if let Some(allow) = self.allow {
            response.set("allow", allow);
        }
        if self.kind == ProblemKind::Unauthorized {
            response.set("www-authenticate", "Bearer");
        }
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(GOT_CHARS) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_listed_once() {
        // The last one's number: a kind that is added behind it moves it, one that is not listed leaves a gap.
        assert_eq!(
            ProblemKind::ALL.map(|kind| kind as usize).to_vec(),
            (0..=ProblemKind::Store as usize).collect::<Vec<_>>()
        );
    }
}
