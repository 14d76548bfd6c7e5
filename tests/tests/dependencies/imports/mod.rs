//! Reads which names each file imports from which other file.

mod cfg;
mod graph;
mod modules;
mod paths;
mod resolve;
mod script;

pub(crate) use graph::Graph;
use modules::Files;

/// Adds the imports between the files of a crate, whose root file this is, to `graph`.
///
/// # Errors
/// Names what is missing, is no Rust, or is not understood.
pub(crate) fn add_crate(graph: &mut Graph, root: &str, files: Files<'_>) -> Result<(), String> {
    let read = modules::read(root, files)?;
    resolve::add(graph, &read).map_err(|lost| lost.join("\n"))
}

/// Adds the imports of a JavaScript module to `graph`.
pub(crate) fn add_script(graph: &mut Graph, file: &str, source: &str) {
    for import in script::imports(source) {
        graph.import(file, &script::resolved(file, &import.from), &import.names);
    }
}

#[cfg(test)]
mod tests {
    use super::{Graph, add_crate, add_script};

    /// Adds the crate of these files, whose root is the first.
    fn read(files: &[(&str, &str)]) -> Result<Graph, String> {
        let mut graph = Graph::default();
        let text =
            |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        add_crate(&mut graph, files[0].0, &text)?;
        Ok(graph)
    }

    /// Lists what `src/a.rs` imports when it holds this text, beside `src/b.rs` and others.
    fn imports_of_a(text: &str) -> Vec<String> {
        let graph = read(&[
            (
                "src/lib.rs",
                "mod a; pub mod b; mod deep; pub use b::inner::Inner as Shown; pub const TOP: u8 = 1;\n\
                 macro_rules! shout { () => {} }",
            ),
            ("src/a.rs", text),
            (
                "src/b.rs",
                "pub struct B; pub enum Kind { One, Two } pub fn b() {} pub mod inner { pub struct Inner; }",
            ),
            ("src/deep/mod.rs", "pub mod c; pub mod d; pub use c::c; pub use self::d::*;"),
            ("src/deep/c.rs", "pub fn c() {} pub struct C;"),
            ("src/deep/d.rs", "pub trait D {} kinds! { Made }"),
        ])
        .unwrap();
        graph.of("src/a.rs")
    }

    #[test]
    fn every_form_of_a_use_is_followed_to_the_file_that_defines_the_name() {
        for (text, expected) in [
            ("use crate::b::B;", "B from src/b.rs"),
            ("use super::b::{self, B as Other};", "B from src/b.rs"),
            ("use crate::{b::{inner::{Inner}}};", "Inner from src/b.rs"),
            ("use crate::Shown;", "Inner from src/b.rs"),
            ("pub use crate::deep::c;", "c from src/deep/c.rs"),
            ("use crate::deep::D as _;", "D from src/deep/d.rs"),
            ("use crate::deep::d::Made;", "Made from src/deep/d.rs"),
            ("use super::TOP;", "TOP from src/lib.rs"),
            ("use crate::b::Kind::One;", "Kind from src/b.rs"),
            ("use crate::b::Kind::*;", "* from src/b.rs"),
            ("use crate::b::*; fn f(_: B) {}", "B from src/b.rs"),
            ("use crate::deep::c::*;", "* from src/deep/c.rs"),
            ("fn f() { use crate::b::b; b() }", "b from src/b.rs"),
            ("mod own { use super::super::b::B; }", "B from src/b.rs"),
        ] {
            assert_eq!(imports_of_a(text), [expected], "{text}");
        }
    }

    #[test]
    fn paths_in_types_expressions_patterns_attributes_and_macros_are_read() {
        for (text, expected) in [
            ("fn f() { crate::b::B::new() }", "B from src/b.rs"),
            ("fn f() -> Option<super::b::B> { None }", "B from src/b.rs"),
            ("use crate::b; fn f() { b::b() }", "b from src/b.rs"),
            ("use crate::b as other; fn f(k: u8) { matches!(k, other::Kind::One) }", "Kind from src/b.rs"),
            ("fn f(k: K) { match k { crate::b::Kind::Two => {} _ => {} } }", "Kind from src/b.rs"),
            ("impl crate::deep::D for A {} struct A;", "D from src/deep/d.rs"),
            (
                "struct A { #[serde(with = \"crate::b::inner\", default = \"crate::b::b\")] a: u8 }",
                "b from src/b.rs",
            ),
            ("fn f() { println!(\"{}\", call(&[crate::deep::c()])) }", "c from src/deep/c.rs"),
            ("fn f() -> Vec<u8> { iter().collect::<crate::b::B>() }", "B from src/b.rs"),
            ("mod own { pub(super) fn f() { self::super::super::b::b() } }", "b from src/b.rs"),
            ("fn f() { shout!() }", "shout from src/lib.rs"),
        ] {
            assert_eq!(imports_of_a(text), [expected], "{text}");
        }
    }

