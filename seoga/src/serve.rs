//! `seoga serve`: the whole service as one program on a machine of one's own, or the sample to look at.
//!
//! `seoga-server` answers; this file finds out what it serves, by which settings, and where its state lies.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use seoga_app::Config;
use seoga_app::config::setting;
use seoga_host::{files, process};
use seoga_index::pointer::FILE_NAME as POINTER;
use seoga_server::{Log, Tls, signing_key};

/// Books of the sample: enough for every page to show something, built in a second.
const SAMPLE_BOOKS: &str = "2000";
const SAMPLE_SEED: &str = "1";
/// The folder of an index below that of static files, as `seoga rebuild --assets` publishes it.
const INDEX: &str = "index";
/// The file of choices in the state's folder.
pub(crate) const STORE: &str = "choices.redb";

/// Options of `serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The folder of the index, as `index-builder build --out` makes it, or of static files with the index below it, as
    /// `seoga rebuild --target local --assets DIR` publishes it. Either may be replaced while it is served.
    #[arg(value_name = "DIR", required_unless_present = "sample", conflicts_with = "sample")]
    dir: Option<PathBuf>,
    /// Serve an index of invented books, to look at; its state is gone when it ends.
    #[arg(long)]
    sample: bool,
    /// Where visitors connect.
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8787))]
    listen: SocketAddr,
    /// The folder of choices and of the signing key; made where it is not there.
    #[arg(long, value_name = "DIR", default_value = "seoga-state", conflicts_with = "sample")]
    state: PathBuf,
    /// The certificate and those above it, in PEM; read again on SIGHUP.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The certificate's private key, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Believe X-Forwarded-Proto, -Host and -For: only behind a proxy that sets them.
    #[arg(long)]
    proxied: bool,
    /// Where Prometheus reads /metrics, without TLS; no address that visitors reach.
    #[arg(long, value_name = "ADDRESS:PORT")]
    metrics: Option<SocketAddr>,
    /// Where a line for each request goes, without queries and addresses: a file, `-` for stdout.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Threads that answer [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Seconds that a client may take for the head of a request, for its next one, or to take what is sent.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    patience: u64,
    /// Connections open at once.
    #[arg(long, value_name = "N", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,
}

/// Carries out `seoga serve`.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.sample {
        let folder = tempfile::tempdir().context("making a folder for the sample")?;
        let index = sample(folder.path())?;
        return serve(options, index, folder.path(), settings(None)?);
    }
    let index = index_in(options.dir.as_deref().unwrap_or(Path::new(".")))?;
    make_state(&options.state)?;
    let config = settings(Some(&options.state))?;
    serve(options, index, &options.state, config)
}

fn serve(options: &Options, index: PathBuf, state: &Path, config: Config) -> Result<()> {
    let tls = match (&options.tls_certificate, &options.tls_key) {
        (Some(certificate), Some(key)) => Some(Tls { certificate: certificate.clone(), key: key.clone() }),
        _ => None,
    };
    let scheme = if tls.is_some() { "https" } else { "http" };
    let log = match &options.log {
        None => Log::Off,
        Some(file) if file.as_os_str() == "-" => Log::Stdout,
        Some(file) => Log::File(file.clone()),
    };
    let processors = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let served = seoga_server::Options {
        index,
        store: state.join(STORE),
        listen: options.listen,
        metrics: options.metrics,
        tls,
        proxied: options.proxied,
        log,
        threads: options.threads.map_or_else(processors, usize::from),
        connections: options.connections as usize,
        patience: Duration::from_secs(options.patience),
        config,
    };
    seoga_server::serve(served, |address| println!("{scheme}://{address}"))
}

/// Finds the folder of the index in what was named.
fn index_in(dir: &Path) -> Result<PathBuf> {
    let found = [dir.to_path_buf(), dir.join(INDEX)].into_iter().find(|dir| dir.join(POINTER).is_file());
    found.with_context(|| {
        format!(
            "{} has no index (no {POINTER}): make one by index-builder build --catalogue … --out DIR, or look at invented books \
             by seoga serve --sample",
            dir.display()
        )
    })
}

/// Makes the folder of the state, for its owner alone.
fn make_state(dir: &Path) -> Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    files::make_dir(dir)?;
    let owner = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(dir, owner).with_context(|| format!("making {} private", dir.display()))
}

/// Reads the settings of the environment. Who sets no key gets one that is kept with the state; the sample, which has none that
/// lasts, is a development machine's.
fn settings(state: Option<&Path>) -> Result<Config> {
    let mut set: BTreeMap<&str, String> = setting::ALL
        .into_iter()
        .filter_map(|name| Some((name, std::env::var(name).ok().filter(|value| !value.trim().is_empty())?)))
        .collect();
    match state {
        None => {
            set.insert(setting::MODE, setting::DEVELOPMENT.to_owned());
        }
        Some(state) if set.get(setting::MODE).is_none_or(|mode| mode != setting::DEVELOPMENT) => {
            if !set.contains_key(setting::KEY) {
                set.insert(setting::KEY, signing_key(state)?);
            }
        }
        Some(_) => {}
    }
    Ok(Config::from_settings(|name| set.get(name).cloned())?)
}

/// Builds the index of invented books below a folder; gives its own.
fn sample(folder: &Path) -> Result<PathBuf> {
    let (catalogue, index) = (folder.join("catalogue"), folder.join(INDEX));
    let program = std::env::current_exe().context("finding the running program")?;
    let step = |arguments: &[&str], out: &Path| {
        let mut command = Command::new(&program);
        command.arg("index").args(arguments).arg("--out").arg(out).stdout(std::io::stderr());
        process::run(&mut command)
    };
    step(&["generate", "--books", SAMPLE_BOOKS, "--seed", SAMPLE_SEED], &catalogue)
        .context("inventing books for the sample")?;
    let from = catalogue.display().to_string();
    step(&["build", "--catalogue", &from], &index).context("building the sample's index")?;
    ensure!(index.join(POINTER).is_file(), "the sample's index was not built");
    Ok(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_found_alone_or_below_static_files() {
        let dir = tempfile::tempdir().unwrap();
        let refused = index_in(dir.path()).unwrap_err().to_string();
        assert!(refused.contains("no index") && refused.contains("--sample"), "{refused}");
        files::make_dir(&dir.path().join(INDEX)).unwrap();
        files::write(&dir.path().join(INDEX).join(POINTER), "p").unwrap();
        assert_eq!(index_in(dir.path()).unwrap(), dir.path().join(INDEX));
        files::write(&dir.path().join(POINTER), "p").unwrap();
        assert_eq!(index_in(dir.path()).unwrap(), dir.path());
    }

    #[test]
    fn a_state_is_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("a/state");
        make_state(&state).unwrap();
        assert_eq!(std::fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
        make_state(&state).unwrap();
    }
}
