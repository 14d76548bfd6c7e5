//! A response as the shell sends it: status, headers in order, whole body.

use seoga_text::encoding::percent;

/// A response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Headers; names are lower case, a name may occur once only.
    pub headers: Vec<(String, String)>,
    /// The body; empty for HEAD, 204 and 304.
    pub body: Vec<u8>,
}

impl Response {
    /// Makes a response of nothing but a status.
    #[must_use]
    pub fn bare(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// Makes a response with a body of a media type.
    #[must_use]
    pub fn with_body(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut response = Self { status, headers: Vec::new(), body: body.into() };
        response.set("content-type", content_type);
        response
    }

    /// Finds the value of a (lower-case) header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Makes a response that sends elsewhere. A header has room for ASCII alone: of the address, whatever else stands in it is
    /// percent-encoded.
    #[must_use]
    pub fn moved(status: u16, address: &str) -> Self {
        let mut response = Self::bare(status);
        response.set("location", percent(address, |byte| byte.is_ascii_graphic()));
        response
    }

    /// Sets a header, replacing an earlier value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.headers.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = value,
            None => self.headers.push((name.to_owned(), value)),
        }
    }
}
