//! Reads a crate's files into its tree of modules: for each the names that it has and the paths that it writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::{Attribute, Expr, ForeignItem, Item, ItemMod, Lit, Meta};

use crate::imports::cfg::tests_only;
use crate::imports::paths::{self, Import, Written};

/// A name that a module has.
#[derive(Debug, Clone)]
pub(crate) enum Name {
    /// Of an item that the module's file defines.
    Item,
    /// Of the module with this number.
    Module(usize),
    /// Of what this path leads to, seen from the module.
    Import(Vec<String>),
}

/// A module.
#[derive(Default)]
pub(crate) struct Module {
    /// The file that holds it, from the repository's root.
    pub(crate) file: String,
    pub(crate) parent: Option<usize>,
    pub(crate) names: BTreeMap<String, Vec<Name>>,
    /// The modules whose names are all imported.
    pub(crate) globs: Vec<Vec<String>>,
    pub(crate) paths: BTreeSet<Vec<String>>,
    /// Every name that its code mentions.
    pub(crate) mentioned: BTreeSet<String>,
    /// A macro is called among its items, which may define any name.
    pub(crate) calls_macros: bool,
}

/// A crate: modules by number, the first of which is its root.
#[derive(Default)]
pub(crate) struct Crate {
    pub(crate) modules: Vec<Module>,
    /// The module of each `macro_rules!` that is seen without an import.
    pub(crate) macros: BTreeMap<String, usize>,
}

/// Gives the text of a file by its path from the repository's root, where there is such a file.
pub(crate) type Files<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads the crate whose root file this is.
///
/// # Errors
/// Names the file that is missing or is no Rust.
pub(crate) fn read(root: &str, files: Files<'_>) -> Result<Crate, String> {
    let mut reader = Reader { read: Crate::default(), files };
    let folder = parent(Path::new(root));
    reader.file(root, None, &folder)?;
    Ok(reader.read)
}

struct Reader<'a> {
    read: Crate,
    files: Files<'a>,
}

impl Reader<'_> {
    /// Reads a file as a module whose own modules lie in `folder`.
    fn file(&mut self, file: &str, parent: Option<usize>, folder: &Path) -> Result<usize, String> {
        let text = (self.files)(file).ok_or_else(|| format!("{file}: there is no such file"))?;
        let parsed = syn::parse_file(&text).map_err(|error| format!("{file}: {error}"))?;
        self.module(file, parent, folder, &parsed.items)
    }

    fn module(
        &mut self,
        file: &str,
        parent: Option<usize>,
        folder: &Path,
        items: &[Item],
    ) -> Result<usize, String> {
        let number = self.read.modules.len();
        self.read.modules.push(Module { file: file.to_owned(), parent, ..Module::default() });
        for item in items {
            if tests_only(attributes(item)) {
                continue;
            }
            if let Item::Mod(module) = item {
                let child = self.child(file, number, folder, module)?;
                self.name(number, &module.ident.to_string(), Name::Module(child));
            } else {
                self.item(number, item);
            }
        }
        Ok(number)
    }

    /// Reads a module that stands in `file`, or in a file of its own.
    fn child(&mut self, file: &str, parent: usize, folder: &Path, module: &ItemMod) -> Result<usize, String> {
        let name = module.ident.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name);
        if let Some((_, items)) = &module.content {
            return self.module(file, Some(parent), &folder.join(name), items);
        }
        if let Some(path) = path_attribute(&module.attrs) {
            let path = parent_folder_join(file, &path);
            let folder = self::parent(Path::new(&path));
            return self.file(&path, Some(parent), &folder);
        }
        let inside = folder.join(name);
        let beside = shown(&folder.join(format!("{name}.rs")));
        let path = if (self.files)(&beside).is_some() { beside } else { shown(&inside.join("mod.rs")) };
        self.file(&path, Some(parent), &inside)
    }

    fn name(&mut self, module: usize, name: &str, what: Name) {
        let name = name.strip_prefix("r#").unwrap_or(name);
        self.read.modules[module].names.entry(name.to_owned()).or_default().push(what);
    }

    /// Notes the names that an item defines and the paths that it writes.
    fn item(&mut self, module: usize, item: &Item) {
        for name in defined(item) {
            self.name(module, &name, Name::Item);
        }
        self.read.modules[module].calls_macros |= matches!(item, Item::Macro(item) if item.ident.is_none());
        if let Item::Macro(item) = item
            && let Some(name) = &item.ident
        {
            self.read.macros.insert(name.to_string(), module);
            if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) && module != 0 {
                // `crate::name!` leads to the file that defines it.
                let mut path = vec!["crate".to_owned()];
                path.extend(self.way(module));
                path.push(name.to_string());
                self.name(0, &name.to_string(), Name::Import(path));
            }
        }
        let Written { imports, paths, mentioned } = paths::written(item);
        for Import { path, name } in imports {
            match name {
                Some(name) if name == "*" => self.read.modules[module].globs.push(path),
                Some(name) => {
                    self.read.modules[module].paths.insert(path.clone());
                    self.name(module, &name, Name::Import(path));
                }
                None => {
                    self.read.modules[module].paths.insert(path);
                }
            }
        }
        let module = &mut self.read.modules[module];
        module.paths.extend(paths);
        module.mentioned.extend(mentioned);
    }

    /// Names the modules from the root down to `module`.
    fn way(&self, module: usize) -> Vec<String> {
        let Some(parent) = self.read.modules[module].parent else { return Vec::new() };
        let is_it =
            |names: &Vec<Name>| names.iter().any(|name| matches!(name, Name::Module(it) if *it == module));
        let own = self.read.modules[parent].names.iter().find(|(_, names)| is_it(names));
        let mut way = self.way(parent);
        way.extend(own.map(|(name, _)| name.clone()));
        way
    }
}

/// Lists the names that an item defines in its module.
fn defined(item: &Item) -> Vec<String> {
    match item {
        Item::Const(item) => vec![item.ident.to_string()],
        Item::Enum(item) => vec![item.ident.to_string()],
        Item::Fn(item) => vec![item.sig.ident.to_string()],
        Item::Static(item) => vec![item.ident.to_string()],
        Item::Struct(item) => vec![item.ident.to_string()],
        Item::Trait(item) => vec![item.ident.to_string()],
        Item::TraitAlias(item) => vec![item.ident.to_string()],
        Item::Type(item) => vec![item.ident.to_string()],
        Item::Union(item) => vec![item.ident.to_string()],
        Item::ForeignMod(items) => items.items.iter().filter_map(foreign).collect(),
        Item::Macro(item) => match &item.ident {
            Some(name) => vec![name.to_string()],
            // `thread_local! { static NAME: … }` and the like.
            None => paths::defined_in(&item.mac.tokens),
        },
        _ => Vec::new(),
    }
}

fn foreign(item: &ForeignItem) -> Option<String> {
    match item {
        ForeignItem::Fn(item) => Some(item.sig.ident.to_string()),
        ForeignItem::Static(item) => Some(item.ident.to_string()),
        ForeignItem::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("path") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

fn parent(path: &Path) -> PathBuf {
    path.parent().map(Path::to_owned).unwrap_or_default()
}

/// Joins a path to the folder of `file`, without `..` in it.
fn parent_folder_join(file: &str, path: &str) -> String {
    crate::imports::script::resolved(file, path)
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
