//! The Cloudflare Workers shell: hands requests to the core and does what it asks for.
//!
//! It is no home for rules of the product: routes, limits and pages are the core's. Invariant: a panic costs
//! the request that caused it, and the instance is made anew for the next one (see [`panics`]).

mod panics;

use worker::{Context, Env, Request, Response, event};

#[event(start)]
fn start() {
    panics::report();
}

/// Proves the chain from crate to workerd: an asset and the choice store, no product yet.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    if request.path() != "/api/status" {
        return Response::error("nothing here yet", 404);
    }
    let pointer = env.assets("ASSETS")?.fetch("https://assets.invalid/index/current.json", None).await?;
    let choices = env.kv("CHOICES")?.list().limit(1).execute().await?;
    Response::ok(format!("assets {}, choices {}", pointer.status_code(), choices.keys.len()))
}
