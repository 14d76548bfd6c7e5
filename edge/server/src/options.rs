//! Settings of the server that are this shell's own; those of a deployment are [`Config`].

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use seoga_app::Config;

/// Says which index a server serves, where, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the index: the one that holds the pointer.
    pub index: PathBuf,
    /// The file of the choice store; made where it is not there.
    pub store: PathBuf,
    /// Where visitors connect.
    pub listen: SocketAddr,
    /// Where metrics are read, by HTTP without TLS; `None` for nowhere.
    pub metrics: Option<SocketAddr>,
    /// Certificate and key; `None` serves plain HTTP.
    pub tls: Option<Tls>,
    /// Whether a proxy before it says by `X-Forwarded-Proto`, `-Host` and `-For` what was asked, and by whom.
    pub proxied: bool,
    /// Where the access log goes.
    pub log: Log,
    /// Threads that answer, at least 1.
    pub threads: usize,
    /// Connections open at once; one more is closed at its beginning.
    pub connections: usize,
    /// Time that a client may take for the head of a request, for its next one, or to take what is sent.
    pub patience: Duration,
    /// The deployment's settings.
    pub config: Config,
}

/// Files of a certificate, in PEM.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Where a line for each request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Log {
    /// Nowhere.
    Off,
    /// To stdout.
    Stdout,
    /// To the end of a file.
    File(PathBuf),
}
