//! The server: listens, hands connections to threads, stops in order.
//!
//! Invariant: when [`serve`] returns, nothing of it runs, and every choice that was answered with 201 is in the file.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::access_log::{AccessLog, tell};
use crate::assets::Assets;
use crate::folder::Folder;
use crate::limiter::Limiters;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::shared::Shared;
use crate::shell::now;
use crate::store::Store;
use crate::tls::Certificate;
use crate::worker::{Connection, Worker};

/// Time from the start to the first sweep of choices whose time is over, and between two.
const SWEEPS: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(3600)];
/// Seconds by which the clock may go wrong from one sweep to the next, and still be believed.
const SKEW: u64 = 600;
/// Time to wait when the machine gives no more connections.
const BREATH: Duration = Duration::from_millis(100);
/// Time that a reader of metrics may take.
const METRICS_PATIENCE: Duration = Duration::from_secs(5);
/// The media type of `OpenMetrics` 1.0.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves until SIGTERM or SIGINT; then lets answers under way end. SIGHUP reads the certificate again. `ready` hears where it
/// listens, once it does.
///
/// # Errors
/// When the settings must not be started with, the store or the certificate cannot be opened, or an address is taken.
pub fn serve(options: Options, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    options.config.check()?;
    let certificate = options.tls.as_ref().map(Certificate::read).transpose()?.map(Arc::new);
    let (store, choices) = Store::open(&options.store)?;
    let (log, lines) = AccessLog::open(&options.log)?;
    let shared = Arc::new(Shared {
        folder: Folder::new(&options.index, &options.config.index_prefix),
        assets: Assets::new(),
        limiters: Limiters::default(),
        store,
        metrics: Metrics::new(),
        log,
        options,
    });
    let (stopping, stop) = watch::channel(false);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the thread that listens")?;
    let outcome: Result<Vec<Worker>> = runtime.block_on(async {
        let options = &shared.options;
        let listener = listen(options.listen).await?;
        let metrics = match options.metrics {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let mut workers = Vec::new();
        for number in 0..options.threads.max(1) {
            workers.push(Worker::start(number, &shared, certificate.as_ref(), &stop)?);
        }
        ready(listener.local_addr().context("asking where we listen")?);
        let local = tokio::task::LocalSet::new();
        local.spawn_local(publish(metrics, Arc::clone(&shared)));
        local.spawn_local(sweep(Arc::clone(&shared)));
        let stopped = local.run_until(accept(&listener, &shared, &workers, certificate.as_deref())).await;
        let _ = stopping.send(true);
        stopped.map(|()| workers)
    });
    let _ = stopping.send(true);
    outcome?.into_iter().for_each(Worker::join);
    drop(runtime);
    drop(shared);
    choices.join();
    lines.join();
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))
}

/// Hands every connection to the thread that has the fewest, until a signal says to stop.
async fn accept(
    listener: &TcpListener,
    shared: &Shared,
    workers: &[Worker],
    certificate: Option<&Certificate>,
) -> Result<()> {
    let mut signals = Signals::listen()?;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            signal = signals.next() => match signal {
                Signal::Stop => return Ok(()),
                Signal::Renew => {
                    if let Some(Err(error)) = certificate.map(Certificate::renew) {
                        let line = serde_json::json!({"level": "error", "what": format!("{error:#}; the certificate before stays in force")});
                        tell(&line);
                    }
                    continue;
                }
            },
        };
        let Ok((stream, address)) = accepted else {
            // No more files may be open, or the client is gone already.
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let open: usize = workers.iter().map(Worker::open).sum();
        if open >= shared.options.connections {
            shared.metrics.refused();
            continue;
        }
        let least = workers.iter().min_by_key(|worker| worker.open());
        if let (Some(worker), Ok(stream)) = (least, stream.into_std()) {
            worker.give(Connection { stream, address });
        }
    }
}

/// Drops choices whose time is over, once an hour. A clock that was set since is not believed until an hour has passed by it: one that
/// shows a year to come would have everything dropped.
async fn sweep(shared: Arc<Shared>) {
    let [first, others] = SWEEPS;
    let mut wait = first;
    loop {
        let (began, before) = (Instant::now(), now());
        tokio::time::sleep(wait).await;
        wait = others;
        let (passed, shown) = (began.elapsed().as_secs(), now());
        if is_believed(before, shown, passed) {
            shared.store.sweep(shown);
        } else {
            let what = format!(
                "the clock went from {before} to {shown} in {passed} s; no choice is dropped by it for an hour"
            );
            tell(&serde_json::json!({"level": "warn", "what": what}));
        }
    }
}

/// Tells whether a clock went as time does.
fn is_believed(before: u64, shown: u64, passed: u64) -> bool {
    before.saturating_add(passed).abs_diff(shown) <= SKEW
}

/// Serves metrics to whoever may connect there.
async fn publish(listener: Option<TcpListener>, shared: Arc<Shared>) {
    let Some(listener) = listener else { return };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::task::spawn_local(async move {
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let response = match request.uri().path() {
                    "/metrics" => hyper::Response::builder()
                        .header("content-type", OPEN_METRICS)
                        .body(Full::new(Bytes::from(shared.metrics.text()))),
                    _ => hyper::Response::builder()
                        .status(404)
                        .body(Full::new(Bytes::from_static(b"/metrics\n"))),
                };
                async move { response }
            });
            let serving = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(METRICS_PATIENCE)
                .serve_connection(TokioIo::new(stream), service);
            let _ = serving.await;
        });
    }
}

enum Signal {
    Stop,
    Renew,
}

/// The signals that a server knows.
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).context("listening for signals");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Stop,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.hang_up.recv() => Signal::Renew,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_not_believed() {
        let now = 1_700_000_000;
        assert!(is_believed(now, now + 3600, 3600) && is_believed(now, now + 3590, 3600));
        for shown in [0, now - 86_400, now + 90_000, 4_000_000_000, u64::MAX] {
            assert!(!is_believed(now, shown, 3600), "{shown}");
        }
    }
}
