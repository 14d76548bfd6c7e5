//! The peers as servers, over the HTTP of `edge/server`: hyper, a runtime of one thread for each processor, connections kept.
//!
//! They answer the path that Seoga's API has, so that one client asks all the same. What speaks for them was chosen: nothing is
//! checked, logged, throttled, compressed or counted, and no header but the type is set.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;

/// A question of `/api/search`.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) words: String,
    pub(crate) libraries: Vec<String>,
    pub(crate) limit: usize,
}

/// Answers it.
pub(crate) trait Engine {
    /// Gives the best books.
    fn answer(&mut self, asked: &Asked) -> Result<Value>;
}

/// Serves until the process is ended: each thread with an engine of its own.
pub(crate) fn run<E: Engine + 'static>(
    listen: SocketAddr,
    threads: usize,
    make: impl Fn() -> Result<E> + Sync,
) -> Result<()> {
    let listener = std::net::TcpListener::bind(listen).with_context(|| format!("listening on {listen}"))?;
    listener.set_nonblocking(true)?;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    let (engine, listener) = (make()?, listener.try_clone()?);
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                    tokio::task::LocalSet::new().block_on(&runtime, accept(listener, engine))
                })
            })
            .collect();
        let ended = threads.into_iter().map(|one| one.join().map_err(|_| anyhow::anyhow!("a thread panicked")));
        ended.collect::<Result<Vec<_>>>()?.into_iter().collect()
    })
}

async fn accept(listener: std::net::TcpListener, engine: impl Engine + 'static) -> Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    // A thread's engine is asked by one connection at a time: nothing waits while it answers.
    let engine = Arc::new(Mutex::new(engine));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let engine = Arc::clone(&engine);
        tokio::task::spawn_local(async move {
            let service = service_fn(move |request: hyper::Request<Incoming>| {
                let response = respond(&engine, &request);
                async move { Ok::<_, Infallible>(response) }
            });
            // How a connection ends is the client's business.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

fn respond(engine: &Mutex<impl Engine>, request: &hyper::Request<Incoming>) -> hyper::Response<Full<Bytes>> {
    let (status, body) = match (request.uri().path(), engine.lock()) {
        ("/api/status", _) => (200, "{}".to_owned()),
        ("/api/search", Ok(mut engine)) => {
            match engine.answer(&asked(request.uri().query().unwrap_or_default())) {
                Ok(books) => (200, serde_json::json!({"results": books}).to_string()),
                Err(error) => (500, format!("{error:#}")),
            }
        }
        _ => (404, String::new()),
    };
    let mut response = hyper::Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert("content-type", hyper::header::HeaderValue::from_static("application/json"));
    // By which its starter knows it.
    if let Some(run) = std::env::var("SEOGA_RUN").ok().and_then(|run| run.parse().ok()) {
        headers.insert("x-seoga-run", run);
    }
    response
}

fn asked(query: &str) -> Asked {
    let mut asked = Asked { limit: 20, ..Asked::default() };
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            "q" => asked.words = decoded(value),
            "library" => asked.libraries.push(decoded(value)),
            "limit" => asked.limit = value.parse().unwrap_or(asked.limit),
            _ => {}
        }
    }
    asked
}

/// Reads percent-encoding; what is none stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        let pair = more.get(..2).and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        match (first, pair) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = more;
            }
            _ => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
