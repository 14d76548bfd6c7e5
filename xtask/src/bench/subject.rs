//! Makes what is measured: catalogues, their indexes, the questions, the peer's indexes. Made once for the same inputs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::size::Size;
use crate::build;
use crate::stamp::{Fingerprint, Stamp};
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// The seed of every invented catalogue.
const SEED: &str = "1";
/// Options of the makes of invented catalogues, the first of which names the folder.
pub(super) const COMPUTING: [&str; 3] = ["computing", "--make", "computing"];
const GENERAL: [&str; 5] = ["general", "--make", "general", "--without-isbn", "0"];

/// The programs that measure.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) builder: PathBuf,
    /// The native runner.
    pub(crate) bench: PathBuf,
    /// The peer, where it is wanted.
    pub(crate) peer: Option<PathBuf>,
}

impl Programs {
    /// Compiles them; the peer is a workspace of its own.
    pub(crate) fn compile(workspace: &Workspace, peer: bool) -> Result<Self> {
        let builder = build::index::compile(workspace)?;
        let bench = runner(workspace)?;
        let mut programs = Self { builder, bench, peer: None };
        if peer {
            let target = workspace.target.join("peer");
            let mut command = Command::new("cargo");
            command
                .args(["build", "--locked", "--release"])
                .current_dir(workspace.root.join("tests").join("peer"));
            process::run(command.env("CARGO_TARGET_DIR", &target)).context("compiling the peer")?;
            programs.peer = Some(target.join("release").join("seoga-peer"));
        }
        Ok(programs)
    }
}

/// Compiles the native runner; gives its program.
fn runner(workspace: &Workspace) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command.args(["build", "--locked", "--release", "--package", "seoga-tests", "--bin", "bench"]);
    command.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    process::run(&mut command).context("compiling the bench")?;
    Ok(workspace.target.join("release").join("bench"))
}

/// One catalogue with all that is made of it.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(super) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) catalogue: PathBuf,
    pub(crate) index: PathBuf,
    pub(super) books: u64,
    /// Seconds and bytes that building took.
    pub(super) built: Value,
    pub(crate) questions: PathBuf,
    /// The books, as peers read them.
    pub(super) documents: PathBuf,
    pub(super) peer: Option<PathBuf>,
    pub(super) peer_built: Value,
}

impl Subject {
    /// Makes in a folder what is not there yet: questions, `each` of a kind and `all` in all, and the peer's index where
    /// the peer was compiled.
    pub(crate) fn make(
        workspace: &Workspace,
        programs: &Programs,
        folder: PathBuf,
        size: &Size,
        [each, all]: [usize; 2],
    ) -> Result<Self> {
        files::make_dir(&folder)?;
        let name = size.name();
        let catalogue = match size {
            Size::Real(dir) => dir.clone(),
            Size::Generated(books) => generate(workspace, programs, &folder, *books, &COMPUTING)?,
            Size::General(books) => generate(workspace, programs, &folder, *books, &GENERAL)?,
        };
        let listing = Fingerprint::default().listing(&catalogue)?.finish();
        let (index, built) = index(programs, &folder, &name, &catalogue, &listing)?;
        let (questions, documents) =
            questions(workspace, programs, &folder, &name, &catalogue, &index, &listing, [each, all])?;
        let books = files::read_text(&documents)?.lines().count() as u64;
        let mut subject = Self {
            name,
            folder,
            catalogue,
            index,
            books,
            built,
            questions,
            documents,
            peer: None,
            peer_built: Value::Null,
        };
        if let Some(program) = &programs.peer {
            subject.index_peer(workspace, program, &listing)?;
        }
        Ok(subject)
    }

    fn index_peer(&mut self, workspace: &Workspace, program: &Path, listing: &str) -> Result<()> {
        let place = workspace.root.join("tests").join("peer");
        let name = format!("peer-{}", self.name);
        let (out, note) = (self.folder.join(&name), self.folder.join(format!("{name}-built.json")));
        let fingerprint = Fingerprint::default()
            .text(listing)
            .contents(&place.join("src"))?
            .content(&place.join("Cargo.lock"))?
            .finish();
        let stamp = Stamp::new(&self.folder, &name);
        if !(stamp.holds(&fingerprint) && out.is_dir()) {
            stamp.lift()?;
            files::remove_dir(&out)?;
            let mut command = Command::new(program);
            command.arg("build").arg("--documents").arg(&self.documents).arg("--out").arg(&out);
            let told: Value = serde_json::from_str(process::output(&mut command)?.trim())?;
            let bytes: u64 =
                files::list(&out)?.iter().filter_map(|file| file.metadata().ok()).map(|m| m.len()).sum();
            files::write(&note, json!({"told": told, "bytes": bytes}).to_string())?;
            stamp.set(&fingerprint)?;
        }
        self.peer_built = serde_json::from_slice(&files::read(&note)?)?;
        self.peer = Some(out);
        Ok(())
    }
}

