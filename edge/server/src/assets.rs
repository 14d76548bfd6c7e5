//! Static files that the program carries along, and the headers that `site/_headers` gives to paths.
//!
//! The rules are read as Cloudflare reads them (developers.cloudflare.com/workers/static-assets/headers): a line without a space before
//! it is a pattern, a star at its end stands for anything; lines below it set headers, and `! Name` takes one away that a rule
//! before it set. Invariant: a file of the site has the same headers here as there.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_128;

/// Paths and files of the site.
const SITE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/site.rs"));
/// Where the rules stand; no file that is served.
const RULES: &str = "/_headers";

/// A static file as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asset {
    /// Its bytes.
    pub(crate) bytes: &'static [u8],
}

/// The files, and the rules for headers.
#[derive(Debug)]
pub(crate) struct Assets {
    files: BTreeMap<&'static str, Asset>,
    rules: Vec<Rule>,
}

/// One rule: a pattern and what it does with headers.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    path: String,
    /// Whether anything may follow.
    open: bool,
    changes: Vec<(String, Option<String>)>,
}

impl Assets {
    /// Takes the files that were compiled in.
    pub(crate) fn new() -> Self {
        let rules = SITE.iter().find(|(path, _)| *path == RULES).map_or(&b""[..], |(_, bytes)| bytes);
        Self {
            files: SITE
                .iter()
                .filter(|(path, _)| *path != RULES)
                .map(|(path, bytes)| (*path, Asset { bytes }))
                .collect(),
            rules: rules_of(&String::from_utf8_lossy(rules)),
        }
    }

    /// Finds the file of a path.
    pub(crate) fn find(&self, path: &str) -> Option<Asset> {
        self.files.get(path).copied()
    }

    /// Gives the headers that the rules set for a path, names in lower case.
    pub(crate) fn headers(&self, path: &str) -> Vec<(String, String)> {
        let mut headers: Vec<(String, String)> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.is_for(path)) {
            for (name, value) in &rule.changes {
                headers.retain(|(known, _)| known != name);
                if let Some(value) = value {
                    headers.push((name.clone(), value.clone()));
                }
            }
        }
        headers
    }
}

impl Rule {
    fn is_for(&self, path: &str) -> bool {
        if self.open { path.starts_with(&self.path) } else { path == self.path }
    }
}

fn rules_of(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if !line.starts_with(' ') {
            let (path, open) = match line.trim_end().strip_suffix('*') {
                Some(path) => (path, true),
                None => (line.trim_end(), false),
            };
            rules.push(Rule { path: path.to_owned(), open, changes: Vec::new() });
        } else if let Some(rule) = rules.last_mut() {
            let line = line.trim();
            let change = match (line.strip_prefix("! "), line.split_once(':')) {
                (Some(name), _) => Some((name.to_ascii_lowercase(), None)),
                (None, Some((name, value))) => {
                    Some((name.to_ascii_lowercase(), Some(value.trim().to_owned())))
                }
                (None, None) => None,
            };
            rule.changes.extend(change);
        }
    }
    rules
}

/// Gives the media type of a file by the end of its name.
pub(crate) fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/vnd.microsoft.icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

/// Makes a strong entity tag of a file's bytes.
pub(crate) fn entity_tag(bytes: &[u8]) -> String {
    format!("\"{:032x}\"", xxh3_128(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_and_the_description_are_carried_along() {
        let assets = Assets::new();
        for path in [
            "/favicon.ico",
            "/assets/style.css",
            "/assets/site.js",
            "/assets/device/light.js",
            "/openapi.json",
        ] {
            assert!(assets.find(path).is_some_and(|asset| !asset.bytes.is_empty()), "{path}");
        }
        let light = assets.find("/assets/device/light.js").map(|asset| String::from_utf8_lossy(asset.bytes));
        assert!(light.is_some_and(
            |light| light.starts_with("const BUILD = \"") && light.contains("\"/assets/style.css\"")
        ));
        assert_eq!(assets.find(RULES), None);
        assert_eq!(assets.find("/assets/"), None);
    }

    #[test]
    fn a_later_rule_takes_back_what_an_earlier_one_set() {
        let rules = rules_of(
            "# why\n/*\n  X-A: 1\n/i/*\n  Cache-Control: long, long\n/i/now\n  ! Cache-Control\n  Cache-Control: short\n",
        );
        let assets = Assets { files: BTreeMap::new(), rules };
        let headers = |path| assets.headers(path);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(headers("/x"), [pair("x-a", "1")]);
        assert_eq!(headers("/i/d0"), [pair("x-a", "1"), pair("cache-control", "long, long")]);
        assert_eq!(headers("/i/now"), [pair("x-a", "1"), pair("cache-control", "short")]);
    }

    #[test]
    fn every_file_has_the_security_headers_and_the_index_stays() {
        let assets = Assets::new();
        let named = |path: &str, name: &str| {
            assets.headers(path).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
        };
        assert_eq!(named("/assets/style.css", "x-content-type-options").as_deref(), Some("nosniff"));
        assert!(named("/index/aa/d0.bin", "cache-control").is_some_and(|value| value.contains("immutable")));
        assert!(
            named("/index/current.bin", "cache-control")
                .is_some_and(|value| value.contains("must-revalidate"))
        );
    }
}
