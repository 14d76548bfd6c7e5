//! `cargo xtask bench server`: `seoga serve` under wrk, beside the core alone, workerd and peers, in one run on this machine.
//!
//! All are asked the same questions in the same order by lot, without an answer kept whole; the client's work is on the same
//! processors. Invariant: no time fails anything; an answer that is none does, once all is printed.

mod hosts;
mod told;
mod wrk;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::phase::phase;
use super::{Programs, Size, Subject};
use crate::compare;
use crate::workspace::Workspace;
use seoga_host::{files, process};
use wrk::Client;

/// Invented books where no catalogue is named.
const BOOKS: u32 = 10_000;
/// Questions of each kind that are drawn where none are named.
const DRAWN: usize = 200;
/// Books of an answer.
const LIMIT: &str = "20";
/// Seconds that each is asked: by default, and by `--quick` and `--long` the server; with these the others are asked no longer than by default.
const SECONDS: [u64; 3] = [30, 5, 300];

/// Options of `bench server`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The catalogue to index; without it one of invented books is made.
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
    /// Questions; may be given several times. Without it they are drawn from the catalogue.
    #[arg(long, value_name = "FILE.tsv")]
    questions: Vec<PathBuf>,
    /// Connections at once.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,
    /// Ask for 5 seconds each.
    #[arg(long, conflicts_with = "long")]
    quick: bool,
    /// Ask the server for 5 minutes.
    #[arg(long)]
    long: bool,
    /// Leave out workerd, for which the worker is built.
    #[arg(long)]
    no_workerd: bool,
    /// Leave out the peers.
    #[arg(long)]
    no_peer: bool,
    /// Where the figures go [default: build/bench/server.json].
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Options {
    /// Seconds that the server is asked, and the others.
    fn seconds(&self) -> [u64; 2] {
        let [usual, quick, long] = SECONDS;
        match (self.quick, self.long) {
            (true, _) => [quick; 2],
            (_, true) => [long, usual],
            _ => [usual; 2],
        }
    }
}

/// Carries out `cargo xtask bench server`.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let wrk = wrk::ensure()?;
    let programs = Programs::compile(workspace, !options.no_peer)?;
    let seoga = compare::compile(workspace)?;
    let size = match &options.catalogue {
        Some(dir) => Size::Real(crate::build::absolute(dir)?),
        None => Size::Generated(BOOKS),
    };
    let folder = workspace.build.join("bench");
    let subject = Subject::make(workspace, &programs, folder.clone(), &size, [DRAWN, 0])?;
    let questions = match &options.questions[..] {
        [] => subject.questions.clone(),
        files => joined(files, folder.join("server-questions.tsv"))?,
    };
    let paths = folder.join("server-paths");
    let mut list = Command::new(&programs.bench);
    list.arg("paths").arg("--queries").arg(&questions).args(["--limit", LIMIT]);
    process::run(list.arg("--out").arg(&paths))?;
    let [seconds, others] = options.seconds();
    let client = Client { program: wrk, workspace, paths, connections: options.connections };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).to_string();
    let core = |told: &mut Value, name: &str| {
        let out = folder.join("server-core.json");
        let mut ask = Command::new(&programs.bench);
        ask.arg("threads").arg("--index").arg(&subject.index).arg("--queries").arg(&questions);
        ask.args(["--limit", LIMIT, "--threads", &threads, "--seconds", &others.to_string()]);
        let load = wrk::load();
        phase(told, name, || process::run(ask.arg("--json").arg(&out)))?;
        told[name] = serde_json::from_slice(&files::read(&out)?)?;
        told[name]["load"] = load.into();
        Ok::<(), anyhow::Error>(())
    };
    let mut told = json!({
        "name": "server", "books": subject.books, "invented": size.is_invented(), "index_bytes": hosts::bytes(&subject.index)?,
        "questions": files::read_text(&questions)?.lines().count() - 1, "connections": options.connections,
        "limit": LIMIT,
    });
    core(&mut told, "core before")?;
    let serve = hosts::serve(workspace, &seoga, &subject.index)?;
    let one = phase(&mut told, "seoga serve", || client.ask(&serve, seconds, &[]));
    let packed = one.and_then(|one| {
        let packed = || client.ask(&serve, others, &["Accept-Encoding", "gzip"]);
        Ok([one, phase(&mut told, "seoga serve, gzip", packed)?])
    });
    serve.end();
    let [one, packed] = packed?;
    (told["seoga serve"], told["seoga serve, gzip"]) = (one, packed);
    core(&mut told, "core after")?;
    if !options.no_peer {
        for engine in hosts::ENGINES {
            let peer = hosts::peer(workspace, &programs, &subject, engine, &threads)?;
            let one = phase(&mut told, engine, || client.ask(&peer, others, &[]));
            peer.end();
            told[engine] = one?;
        }
    }
    if !options.no_workerd {
        let workerd = hosts::workerd(workspace, &subject.catalogue)?;
        let one = phase(&mut told, "workerd", || client.ask(&workerd, others, &[]));
        workerd.end();
        told["workerd"] = one?;
    }
    println!("\n{}", told::table(&told));
    let json = options.json.clone().unwrap_or_else(|| folder.join("server.json"));
    files::write(&json, serde_json::to_vec_pretty(&told)?)?;
    println!("written: {}", workspace.short(&json));
    let wrong = told::errors(&told);
    ensure!(wrong == 0, "{wrong} requests had no good answer");
    Ok(())
}

/// Writes files of questions as one: the header of the first, the rows of all.
fn joined(all: &[PathBuf], out: PathBuf) -> Result<PathBuf> {
    let mut text = String::new();
    for file in all {
        let one = files::read_text(file)?;
        let (head, rows) = one.split_once('\n').unwrap_or((&one, ""));
        if text.is_empty() {
            text = format!("{head}\n");
        }
        ensure!(text.starts_with(&format!("{head}\n")), "{}: other columns than before", file.display());
        text.push_str(rows);
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    files::write(&out, text)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_questions_are_joined_and_others_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let file = dir.path().join(name);
            files::write(&file, text).unwrap();
            file
        };
        let (one, two) = (file("1", "a\tb\n1\t2\n"), file("2", "a\tb\n3\t4"));
        let out = joined(&[one.clone(), two], dir.path().join("out")).unwrap();
        assert_eq!(files::read_text(&out).unwrap(), "a\tb\n1\t2\n3\t4\n");
        let other = file("3", "a\tc\n");
        assert!(joined(&[one, other], out).unwrap_err().to_string().contains("other columns"));
    }
}
