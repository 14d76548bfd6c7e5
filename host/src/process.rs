//! Starting and ending other programs.
//!
//! Every program runs in a process group of its own, and the groups that still run are known, so that a signal
//! ends them with everything they started. Invariant: no group outlives this program when it ends by a signal
//! or by returning from `main` after [`Group::end`].

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// Groups that may still run.
static GROUPS: Mutex<Vec<i32>> = Mutex::new(Vec::new());
/// Whether a signal that arrives now is the expected end of a server.
static SERVING: AtomicBool = AtomicBool::new(false);
/// Whether a signal has arrived: everything is being ended, and the signal's thread ends this program.
static ENDING: AtomicBool = AtomicBool::new(false);

/// How the variables begin by which `cargo run` tells a program of its package.
const OF_OUR_PACKAGE: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_PRIMARY_PACKAGE"];

/// How long a group has between the request to end and its end.
const GRACE: Duration = Duration::from_secs(5);

/// Ends every group when this program is told to end (SIGINT, SIGTERM, SIGHUP).
///
/// # Errors
/// When the signals cannot be listened to.
pub fn end_children_on_signals() -> Result<()> {
    ctrlc::set_handler(|| {
        ENDING.store(true, Ordering::SeqCst);
        end_all();
        std::process::exit(if SERVING.load(Ordering::SeqCst) { 0 } else { 130 });
    })
    .context("listening for signals")
}

/// Says that from now on a signal is the regular end.
pub fn serving() {
    SERVING.store(true, Ordering::SeqCst);
}

/// Keeps `main` from returning the failure of a program that was ended on purpose.
pub fn yield_to_signal() {
    while ENDING.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

fn groups() -> Vec<i32> {
    GROUPS.lock().map(|groups| groups.clone()).unwrap_or_default()
}

/// Ends every group that still runs.
pub fn end_all() {
    let groups = groups();
    for group in &groups {
        let _ = killpg(Pid::from_raw(*group), Signal::SIGTERM);
    }
    let deadline = Instant::now() + GRACE;
    let runs = |group: &i32| killpg(Pid::from_raw(*group), None).is_ok();
    while groups.iter().any(runs) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    for group in &groups {
        let _ = killpg(Pid::from_raw(*group), Signal::SIGKILL);
    }
}

/// A running program and all that it started.
#[derive(Debug)]
pub struct Group {
    child: Child,
}

impl Group {
    /// Starts a program in a group of its own. It reads nothing from the terminal.
    ///
    /// # Errors
    /// When it does not start, with its command line.
    pub fn start(command: &mut Command) -> Result<Self> {
        command.process_group(0).stdin(Stdio::null());
        forget_our_package(command);
        end_with_us(command);
        let child = command.spawn().with_context(|| {
            format!("cannot run {}; is it installed?", command.get_program().to_string_lossy())
        })?;
        if let Ok(mut groups) = GROUPS.lock() {
            groups.push(child.id().cast_signed());
        }
        Ok(Self { child })
    }

    /// Gives the number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it ended by itself.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().context("asking after a program")
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn wait(mut self) -> Result<ExitStatus> {
        let status = self.child.wait().context("waiting for a program")?;
        self.forget();
        Ok(status)
    }

    /// Ends it with everything it started.
    pub fn end(mut self) {
        let group = Pid::from_raw(self.child.id().cast_signed());
        let _ = killpg(group, Signal::SIGTERM);
        let deadline = Instant::now() + GRACE;
        while killpg(group, None).is_ok() && Instant::now() < deadline {
            // A child that ended but was not waited for still counts as one of the group.
            let _ = self.child.try_wait();
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.child.wait();
        self.forget();
    }

    fn forget(&self) {
        if let Ok(mut groups) = GROUPS.lock() {
            groups.retain(|group| *group != self.child.id().cast_signed());
        }
    }
}

/// Leaves out what cargo said of this package when it started us: a cargo below us would take it for a change, and compile
/// what asks for it (ring, and all above it) anew each time.
fn forget_our_package(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| OF_OUR_PACKAGE.iter().any(|of| name.starts_with(of))) {
            command.env_remove(name);
        }
    }
}

/// Has the system end the program when this one is killed and cannot do it any more.
#[cfg(target_os = "linux")]
fn end_with_us(command: &mut Command) {
    let ask = || nix::sys::prctl::set_pdeathsig(Signal::SIGTERM).map_err(std::io::Error::from);
    // SAFETY: between fork and exec only this one system call is made; it takes no lock and allocates nothing.
    unsafe { command.pre_exec(ask) };
}

