//! AWS as an operator reaches it without its program: credentials, signatures, a table, a bucket.

pub(crate) mod bucket;
pub(crate) mod credentials;
pub(crate) mod sign;
pub(crate) mod table;
