//! Diagnostics: an answer of SRU in place of records, where it cannot do what was asked.

/// A diagnostic of the list `info:srw/diagnostic/1/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Diagnostic {
    pub(super) number: u16,
    pub(super) message: &'static str,
    pub(super) details: String,
}

impl Diagnostic {
    pub(super) fn new(number: u16, message: &'static str, details: &str) -> Self {
        Self { number, message, details: details.to_owned() }
    }
}
