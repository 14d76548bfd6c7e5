//! The Cloudflare Workers shell: hands requests to the core and does what it asks for.
//!
//! It is no home for rules of the product: routes, limits, status codes and pages are the core's. It keeps no
//! answers either; Workers Cache in front of it does (`docs/decisions/0008-workers-cache.md`).
//!
//! Invariant: a request always gets an answer, and a panic costs only the requests under way (see [`panics`]).

mod counter;
mod drive;
#[cfg(feature = "test-hooks")]
mod hooks;
mod packing;
mod panics;
mod platform;
mod request;
mod response;
mod store;

use std::cell::OnceCell;
use std::rc::Rc;

use seoga_app::{App, ConfigError};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::worker_sys::Context;
use worker::{Env, js_sys, web_sys};

use crate::platform::Platform;

thread_local! {
    /// The application of this isolate, made for its first request: settings come with one.
    static APP: OnceCell<Result<Rc<App>, ConfigError>> = const { OnceCell::new() };
}

#[worker::event(start)]
fn start() {
    panics::report();
    #[cfg(feature = "test-hooks")]
    hooks::announce();
}

/// Answers a request. Written out instead of by `worker`'s macro, so that the answer can also come from the
/// panic hook when the code that works on it is gone.
///
/// The promise is handed to `waitUntil` as well: workerd drops a request whose client is gone, and a future that is
/// neither polled nor dropped keeps its buffers and handles for as long as the isolate lives.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, context: &Context) -> js_sys::Promise {
    let instance = request::instance(&request);
    let answer = panics::answered_in_any_case(&instance.clone(), async move {
        let response = match APP.with(|app| app.get_or_init(|| drive::new_app(&env)).clone()) {
            Ok(app) => {
                let request = request::read(request, instance).await;
                let platform = Platform::new(env);
                #[cfg(feature = "test-hooks")]
                let response = hooks::answer(&app, request, &platform).await;
                #[cfg(not(feature = "test-hooks"))]
                let response =
                    drive::answer(&app, request, async |effect| platform.carry_out(effect).await).await;
                response
            }
            Err(error) => response::refusal(&error, &instance),
        };
        response::to_js(response)
    });
    // A context that takes no promise leaves the request as it was: answered, and dropped with its client.
    let _ = context.wait_until(&answer);
    answer
}
