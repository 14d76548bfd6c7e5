//! Texts that steps of one transcript save for later steps.

/// Saved texts by name.
pub type Saved = std::collections::BTreeMap<String, String>;
