//! Progress on the terminal: one line that is drawn over, on stderr, gone when the work is done.
//!
//! Draws nothing when stderr is no terminal.

use std::sync::{Mutex, PoisonError};

use index_builder::progress::{Progress, Unit};
use indicatif::{ProgressBar, ProgressStyle};

/// Draws the stages of a piece of work one after the other.
#[derive(Debug, Default)]
pub(crate) struct OnTerminal {
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress for OnTerminal {
    fn begin(&self, stage: &str, steps: u64, unit: Unit) {
        let template = match (steps, unit) {
            (0, _) => "{spinner} {msg} {elapsed}",
            (_, Unit::Bytes) => "{msg:>12} {wide_bar} {bytes}/{total_bytes} {eta}",
            (_, Unit::Items) => "{msg:>12} {wide_bar} {human_pos}/{human_len} {eta}",
        };
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
    }
}

impl OnTerminal {
    fn replace(&self, bar: Option<ProgressBar>) {
        let mut present = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = std::mem::replace(&mut *present, bar) {
            old.finish_and_clear();
        }
    }
}
