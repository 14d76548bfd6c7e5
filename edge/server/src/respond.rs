//! A request of HTTP to its answer: a static file, a file of the index, or the core's.
//!
//! Invariant: of a body no more is kept than the core looks at, and it is read for no longer than the core says; each request leaves one
//! line of the log.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Buf as _, Bytes};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use seoga_app::{Request, Response, contract, limits};
use tokio::time::timeout;

use crate::access_log::Line;
use crate::assets::{entity_tag, media_type};
use crate::compression::compress;
use crate::shared::Shared;
use crate::shell::{Shell, now};

/// The location of every request, as limiters know it: there is one.
const LOCATION: &str = "local";
/// Bytes of a body that is too large that are read all the same, and for how long: a client that is still sending when the connection
/// ends would lose the answer that says so.
const LET_GO: (usize, Duration) = (1 << 20, Duration::from_secs(1));

/// Who asks, and over what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    /// The address of the connection.
    pub(crate) address: IpAddr,
    /// Whether the connection has TLS.
    pub(crate) tls: bool,
}

/// Answers a request of a connection.
pub(crate) async fn respond(
    shell: &Shell,
    shared: &Arc<Shared>,
    peer: Peer,
    request: hyper::Request<Incoming>,
) -> hyper::Response<Full<Bytes>> {
    let began = Instant::now();
    let method = known_method(request.method());
    let accept =
        request.headers().get("accept-encoding").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let id = instance();
    let reads = matches!(method, "GET" | "HEAD");
    let path = request.uri().path().to_owned();
    let file = if reads { static_file(shared, &path, request.headers(), method).await } else { None };
    let route = match &file {
        Some(_) if shared.folder.holds(&path) => "index file",
        Some(_) => "static file",
        None => contract::pattern(&path).unwrap_or("none"),
    };
    let mut response = match file {
        Some(response) => response,
        None => shell.answer(read(shared, peer, id.clone(), request).await).await,
    };
    compress(&mut response, accept.as_deref());
    let (status, bytes) = (response.status, response.body.len());
    let took = began.elapsed();
    shared.metrics.answered(route, status, took, bytes);
    let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if !shared.log.write(Line { at: now(), id, method, route, status, us, bytes }) {
        shared.metrics.unlogged();
    }
    sent(response, method == "HEAD")
}

/// Finds a file that is served as it is.
async fn static_file(
    shared: &Arc<Shared>,
    path: &str,
    headers: &HeaderMap,
    method: &str,
) -> Option<Response> {
    let body = match shared.assets.find(path) {
        Some(asset) => asset.bytes.to_vec(),
        None if shared.folder.holds(path) => {
            let (folder, path) = (shared.folder.clone(), path.to_owned());
            tokio::task::spawn_blocking(move || folder.read(&path)).await.ok().flatten()?
        }
        None => return None,
    };
    let tag = entity_tag(&body);
    let mut response = Response::with_body(200, media_type(path), body);
    for (name, value) in shared.assets.headers(path) {
        response.set(&name, value);
    }
    if response.header("cache-control").is_none() {
        // As Cloudflare has it for files that no rule says more of.
        response.set("cache-control", "public, max-age=0, must-revalidate");
    }
    let known = headers.get("if-none-match").and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        response.status = 304;
        response.body.clear();
    }
    response.set("etag", tag);
    if method == "HEAD" {
        response.body.clear();
    }
    Some(response)
}

/// Takes over a request as one of the core's, with its body as far as the limits.
async fn read(shared: &Shared, peer: Peer, instance: String, request: hyper::Request<Incoming>) -> Request {
    let (head, mut body) = request.into_parts();
    let proxied = |name: &str| {
        let value = head.headers.get(name).filter(|_| shared.options.proxied)?.to_str().ok()?;
        // What the nearest proxy says is the last.
        value.rsplit(',').next().map(|value| value.trim().to_owned())
    };
    let scheme =
        proxied("x-forwarded-proto").unwrap_or_else(|| if peer.tls { "https" } else { "http" }.to_owned());
    let host = proxied("x-forwarded-host")
        .or_else(|| head.headers.get("host")?.to_str().ok().map(str::to_owned))
        .or_else(|| head.uri.authority().map(ToString::to_string))
        .unwrap_or_default();
    let mut read = Request {
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers(&head.headers),
        now: now(),
        asked_base: format!("{scheme}://{host}"),
        instance,
        location: LOCATION.to_owned(),
        sender: proxied("x-forwarded-for").unwrap_or_else(|| peer.address.to_string()),
        method: head.method.as_str().to_owned(),
        ..Request::default()
    };
    if read.method == "POST" {
        let limit = Duration::from_secs(limits::BODY_SECONDS);
        read.body_too_slow =
            timeout(limit, take(&mut body, &mut read.body, &mut read.body_too_large)).await.is_err();
        if read.body_too_large {
            let (most, patience) = LET_GO;
            // Who sends more, or more slowly, has been waited for long enough.
            let _ = timeout(patience, let_go(&mut body, most)).await;
        }
    }
    read
}

/// Reads a body as far as the limit. One that breaks off is taken as far as it came.
async fn take(body: &mut Incoming, bytes: &mut Vec<u8>, too_large: &mut bool) {
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(mut data) = frame.into_data() else { continue };
        let room = limits::MAX_BODY_BYTES - bytes.len();
        *too_large = data.remaining() > room;
        bytes.extend_from_slice(&data.split_to(data.remaining().min(room)));
        if *too_large {
            return;
        }
    }
}

/// Reads on without keeping anything, to the end or as far as `most`.
async fn let_go(body: &mut Incoming, most: usize) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, Bytes::len);
        if read > most {
            return;
        }
    }
}

/// Takes over headers; one that came several times is one, as fetch has it.
fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::with_capacity(map.len());
    for (name, value) in map {
        let value = String::from_utf8_lossy(value.as_bytes());
        match headers.iter_mut().find(|(known, _)| known == name.as_str()) {
            Some((_, known)) => {
                known.push_str(", ");
                known.push_str(&value);
            }
            None => headers.push((name.as_str().to_owned(), value.into_owned())),
        }
    }
    headers
}

/// Makes an answer one of HTTP.
fn sent(response: Response, head: bool) -> hyper::Response<Full<Bytes>> {
    let mut sent = hyper::Response::new(Full::new(Bytes::from(response.body)));
    // The core sets none outside 100 to 999.
    if let Ok(status) = hyper::StatusCode::from_u16(response.status) {
        *sent.status_mut() = status;
    }
    for (name, value) in response.headers {
        // What is no legal header is left out; the core sets none.
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
        {
            sent.headers_mut().append(name, value);
        }
    }
    if head {
        sent.headers_mut().remove("content-length");
    }
    sent
}

/// Gives a method that is known by its name: what else a client may say is in no log.
fn known_method(method: &hyper::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Makes an id of a request, unique enough to find its line.
fn instance() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}", SEED.hash_one(NUMBER.fetch_add(1, Ordering::Relaxed)))
}
