//! A bucket as its operator asks it: signed links for one call each, and its list of versions.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>
//!
//! Its callers know what is in the bucket. Invariant: what can be mended by waiting is tried again, anything else is said in words
//! that say what to do; a link, which is a secret while it is good, is in no message.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use seoga_text::encoding::decode_query_value;

use super::credentials::{Credentials, now};
use super::sign::{self, Allowed};
use seoga_host::web::{Answer, Client, Tried, patiently};

/// How long a call may take: an object may be hundreds of megabytes.
const CALL_LIMIT: Duration = Duration::from_secs(600);
/// Seconds that a link is good for.
const LINK_SECONDS: u32 = 900;
/// The client's own words have the link.
const BROKEN: &str = "it cannot be reached or broke off";
/// Bytes of an object that is read, at most.
pub(crate) const OBJECT_BYTES: u64 = 1 << 30;

/// A bucket and who asks it.
pub(crate) struct Bucket {
    name: String,
    region: String,
    endpoint: String,
    /// Stands before each key: the bucket's name where the host does not have it.
    path: String,
    credentials: Credentials,
    client: Client,
}

/// A version of an object. In a bucket that keeps no versions the one there is, `null`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) key: String,
    pub(crate) id: String,
    /// Whether it is the one that is read without naming a version.
    pub(crate) latest: bool,
    pub(crate) bytes: u64,
    /// Whether it says only that the object is deleted.
    pub(crate) marker: bool,
}

impl Bucket {
    /// Takes the operator's credentials. `endpoint` stands for the region's own.
    pub(crate) fn new(
        name: String,
        region: String,
        endpoint: Option<&str>,
        credentials: Credentials,
    ) -> Self {
        let (endpoint, path) = match endpoint {
            Some(endpoint) => (endpoint.trim_end_matches('/').to_owned(), format!("{name}/")),
            None => (format!("https://{name}.s3.{region}.amazonaws.com"), String::new()),
        };
        Self { name, region, endpoint, path, credentials, client: Client::new(CALL_LIMIT) }
    }

    /// Lists every version of every object, object by object, the newest version first.
    pub(crate) fn versions(&self) -> Result<Vec<Version>> {
        let mut found = Vec::new();
        let mut after: Option<(String, String)> = None;
        loop {
            let mut query = vec![("versions", String::new()), ("encoding-type", "url".to_owned())];
            if let Some((key, id)) = &after {
                query.push(("key-marker", key.clone()));
                query.push(("version-id-marker", id.clone()));
            }
            let answer = self.call("GET", "", &query, 200, |client, link| client.get(link, None))?;
            let page = Page::read(&answer.body).with_context(|| format!("the list of {}", self.name))?;
            found.extend(page.versions);
            match page.next {
                None => return Ok(found),
                Some(next) if after.as_ref() == Some(&next) => {
                    bail!("{} lists the same page again and again", self.name)
                }
                next => after = next,
            }
        }
    }

    /// Reads a version's bytes; `None` when it is gone meanwhile.
    pub(crate) fn read(&self, version: &Version) -> Result<Option<Vec<u8>>> {
        let link = self.link("GET", &version.key, &[("versionId", version.id.clone())])?;
        let named = || format!("reading {} of the bucket {}", version.key, self.name);
        patiently(|| {
            let Ok((status, bytes)) = self.client.file_up_to(&link, OBJECT_BYTES) else {
                return Ok(Tried::Busy(BROKEN.to_owned(), None));
            };
            let said = || String::from_utf8_lossy(&bytes).chars().take(300).collect::<String>();
            match status {
                200 => Ok(Tried::Got(Some(bytes))),
                404 => Ok(Tried::Got(None)),
                429 | 500..=599 => Ok(Tried::Busy(format!("{status} {}", said()), None)),
                403 => bail!(
                    "{} may not read it; it wants s3:GetObject and s3:GetObjectVersion",
                    self.credentials
                ),
                _ => bail!("{status} {}", said()),
            }
        })
        .with_context(named)
    }

