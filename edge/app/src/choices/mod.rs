//! Choices: that a visitor picked a result. Taking one, the query id it brings, the record it leaves, the export.

pub(crate) mod choose;
pub(crate) mod export;
#[cfg(test)]
mod mutations;
pub(crate) mod query_id;
pub(crate) mod record;
mod sender;
pub(crate) mod store;
pub(crate) mod stored;
