//! The form in which records are given, and the part of the catalogue that a list is of.

use seoga_search::ChangeDay;

/// A form in which records are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    DublinCore,
    MarcXml,
}

impl Form {
    /// All of them.
    pub(super) const ALL: [Self; 2] = [Self::DublinCore, Self::MarcXml];

    /// Gives the name by which it is asked for.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Form::DublinCore => "oai_dc",
            Form::MarcXml => "marcxml",
        }
    }

    /// Finds the form of a name.
    pub(super) fn of(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.prefix() == prefix)
    }
}

/// The part of the catalogue that a list is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) form: Form,
    pub(super) from: Option<ChangeDay>,
    pub(super) until: Option<ChangeDay>,
    /// The name of a set, as it was asked.
    pub(super) set: Option<String>,
}
