//! Where a published index is served, and how it gets there.
//!
//! Invariant: the place is known to be whole before anything is built, the pointer comes after all that it names, and the code
//! that answers there is of the release that it was, unless a rebuild ships its own.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::options::Folders;
use crate::deploy::address::{self, Address};
use crate::deploy::options::Environment;
use crate::deploy::runner::Runner;
use crate::deploy::settings::Settings;
use crate::deploy::{account, aws, bucket, cloudflare};
use crate::deployed::{Deployed, how_to_package};
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
    /// Workers, whose versions are of code and index together.
    Cloudflare(Package, Option<Address>),
    /// The bucket behind `CloudFront`, which has the index alone.
    Aws(Box<Settings>),
}

impl Place {
    /// Finds what is needed to serve there.
    pub(super) fn open(
        target: Target,
        folders: &Folders,
        package: Option<&Path>,
        settings: Option<&Path>,
        base: Option<&str>,
    ) -> Result<Self> {
        let own = folders.published.is_some();
        Ok(match target {
            Target::Local => match &folders.assets {
                Some(assets) => Self::Local(assets.clone()),
                None if !own && Path::new(DEVELOPMENT).is_dir() => Self::Local(DEVELOPMENT.into()),
                None => Self::Kept,
            },
            _ if own && package.is_none() => Self::Kept,
            Target::Cloudflare => {
                Self::Cloudflare(Package::open(Platform::Cloudflare, package)?, Address::of(None, base)?)
            }
            Target::Aws => Self::Aws(Box::new(Settings::read(settings)?)),
        })
    }

    /// Checks that the program of its platform is there and signed in.
    pub(super) fn needed(&self) -> Result<()> {
        match self {
            Self::Kept | Self::Local(_) => Ok(()),
            Self::Cloudflare(..) => wrangler::signed_in(),
            Self::Aws(_) => account::needed(),
        }
    }

    /// Gives the package whose worker is deployed there.
    pub(super) fn worker(&self) -> Option<&Package> {
        if let Self::Cloudflare(package, _) = self { Some(package) } else { None }
    }

    /// Finds where a deployment answers: as told, else what the stacks say. A dry run asks no account.
    pub(super) fn base(&self, told: Option<&str>, dry: bool) -> Result<Option<String>> {
        let told = told.map(|base| base.trim_end_matches('/').to_owned());
        match self {
            Self::Kept | Self::Local(_) => Ok(None),
            Self::Aws(settings) if told.is_none() && !dry => account::base(settings).map(Some),
            Self::Cloudflare(..) | Self::Aws(_) => Ok(told),
        }
    }

    /// Stands in for what nobody could be asked: the code is that of the package.
    pub(super) fn deployed(&self) -> Result<Deployed> {
        match self {
            Self::Cloudflare(package, _) => package.deployed(),
            _ => Ok(Deployed::unknown()),
        }
    }

    /// Gives the release of the code once an index is served: on Workers that of the package, elsewhere what it was.
    pub(super) fn release(&self, there: &Deployed) -> Result<String> {
        match self {
            Self::Cloudflare(..) => Ok(self.deployed()?.release),
            _ => Ok(there.release.clone()),
        }
    }

    /// Refuses to change the code that is in force along with an index that is gone back to.
    pub(super) fn keeps_code(&self, there: &Deployed, base: &str) -> Result<()> {
        let release = self.release(there)?;
        ensure!(
            release == there.release,
            "{base} runs release {}, the package is {release}: an earlier index leaves the code as it is; {}",
            there.release,
            how_to_package(&there.release)
        );
        Ok(())
    }

    /// Serves an index. On Workers a new version takes over when it is whole; on AWS the earlier generation serves until the
    /// pointer is there, and nothing that it needs is removed.
    pub(super) fn serve(&self, index: &Path, deployed: &Deployed) -> Result<()> {
        match self {
            Self::Kept => Ok(()),
            Self::Local(assets) => serve_index(index, assets),
            Self::Cloudflare(package, address) => {
                serve_index(index, &package.assets())?;
                deployed.write(&package.assets())?;
                cloudflare::fits(package)?;
                address::deploy(package, Environment::Production, address.clone(), &Runner::new(false))
                    .map(|_| ())
            }
            Self::Aws(settings) => {
                let runner = Runner::new(false);
                bucket::publish_index(&runner, settings, index)?;
                aws::tell_deployed(&runner, settings, deployed)
            }
        }
    }

    /// Prints what serving would do.
    pub(super) fn would_serve(&self, index: &Path, deployed: &Deployed) -> Result<()> {
        match self {
            Self::Kept => {}
            Self::Local(assets) => println!("would lay the index out in {}", assets.display()),
            Self::Cloudflare(package, address) => {
                address::deploy(package, Environment::Production, address.clone(), &Runner::new(true))?;
            }
            Self::Aws(settings) => {
                let runner = Runner::new(true);
                bucket::publish_index(&runner, settings, index)?;
                aws::tell_deployed(&runner, settings, deployed)?;
            }
        }
        Ok(())
    }
}
