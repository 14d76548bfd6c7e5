//! The API's description as programs read it: `docs/openapi.yaml` as JSON, its members in their order.
//!
//! Also compiled by the build script of `edge/server`, which carries it along.

use anyhow::{Context as _, Result};

/// Writes the description, given as YAML, as JSON.
pub(crate) fn json(yaml: &str) -> Result<Vec<u8>> {
    let read = serde_yaml_ng::from_str::<serde_yaml_ng::Value>(yaml);
    Ok(serde_json::to_vec(&read.context("reading the API's description")?)?)
}
