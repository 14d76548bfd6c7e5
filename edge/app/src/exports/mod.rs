//! Books as records of other systems read them: MARC 21, Dublin Core, `OpenURL`, OAI-PMH. Not where they are asked for.
//!
//! Invariant: what is written depends on the record, the libraries and the public base alone, so the same generation
//! gives the same bytes.

pub(crate) mod coins;
pub(crate) mod dublin_core;
mod file;
pub(crate) mod marc;
mod oai;
mod opds;
mod people;
mod sru;

pub(crate) use file::record_file;
pub(crate) use oai::oai;
pub(crate) use opds::opds;
pub(crate) use sru::sru;
