//! Servers that are started, waited for and ended: wrangler on a real workerd, or any other program that serves on a port.
//!
//! Invariant: a [`Server`] that was handed out answers, itself and no other program on its port, and nothing of it runs after
//! [`Server::end`].

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
/// Repeats the name of a start in that answer (`setting::RUN` in edge/app).
const RUN_HEADER: &str = "x-seoga-run";

/// The name of one start of a server, by which its answers are told from those of another program on the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run(String);

impl Run {
    /// The setting that tells a server the name.
    pub const SETTING: &str = "SEOGA_RUN";

    /// Makes a name that no other start has.
    #[must_use]
    pub fn new() -> Self {
        // The standard library seeds each of these at random.
        let part = || std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), std::process::id());
        Self(format!("{:016x}{:016x}", part(), part()))
    }
}

impl Default for Run {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    group: Group,
    port: u16,
}

impl Server {
    /// Starts a program that serves on a port, and was told the name `run` of this start, and waits until it answers with one
    /// of the statuses `ready`; with 200 by that name. Its output goes to `log`, else to our stderr.
    ///
    /// # Errors
    /// When it does not start, ends, or gives no such answer in two minutes, and when another program answers on the port;
    /// names the log.
    pub fn start(
        command: &mut Command,
        port: u16,
        run: &Run,
        ready: &[u16],
        log: Option<&Path>,
    ) -> Result<Self> {
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
        match server.wait_until_ready(run, ready) {
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

    fn wait_until_ready(&mut self, run: &Run, ready: &[u16]) -> Result<()> {
        let client = Client::new(ANSWER_LIMIT);
        let status = format!("{}{STATUS}", self.url());
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if let Some(status) = self.group.ended()? {
                bail!("the server ended before it answered ({status})");
            }
            let last = match client.get(&status, None) {
                // Only an answer with an index behind it has the name.
                Ok(answer) if answer.status == 200 && answer.header(RUN_HEADER) != Some(&run.0) => bail!(
                    "another program answers at {status}: take another port (or the server is of another release than \
                     what starts it)"
                ),
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

    /// Gives the number of its process, by which the system tells what it uses.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.group.id()
    }

    /// Ends it with everything it started.
    pub fn end(self) {
        self.group.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::server;

    /// Starts what never answers, on a port where another program does.
    fn beside(answer: (u16, String)) -> Result<Server> {
        let (status, name) = answer;
        let headers: &'static str = format!("{RUN_HEADER}: {name}\r\n").leak();
        let (port, _) = server(vec![(status, headers, "{}".into())]);
        Server::start(Command::new("sleep").arg("300"), port, &Run("ours".into()), &[200], None)
    }

    #[test]
    fn a_stranger_on_the_port_is_never_taken_for_ours() {
        for stranger in [Run::new().to_string(), String::new()] {
            let refused = beside((200, stranger)).unwrap_err().to_string();
            assert!(refused.starts_with("another program answers at http://localhost:"), "{refused}");
        }
        beside((200, "ours".to_owned())).unwrap().end();
    }

    #[test]
    fn a_server_that_ends_says_so() {
        let refused = Server::start(&mut Command::new("true"), 1, &Run::new(), &[200], None).unwrap_err();
        assert!(refused.to_string().contains("the server ended before it answered"), "{refused}");
    }

    #[test]
    fn every_start_has_a_name_of_its_own() {
        let names = [Run::new(), Run::new()];
        assert!(names[0] != names[1] && names.iter().all(|run| run.0.len() == 32), "{names:?}");
    }
}
