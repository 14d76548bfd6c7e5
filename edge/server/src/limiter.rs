//! Counts of uses in windows of time, for all threads: the two throttles of choices, and the shares of a day.
//!
//! Invariant: memory is bounded; beyond the bound counts begin anew, as a limiter guards a quota and no visitor.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use seoga_app::{Limiter, limits};

/// Keys of either kind at once.
const KEYS: usize = 65_536;

/// The counts.
#[derive(Debug, Default)]
pub(crate) struct Limiters(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    window: u64,
    uses: HashMap<(Limiter, String), u32>,
    /// Counts that last longer: how many, and the second after which they are forgotten.
    counts: HashMap<String, (u32, u64)>,
}

impl Limiters {
    /// Counts one more use at second `now`; tells whether it passes.
    pub(crate) fn allows(&self, limiter: Limiter, key: String, now: u64) -> bool {
        let most = match limiter {
            Limiter::Visitor => limits::VISITOR_CHOICES,
            Limiter::Location => limits::LOCATION_CHOICES,
        };
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = now / u64::from(limits::THROTTLE_SECONDS);
        if state.window != window || state.uses.len() >= KEYS {
            state.window = window;
            state.uses.clear();
        }
        let uses = state.uses.entry((limiter, key)).or_default();
        *uses = uses.saturating_add(1);
        *uses <= most
    }

    /// Counts one more use of a key that is forgotten after so many seconds; tells whether it is within `most`.
    pub(crate) fn count(&self, key: String, most: u32, seconds: u32, now: u64) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.counts.len() >= KEYS {
            state.counts.retain(|_, (_, until)| *until > now);
            if state.counts.len() >= KEYS {
                state.counts.clear();
            }
        }
        let (count, until) = state.counts.entry(key).or_default();
        // One that lasts twice as long as any should was begun under a clock that has been set back by more than its time since.
        if *until <= now || *until > now.saturating_add(2 * u64::from(seconds)) {
            *count = 0;
        }
        if *count >= most {
            return false;
        }
        *count += 1;
        *until = now.saturating_add(u64::from(seconds));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_visitor_is_throttled_and_another_is_not() {
        let limiters = Limiters::default();
        let passed = (0..100).filter(|_| limiters.allows(Limiter::Visitor, "a".into(), 1000)).count();
        assert_eq!(passed, limits::VISITOR_CHOICES as usize);
        assert!(limiters.allows(Limiter::Visitor, "b".into(), 1000));
        assert!(limiters.allows(Limiter::Location, "a".into(), 1000), "the kinds are apart");
        let later = 1000 + u64::from(limits::THROTTLE_SECONDS);
        assert!(limiters.allows(Limiter::Visitor, "a".into(), later), "the window is over");
    }

    #[test]
    fn a_count_is_forgotten_when_its_time_is_over() {
        let limiters = Limiters::default();
        let count = |now| limiters.count("day".into(), 2, 100, now);
        assert_eq!([count(0), count(1), count(2)], [true, true, false]);
        assert!(count(101));
    }

    #[test]
    fn a_clock_that_is_set_forth_and_back_shuts_nobody_out() {
        let limiters = Limiters::default();
        let (today, later) = (1_700_000_000, 4_000_000_000);
        for now in [today, later, today, 0, u64::MAX, today] {
            assert!(limiters.allows(Limiter::Visitor, "a".into(), now), "a window of its own at {now}");
            assert!(limiters.count("day".into(), 1, 86_400, now), "a share of its own at {now}");
        }
        assert!(!limiters.count("day".into(), 1, 86_400, today), "and the share of a day holds");
        assert!(
            !limiters.count("day".into(), 1, 86_400, today - 600),
            "also when the clock is put right by minutes"
        );
    }

    #[test]
    fn memory_is_bounded() {
        let limiters = Limiters::default();
        for at in 0..KEYS + 10 {
            limiters.allows(Limiter::Visitor, at.to_string(), 1000);
            limiters.count(at.to_string(), 1, 1000, 1000);
        }
        let state = limiters.0.lock().unwrap();
        assert!(state.uses.len() <= KEYS && state.counts.len() <= KEYS);
    }
}
