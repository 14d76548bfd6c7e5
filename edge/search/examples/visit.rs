//! How long the visit planner takes: `cargo run --release -p seoga-search --example visit`. Lists are made by a small
//! generator with a fixed seed; the worst of each kind is told. No test: it judges nothing.

use std::time::{Duration, Instant};

use seoga_search::visit::plan;

/// Lists tried of each kind.
const LISTS: usize = 1000;
/// Times each is planned.
const TIMES: usize = 5;

#[expect(clippy::disallowed_methods, reason = "it measures, on this machine")]
fn main() {
    println!("books libraries holders   lists  exact  worst steps   worst time  mean time");
    for (books, libraries, holders) in [
        (10, 20, 3),
        (30, 20, 2),
        (30, 20, 4),
        (30, 20, 8),
        (50, 24, 2),
        (50, 24, 3),
        (50, 24, 5),
        (50, 300, 6),
        (50, 300, 40),
    ] {
        let mut chance = Chance(books as u64 * 1000 + holders);
        let (mut steps, mut worst, mut total, mut exact) = (0, Duration::ZERO, Duration::ZERO, 0);
        for _ in 0..LISTS {
            let list: Vec<Vec<u16>> = (0..books).map(|_| chance.libraries(libraries, holders)).collect();
            let own = chance.libraries(libraries, 3);
            // The machine may do something else meanwhile: the shortest of a few times is the planner's.
            let timed = || {
                let begun = Instant::now();
                let plan = plan(&list, &own);
                (begun.elapsed(), plan.steps, plan.exact)
            };
            let Some((took, taken, whole)) = (0..TIMES).map(|_| timed()).min() else { continue };
            steps = steps.max(taken);
            worst = worst.max(took);
            total += took;
            exact += usize::from(whole);
        }
        println!(
            "{books:5} {libraries:9} {holders:7} {LISTS:7} {exact:6} {steps:12} {:9.3} ms {:7.3} ms",
            worst.as_secs_f64() * 1e3,
            total.as_secs_f64() * 1e3 / LISTS as f64
        );
    }
}

/// A linear congruential generator.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// About `mean` of `of` libraries, ascending.
    fn libraries(&mut self, of: u64, mean: u64) -> Vec<u16> {
        let count = 1 + self.below(2 * mean - 1);
        let mut libraries: Vec<u16> = (0..count).map(|_| self.below(of) as u16).collect();
        libraries.sort_unstable();
        libraries.dedup();
        libraries
    }
}
