//! HTTP as this crate sees it: requests in, responses out. Not a protocol implementation: the platforms do that.

pub mod request;
pub mod response;
