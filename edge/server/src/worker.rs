//! A thread that answers: a core of its own, and the connections that were handed to it.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::{mpsc, watch};
use tokio::task::LocalSet;
use tokio::time::timeout;

use crate::connection;
use crate::shared::Shared;
use crate::shell::Shell;
use crate::tls::Certificate;

/// Time that answers under way have when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// A connection to be served.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) stream: std::net::TcpStream,
    pub(crate) address: SocketAddr,
}

/// A running thread.
#[derive(Debug)]
pub(crate) struct Worker {
    connections: mpsc::UnboundedSender<Connection>,
    open: Arc<AtomicUsize>,
    thread: JoinHandle<()>,
}

impl Worker {
    /// Starts a thread.
    ///
    /// # Errors
    /// When the core must not start with its settings, or the machine gives no thread.
    pub(crate) fn start(
        number: usize,
        shared: &Arc<Shared>,
        certificate: Option<&Arc<Certificate>>,
        stop: &watch::Receiver<bool>,
    ) -> Result<Self> {
        let (connections, received) = mpsc::unbounded_channel();
        let open = Arc::new(AtomicUsize::new(0));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("starting a thread that answers")?;
        let work = Work {
            shared: Arc::clone(shared),
            certificate: certificate.map(Arc::clone),
            open: Arc::clone(&open),
            stop: stop.clone(),
        };
        let thread = std::thread::Builder::new()
            .name(format!("answers-{number}"))
            .spawn(move || runtime.block_on(LocalSet::new().run_until(work.run(received))))
            .context("starting a thread that answers")?;
        Ok(Self { connections, open, thread })
    }

    /// Says how many connections it has.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Hands it a connection.
    pub(crate) fn give(&self, connection: Connection) {
        self.open.fetch_add(1, Ordering::Relaxed);
        // A thread that is gone lets the connection go with it.
        let _ = self.connections.send(connection);
    }

    /// Waits until its answers under way are sent, or their time is over.
    pub(crate) fn join(self) {
        drop(self.connections);
        let _ = self.thread.join();
    }
}

struct Work {
    shared: Arc<Shared>,
    certificate: Option<Arc<Certificate>>,
    open: Arc<AtomicUsize>,
    stop: watch::Receiver<bool>,
}

impl Work {
    async fn run(self, mut received: mpsc::UnboundedReceiver<Connection>) {
        // The settings were checked before; a core that refuses them all the same has nothing to answer with.
        let Ok(shell) = Shell::new(Arc::clone(&self.shared)) else { return };
        let shell = Rc::new(shell);
        // Every connection holds one end; when all are gone, receiving from the other ends.
        let (alive, mut none_left) = mpsc::channel::<()>(1);
        while let Some(Connection { stream, address }) = received.recv().await {
            let open = Open {
                count: Arc::clone(&self.open),
                shared: Arc::clone(&self.shared),
                _alive: alive.clone(),
            };
            self.shared.metrics.opened();
            let Ok(stream) = tokio::net::TcpStream::from_std(stream) else { continue };
            let (shell, shared, stop) = (Rc::clone(&shell), Arc::clone(&self.shared), self.stop.clone());
            let certificate = self.certificate.clone();
            tokio::task::spawn_local(async move {
                connection::serve(stream, address, certificate.as_deref(), shell, shared, stop).await;
                drop(open);
            });
        }
        drop(alive);
        let _ = timeout(GRACE, none_left.recv()).await;
    }
}

/// Counts a connection for as long as it lives.
struct Open {
    count: Arc<AtomicUsize>,
    shared: Arc<Shared>,
    /// Held until then: when all are gone, the thread may end.
    _alive: mpsc::Sender<()>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
        self.shared.metrics.closed();
    }
}
