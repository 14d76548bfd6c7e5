//! Ports of this machine.

use std::net::{TcpListener, TcpStream};

use anyhow::{Context, Result};

/// Tells whether nothing listens on a port.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok() && TcpStream::connect(("localhost", port)).is_err()
}

/// Finds a port that is free now.
///
/// # Errors
/// When the system gives none.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("asking for a free port")?;
    Ok(listener.local_addr().context("asking for a free port")?.port())
}
