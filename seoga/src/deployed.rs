//! Reads and writes what a deployment says of itself, in its static file `/assets/deployed.json`.
//!
//! ```text
//! {"release":"v0.3.0","pinned":false,"last":{"inputs":"9c0e…","generation":"kekhr3zs56sn74hi"}}
//! ```
//! It travels with what is deployed, so that any machine and any workflow learns the state from the deployment and from nowhere
//! else. Invariant: one that cannot be read is never taken for one that says nothing.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use seoga_host::files;
use seoga_host::web::{Client, Tried, patiently};
use serde::{Deserialize, Serialize};

/// Where it lies among the static files.
pub(crate) const PLACE: &str = "assets/deployed.json";
/// How long a file of a deployment may take.
const LIMIT: Duration = Duration::from_secs(60);

/// The state of a deployment, besides the generations that its pointer names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Deployed {
    /// The release of the code: a tag, or what git makes of a commit without one.
    pub(crate) release: String,
    /// Whether rebuilds keep to that release, because it was gone back to.
    #[serde(default)]
    pub(crate) pinned: bool,
    /// The last rebuild.
    #[serde(default)]
    pub(crate) last: Option<Last>,
}

/// A generation that was published to a target, and the inputs it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Last {
    pub(crate) inputs: String,
    pub(crate) generation: String,
}

impl Deployed {
    /// Stands for a deployment or a package that says nothing of itself.
    pub(crate) fn unknown() -> Self {
        Self { release: "unknown".to_owned(), pinned: false, last: None }
    }

    /// Reads what lies among the static files of a package.
    pub(crate) fn of_assets(assets: &Path) -> Result<Self> {
        let file = assets.join(PLACE);
        if !file.is_file() {
            return Ok(Self::unknown());
        }
        Self::parse(&files::read_text(&file)?).with_context(|| file.display().to_string())
    }

    /// Asks a deployment; gives nothing where there is none yet, or one that says nothing of itself.
    pub(crate) fn ask(base: &str) -> Result<Option<Self>> {
        let url = format!("{base}/{PLACE}");
        let Some(bytes) = fetch(&Client::new(LIMIT), &url)? else { return Ok(None) };
        let text = String::from_utf8(bytes).with_context(|| url.clone())?;
        Self::parse(&text).map(Some).with_context(|| format!("{url}: what is in force is not known"))
    }

    /// Parses the file's text.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        serde_json::from_str(text).context("it does not read as what a deployment says of itself")
    }

    /// Gives the file's text.
    pub(crate) fn text(&self) -> Result<String> {
        Ok(format!("{}\n", serde_json::to_string(self)?))
    }

    /// Puts it among the static files of a package.
    pub(crate) fn write(&self, assets: &Path) -> Result<()> {
        let file = assets.join(PLACE);
        files::make_dir(file.parent().context("the file has a folder")?)?;
        files::replace(&file, self.text()?.as_bytes())
    }

    /// Refuses code of another release than the one that was gone back to.
    pub(crate) fn allows(&self, release: &str, base: &str) -> Result<()> {
        if self.pinned && self.release != release {
            bail!(
                "{base} is kept at release {}, to which it was rolled back; the package is {release}. Either {}, or end the \
                 keeping: seoga deploy, or the workflow `deploy`",
                self.release,
                how_to_package(&self.release)
            );
        }
        Ok(())
    }
}

/// Says how the package of a release is made, where there is only a clone.
pub(crate) fn how_to_package(release: &str) -> String {
    format!(
        "make its package: git worktree add ../seoga-{release} {release} && cd ../seoga-{release} && cargo xtask package \
         --target cloudflare; then run this there, or name ../seoga-{release}/dist/cloudflare by --package"
    )
}

/// Fetches a static file of a deployment; gives nothing where it is missing. Tries again while the other side fails.
pub(crate) fn fetch(client: &Client, url: &str) -> Result<Option<Vec<u8>>> {
    patiently(|| match client.file(url) {
        Ok((200, bytes)) => Ok(Tried::Got(Some(bytes))),
        // A private bucket says 403 of what is missing.
        Ok((403 | 404, _)) => Ok(Tried::Got(None)),
        Ok((status @ (429 | 500..=599), _)) => Ok(Tried::Busy(format!("{url} answered {status}"), None)),
        Ok((status, _)) => bail!("{url} answered {status}: is that where the deployment answers?"),
        Err(error) => Ok(Tried::Busy(format!("{error:#}"), None)),
    })
}

/// Makes a client for files of deployments.
pub(crate) fn client() -> Client {
    Client::new(LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_host::testing::server;

    #[test]
    fn it_reads_back_and_a_package_without_it_is_unknown() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Deployed::of_assets(dir.path()).unwrap(), Deployed::unknown());
        let last = Last { inputs: "i".to_owned(), generation: "g".to_owned() };
        let deployed = Deployed { release: "v1.0.0".to_owned(), pinned: true, last: Some(last) };
        deployed.write(dir.path()).unwrap();
        assert_eq!(Deployed::of_assets(dir.path()).unwrap(), deployed);
        assert_eq!(Deployed::parse(r#"{"release":"v2","more":1}"#).unwrap().release, "v2");
    }

    #[test]
    fn a_deployment_that_is_missing_says_nothing_and_one_that_answers_something_else_is_an_error() {
        let (port, _) = server(vec![(404, "", String::new()), (403, "", String::new())]);
        let base = format!("http://127.0.0.1:{port}");
        assert_eq!(Deployed::ask(&base).unwrap(), None);
        assert_eq!(Deployed::ask(&base).unwrap(), None);
        let (port, _) = server(vec![(301, "", String::new()), (200, "", "<html>".to_owned())]);
        let base = format!("http://127.0.0.1:{port}");
        assert!(Deployed::ask(&base).unwrap_err().to_string().contains("301"));
        assert!(format!("{:#}", Deployed::ask(&base).unwrap_err()).contains("not known"));
    }

    #[test]
    fn code_that_was_gone_back_to_stays_until_a_deployment() {
        let back = Deployed { pinned: true, ..Deployed { release: "v1".to_owned(), ..Deployed::unknown() } };
        back.allows("v1", "https://a").unwrap();
        let refused = back.allows("v2", "https://a").unwrap_err().to_string();
        assert!(
            refused.contains("git worktree add ../seoga-v1 v1") && refused.contains("seoga deploy"),
            "{refused}"
        );
        Deployed { pinned: false, ..back }.allows("v2", "https://a").unwrap();
    }
}
