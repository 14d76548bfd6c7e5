//! Headers that every response carries, and the reading of those that requests carry.
//!
//! Invariant: no page of this site may run script or style that is not a file of its own origin.

use crate::http::response::Response;
use crate::strings::Hl;

/// Lets a page load files of its own origin, and nothing inline.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Lets anything else load nothing.
const DATA_POLICY: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Sets the security headers. `embeddable`: other sites may show it (covers in the earlier service's front end).
pub(crate) fn secure(response: &mut Response, embeddable: bool) {
    let page = response.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    response.set("content-security-policy", if page { PAGE_POLICY } else { DATA_POLICY });
    response.set("x-content-type-options", "nosniff");
    response.set("referrer-policy", "same-origin");
    response.set("x-frame-options", "DENY");
    response.set("permissions-policy", "camera=(), geolocation=(self), microphone=(), payment=(), usb=()");
    response.set("strict-transport-security", "max-age=31536000");
    response.set("cross-origin-opener-policy", "same-origin");
    response.set("cross-origin-resource-policy", if embeddable { "cross-origin" } else { "same-origin" });
}

/// Finds the interface language that an `Accept-Language` header prefers: English, too, where it names languages and none of ours.
pub(crate) fn preferred_language(header: &str) -> Option<Hl> {
    let mut best: Option<(u32, Hl)> = None;
    let mut foreign = None;
    for item in header.split(',').take(32) {
        let mut parts = item.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let primary = tag.split('-').next().unwrap_or_default();
        let weight =
            parts.find_map(|p| p.strip_prefix(['q', 'Q'])?.strip_prefix('=')).map_or(1000, thousandths);
        match Hl::from_code(&primary.to_ascii_lowercase()) {
            _ if weight == 0 => {}
            Some(language) if best.is_none_or(|(most, _)| weight > most) => best = Some((weight, language)),
            None if primary.bytes().any(|byte| byte.is_ascii_alphabetic()) => foreign = Some(Hl::En),
            _ => {}
        }
    }
    best.map(|(_, language)| language).or(foreign)
}

/// `0.85` as 850; anything malformed as 0.
fn thousandths(weight: &str) -> u32 {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    match (whole, decimals.len(), decimals.bytes().all(|b| b.is_ascii_digit())) {
        ("1", ..) => 1000,
        ("0", 1..=3, true) => format!("{decimals:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

/// Tells whether an `If-None-Match` header names the entity tag (weak comparison, as RFC 9110 says for it).
pub(crate) fn none_match(header: &str, etag: &str) -> bool {
    header.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// Tells whether a `Content-Type` header says JSON.
pub(crate) fn is_json(header: &str) -> bool {
    header.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_of_ours_wins() {
        for (header, expected) in [
            ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", Some(Hl::Ko)),
            ("en-GB, ko;q=0.9", Some(Hl::En)),
            ("fr, de;q=0.9, en;q=0.2", Some(Hl::En)),
            ("en;q=0.5, ko;q=0.85", Some(Hl::Ko)),
            ("en;q=0, ko;q=0.001", Some(Hl::Ko)),
            ("en;Q=0.1, ko", Some(Hl::Ko)),
            ("EN;Q=0.1, Ko;q=0.2", Some(Hl::Ko)),
            ("KO", Some(Hl::Ko)),
            ("fr", Some(Hl::En)),
            ("ja, zh-Hant;q=0.8", Some(Hl::En)),
            ("ja, *;q=0.5, ko;q=0.1", Some(Hl::Ko)),
            ("fr;q=0", None),
            ("*", None),
            ("", None),
            ("en;q=abc", None),
        ] {
            assert_eq!(preferred_language(header), expected, "{header}");
        }
    }

    #[test]
    fn entity_tags_compare_weakly_in_lists() {
        assert!(none_match("\"a\", W/\"b\"", "\"b\""));
        assert!(none_match("*", "\"b\""));
        assert!(!none_match("\"a\"", "\"b\""));
    }

    #[test]
    fn json_is_told_by_its_media_type() {
        assert!(is_json("application/json; charset=utf-8") && is_json("Application/JSON"));
        assert!(!is_json("text/plain") && !is_json("application/json-patch") && !is_json(""));
    }
}
