//! A request of the platform as one of the core's.
//!
//! Nothing is checked here; the core does that. Invariant: of a body no more is read than the core looks at, and for no
//! longer than it says.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use seoga_app::{Request, limits};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Reflect, Uint8Array};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{self, ReadableStreamDefaultReader as Reader};
use worker::{Date, Delay};

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

/// Reads a member of an object.
fn member(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into()).ok()
}

/// Finds the location that answers, such as `ICN`, where the platform names one.
fn location(request: &web_sys::Request) -> Option<String> {
    member(&member(request, "cf")?, "colo")?.as_string()
}

/// Takes over method, URL and headers, and reads the body as far as the limit.
pub(crate) async fn read(request: web_sys::Request, instance: String) -> Request {
    let (method, url) = (request.method(), request.url());
    let location = location(&request).unwrap_or_else(|| NO_LOCATION.to_owned());
    let (base, path, query) = split(&url);
    let sender = request.headers().get(SENDER).ok().flatten().unwrap_or_default();
    let mut body = Body::default();
    if method == "POST" {
        body.read(&request).await;
    }
    let headers = worker::Request::from(request).headers().entries().collect();
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
    async fn read(&mut self, request: &web_sys::Request) {
        let Some(stream) = request.body() else { return };
        let reader = stream.get_reader().unchecked_into::<Reader>();
        let end = Delay::from(Duration::from_secs(limits::BODY_SECONDS));
        let too_slow = match select(pin!(self.take(&reader)), end).await {
            Either::Left(_) => false,
            // Cancelled, the read that is pending ends, and with it all that waits for it.
            Either::Right(((), read)) => {
                let _ = JsFuture::from(reader.cancel()).await;
                read.await;
                true
            }
        };
        self.too_slow = too_slow;
    }

    async fn take(&mut self, reader: &Reader) {
        while let Ok(chunk) = JsFuture::from(reader.read()).await {
            let Some(chunk) = member(&chunk, "value").and_then(|value| value.dyn_into::<Uint8Array>().ok())
            else {
                return;
            };
            let room = limits::MAX_BODY_BYTES - self.bytes.len();
            let length = chunk.length() as usize;
            self.bytes.extend(chunk.subarray(0, length.min(room) as u32).to_vec());
            self.too_large = length > room;
            if self.too_large {
                let _ = JsFuture::from(reader.cancel()).await;
                return;
            }
        }
    }
}