#[cfg(not(target_os = "linux"))]
fn end_with_us(_: &mut Command) {}

/// Runs a program to its end, its output going where ours goes.
///
/// # Errors
/// When it does not start or does not succeed, with its command line.
pub fn run(command: &mut Command) -> Result<()> {
    let status = Group::start(command)?.wait()?;
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Runs a program to its end and hands on each line that it prints.
///
/// # Errors
/// When it does not start, does not succeed, or prints no UTF-8.
pub fn run_told(command: &mut Command, mut told: impl FnMut(&str)) -> Result<()> {
    let mut group = Group::start(command.stdout(Stdio::piped()))?;
    let printed = group.child.stdout.take().context("a program's output is piped")?;
    for text in BufReader::new(printed).lines() {
        told(&text.with_context(|| format!("reading what {} prints", line(command)))?);
    }
    let status = group.wait()?;
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Runs a program to its end within a time.
///
/// # Errors
/// When it does not start, does not succeed, or takes longer, after which it is ended.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let mut group = Group::start(command)?;
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = group.ended()? {
            group.forget();
            if !status.success() {
                bail!("{} ended with {status}", line(command));
            }
            return Ok(());
        }
        if Instant::now() >= deadline {
            group.end();
            bail!("{} did not end within {} s", line(command), limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Runs a program and gives what it printed; what it said on stderr goes where ours goes.
///
/// # Errors
/// When it does not start, does not succeed, or prints no UTF-8.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {}", command.get_program().to_string_lossy()))?;
    if !output.status.success() {
        bail!("{} ended with {}", line(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{} printed no UTF-8", line(command)))
}

/// Runs a program and gives what it printed; when it fails, what it said on stderr is in the error.
///
/// # Errors
/// When it does not start, does not succeed, or prints no UTF-8, with what it said on stderr.
pub fn output_or_why(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", command.get_program().to_string_lossy()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{}", said.trim().trim_start_matches("error: "));
    }
    eprint!("{said}");
    String::from_utf8(output.stdout).with_context(|| format!("{} printed no UTF-8", line(command)))
}

/// The command as a person would type it.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quote = |word: &OsStr| {
        let word = word.to_string_lossy().into_owned();
        let plain = |c: char| c.is_alphanumeric() || "-_./:=,@+%".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    words.map(quote).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ending_a_group_ends_what_it_started() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 300 & echo $!; wait"]).stdout(Stdio::piped());
        let mut group = Group::start(&mut command).unwrap();
        let mut printed = BufReader::new(group.child.stdout.take().unwrap());
        let mut pid = String::new();
        printed.read_line(&mut pid).unwrap();
        let grandchild = Pid::from_raw(pid.trim().parse().unwrap());
        assert!(nix::sys::signal::kill(grandchild, None).is_ok());
        group.end();
        let gone = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            !runs(grandchild)
        });
        assert!(gone, "the sleeping grandchild must be gone with its group");
    }

    /// Whether a process runs; one that ended and waits for its parent to notice does not.
    fn runs(pid: Pid) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        nix::sys::signal::kill(pid, None).is_ok() && !stat.contains(") Z ")
    }

    #[test]
    fn a_command_is_shown_as_it_can_be_typed() {
        let mut command = Command::new("aws");
        command.args(["s3", "a b", "it's", "", "Stacks[0]", "K=v/w+x=", "강남.csv"]);
        assert_eq!(line(&command), "aws s3 'a b' 'it'\\''s' '' 'Stacks[0]' K=v/w+x= 강남.csv");
    }

    #[test]
    fn a_program_hears_nothing_of_our_package() {
        // Under `cargo test` these are set for us.
        assert!(
            std::env::var_os("CARGO_PKG_NAME").is_some() && std::env::var_os("CARGO_MANIFEST_DIR").is_some()
        );
        let mut command = Command::new("sh");
        command.args(["-c", "test -z \"$CARGO_PKG_NAME$CARGO_MANIFEST_DIR\" && test -n \"$PATH\""]);
        run(&mut command).unwrap();
    }

    #[test]
    fn a_program_that_does_not_end_in_time_is_ended() {
        let refused = run_within(Command::new("sleep").arg("300"), Duration::from_millis(100)).unwrap_err();
        assert!(refused.to_string().contains("did not end within"), "{refused}");
    }
}