    /// Puts an object's new content; gives the id of the version it became.
    pub(crate) fn put(&self, key: &str, bytes: &[u8]) -> Result<String> {
        let answer = self.call("PUT", key, &[], 200, |client, link| client.put(link, bytes))?;
        Ok(answer.header("x-amz-version-id").unwrap_or("null").to_owned())
    }

    /// Deletes a version for good.
    pub(crate) fn delete(&self, version: &Version) -> Result<()> {
        let query = [("versionId", version.id.clone())];
        self.call("DELETE", &version.key, &query, 204, Client::delete).map(|_| ())
    }

    fn link(&self, method: &str, key: &str, query: &[(&str, String)]) -> Result<String> {
        let (time, key) = (now()?, format!("{}{key}", self.path));
        let Self { endpoint, region, .. } = self;
        let allowed = Allowed { method, endpoint, key: &key, region, seconds: LINK_SECONDS, time: &time };
        Ok(sign::link_with(&allowed, query, &self.credentials))
    }

    /// Carries out a call that answers `done` when it is done.
    fn call(
        &self,
        method: &str,
        key: &str,
        query: &[(&str, String)],
        done: u16,
        once: impl Fn(&Client, &str) -> Result<Answer>,
    ) -> Result<Answer> {
        let Self { name, region, credentials, .. } = self;
        patiently(|| {
            let Ok(answer) = once(&self.client, &self.link(method, key, query)?) else {
                return Ok(Tried::Busy(BROKEN.to_owned(), None));
            };
            match answer.status {
                status if status == done => Ok(Tried::Got(answer)),
                429 | 500..=599 => Ok(Tried::Busy(format!("{} {}", answer.status, answer.excerpt()), None)),
                301 | 307 | 400 if answer.body.contains("egion") => {
                    bail!("it is in another region than {region}: {}", answer.excerpt())
                }
                404 => bail!("there is no such bucket in {region}: {}", answer.excerpt()),
                403 => bail!("{credentials} may not do that: {}", answer.excerpt()),
                status => bail!("refused: {status} {}", answer.excerpt()),
            }
        })
        .with_context(|| {
            format!("{method} {} of the bucket {name}", if key.is_empty() { "the list" } else { key })
        })
    }
}

/// A page of the list.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    versions: Vec<Version>,
    /// The key and the version behind which the next page begins.
    next: Option<(String, String)>,
}

