//! The tools around an index: they read its files with the very code of the edge.

pub mod bench;
pub mod eval;
pub mod inspect;
pub mod judge;
mod lost;
pub mod lots;
pub mod publish;
pub mod query;
pub mod questions;
pub mod site;
pub mod verify;
