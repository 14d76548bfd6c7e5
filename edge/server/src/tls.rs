//! Certificates: read from files, and again when the operator says that they changed.
//!
//! Invariant: files that cannot be used leave the certificate in force as it is.

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context as _, Result};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::options::Tls;

/// The certificate in force.
#[derive(Debug)]
pub(crate) struct Certificate {
    files: Tls,
    config: RwLock<Arc<ServerConfig>>,
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// When one cannot be read, is no PEM, or key and certificate do not go together.
    pub(crate) fn read(files: &Tls) -> Result<Self> {
        Ok(Self { files: files.clone(), config: RwLock::new(config(files)?) })
    }

    /// Reads the files again.
    ///
    /// # Errors
    /// As [`Certificate::read`]; the one before stays in force.
    pub(crate) fn renew(&self) -> Result<()> {
        let config = config(&self.files)?;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    /// Gives what greets a connection by the certificate in force.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn config(files: &Tls) -> Result<Arc<ServerConfig>> {
    let reading = || format!("reading the certificate {}", files.certificate.display());
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .with_context(reading)?
        .collect::<Result<Vec<_>, _>>()
        .with_context(reading)?;
    anyhow::ensure!(!chain.is_empty(), "{} has no certificate in PEM", files.certificate.display());
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .with_context(|| format!("reading the private key {}", files.key.display()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .with_context(|| format!("using {} with {}", files.certificate.display(), files.key.display()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
