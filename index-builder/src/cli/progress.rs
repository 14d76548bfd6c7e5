//! Progress on the terminal: one line that is drawn over, on stderr, gone when the work is done.
//!
//! Draws nothing when stderr is no terminal. When asked to, it says of each stage how long it took.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::progress::{Progress, Unit};
use indicatif::{ProgressBar, ProgressStyle};

/// Draws the stages of a piece of work one after the other.
#[derive(Debug, Default)]
pub(crate) struct OnTerminal {
    bar: Mutex<Option<ProgressBar>>,
    /// The stage at hand and when it began, where its time is told.
    told: Option<Mutex<(String, Instant)>>,
}

impl Progress for OnTerminal {
    fn begin(&self, stage: &str, steps: u64, unit: Unit) {
        let template = match (steps, unit) {
            (0, _) => "{spinner} {msg} {elapsed}",
            (_, Unit::Bytes) => "{msg:>12} {wide_bar} {bytes}/{total_bytes} {eta}",
            (_, Unit::Items) => "{msg:>12} {wide_bar} {human_pos}/{human_len} {eta}",
        };
        if let Some(told) = &self.told {
            *told.lock().unwrap_or_else(PoisonError::into_inner) = (stage.to_owned(), Instant::now());
        }
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(steps).with_style(style).with_message(stage.to_owned());
        if steps == 0 {
            bar.enable_steady_tick(std::time::Duration::from_millis(100));
        }
        self.replace(Some(bar));
    }

    fn advance(&self, steps: u64) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            bar.inc(steps);
        }
    }

    fn end(&self) {
        self.replace(None);
        if let Some(told) = &self.told {
            let told = told.lock().unwrap_or_else(PoisonError::into_inner);
            eprintln!("{:>14} {:8.2} s", told.0, told.1.elapsed().as_secs_f64());
        }
    }
}

impl OnTerminal {
    /// With a line for each stage that says how long it took.
    pub(crate) fn verbose(verbose: bool) -> Self {
        let told = verbose.then(|| Mutex::new((String::new(), Instant::now())));
        Self { told, ..Self::default() }
    }

    fn replace(&self, bar: Option<ProgressBar>) {
        let mut present = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = std::mem::replace(&mut *present, bar) {
            old.finish_and_clear();
        }
    }
}
