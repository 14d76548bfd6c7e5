//! Our own rules over the templates: what cfn-lint cannot know, as it is about Lambda@Edge or about us.
//!
//! A rule gives what breaks it, in words; nothing means that it holds. Invariant: each rule is broken by a mutation of
//! its own (`mutations.rs`), so none of them is a check that cannot fail.

mod analysis;
mod answers;
mod functions;
mod rights;
mod rule;
mod storage;
mod watch;

use self::rule::Rule;

/// Every rule.
pub(crate) fn all() -> impl Iterator<Item = Rule> {
    [functions::RULES, rights::RULES, answers::RULES, storage::RULES, watch::RULES, analysis::RULES]
        .into_iter()
        .flatten()
        .copied()
}
