//! One connection: greeted, served request after request, ended.
//!
//! Invariant: a client that sends or takes nothing is let go after the operator's patience; a connection under way when the server stops ends
//! after the answer it is at.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;

use crate::respond::{Peer, respond};
use crate::shared::Shared;
use crate::shell::Shell;
use crate::tls::Certificate;

/// Bytes of a head at most: the core refuses longer queries in words of its own before.
const HEAD_BYTES: usize = 64 * 1024;

/// Serves a connection until it ends, or the server does.
pub(crate) async fn serve(
    stream: TcpStream,
    address: SocketAddr,
    certificate: Option<&Certificate>,
    shell: Rc<Shell>,
    shared: Arc<Shared>,
    stop: watch::Receiver<bool>,
) {
    // A short answer goes out at once; where the socket refuses that, it only takes longer.
    let _ = stream.set_nodelay(true);
    let patience = shared.options.patience;
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience));
    let peer = Peer { address: address.ip(), tls: certificate.is_some() };
    let stream = Box::pin(stream);
    match certificate {
        None => requests(stream, peer, shell, shared, stop).await,
        Some(certificate) => {
            // Whoever greets wrongly, or not at all, is let go without a word.
            if let Ok(Ok(stream)) = timeout(patience, certificate.acceptor().accept(stream)).await {
                requests(stream, peer, shell, shared, stop).await;
            }
        }
    }
}

async fn requests(
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
    peer: Peer,
    shell: Rc<Shell>,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    let patience = shared.options.patience;
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (shell, shared) = (Rc::clone(&shell), Arc::clone(&shared));
        async move {
            Ok::<hyper::Response<Full<Bytes>>, Infallible>(respond(&shell, &shared, peer, request).await)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // How a connection ended is the client's business: it is told by what it got.
    tokio::select! {
        // An answer that is sent after the stop says that it is the last.
        biased;
        _ = stop.wait_for(|stop| *stop) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
        _ = connection.as_mut() => {}
    }
}
