//! `cargo xtask compare`: the hosts of one index side by side, each held to `seoga serve` by `seoga compare`.
//!
//! Invariant: all serve the same files of the index, built once, and whatever was started is ended.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use seoga_host::server::{Run, Server};
use seoga_host::{files, ports, process};

use crate::build;
use crate::dev::{self, Serve};
use crate::dev_aws::{self, DEVELOPMENT, Local};
use crate::flavour::Flavour;
use crate::setup::{browser, node, tools};
use crate::workspace::Workspace;

/// Books of an index that questions are made of.
const BOOKS: &str = "600";

/// Options of `compare`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Questions, as `seoga compare --questions` reads them; may be given several times.
    #[arg(long, value_name = "FILE", required = true)]
    questions: Vec<PathBuf>,
    /// The catalogue to index.
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
    /// A host, instead of all; may be given several times.
    #[arg(long, value_enum)]
    host: Vec<Host>,
    /// Take every N-th question alone.
    #[arg(long, value_name = "N", default_value_t = 1)]
    every: u32,
}

/// A host beside `seoga serve`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Host {
    /// The worker, on workerd.
    Workerd,
    /// The functions for Lambda@Edge, on the local edge.
    Aws,
    /// The service worker, in Chromium.
    Browser,
}

/// Carries out `cargo xtask compare`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let catalogue = options.catalogue.as_deref().map(build::absolute).transpose()?;
    build::everything(workspace, catalogue.as_deref(), Flavour::Plain)?;
    let seoga = compile(workspace)?;
    let index = build::assets::folder(workspace, Flavour::Plain).join("index");
    let all = [Host::Workerd, Host::Aws, Host::Browser];
    let hosts = if options.host.is_empty() { &all[..] } else { &options.host };
    let mut outcome = Ok(());
    for host in hosts {
        println!("\n{host:?}, B, beside seoga serve, A");
        let one = beside_serve(workspace, &seoga, &index, &options.questions, options.every, || {
            start(workspace, *host, catalogue.as_deref(), &index)
        });
        // The rest is worth knowing too.
        outcome = outcome.and(one.with_context(|| format!("{host:?} beside seoga serve")));
    }
    outcome
}

/// Holds the service worker's answers to those of `seoga serve`, from one index.
pub(crate) fn browser(
    workspace: &Workspace,
    seoga: &Path,
    index: &Path,
    questions: PathBuf,
    every: u32,
) -> Result<()> {
    beside_serve(workspace, seoga, index, &[questions], every, || {
        start(workspace, Host::Browser, None, index)
    })
}

/// Starts `seoga serve` and another host, compares the two, and ends both whatever comes of it.
fn beside_serve(
    workspace: &Workspace,
    seoga: &Path,
    index: &Path,
    questions: &[PathBuf],
    every: u32,
    other: impl FnOnce() -> Result<Server>,
) -> Result<()> {
    let serve = serve(workspace, seoga, index)?;
    let outcome = other().and_then(|other| {
        let outcome = alike(seoga, [&serve.url(), &other.url()], questions, every);
        other.end();
        outcome
    });
    serve.end();
    outcome
}

/// Holds the answers of two hosts to each other.
pub(crate) fn alike(seoga: &Path, bases: [&str; 2], questions: &[PathBuf], every: u32) -> Result<()> {
    let mut compare = Command::new(seoga);
    compare.arg("compare").args(bases).args(["--every", &every.to_string()]);
    for file in questions {
        compare.arg("--questions").arg(file);
    }
    process::run(&mut compare)
}

/// Makes questions of an index's own books, one in ten of which are asked by default; gives the file, and every how many-th to take.
pub(crate) fn questions(workspace: &Workspace, index: &Path, long: bool) -> Result<(PathBuf, u32)> {
    let file = workspace.build.join("compare-questions.tsv");
    let mut judge = Command::new(tools::compile(workspace)?.index_builder);
    judge.arg("judge").arg(index).args(["--books", BOOKS]).arg("--out").arg(&file);
    process::run(judge.stdout(std::io::stderr()))?;
    Ok((file, if long { 1 } else { 10 }))
}

/// Compiles the operator's program as it is released.
pub(crate) fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let mut build = Command::new("cargo");
    build.args(["build", "--locked", "--release", "--package", "seoga"]);
    build.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    process::run(&mut build).context("compiling seoga")?;
    Ok(workspace.target.join("release").join("seoga"))
}

/// Where a host's output goes, and its state.
fn log(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.build.join(format!("compare-{name}.log"))
}

/// Starts `seoga serve` with a developer's settings.
pub(crate) fn serve(workspace: &Workspace, seoga: &Path, index: &Path) -> Result<Server> {
    let state = workspace.build.join("state").join("compare-serve");
    files::remove_dir(&state)?;
    let (port, run) = (ports::free_port()?, Run::new());
    let mut command = Command::new(seoga);
    command.arg("serve").arg(index).arg("--state").arg(state);
    command.args(["--listen", &format!("127.0.0.1:{port}")]).env(Run::SETTING, run.to_string());
    let (name, value) = DEVELOPMENT.split_once('=').unwrap_or_default();
    command.env(name, value);
    Server::start(&mut command, port, &run, &[200], Some(&log(workspace, "serve")))
}

/// Starts a host.
fn start(workspace: &Workspace, host: Host, catalogue: Option<&Path>, index: &Path) -> Result<Server> {
    match host {
        Host::Workerd => {
            let state = workspace.build.join("state").join("compare");
            files::remove_dir(&state)?;
            let log = Some(log(workspace, "workerd"));
            let port = ports::free_port()?;
            dev::start(workspace, &Serve { port, environment: None, state, catalogue, extra: &[], log })
        }
        Host::Aws => {
            let log = Some(log(workspace, "aws"));
            let local = Local { log, ..Local::development(ports::free_port()?, catalogue) };
            dev_aws::start(workspace, &local)
        }
        Host::Browser => {
            let site = workspace.build.join("compare-site");
            files::remove_dir(&site)?;
            let mut make = Command::new(tools::compile(workspace)?.index_builder);
            make.arg("site").arg(index).arg("--program").arg(build::browser::build(workspace)?.program);
            process::run(make.arg("--out").arg(&site))?;
            let (port, run) = (ports::free_port()?, Run::new());
            let mut bridge = node::command(workspace, "node");
            bridge.env("SEOGA_BROWSER", browser::ensure()?).env(Run::SETTING, run.to_string());
            bridge
                .arg("tests/browser/bridge.mjs")
                .arg("--site")
                .arg(&site)
                .args(["--port", &port.to_string()]);
            // Until its page is there it says 503 of its status.
            Server::start(&mut bridge, port, &run, &[200], Some(&log(workspace, "browser")))
        }
    }
}
