//! A request as the shell hands it over.
//!
//! Invariant: nothing here is checked yet; [`crate::http::params`] and the routes do that.

/// Carries a request, and the facts about it that only the shell knows.
///
/// ```
/// use seoga_app::Request;
///
/// let request = Request {
///     headers: vec![("accept-language".into(), "en".into())],
///     now: 1_795_000_000,
///     ..Request::get("/search", "q=%ED%8C%8C%EC%9D%B4%EC%8D%AC&library=a")
/// };
/// assert_eq!((request.method.as_str(), request.header("accept-language")), ("GET", Some("en")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The method, upper case.
    pub method: String,
    /// The path, percent-encoded as it came.
    pub path: String,
    /// The query string behind `?`, raw; empty for none.
    pub query: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, at most [`crate::limits::MAX_BODY_BYTES`] of it; the shell reads no further.
    pub body: Vec<u8>,
    /// Whether the body went on beyond that.
    pub body_too_large: bool,
    /// Whether the body had not come to its end after [`crate::limits::BODY_SECONDS`].
    pub body_too_slow: bool,
    /// Seconds since 1970-01-01 UTC, by the shell's clock.
    pub now: u64,
    /// Scheme and host that were asked, without a slash at the end: `https://books.example`. Links are made of the public ones
    /// ([`crate::Config::base`]), which a request has no part in.
    pub asked_base: String,
    /// The request's id, unique enough to find its log line; becomes `instance` in a problem document.
    pub instance: String,
    /// The platform's location that answers (a Cloudflare colo such as `ICN`).
    pub location: String,
    /// The IP address that the platform says it came from; empty where senders are not counted. It is hashed, never stored,
    /// logged or shown.
    pub sender: String,
}

impl Request {
    /// Makes a GET of a path with a raw query string, for tests and warm-up.
    #[must_use]
    pub fn get(path: &str, query: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            asked_base: "http://localhost:8787".to_owned(),
            ..Self::default()
        }
    }

    /// Finds the first header of a (lower-case) name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}
