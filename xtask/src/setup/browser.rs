//! Browsers to open pages with, and fonts that have Korean letters.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::crates::{self, Program};
use super::debian;
use crate::workspace::Workspace;
use seoga_host::files;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// Where Debian's package of Noto's CJK fonts puts them.
const FONTS: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";
/// Has Firefox do what `WebDriver` says. Debian has no package of it.
const GECKODRIVER: Program =
    Program::of("geckodriver", "0.37.1", "geckodriver").with(&["--debug", "--config=profile.dev.debug=0"]);

/// Finds a browser, or installs Debian's.
pub(crate) fn ensure() -> Result<PathBuf> {
    let browser = find(&NAMES, "chromium", "pages are opened in a browser")?;
    if files::on_path(&["apt-get"]).is_some() && !Path::new(FONTS).exists() {
        debian::install(&["fonts-noto-cjk"], "pages are in Korean")?;
    }
    Ok(browser)
}

/// Finds or installs Firefox, `WebKit` and the drivers of both and of a Chromium; gives their programs, by browser and by what they are for.
pub(crate) fn everywhere(
    workspace: &Workspace,
    chromium: &Path,
) -> Result<BTreeMap<&'static str, BTreeMap<&'static str, PathBuf>>> {
    let why = "journeys are made in Firefox, WebKit and Chromium";
    let firefox = find(&["firefox-esr", "firefox"], "firefox-esr", why)?;
    let webkit = find(&["WebKitWebDriver"], "webkit2gtk-driver", why)?;
    let display = find(&["Xvfb"], "xvfb", "WebKit draws on a display")?;
    let chromedriver = find(&["chromedriver"], "chromium-driver", why)?;
    let geckodriver = crates::ensure(workspace, &GECKODRIVER)?;
    Ok(BTreeMap::from([
        ("chromium", BTreeMap::from([("driver", chromedriver), ("browser", chromium.to_owned())])),
        ("firefox", BTreeMap::from([("driver", geckodriver), ("browser", firefox)])),
        ("webkit", BTreeMap::from([("driver", webkit), ("display", display)])),
    ]))
}

/// Finds a program, or installs Debian's package of it.
fn find(names: &[&str], package: &str, why: &str) -> Result<PathBuf> {
    if let Some(found) = files::on_path(names) {
        return Ok(found);
    }
    debian::install(&[package], why)?;
    files::on_path(names)
        .with_context(|| format!("Debian's {package} brought no program {}", names.join(" or ")))
}
