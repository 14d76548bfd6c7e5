//! The parts of the shells that need no platform: compiled here for this machine, so that their tests run with all others.

#[path = "../../../edge/worker/src/packing.rs"]
mod packing;
