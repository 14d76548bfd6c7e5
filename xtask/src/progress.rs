//! Tells on stderr what is under way: steps that take noticeable time, and how long each took.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::Result;

/// Steps that take less are not told of.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// Says what is being done.
pub(crate) fn announce(what: &str) {
    eprintln!("xtask: {what}");
}

/// Carries out a step. Unless it is over in a second, tells that it is under way, and at its end the time it took.
pub(crate) fn timed<T>(what: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
    let began = Instant::now();
    let (end, ended) = channel::<()>();
    let done = std::thread::scope(|scope| {
        scope.spawn(move || {
            if ended.recv_timeout(WORTH_TELLING) == Err(RecvTimeoutError::Timeout) {
                announce(&format!("{what} ..."));
            }
        });
        let done = step();
        drop(end);
        done
    });
    let took = began.elapsed();
    if took >= WORTH_TELLING {
        let verdict = if done.is_ok() { "done" } else { "failed" };
        announce(&format!("{what}: {verdict} after {:.0} s", took.as_secs_f64()));
    }
    done
}

#[cfg(test)]
mod tests {
    use super::timed;

    #[test]
    fn a_step_gives_what_it_gives() {
        assert_eq!(timed("adding", || Ok(1 + 1)).unwrap(), 2);
        assert!(timed("failing", || anyhow::bail!("no") as anyhow::Result<()>).is_err());
    }
}