/// Invents a catalogue.
pub(super) fn generate(
    workspace: &Workspace,
    programs: &Programs,
    folder: &Path,
    books: u32,
    make: &[&str],
) -> Result<PathBuf> {
    let (about, options) = make.split_first().context("a make has a name")?;
    let name = format!("catalogue-{about}-{books}");
    let dir = folder.join(&name);
    let stamp = Stamp::new(folder, &name);
    let sources = workspace.root.join("index-builder").join("src").join("generate");
    let fingerprint = Fingerprint::default().contents(&sources)?.text(SEED).text(&options.join(" ")).finish();
    if !(stamp.holds(&fingerprint) && dir.is_dir()) {
        stamp.lift()?;
        files::remove_dir(&dir)?;
        let mut command = Command::new(&programs.builder);
        command
            .args(["generate", "--books", &books.to_string(), "--seed", SEED])
            .args(options)
            .arg("--out")
            .arg(&dir);
        process::run(&mut command).context("generating a catalogue")?;
        stamp.set(&fingerprint)?;
    }
    Ok(dir)
}

/// Builds the index, and notes how long it took and how much memory.
fn index(
    programs: &Programs,
    folder: &Path,
    name: &str,
    catalogue: &Path,
    listing: &str,
) -> Result<(PathBuf, Value)> {
    let (out, note) = (folder.join(format!("index-{name}")), folder.join(format!("index-{name}-built.json")));
    let stamp = Stamp::new(folder, &format!("index-{name}"));
    let fingerprint = Fingerprint::default().content(&programs.builder)?.text(listing).finish();
    if !(stamp.holds(&fingerprint) && out.is_dir()) {
        stamp.lift()?;
        files::remove_dir(&out)?;
        let mut command = Command::new(&programs.builder);
        command.arg("build").arg("--catalogue").arg(catalogue).arg("--out").arg(&out);
        let (seconds, peak) = watched(&mut command)?;
        files::write(&note, json!({"seconds": seconds, "peak_bytes": peak}).to_string())?;
        stamp.set(&fingerprint)?;
    }
    Ok((out, serde_json::from_slice(&files::read(&note)?)?))
}

/// Runs a program to its end; gives the seconds it took and the most memory it had, where Linux tells.
pub(super) fn watched(command: &mut Command) -> Result<(f64, Option<u64>)> {
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).spawn().context("starting index-builder")?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = None;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        peak = peak.max(now.map(|kilobytes| kilobytes * 1024));
        if let Some(ended) = child.try_wait()? {
            if !ended.success() {
                bail!("index-builder ended with {ended}");
            }
            return Ok((began.elapsed().as_secs_f64(), peak));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Draws the questions, and writes the books for the peer.
#[expect(clippy::too_many_arguments, reason = "all of it is where things lie")]
fn questions(
    workspace: &Workspace,
    programs: &Programs,
    folder: &Path,
    name: &str,
    catalogue: &Path,
    index: &Path,
    listing: &str,
    [each, all]: [usize; 2],
) -> Result<(PathBuf, PathBuf)> {
    let (out, documents) =
        (folder.join(format!("questions-{name}.tsv")), folder.join(format!("books-{name}.tsv")));
    let stamp = Stamp::new(folder, &format!("questions-{name}"));
    let sources = [["tests", "src", "bench", "draw.rs"], ["index-builder", "src", "tools", "questions.rs"]];
    let [draw, layout] = sources.map(|path| workspace.root.join(path.iter().collect::<PathBuf>()));
    let fingerprint = Fingerprint::default()
        .content(&draw)?
        .content(&layout)?
        .text(listing)
        .text(&format!("{each} {all}"))
        .finish();
    if !(stamp.holds(&fingerprint) && out.is_file() && documents.is_file()) {
        stamp.lift()?;
        let mut command = Command::new(&programs.bench);
        command.arg("draw").arg("--catalogue").arg(catalogue).arg("--index").arg(index);
        command.args(["--each", &each.to_string(), "--all", &all.to_string()]);
        process::run(command.arg("--out").arg(&out).arg("--documents").arg(&documents))
            .context("drawing questions")?;
        stamp.set(&fingerprint)?;
    }
    Ok((out, documents))
}
