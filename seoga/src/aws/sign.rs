//! AWS Signature Version 4, in a link that lets through one request for a while and in the headers of a request.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>
//!
//! Not a client of anything. Invariant: nothing of the secret is in a link or a header but its signature.

use hmac::{Hmac, Mac};
use seoga_text::encoding::{hex, is_unreserved, percent, query_value};
use sha2::{Digest, Sha256};

use super::credentials::Credentials;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The scope of a signature, beside the request: a time such as `20130524T000000Z`, a region, a service.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) time: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
}

impl Scope<'_> {
    fn date(&self) -> &str {
        self.time.split('T').next().unwrap_or_default()
    }

    fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date(), self.region, self.service)
    }

    /// The signature of a request in its canonical form, in hexadecimal.
    fn sign(&self, request: &str, credentials: &Credentials) -> String {
        let text = format!("{ALGORITHM}\n{}\n{}\n{}", self.time, self.text(), hex(&Sha256::digest(request)));
        let steps = [self.date(), self.region, self.service, "aws4_request", &text];
        let first = format!("AWS4{}", credentials.secret).into_bytes();
        hex(&steps.iter().fold(first, |key, message| keyed(&key, message)))
    }
}

/// A request that a link lets through.
pub(crate) struct Allowed<'a> {
    pub(crate) method: &'a str,
    /// Scheme and host, such as `https://bucket.s3.ap-northeast-2.amazonaws.com`.
    pub(crate) endpoint: &'a str,
    /// The object's key, without a slash before it.
    pub(crate) key: &'a str,
    pub(crate) region: &'a str,
    /// For how many seconds.
    pub(crate) seconds: u32,
    /// From when: `20130524T000000Z`.
    pub(crate) time: &'a str,
}

/// The link.
pub(crate) fn link(allowed: &Allowed<'_>, credentials: &Credentials) -> String {
    link_with(allowed, &[], credentials)
}

/// The link of a request that has a query of its own, such as `versionId`.
pub(crate) fn link_with(allowed: &Allowed<'_>, own: &[(&str, String)], credentials: &Credentials) -> String {
    let scope = Scope { time: allowed.time, region: allowed.region, service: "s3" };
    let mut query = vec![
        ("X-Amz-Algorithm", ALGORITHM.to_owned()),
        ("X-Amz-Credential", format!("{}/{}", credentials.id, scope.text())),
        ("X-Amz-Date", allowed.time.to_owned()),
        ("X-Amz-Expires", allowed.seconds.to_string()),
        ("X-Amz-SignedHeaders", "host".to_owned()),
    ];
    if let Some(token) = &credentials.token {
        query.push(("X-Amz-Security-Token", token.clone()));
    }
    query.extend_from_slice(own);
    query.sort();
    let pairs: Vec<String> =
        query.iter().map(|(name, value)| format!("{name}={}", query_value(value))).collect();
    let query = pairs.join("&");
    let host = host(allowed.endpoint);
    let path = format!("/{}", percent(allowed.key, |byte| byte == b'/' || is_unreserved(byte)));
    let request = format!("{}\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD", allowed.method);
    let signature = scope.sign(&request, credentials);
    format!("{}{path}?{query}&X-Amz-Signature={signature}", allowed.endpoint)
}

/// The headers of a POST to the root of an endpoint: those given, whose names are in lower case, and those that sign them and
/// the body. The host is signed too and is the client's to send.
pub(crate) fn post(
    endpoint: &str,
    headers: &[(&str, &str)],
    body: &str,
    scope: Scope<'_>,
    credentials: &Credentials,
) -> Vec<(String, String)> {
    let mut sent: Vec<(&str, &str)> = headers.to_vec();
    sent.push(("x-amz-date", scope.time));
    if let Some(token) = &credentials.token {
        sent.push(("x-amz-security-token", token));
    }
    let mut signed = [sent.as_slice(), &[("host", host(endpoint))]].concat();
    signed.sort_unstable();
    let names = signed.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let lines: String = signed.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let request = format!("POST\n/\n\n{lines}\n{names}\n{}", hex(&Sha256::digest(body)));
    let authorization = format!(
        "{ALGORITHM} Credential={}/{}, SignedHeaders={names}, Signature={}",
        credentials.id,
        scope.text(),
        scope.sign(&request, credentials)
    );
    sent.push(("authorization", &authorization));
    sent.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The host of an endpoint, with its port where it names one.
fn host(endpoint: &str) -> &str {
    endpoint.split("://").nth(1).unwrap_or(endpoint)
}

fn keyed(key: &[u8], message: &str) -> Vec<u8> {
    // Any length of key is taken.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(message.as_bytes());
            mac.finalize().into_bytes().to_vec()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of AWS's documentation (see above), whose key opens nothing.
    fn example() -> (Allowed<'static>, Credentials) {
        let allowed = Allowed {
            method: "GET",
            endpoint: "https://examplebucket.s3.amazonaws.com",
            key: "test.txt",
            region: "us-east-1",
            seconds: 86_400,
            time: "20130524T000000Z",
        };
        let credentials = Credentials {
            id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            token: None,
        };
        (allowed, credentials)
    }

    #[test]
    fn the_documentations_example_comes_out() {
        let (allowed, credentials) = example();
        assert_eq!(
            link(&allowed, &credentials),
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
             &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
             &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        );
    }

    #[test]
    fn another_method_key_or_time_is_another_signature() {
        let (allowed, credentials) = example();
        let first = link(&allowed, &credentials);
        for other in [
            Allowed { method: "PUT", ..example().0 },
            Allowed { key: "test.csv", ..example().0 },
            Allowed { seconds: 60, ..example().0 },
        ] {
            let signature = |link: &str| link.split("Signature=").nth(1).unwrap().to_owned();
            assert_ne!(signature(&link(&other, &credentials)), signature(&first));
        }
    }

    #[test]
    fn a_roles_token_is_signed_too_and_names_are_encoded() {
        let (allowed, credentials) = example();
        let credentials = Credentials { token: Some("a/b=".to_owned()), ..credentials };
        let link = link(&Allowed { key: "catalogue/holdings/강남 (1).csv", ..allowed }, &credentials);
        assert!(link.contains("/catalogue/holdings/%EA%B0%95%EB%82%A8%20%281%29.csv?"), "{link}");
        assert!(link.contains("&X-Amz-Security-Token=a%2Fb%3D&X-Amz-SignedHeaders=host&"), "{link}");
        assert!(!link.contains("wJalr"));
    }

    /// `get-vanilla` and `post-vanilla` of AWS's test suite differ in the method alone; the latter is what `post` makes.
    #[test]
    fn the_test_suites_post_comes_out() {
        let credentials = Credentials {
            id: "AKIDEXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
            token: None,
        };
        let scope = Scope { time: "20150830T123600Z", region: "us-east-1", service: "service" };
        let headers = post("https://example.amazonaws.com", &[], "", scope, &credentials);
        assert_eq!(
            headers[1].1,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
        let role = Credentials { token: Some("t".to_owned()), ..credentials };
        let more = [("x-amz-target", "T")];
        let headers = post("http://localhost:1", &more, "{}", scope, &role);
        assert!(
            headers[3].1.contains("SignedHeaders=host;x-amz-date;x-amz-security-token;x-amz-target,"),
            "{headers:?}"
        );
        assert_ne!(headers, post("http://localhost:1", &more, "{ }", scope, &role));
    }
}
