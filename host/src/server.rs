//! Servers that are started, waited for and ended: wrangler on a real workerd, or any other program that serves on a port.
//!
//! Invariant: a [`Server`] that was handed out answers, and nothing of it runs after [`Server::end`].

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{self, Group};
use crate::web::Client;

/// Time from a server's start to its first answer, at most.
const START_LIMIT: Duration = Duration::from_secs(120);
/// Time that one answer may take while the server starts.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// Answered with 200 once an index opens.
const STATUS: &str = "/api/status";

/// A running server.
#[derive(Debug)]
pub struct Server {
    group: Group,
    port: u16,
}

impl Server {
    /// Starts a program that serves on a port and waits until it answers with one of the statuses `ready`. Its output goes to
    /// `log`, else to our stderr.
    ///
    /// # Errors
    /// When it does not start, ends, or gives no such answer in two minutes; names the log.
    pub fn start(command: &mut Command, port: u16, ready: &[u16], log: Option<&Path>) -> Result<Self> {
        match log {
            Some(file) => {
                let log =
                    std::fs::File::create(file).with_context(|| format!("making {}", file.display()))?;
                let both = log.try_clone().context("writing the server's log")?;
                command.stdout(log).stderr(both);
            }
            None => {
                command.stdout(std::io::stderr());
            }
        }
        let mut server = Self { group: Group::start(command)?, port };
        match server.wait_until_ready(ready) {
            Ok(()) => Ok(server),
            Err(error) => {
                server.end();
                Err(match log {
                    Some(file) => error.context(format!("see {}", file.display())),
                    None => error,
                })
            }
        }
    }

    fn wait_until_ready(&mut self, ready: &[u16]) -> Result<()> {
        let client = Client::new(ANSWER_LIMIT);
        let status = format!("{}{STATUS}", self.url());
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if let Some(status) = self.group.ended()? {
                bail!("the server ended before it answered ({status})");
            }
            let last = match client.get(&status, None) {
                Ok(answer) if ready.contains(&answer.status) => return Ok(()),
                Ok(answer) => format!("it answered {} {}", answer.status, answer.excerpt()),
                Err(error) => format!("{error:#}"),
            };
            if Instant::now() >= deadline {
                bail!("no good answer to GET {STATUS} within {} s: {last}", START_LIMIT.as_secs());
            }
            std::thread::sleep(Duration::from_millis(150));
        }
    }

    /// Prints where it answers, and stays until a signal ends everything.
    ///
    /// # Errors
    /// When the server ends by itself.
    pub fn serve(&mut self) -> Result<()> {
        process::serving();
        println!("{}", self.url());
        loop {
            if let Some(status) = self.group.ended()? {
                bail!("the server ended by itself ({status})");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Gives the URL at which it answers.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Gives the numbers of the processes of a name that it started; none where the system does not tell.
    #[must_use]
    pub fn processes(&self, name: &str) -> Vec<u32> {
        self.group.processes(name)
    }

    /// Ends it with everything it started.
    pub fn end(self) {
        self.group.end();
    }
}
