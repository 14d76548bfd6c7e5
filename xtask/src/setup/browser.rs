//! A Chromium to open pages with, and fonts that have Korean letters.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::debian;
use seoga_host::files;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// Where Debian's package of Noto's CJK fonts puts them.
const FONTS: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

/// Finds a browser, or installs Debian's.
pub(crate) fn ensure() -> Result<PathBuf> {
    let browser = match files::on_path(&NAMES) {
        Some(browser) => browser,
        None => {
            debian::install(&["chromium"], "pages are opened in a browser")?;
            files::on_path(&NAMES).ok_or_else(|| anyhow::anyhow!("Debian's chromium brought no program"))?
        }
    };
    if files::on_path(&["apt-get"]).is_some() && !Path::new(FONTS).exists() {
        debian::install(&["fonts-noto-cjk"], "pages are in Korean")?;
    }
    Ok(browser)
}
