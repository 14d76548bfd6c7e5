//! Panics: each leaves a readable stack in the log, and an answer for every request under way.
//!
//! WASM is compiled with `panic = "abort"`, so a panic ends the instance: no future of it is polled again, and a
//! request whose answer was to come from one would hang until the platform cancels it. Therefore each answer is
//! raced with a promise that the panic hook settles. `worker` 0.8 then sets a flag from its own hook, and the shim
//! (`shim.mjs`) makes a new instance before the next request.
//!
//! Invariant: the hook of `worker` stays in place, whichever of the two start functions runs first.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;

use worker::console_error;
use worker::js_sys::{Array, Function, Promise};
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen_futures::future_to_promise;

use crate::response;

/// Holds a request under way: its id, and what settles its promise.
struct PendingRequest {
    instance: String,
    settle: Function,
}

#[derive(Default)]
struct Requests {
    last: u64,
    under_way: BTreeMap<u64, PendingRequest>,
}

thread_local! {
    static REQUESTS: RefCell<Requests> = RefCell::default();
}

/// Installs the hook.
pub(crate) fn report() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        console_error_panic_hook::hook(info);
        answer_all(&info.to_string());
        before(info);
    }));
}

/// Promises what `work` answers, or 500 when a panic ends the instance before.
pub(crate) fn answered_in_any_case(instance: &str, work: impl Future<Output = JsValue> + 'static) -> Promise {
    let mut number = 0;
    let rescue = Promise::new(&mut |settle, _| {
        number = REQUESTS.with_borrow_mut(|requests| {
            requests.last += 1;
            requests
                .under_way
                .insert(requests.last, PendingRequest { instance: instance.to_owned(), settle });
            requests.last
        });
    });
    let work = future_to_promise(async move {
        let answer = work.await;
        REQUESTS.with_borrow_mut(|requests| requests.under_way.remove(&number));
        Ok(answer)
    });
    Promise::race(&Array::of2(&work, &rescue))
}

/// Answers every request under way with 500.
fn answer_all(panic: &str) {
    // A panic while the list is held loses these answers, not the instance after it.
    let under_way =
        REQUESTS.with(|requests| requests.try_borrow_mut().map(|mut r| std::mem::take(&mut r.under_way)));
    for request in under_way.into_iter().flatten().map(|(_, request)| request) {
        let id = &request.instance;
        let line = serde_json::json!({"level": "error", "id": id, "status": 500, "what": panic});
        console_error!("{line}");
        let answer = seoga_app::broken(id);
        let _ = request.settle.call1(&JsValue::NULL, &response::to_js(answer));
    }
}