impl Page {
    fn read(xml: &str) -> Result<Self> {
        let mut page = Self::default();
        let (mut path, mut text): (Vec<String>, String) = (Vec::new(), String::new());
        let (mut truncated, mut encoded, mut next) = (false, false, (String::new(), String::new()));
        let mut reader = Reader::from_str(xml);
        loop {
            match reader.read_event()? {
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    if name == "Version" || name == "DeleteMarker" {
                        let (key, id) = (String::new(), "null".to_owned());
                        page.versions.push(Version {
                            key,
                            id,
                            latest: false,
                            bytes: 0,
                            marker: name != "Version",
                        });
                    }
                    path.push(name);
                    text.clear();
                }
                Event::Text(part) => text.push_str(&part.xml10_content()),
                Event::GeneralRef(reference) => match reference.resolve_char_ref()? {
                    Some(c) => text.push(c),
                    None => text.push_str(
                        resolve_predefined_entity(&reference)
                            .with_context(|| format!("&{};", &*reference))?,
                    ),
                },
                Event::End(_) => {
                    let names: Vec<&str> = path.iter().map(String::as_str).collect();
                    match (names.as_slice(), page.versions.last_mut()) {
                        ([_, "IsTruncated"], _) => truncated = text == "true",
                        // Not every server keeps to the encoding that was asked for.
                        ([_, "EncodingType"], _) => encoded = text == "url",
                        ([_, "NextKeyMarker"], _) => next.0.clone_from(&text),
                        ([_, "NextVersionIdMarker"], _) => next.1.clone_from(&text),
                        ([_, "Version" | "DeleteMarker", member], Some(version)) => match *member {
                            "Key" => version.key.clone_from(&text),
                            "VersionId" => version.id.clone_from(&text),
                            "IsLatest" => version.latest = text == "true",
                            "Size" => version.bytes = text.parse().context("a size")?,
                            _ => {}
                        },
                        _ => {}
                    }
                    path.pop();
                    text.clear();
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if encoded {
            next.0 = decoded(&next.0)?;
            for version in &mut page.versions {
                version.key = decoded(&version.key)?;
            }
        }
        if page.versions.iter().any(|version| version.key.is_empty()) {
            bail!("a version without a key");
        }
        page.next = truncated.then_some(next);
        Ok(page)
    }
}

/// Decodes a key as the list has it.
fn decoded(text: &str) -> Result<String> {
    decode_query_value(text).with_context(|| format!("{text} is no encoded key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_host::testing::server;

    fn bucket(port: u16) -> Bucket {
        let credentials = Credentials { id: "ID".into(), secret: "hidden".into(), token: None };
        Bucket::new("b".into(), "r".into(), Some(&format!("http://127.0.0.1:{port}")), credentials)
    }

    fn page(versions: &str, end: &str) -> (u16, &'static str, String) {
        let xml = format!(
            "<?xml version=\"1.0\"?>\n<ListVersionsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>{versions}{end}</ListVersionsResult>"
        );
        (200, "", xml)
    }

    #[test]
    fn a_list_of_several_pages_is_read_to_its_end() {
        let first = "<Version><Key>a+b%2F%EC%B1%85</Key><VersionId>v2</VersionId><IsLatest>true</IsLatest><Size>7</Size></Version>\
                     <Version><Key>a+b%2F%EC%B1%85</Key><VersionId>v1</VersionId><IsLatest>false</IsLatest><Size>9</Size></Version>";
        let more = "<IsTruncated>true</IsTruncated><NextKeyMarker>a+b</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker>";
        let last =
            "<DeleteMarker><Key>c</Key><VersionId>null</VersionId><IsLatest>true</IsLatest></DeleteMarker>";
        let encoded = "<EncodingType>url</EncodingType>";
        let plain = "<Version><Key>a+b&amp;&#xCC45;</Key></Version>";
        let (port, seen) = server(vec![
            page(&format!("{encoded}{first}"), more),
            page(&format!("{plain}{last}"), "<IsTruncated>false</IsTruncated>"),
        ]);
        let found = bucket(port).versions().unwrap();
        let told: Vec<_> =
            found.iter().map(|v| (v.key.as_str(), v.id.as_str(), v.latest, v.bytes, v.marker)).collect();
        assert_eq!(
            told,
            [
                ("a b/책", "v2", true, 7, false),
                ("a b/책", "v1", false, 9, false),
                ("a+b&책", "null", false, 0, false),
                ("c", "null", true, 0, true)
            ]
        );
        let seen = seen.lock().unwrap();
        assert!(
            seen[0].starts_with("/b/?") && seen[0].contains("&versions=&X-Amz-Signature="),
            "{}",
            seen[0]
        );
        assert!(
            seen[1].contains("&key-marker=a%20b&") && seen[1].contains("&version-id-marker=v1&"),
            "{}",
            seen[1]
        );
    }

    #[test]
    fn what_will_not_change_is_said_and_no_link_is() {
        for (status, body, said) in [
            (403, "<Code>AccessDenied</Code>", "the key ID may not do that"),
            (404, "<Code>NoSuchBucket</Code>", "there is no such bucket in r"),
            (301, "<Code>PermanentRedirect</Code><Region>x</Region>", "in another region than r"),
            (200, "<ListVersionsResult><Version></Version></ListVersionsResult>", "a version without a key"),
        ] {
            let (port, _) = server(vec![(status, "", body.to_owned())]);
            let error = format!("{:#}", bucket(port).versions().unwrap_err());
            assert!(error.contains(said) && !error.contains("X-Amz-Signature"), "{error}");
        }
    }
}
