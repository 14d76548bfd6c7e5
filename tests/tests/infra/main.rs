//! Holds infra/, its `CloudFormation` templates and `wrangler.toml`, to rules of our own, each rule proved by a mistake.
//!
//! Not a deployment, and not cfn-lint, which `cargo xtask test --only infra` runs beside it. Invariant: a failure names the
//! rule and the resource.

mod canonical;
mod contract;
mod limits;
mod mutations;
mod parameters;
mod rules;
mod stacks;
mod template;

use stacks::Stacks;

#[test]
fn the_templates_keep_every_rule() {
    let stacks = Stacks::with(None).unwrap();
    for (name, holds, rule) in rules::all() {
        assert_eq!(rule(&stacks), Vec::<String>::new(), "{name}: {holds}");
    }
}
