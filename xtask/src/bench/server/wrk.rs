//! The client: wrk, one thread of it, which asks as soon as it is answered; and what the server under it holds meanwhile.

use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::hosts::Host;
use crate::setup::debian;
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// Time between two looks at the server's memory.
const LOOK: Duration = Duration::from_secs(30);
/// Seconds that a server is asked before anything counts.
const WARM_UP: u64 = 3;

/// Finds wrk, or installs it.
pub(super) fn ensure() -> Result<PathBuf> {
    if files::on_path(&["wrk"]).is_none() {
        debian::install(&["wrk"], "it asks the server")?;
    }
    files::on_path(&["wrk"]).context("there is no wrk on the path")
}

/// Tells how many programs want a processor, as a mean of the last minute, where the system tells.
pub(super) fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// A client.
#[derive(Debug)]
pub(super) struct Client<'a> {
    pub(super) program: PathBuf,
    pub(super) workspace: &'a Workspace,
    pub(super) paths: PathBuf,
    pub(super) connections: u32,
}

impl Client<'_> {
    /// Asks a host for so many seconds, with more headers: names and values in turn.
    pub(super) fn ask(&self, host: &Host, seconds: u64, headers: &[&str]) -> Result<Value> {
        self.wrk(host, WARM_UP, headers)?;
        let (before, load) = (Used::of(host.pid), load());
        let (done, waiting) = channel::<()>();
        let pid = host.pid;
        let began = Instant::now();
        let (told, memory) = std::thread::scope(|scope| {
            let watch = scope.spawn(move || {
                let mut memory = Vec::new();
                loop {
                    memory.push(json!([began.elapsed().as_secs(), Used::of(pid).map(|used| used.bytes)]));
                    if waiting.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
                        memory.push(json!([began.elapsed().as_secs(), Used::of(pid).map(|used| used.bytes)]));
                        return memory;
                    }
                }
            });
            let told = self.wrk(host, seconds, headers);
            drop(done);
            (told, watch.join().unwrap_or_default())
        });
        let (mut told, after) = (told?, Used::of(host.pid));
        told["memory"] = memory.into();
        told["load"] = load.into();
        if let (Some(before), Some(after), Some(answers)) = (before, after, told["answers"].as_f64()) {
            told["processor_ms"] = ((after.seconds - before.seconds) * 1e3 / answers).into();
        }
        Ok(told)
    }

    fn wrk(&self, host: &Host, seconds: u64, headers: &[&str]) -> Result<Value> {
        let mut wrk = Command::new(&self.program);
        wrk.args(["-t1", &format!("-c{}", self.connections), &format!("-d{seconds}s"), "--timeout", "10s"]);
        wrk.arg("-s").arg(self.workspace.root.join("tests").join("bench").join("server.lua"));
        wrk.arg(host.url()).arg("--").arg(&self.paths).args(headers);
        let said = process::output(&mut wrk)?;
        let figures = said.lines().find(|line| line.starts_with('{')).context("wrk gave no figures")?;
        serde_json::from_str(figures).context("reading wrk's figures")
    }
}

/// Memory that a process holds and time that it has used, as Linux tells them.
struct Used {
    bytes: u64,
    /// Of the processor, in user and system together.
    seconds: f64,
}

impl Used {
    fn of(pid: u32) -> Option<Self> {
        let read = |name: &str| std::fs::read_to_string(format!("/proc/{pid}/{name}")).ok();
        let status = read("status")?;
        let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let bytes = held.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024;
        // After the name in brackets: state, parent, …; user and system time are the 12th and 13th, in hundredths.
        let stat = read("stat")?;
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let hundredths = |at: usize| fields.get(at)?.parse::<f64>().ok();
        Some(Self { bytes, seconds: (hundredths(11)? + hundredths(12)?) / 100.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_tells_what_it_holds_and_used() {
        let used = Used::of(std::process::id()).unwrap();
        assert!(used.bytes > 100_000 && used.seconds >= 0.0, "{} {}", used.bytes, used.seconds);
        assert!(Used::of(u32::MAX).is_none());
    }
}
