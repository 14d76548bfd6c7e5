//! Collects what an item writes: its `use` declarations, and the paths in its types, expressions, patterns, attributes
//! and macros.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Field, Ident, ImplItem, Item, ItemUse, Local, Macro, Meta, Path, UseTree, Visibility};

use crate::imports::cfg::tests_only;

/// A name that a `use` brings in, `*` for all names; none where it is `_`.
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    pub(crate) name: Option<String>,
}

/// Imports, paths and names that an item writes.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) imports: Vec<Import>,
    /// Paths of two and more parts, and the names of macros that are called (with `!` at the end).
    pub(crate) paths: BTreeSet<Vec<String>>,
    pub(crate) mentioned: BTreeSet<String>,
}

/// Collects what an item writes, but for what only tests have.
pub(crate) fn written(item: &Item) -> Written {
    let mut written = Written::default();
    written.visit_item(item);
    written
}

/// Lists the names that items inside a macro's words would define.
pub(crate) fn defined_in(tokens: &TokenStream) -> Vec<String> {
    const KEYWORDS: [&str; 7] = ["const", "enum", "fn", "static", "struct", "trait", "type"];
    let mut found = Vec::new();
    let mut after_keyword = false;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(name) if after_keyword && name != "mut" => {
                found.push(name.to_string());
                after_keyword = false;
            }
            TokenTree::Ident(name) => after_keyword = KEYWORDS.iter().any(|keyword| name == keyword),
            TokenTree::Group(group) => {
                found.extend(defined_in(&group.stream()));
                after_keyword = false;
            }
            _ => after_keyword = false,
        }
    }
    found
}

impl Written {
    fn use_tree(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &Ident| [before, &[plain(name)]].concat();
        match tree {
            UseTree::Path(path) => self.use_tree(&path.tree, &with(&path.ident)),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, before);
                }
            }
            UseTree::Name(name) if name.ident == "self" => {
                self.imports.push(Import { path: before.to_vec(), name: before.last().cloned() });
            }
            UseTree::Name(name) => {
                self.imports.push(Import { path: with(&name.ident), name: Some(plain(&name.ident)) });
            }
            UseTree::Rename(rename) => {
                let path = if rename.ident == "self" { before.to_vec() } else { with(&rename.ident) };
                let name = (rename.rename != "_").then(|| plain(&rename.rename));
                self.imports.push(Import { path, name });
            }
            UseTree::Glob(_) => {
                self.imports.push(Import { path: before.to_vec(), name: Some("*".to_owned()) });
            }
        }
    }

    /// Reads paths out of words that are not parsed: those of a macro or of an attribute.
    fn tokens(&mut self, tokens: &TokenStream) {
        let mut path: Vec<String> = Vec::new();
        // How many colons stand between the path and what comes.
        let mut colons = 0;
        for token in tokens.clone() {
            match &token {
                TokenTree::Ident(name) => {
                    self.mentioned.insert(plain(name));
                    if colons != 2 {
                        self.path(std::mem::take(&mut path));
                    }
                    path.push(plain(name));
                    colons = 0;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' && !path.is_empty() => colons += 1,
                _ => {
                    if matches!(&token, TokenTree::Punct(sign) if sign.as_char() == '!') && !path.is_empty() {
                        self.call(&path);
                    }
                    self.path(std::mem::take(&mut path));
                    colons = 0;
                }
            }
            if let TokenTree::Group(group) = token {
                self.tokens(&group.stream());
            }
        }
        self.path(path);
    }

    /// Reads the paths in the texts of an attribute, such as `deserialize_with = "crate::json::number"`.
    fn texts(&mut self, tokens: &TokenStream) {
        for token in tokens.clone() {
            match token {
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    if let Ok(path) = syn::parse_str::<Path>(text.trim_matches('"')) {
                        self.path(path.segments.iter().map(|segment| plain(&segment.ident)).collect());
                    }
                }
                TokenTree::Group(group) => self.texts(&group.stream()),
                _ => {}
            }
        }
    }

    fn path(&mut self, path: Vec<String>) {
        if path.len() > 1 {
            self.paths.insert(path);
        }
    }

    fn call(&mut self, path: &[String]) {
        if let [name] = path {
            self.paths.insert(vec![format!("{name}!")]);
        }
    }
}

impl<'ast> Visit<'ast> for Written {
    fn visit_item(&mut self, item: &'ast Item) {
        let kept = match item {
            Item::Fn(item) => !tests_only(&item.attrs),
            Item::Use(item) => !tests_only(&item.attrs),
            Item::Impl(item) => !tests_only(&item.attrs),
            Item::Mod(item) => !tests_only(&item.attrs),
            _ => true,
        };
        if kept {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let kept = match item {
            ImplItem::Const(item) => !tests_only(&item.attrs),
            ImplItem::Fn(item) => !tests_only(&item.attrs),
            _ => true,
        };
        if kept {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if !tests_only(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_field(&mut self, field: &'ast Field) {
        if !tests_only(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.use_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.path(path.segments.iter().map(|segment| plain(&segment.ident)).collect());
        visit::visit_path(self, path);
    }

    fn visit_ident(&mut self, name: &'ast Ident) {
        self.mentioned.insert(plain(name));
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        let path: Vec<String> = called.path.segments.iter().map(|segment| plain(&segment.ident)).collect();
        self.call(&path);
        self.path(path);
        self.tokens(&called.tokens);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            self.tokens(&list.tokens);
            self.texts(&list.tokens);
        }
    }

    /// Passes over `pub(in crate::x)`, which imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

fn plain(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map_or_else(|| name.clone(), str::to_owned)
}
