//! Holds docs/openapi.yaml to the code and to the transcripts: paths, methods, parameters with their ranges, statuses, kinds
//! of problems, members of bodies.
//!
//! Answers proper are held to it by schemathesis (`cargo xtask test --only api`), which needs a server; this does not.

mod description;
mod harvest;
mod parameters;
mod routes;
mod shape;
mod transcripts;
