//! Parts of a run, said while they are under way and noted with their times.

use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::Value;

/// Does a part of the run, says on stderr that it does, and notes the seconds it took.
pub(super) fn phase<T>(measured: &mut Value, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let whose = measured["name"].as_str().unwrap_or_default().to_owned();
    eprintln!("xtask: {whose}: {name}");
    let began = Instant::now();
    let done = work().with_context(|| format!("{whose}: {name}"))?;
    let seconds = began.elapsed().as_secs_f64();
    eprintln!("xtask: {whose}: {name}: {seconds:.0} s");
    measured["phases"][name] = seconds.into();
    Ok(done)
}
