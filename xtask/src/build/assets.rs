//! The folder that wrangler serves as static assets: the site's files and the API's description at its root, the index
//! under `/index/`, the module of the page that checks files beside that page, the service workers.
//!
//! Invariant: when this returns, the folder holds those files and no other; until then a server on it finds every file
//! that the pointer there names.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use seoga_host::files;
use seoga_host::mirror::{Files, mirror, take};

use seoga_index::pointer::CHANGING;

use super::site::take_site;
use super::{browser, check_page, description, light};
use crate::flavour::Flavour;
use crate::workspace::Workspace;

/// Where the index lies under the root of the assets.
const INDEX: &str = "index";

/// Where the API's description lies.
const DESCRIPTION: &str = "openapi.json";

/// Tells where the folder lies.
pub(crate) fn folder(workspace: &Workspace, flavour: Flavour) -> PathBuf {
    workspace.root.join("dist").join(if flavour.for_tests() { "test" } else { "assets" })
}

/// Lays the folder out; gives it.
pub(crate) fn lay_out(workspace: &Workspace, index: &Path, flavour: Flavour) -> Result<PathBuf> {
    let assets = folder(workspace, flavour);
    lay_out_at(workspace, index, &assets, flavour)?;
    Ok(assets)
}

/// Lays out any folder in the same way.
pub(crate) fn lay_out_at(workspace: &Workspace, index: &Path, assets: &Path, flavour: Flavour) -> Result<()> {
    let mut wanted = take_site(workspace)?;
    take(index, Path::new(INDEX), &mut wanted)?;
    wanted.insert(PathBuf::from(DESCRIPTION), description(workspace)?);
    wanted.insert(PathBuf::from(check_page::PLACE), check_page::build(workspace, flavour)?);
    // A machine of one's own starts the sooner without.
    if flavour != Flavour::Plain {
        take(&browser::build(workspace)?.device, Path::new(""), &mut wanted)?;
    }
    let script = light_worker(workspace, &wanted, flavour)?;
    wanted.insert(PathBuf::from(light::PLACE), script);
    mirror(&wanted, &CHANGING, assets)
}

/// Writes the light service worker for the files that are laid out; gives the file.
fn light_worker(workspace: &Workspace, wanted: &Files, flavour: Flavour) -> Result<PathBuf> {
    let shell = wanted.iter().filter_map(|(path, file)| {
        let path = path.to_str().filter(|path| light::is_shell(path))?;
        Some(files::read(file).map(|bytes| (path.to_owned(), bytes)))
    });
    let shell = shell.collect::<Result<Vec<_>>>()?;
    let source = wanted.get(Path::new(light::PLACE)).context("the site has no light service worker")?;
    let source = files::read(source)?;
    let file = workspace.build.join(format!("light-{flavour:?}.js").to_lowercase());
    files::make_dir(&workspace.build)?;
    files::replace(&file, &light::script(&source, &shell)?)?;
    Ok(file)
}

/// Writes docs/openapi.yaml as JSON; gives the file.
fn description(workspace: &Workspace) -> Result<PathBuf> {
    let (yaml, file) = (workspace.root.join("docs/openapi.yaml"), workspace.build.join(DESCRIPTION));
    let json = description::json(&files::read_text(&yaml)?).with_context(|| yaml.display().to_string())?;
    if !file.is_file() || files::read(&file)? != json {
        files::make_dir(&workspace.build)?;
        files::replace(&file, &json)?;
    }
    Ok(file)
}
