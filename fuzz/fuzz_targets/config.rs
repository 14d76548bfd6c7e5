//! Any bytes as a `catalogue.toml`: understood, or refused with a reason, never a panic.
#![no_main]

use std::path::Path;

use index_builder::sources::Config;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(problem) = Config::parse(bytes, Path::new("catalogue")) {
        assert!(!problem.to_string().is_empty(), "a reason is given");
    }
});
