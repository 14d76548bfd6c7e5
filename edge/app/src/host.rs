//! The public base of a deployment: the one scheme and host under which its links lead to it.
//!
//! A shared cache need not know the host of a request (Workers Cache has it in no key), so nothing that may be kept depends on
//! the host that was asked. Invariant: an absolute link is made of [`Base`] where one is set, and an answer that is made without
//! one, or for another host, is kept by nobody.

use crate::http::request::Request;
use crate::http::response::Response;

/// The scheme and host of a deployment, `https://books.example`, as links begin; no slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// Reads a scheme, `https` or `http`, a host and perhaps a port; a slash at the end is dropped and letters become lower
    /// case. `None` for anything more, such as a path, a user or a wildcard.
    ///
    /// ```
    /// use seoga_app::Base;
    ///
    /// assert_eq!(Base::parse("https://Books.example/").unwrap().as_str(), "https://books.example");
    /// assert_eq!(Base::parse("books.example"), None);
    /// assert_eq!(Base::parse("https://books.example/app"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        (!host.is_empty() && host.bytes().all(known)).then_some(Self(text))
    }

    /// Gives it as links begin with it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether it is HTTPS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// Says by which name a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    /// The public one; or any, on a machine of one's own where none is set.
    Public,
    /// Another than the public one.
    Other,
    /// Any, on a deployment for the public that does not know its own.
    Unknown,
}

impl Name {
    /// Compares the host that was asked with the public one. The scheme does not count: whether HTTP is let in, the platform
    /// decides, and links lead to HTTPS either way.
    pub(crate) fn of(request: &Request, base: Option<&Base>, production: bool) -> Self {
        match base {
            Some(base) if host(&request.asked_base).eq_ignore_ascii_case(host(base.as_str())) => Self::Public,
            Some(_) => Self::Other,
            None if production => Self::Unknown,
            None => Self::Public,
        }
    }
}

/// Sends a visitor to the same path and query under the public base.
pub(crate) fn moved(base: &str, request: &Request) -> Response {
    let slash = if request.path.starts_with('/') { "" } else { "/" };
    let mark = if request.query.is_empty() { "" } else { "?" };
    Response::moved(308, &format!("{base}{slash}{}{mark}{}", request.path, request.query))
}

/// Gives what stands behind the scheme.
fn host(base: &str) -> &str {
    base.split_once("://").map_or(base, |(_, host)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_a_scheme_and_a_host_and_nothing_else() {
        for wrong in [
            "",
            "https://",
            "https:///",
            "//books.example",
            "ftp://books.example",
            "https://books.example/a",
            "https://books.example//",
            "https://a@books.example",
            "https://books.example?",
            "https://books.example#",
            "https://*.example",
            "https://books.example\\",
            "https://책.example",
            "https://books.example\r\nx: y",
        ] {
            assert_eq!(Base::parse(wrong), None, "{wrong}");
        }
        for right in ["http://localhost:8787", "https://[::1]:8443", "https://xn--o39a.example"] {
            assert_eq!(Base::parse(right).unwrap().as_str(), right);
        }
    }

    #[test]
    fn whatever_was_asked_the_way_leads_to_the_base() {
        for (path, query, target) in [
            ("/", "", "https://b.example/"),
            ("/search", "q=%EA%B0%80+b", "https://b.example/search?q=%EA%B0%80+b"),
            ("//evil.example/x", "", "https://b.example//evil.example/x"),
            ("/\\evil.example", "", "https://b.example/\\evil.example"),
            ("@evil.example", "", "https://b.example/@evil.example"),
            (".evil.example", "", "https://b.example/.evil.example"),
            ("/\r\nx: y", "책", "https://b.example/%0D%0Ax:%20y?%EC%B1%85"),
        ] {
            let response = moved("https://b.example", &Request::get(path, query));
            assert_eq!((response.status, response.header("location")), (308, Some(target)));
        }
    }

    #[test]
    fn the_host_alone_says_by_which_name_a_request_came() {
        let base = Base::parse("https://books.example").unwrap();
        let name = |asked: &str, base: Option<&Base>, production| {
            let request = Request { asked_base: asked.to_owned(), ..Request::default() };
            Name::of(&request, base, production)
        };
        for asked in ["https://books.example", "http://BOOKS.example"] {
            assert_eq!(name(asked, Some(&base), true), Name::Public, "{asked}");
        }
        for asked in [
            "https://seoga.account.workers.dev",
            "https://books.example:8443",
            "https://books.example.evil",
            "",
        ] {
            assert_eq!(name(asked, Some(&base), true), Name::Other, "{asked}");
        }
        assert_eq!(name("https://evil.example", None, true), Name::Unknown);
        assert_eq!(name("http://localhost:8787", None, false), Name::Public);
    }
}
