//! A rule over the templates, and helpers to write one.

use crate::stacks::{Resource, Stacks};

/// A rule: its name, what it holds, and what breaks it.
pub(crate) type Rule = (&'static str, &'static str, fn(&Stacks) -> Vec<String>);

/// One complaint where something does not hold.
pub(crate) fn unless(holds: bool, complaint: impl Into<String>) -> Vec<String> {
    if holds { Vec::new() } else { vec![complaint.into()] }
}

/// A complaint for every resource of a type for which something does not hold; also when there is none of the type.
pub(crate) fn each(
    stacks: &Stacks,
    kind: &str,
    holds: impl Fn(&Resource<'_>) -> bool,
    complaint: &str,
) -> Vec<String> {
    let of_kind: Vec<_> = stacks.of(kind).collect();
    if of_kind.is_empty() {
        return vec![format!("there is no {kind}")];
    }
    let broken = of_kind.iter().filter(|resource| !holds(resource));
    broken.map(|resource| format!("{}.{} {complaint}", resource.stack, resource.id)).collect()
}
