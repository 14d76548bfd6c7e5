//! A response of the core as one of the platform's.

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

/// Refuses on behalf of a deployment that must not start, and tells the log why.
pub(crate) fn refusal(error: &ConfigError, instance: &str) -> Response {
    let line =
        serde_json::json!({"level": "error", "id": instance, "status": 503, "what": error.to_string()});
    console_error!("{line}");
    seoga_app::refusal(error, instance)
}
