//! Bodies compressed by gzip where the client takes it.
//!
//! Invariant: what is sent unpacks to the body, and says so; its entity tag is a weak one then.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use seoga_app::Response;

/// Bytes of the shortest body worth it: below, one packet holds it as it is.
const LEAST: usize = 860;
/// Five of nine: pages lose 2 % more at nine and take twice as long.
const LEVEL: Compression = Compression::new(5);

/// Compresses a response where `accept` (the header Accept-Encoding) lets it be, and it is worth it.
pub(crate) fn compress(response: &mut Response, accept: Option<&str>) {
    let is_text = response.header("content-type").is_some_and(is_text);
    if !is_text || response.body.len() < LEAST {
        return;
    }
    let vary = match response.header("vary") {
        Some(vary) => format!("{vary}, Accept-Encoding"),
        None => "Accept-Encoding".to_owned(),
    };
    response.set("vary", vary);
    if !accept.is_some_and(takes_gzip) {
        return;
    }
    if let Some(packed) = gzip(&response.body) {
        response.body = packed;
        response.set("content-encoding", "gzip");
        if let Some(weak) =
            response.header("etag").filter(|tag| !tag.starts_with("W/")).map(|tag| format!("W/{tag}"))
        {
            response.set("etag", weak);
        }
    }
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), LEVEL);
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

/// Tells whether a body of this type shrinks.
fn is_text(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.starts_with("text/")
        || kind.ends_with("json")
        || kind.ends_with("xml")
        || matches!(kind, "application/javascript" | "application/wasm" | "image/svg+xml")
}

/// Reads Accept-Encoding (RFC 9110, 12.5.3): gzip by its name or by the star, with a weight above nothing.
fn takes_gzip(accept: &str) -> bool {
    let mut star = None;
    for part in accept.split(',') {
        let mut words = part.split(';').map(str::trim);
        let name = words.next().unwrap_or_default();
        let weight = words.find_map(|word| word.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        let takes = weight.is_ok_and(|weight| weight > 0.0);
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            return takes;
        }
        if name == "*" {
            star = Some(takes);
        }
    }
    star.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn page(length: usize) -> Response {
        let mut response = Response::with_body(200, "text/html; charset=utf-8", "책 ".repeat(length));
        response.set("etag", "\"a\"");
        response
    }

    #[test]
    fn a_page_is_packed_for_who_takes_it_and_unpacks_to_itself() {
        let mut response = page(1000);
        let body = response.body.clone();
        compress(&mut response, Some("br, gzip;q=0.8"));
        assert_eq!(response.header("content-encoding"), Some("gzip"));
        assert_eq!(response.header("etag"), Some("W/\"a\""));
        assert_eq!(response.header("vary"), Some("Accept-Encoding"));
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&response.body[..]).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == body && response.body.len() < body.len());
    }

    #[test]
    fn who_does_not_take_it_gets_the_page_as_it_is() {
        for accept in [None, Some("br"), Some("gzip;q=0"), Some("*;q=0"), Some("identity, *;q=0, gzip;q=0.0")]
        {
            let mut response = page(1000);
            compress(&mut response, accept);
            assert_eq!(response.header("content-encoding"), None, "{accept:?}");
            assert_eq!(response.header("vary"), Some("Accept-Encoding"), "a cache must know all the same");
        }
        let mut star = page(1000);
        compress(&mut star, Some("*"));
        assert_eq!(star.header("content-encoding"), Some("gzip"));
    }

    #[test]
    fn what_is_short_or_packed_already_stays() {
        let mut short = page(3);
        compress(&mut short, Some("gzip"));
        let mut block = Response::with_body(200, "application/octet-stream", vec![0; 4000]);
        compress(&mut block, Some("gzip"));
        assert!([short, block].iter().all(|response| response.header("content-encoding").is_none()));
    }
}
