//! The access log: a line of JSON for each request, without query, address, agent or anything else of a visitor's.
//!
//! A thread of its own writes; a log that does not keep up loses lines, which are counted, and holds no request up.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::options::Log;

/// Lines that wait for the disk at most.
const WAITING: usize = 16_384;

/// A line of the log: of one request.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    /// Seconds since 1970 UTC.
    pub(crate) at: u64,
    /// The request's id, which a problem document repeats.
    pub(crate) id: String,
    /// The method, where it is one that is known.
    pub(crate) method: &'static str,
    /// The route's pattern, or what kind of file was asked for.
    pub(crate) route: &'static str,
    /// The status.
    pub(crate) status: u16,
    /// Microseconds from the head to the answer.
    pub(crate) us: u64,
    /// Bytes of the body as sent.
    pub(crate) bytes: usize,
}

/// Where lines are handed over.
#[derive(Debug, Clone)]
pub(crate) struct AccessLog(Option<SyncSender<Line>>);

/// The thread that writes. It ends when every [`AccessLog`] is gone.
#[derive(Debug)]
pub(crate) struct Writer(Option<JoinHandle<()>>);

impl Writer {
    /// Waits until everything is written.
    pub(crate) fn join(self) {
        if let Some(thread) = self.0 {
            let _ = thread.join();
        }
    }
}

impl AccessLog {
    /// Opens a log.
    ///
    /// # Errors
    /// When its file cannot be opened.
    pub(crate) fn open(log: &Log) -> Result<(Self, Writer)> {
        let out: Box<dyn Write + Send> = match log {
            Log::Off => return Ok((Self(None), Writer(None))),
            Log::Stdout => Box::new(io::stdout()),
            Log::File(path) => {
                let file = OpenOptions::new().create(true).append(true).open(path);
                Box::new(file.with_context(|| format!("opening the access log {}", path.display()))?)
            }
        };
        let (lines, received) = sync_channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("access-log".to_owned())
            .spawn(move || write_all(&received, BufWriter::new(out)))
            .context("starting the thread that writes the access log")?;
        Ok((Self(Some(lines)), Writer(Some(thread))))
    }

    /// Hands a line over; tells whether the log could take it.
    pub(crate) fn write(&self, line: Line) -> bool {
        self.0.as_ref().is_none_or(|lines| lines.try_send(line).is_ok())
    }
}

/// Says something to the operator on stderr. One that cannot be written, on a full disk, holds nothing up.
pub(crate) fn tell(line: &impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Writes lines as they come, and what is buffered whenever none waits.
fn write_all(lines: &Receiver<Line>, mut out: impl Write) {
    loop {
        let line = match lines.try_recv() {
            Ok(line) => line,
            Err(TryRecvError::Disconnected) => break,
            Err(TryRecvError::Empty) => {
                let _ = out.flush();
                let Ok(line) = lines.recv() else { break };
                line
            }
        };
        // A log on a full disk loses lines; visitors are answered all the same.
        let _ = serde_json::to_writer(&mut out, &line)
            .map_err(io::Error::from)
            .and_then(|()| out.write_all(b"\n"));
    }
    let _ = out.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_appended_and_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        for round in 0..2 {
            let (log, writer) = AccessLog::open(&Log::File(path.clone())).unwrap();
            let line = Line {
                at: round,
                id: "a".into(),
                method: "GET",
                route: "/search",
                status: 200,
                us: 12,
                bytes: 3,
            };
            assert!(log.write(line));
            drop(log);
            writer.join();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let line = |at| {
            format!(
                r#"{{"at":{at},"id":"a","method":"GET","route":"/search","status":200,"us":12,"bytes":3}}"#
            )
        };
        assert_eq!(text, format!("{}\n{}\n", line(0), line(1)));
    }

    #[test]
    fn a_log_that_is_off_takes_everything() {
        let (log, writer) = AccessLog::open(&Log::Off).unwrap();
        let line = Line { at: 0, id: String::new(), method: "GET", route: "/", status: 200, us: 0, bytes: 0 };
        assert!(log.write(line));
        writer.join();
    }
}
