//! Where a published index is served, and how it gets there.
//!
//! Invariant: the place is known to be whole before anything is built, and the pointer comes after all that it names.

use std::path::{Path, PathBuf};

use anyhow::Result;
use seoga_host::process;

use super::options::Folders;
use crate::deploy::options::Environment;
use crate::deploy::runner::Runner;
use crate::deploy::settings::Settings;
use crate::deploy::{aws, cloudflare};
use crate::package::{Package, serve_index};
use crate::target::{Platform, Target};
use crate::wrangler;

/// The static files that `cargo xtask dev` serves.
const DEVELOPMENT: &str = "dist/assets";

/// A place where an index is served.
#[derive(Debug)]
pub(super) enum Place {
    /// Nowhere: a folder of one's own is only kept.
    Kept,
    /// The static files of a development server.
    Local(PathBuf),
    Cloudflare(Package),
    Aws(Package, Box<Settings>),
}

impl Place {
    /// Finds what is needed to serve there.
    pub(super) fn open(
        target: Target,
        folders: &Folders,
        package: Option<&Path>,
        settings: Option<&Path>,
    ) -> Result<Self> {
        let own = folders.published.is_some();
        Ok(match target {
            Target::Local => match &folders.assets {
                Some(assets) => Self::Local(assets.clone()),
                None if !own && Path::new(DEVELOPMENT).is_dir() => Self::Local(DEVELOPMENT.into()),
                None => Self::Kept,
            },
            _ if own && package.is_none() => Self::Kept,
            Target::Cloudflare => Self::Cloudflare(Package::open(Platform::Cloudflare, package)?),
            Target::Aws => {
                Self::Aws(Package::open(Platform::Aws, package)?, Box::new(Settings::read(settings)?))
            }
        })
    }

    /// Checks that the program of its platform is there.
    pub(super) fn needed(&self) -> Result<()> {
        match self {
            Self::Kept | Self::Local(_) => Ok(()),
            Self::Cloudflare(_) => wrangler::needed(),
            Self::Aws(..) => aws::needed(),
        }
    }

    /// Gives the package whose worker is deployed there.
    pub(super) fn worker(&self) -> Option<&Package> {
        if let Self::Cloudflare(package) = self { Some(package) } else { None }
    }

    /// Serves an index. On Workers a new version takes over when it is whole; on AWS the earlier generation serves until the
    /// pointer is there, and nothing that it needs is removed.
    pub(super) fn serve(&self, index: &Path) -> Result<()> {
        match self {
            Self::Kept => Ok(()),
            Self::Local(assets) => serve_index(index, assets),
            Self::Cloudflare(package) => {
                serve_index(index, &package.assets())?;
                cloudflare::fits(package)?;
                let mut deploy = cloudflare::command(package, "deploy", Environment::Production);
                process::run(deploy.stdout(std::io::stderr()))
            }
            Self::Aws(package, settings) => {
                serve_index(index, &package.assets())?;
                aws::publish_static(&Runner::new(false), settings, &package.assets())
            }
        }
    }

    /// Prints what serving would do.
    pub(super) fn would_serve(&self) -> Result<()> {
        match self {
            Self::Kept => {}
            Self::Local(assets) => println!("would lay the index out in {}", assets.display()),
            Self::Cloudflare(package) => {
                let deploy = cloudflare::command(package, "deploy", Environment::Production);
                println!("would run {}", process::line(&deploy));
            }
            Self::Aws(package, settings) => {
                aws::publish_static(&Runner::new(true), settings, &package.assets())?;
            }
        }
        Ok(())
    }
}
