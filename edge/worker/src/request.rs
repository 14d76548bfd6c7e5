//! A request of the platform as one of the core's.
//!
//! Nothing is checked here; the core does that. Invariant: of a body no more is read than the core looks at, and for no
//! longer than it says.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use seoga_app::{Request, limits};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::Reflect;
use worker::{ByteStream, Date, Delay, web_sys};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}

/// The header by which Cloudflare names a request.
const RAY: &str = "cf-ray";
/// The header by which Cloudflare says where a request came from; what a client says there is replaced.
const SENDER: &str = "cf-connecting-ip";
/// The location where the platform names none.
const NO_LOCATION: &str = "local";

/// Finds the id of a request: the platform's, or a random one where there is none.
pub(crate) fn instance(request: &web_sys::Request) -> String {
    request.headers().get(RAY).ok().flatten().unwrap_or_else(random_uuid)
}

/// Finds the location that answers, such as `ICN`, where the platform names one.
fn location(request: &web_sys::Request) -> Option<String> {
    let member = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
    member(&member(request, "cf")?, "colo")?.as_string()
}

/// Takes over method, URL and headers, and reads the body as far as the limit.
pub(crate) async fn read(request: web_sys::Request, instance: String) -> Request {
    let (method, url) = (request.method(), request.url());
    let location = location(&request).unwrap_or_else(|| NO_LOCATION.to_owned());
    let mut request = worker::Request::from(request);
    let (base, path, query) = split(&url);
    let headers = request.headers().entries().collect();
    let sender = request.headers().get(SENDER).ok().flatten().unwrap_or_default();
    let mut body = Body::default();
    if method == "POST" {
        body.read(&mut request).await;
    }
    Request {
        asked_base: base.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        location,
        sender,
        now: Date::now().as_millis() / 1000,
        method,
        headers,
        body: body.bytes,
        body_too_large: body.too_large,
        body_too_slow: body.too_slow,
        instance,
    }
}

/// Splits a URL into scheme and host, path, query string. The runtime has written it in its canonical form already.
fn split(url: &str) -> (&str, &str, &str) {
    let url = url.split('#').next().unwrap_or_default();
    let (rest, query) = url.split_once('?').unwrap_or((url, ""));
    let host = rest.find("://").map_or(0, |at| at + 3);
    let path = rest.get(host..).and_then(|rest| rest.find('/')).map_or(rest.len(), |at| host + at);
    let (base, path) = rest.split_at(path);
    (base, if path.is_empty() { "/" } else { path }, query)
}

/// A body as far as it was read.
#[derive(Default)]
struct Body {
    bytes: Vec<u8>,
    too_large: bool,
    too_slow: bool,
}

impl Body {
    /// Reads as far as the limits of bytes and of time. A body that breaks off is taken as far as it came.
    async fn read(&mut self, request: &mut worker::Request) {
        let Ok(chunks) = request.stream() else { return };
        let end = Delay::from(Duration::from_secs(limits::BODY_SECONDS));
        let slow = matches!(select(pin!(self.take(chunks)), end).await, Either::Right(_));
        self.too_slow = slow;
    }

    async fn take(&mut self, mut chunks: ByteStream) {
        while let Some(Ok(chunk)) = chunks.next().await {
            let room = limits::MAX_BODY_BYTES - self.bytes.len();
            self.bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
            self.too_large = chunk.len() > room;
            if self.too_large {
                return;
            }
        }
    }
}
