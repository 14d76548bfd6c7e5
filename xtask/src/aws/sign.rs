//! Links that let through one request for a while: AWS Signature Version 4 in the query string.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
//!
//! Not a client of S3. Invariant: nothing of the secret is in a link but its signature.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// An access key. A role's has a session token too.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
}

/// What a link lets through.
pub(super) struct Allowed<'a> {
    pub(super) method: &'a str,
    /// Scheme and host, such as `https://bucket.s3.ap-northeast-2.amazonaws.com`.
    pub(super) endpoint: &'a str,
    /// The object's key, without a slash before it.
    pub(super) key: &'a str,
    pub(super) region: &'a str,
    /// For how many seconds.
    pub(super) seconds: u32,
    /// From when: `20130524T000000Z`.
    pub(super) time: &'a str,
}

/// The link.
pub(super) fn link(allowed: &Allowed<'_>, credentials: &Credentials) -> String {
    let date = allowed.time.split('T').next().unwrap_or_default();
    let scope = format!("{date}/{}/s3/aws4_request", allowed.region);
    let mut query = vec![
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("X-Amz-Credential", format!("{}/{scope}", credentials.id)),
        ("X-Amz-Date", allowed.time.to_owned()),
        ("X-Amz-Expires", allowed.seconds.to_string()),
        ("X-Amz-SignedHeaders", "host".to_owned()),
    ];
    if let Some(token) = &credentials.token {
        query.push(("X-Amz-Security-Token", token.clone()));
    }
    query.sort();
    let pairs: Vec<String> =
        query.iter().map(|(name, value)| format!("{name}={}", encode(value, false))).collect();
    let query = pairs.join("&");
    let host = allowed.endpoint.split("://").nth(1).unwrap_or(allowed.endpoint);
    let path = format!("/{}", encode(allowed.key, true));
    let request = format!("{}\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD", allowed.method);
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", allowed.time, hex(&Sha256::digest(request)));
    let steps = [date, allowed.region, "s3", "aws4_request", &text];
    let first = format!("AWS4{}", credentials.secret).into_bytes();
    let signature = steps.iter().fold(first, |key, message| keyed(&key, message));
    format!("{}{path}?{query}&X-Amz-Signature={}", allowed.endpoint, hex(&signature))
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Percent-encoding as the signature wants it: all but unreserved characters, and in a path the slashes.
fn encode(text: &str, path: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b'/' if path => out.push('/'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
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
}
