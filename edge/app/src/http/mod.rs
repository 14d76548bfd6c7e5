//! HTTP as this crate sees it: requests in, responses out. Not a protocol implementation: the platforms do that.

pub(crate) mod body;
pub(crate) mod headers;
pub(crate) mod params;
pub(crate) mod problem;
pub mod request;
pub mod response;
pub(crate) mod xml;