    #[test]
    fn modules_alone_other_crates_own_items_and_tests_are_no_imports() {
        for text in [
            "use crate::b;",
            "use std::fmt::{self, Write}; fn f() { fmt::b() }",
            "use serde::Serialize; #[derive(Serialize)] struct B; impl B { fn b() { B::c() } }",
            "pub(in crate::b) struct A;",
            "#[cfg(test)] mod tests { use crate::b::B; }",
            "#[cfg(test)] use crate::b::B;",
            "struct A; impl A { #[cfg(test)] fn b() { crate::b::b() } }",
            "/// [`crate::b::B`]\nstruct A; // crate::b::b()",
            "enum B { One } use B::One; use self::B as Other;",
        ] {
            assert_eq!(imports_of_a(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_name_that_is_a_module_and_a_function_leads_to_both() {
        let graph = read(&[
            ("src/lib.rs", "mod user; mod find;"),
            ("src/user.rs", "use crate::find::run;"),
            ("src/find/mod.rs", "mod run; pub use run::run;"),
            ("src/find/run.rs", "pub fn run() {}"),
        ]);
        assert_eq!(graph.unwrap().of("src/user.rs"), ["run from src/find/run.rs"]);
    }

    #[test]
    fn a_path_that_leads_nowhere_and_a_missing_file_are_errors() {
        let error = |files: &[(&str, &str)]| read(files).map(|_| ()).unwrap_err();
        assert!(
            error(&[("src/lib.rs", "use crate::gone::Gone;")]).contains("crate::gone::Gone leads nowhere")
        );
        assert!(error(&[("src/lib.rs", "mod gone;")]).starts_with("src/gone/mod.rs: there is no such file"));
        assert!(error(&[("src/lib.rs", "fn {")]).starts_with("src/lib.rs: "));
    }

    #[test]
    fn an_old_import_that_is_put_back_makes_a_circle() {
        let files = |reader: &'static str| {
            [
                ("src/lib.rs", "mod machine; mod reader; mod step; pub use machine::{Search, Step};"),
                (
                    "src/machine.rs",
                    "use crate::reader::Reader; pub use crate::step::Step; pub struct Search;",
                ),
                ("src/reader.rs", reader),
                ("src/step.rs", "pub enum Step { Need, Done }"),
            ]
        };
        let now = files("use crate::step::Step; pub struct Reader;");
        assert_eq!(read(&now).unwrap().circles(), Vec::<String>::new());
        // The name is defined further down today: that it is imported by way of the machine makes no circle.
        let by_another_way = files("use crate::machine::Step; pub struct Reader;");
        assert_eq!(read(&by_another_way).unwrap().circles(), Vec::<String>::new());
        let mut before = files("use crate::machine::Step; pub struct Reader;");
        before[1].1 = "use crate::reader::Reader; pub enum Step { Need, Done } pub struct Search;";
        let circles = read(&before).unwrap().circles();
        assert_eq!(circles.len(), 1);
        assert!(circles[0].contains("src/reader.rs imports Step from src/machine.rs"), "{}", circles[0]);
        assert!(circles[0].contains("src/machine.rs imports Reader from src/reader.rs"), "{}", circles[0]);
    }

    #[test]
    fn a_parent_and_its_child_can_be_a_circle() {
        let circles = read(&[
            ("src/lib.rs", "mod child; pub use child::Child; pub struct Shared;"),
            ("src/child.rs", "use super::Shared; pub struct Child(Shared);"),
        ])
        .unwrap()
        .circles();
        assert_eq!(circles.len(), 1);
        assert!(circles[0].contains("src/lib.rs imports Child from src/child.rs"), "{}", circles[0]);
    }

    #[test]
    fn scripts_that_import_each_other_are_a_circle() {
        let mut graph = Graph::default();
        add_script(&mut graph, "site/assets/site.js", "import * as kept from './kept.js';");
        assert_eq!(graph.circles(), Vec::<String>::new());
        add_script(&mut graph, "site/assets/kept.js", "import { go } from './site.js';");
        assert!(graph.circles()[0].contains("site/assets/kept.js imports { go } from site/assets/site.js"));
    }
}
