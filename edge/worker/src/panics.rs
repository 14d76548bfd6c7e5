//! What a panic leaves behind: a readable stack in the log. Not a recovery of its own.
//!
//! WASM is compiled with `panic = "abort"`, so a panic ends the instance. `worker` 0.8 then sets a flag from
//! its panic hook, and the shim that `worker-build` writes makes a new instance before the next request.
//! Invariant: the hook of `worker` stays in place, whichever of the two start functions runs first.

/// Prints the message and the stack of a panic to the log, then does what the hook before it did.
pub(crate) fn report() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        console_error_panic_hook::hook(info);
        before(info);
    }));
}
