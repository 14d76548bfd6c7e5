//! A response of the core as one of the platform's, and the two answers that are not the core's: of a deployment
//! that may not start, and of one whose code is gone.

use seoga_app::{ConfigError, Response};
use worker::wasm_bindgen::JsValue;
use worker::{Headers, ResponseBuilder, console_error, web_sys};

/// Hands a response over.
pub(crate) fn to_js(response: Response) -> JsValue {
    let headers = Headers::new();
    for (name, value) in &response.headers {
        // What is no legal value is left out; the core sets none.
        let _ = headers.append(name, value);
    }
    let builder = ResponseBuilder::new().with_status(response.status).with_headers(headers);
    // 204 and 304 may not have a body, not even an empty one.
    let response = if response.body.is_empty() { builder.empty() } else { builder.fixed(response.body) };
    web_sys::Response::from(response).into()
}

/// What a deployment says that must not start: what to set, to the log and to whoever asks.
pub(crate) fn refusal(error: &ConfigError, instance: &str) -> Response {
    let line =
        serde_json::json!({"level": "error", "id": instance, "status": 503, "what": error.to_string()});
    console_error!("{line}");
    problem(503, "This deployment is not configured.", &error.to_string(), instance)
}

/// A problem document of the shell's own.
pub(crate) fn problem(status: u16, title: &str, detail: &str, instance: &str) -> Response {
    let document = serde_json::json!({
        "type": "about:blank", "title": title, "status": status, "detail": detail, "instance": instance,
    });
    let mut response = Response::with_body(status, "application/problem+json", document.to_string());
    response.set("cache-control", "no-store");
    response.set("x-content-type-options", "nosniff");
    response
}
