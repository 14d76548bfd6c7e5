//! The address of a deployment to Workers, and the settings by which wrangler gives it that address and no other.
//!
//! A shared cache in front of the worker has no host in its keys, so a deployment answers under one name: the worker knows it
//! (`SEOGA_BASE`), and with a domain of one's own workers.dev is switched off. wrangler takes no such thing on its command line,
//! and each of its deployments sets all of it anew. Invariant: what a deployment is called is told to every deployment that
//! follows, by whoever starts it.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use seoga_app::Base;
use seoga_app::config::setting;
use seoga_host::{files, process, web};
use serde_json::Value;
use toml::Table;

use super::options::Environment;
use super::runner::Runner;
use crate::package::Package;
use crate::wrangler;

/// The end of the names that the platform gives.
const PLATFORM: &str = ".workers.dev";
/// By these words wrangler says that nothing is deployed yet.
const NOTHING: [&str; 3] = ["has no deployments", "does not exist", "10007"];
/// The file in which wrangler writes what it did, a JSON object a line.
const OUTPUT: &str = "WRANGLER_OUTPUT_FILE_PATH";
/// The settings handed to wrangler, in the package's folder, as their paths begin there.
const SETTINGS: &str = "wrangler.deploy.json";

/// Where a deployment answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address(Base);

impl Address {
    /// Takes what `--domain` and `--base` say; `None` where neither is given.
    pub(crate) fn of(domain: Option<&str>, base: Option<&str>) -> Result<Option<Self>> {
        let domain =
            domain.map(|domain| Self::parse("--domain", &format!("https://{domain}"))).transpose()?;
        let base = base.map(|base| Self::parse("--base", base)).transpose()?;
        if let (Some(domain), Some(base)) = (&domain, &base) {
            ensure!(domain == base, "--domain says {domain}, --base {base}: a deployment has one address");
        }
        Ok(domain.or(base))
    }

    fn parse(option: &str, text: &str) -> Result<Self> {
        let base = Base::parse(text).filter(|base| base.is_https() || web::is_local(base.as_str()));
        let base = base.with_context(|| {
            format!("{option}: {text} is no address; give scheme and host alone, such as https://books.example.org")
        })?;
        Ok(Self(base))
    }

    /// Asks the version in force by which address it knows itself; `None` where nothing is deployed, or nothing with one.
    fn in_force(wrangler: impl Fn(&[&str]) -> Command) -> Result<Option<Self>> {
        let ask = |words: &[&str]| -> Result<Option<Value>> {
            let answer = wrangler(words).arg("--json").output()?;
            let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
            let (out, errors) = (said(&answer.stdout), said(&answer.stderr));
            if answer.status.success() {
                return serde_json::from_str(&out).map(Some).with_context(|| format!("wrangler says {out}"));
            }
            let nothing = NOTHING.iter().any(|words| errors.contains(words) || out.contains(words));
            ensure!(
                nothing,
                "wrangler does not say which address the deployment has, and a new version would lose it: {errors}\n\
                 give --base URL"
            );
            Ok(None)
        };
        let Some(status) = ask(&["deployments", "status"])? else { return Ok(None) };
        let Some(version) = status["versions"][0]["version_id"].as_str() else { return Ok(None) };
        let Some(version) = ask(&["versions", "view", version])? else { return Ok(None) };
        let bindings = version["resources"]["bindings"].as_array().cloned().unwrap_or_default();
        let base = bindings.iter().find(|binding| binding["name"] == setting::BASE);
        base.and_then(|base| base["text"].as_str()).map(|base| Self::parse(setting::BASE, base)).transpose()
    }

    /// Reads what wrangler wrote of its deployments: the address that the platform gave.
    fn told(output: &str) -> Result<Self> {
        let lines = output.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let deployed = lines.filter(|line| line["type"] == "deploy");
        let targets: Vec<String> = deployed
            .flat_map(|line| line["targets"].as_array().cloned().unwrap_or_default())
            .filter_map(|target| {
                target.as_str().map(|target| target.trim_start_matches("https://").to_owned())
            })
            .collect();
        match targets.iter().find(|target| target.ends_with(PLATFORM)) {
            Some(host) => Self::parse("wrangler", &format!("https://{host}")),
            None => bail!(
                "wrangler does not say where the worker answers ({targets:?}), and until it is known no answer is kept: \
                 run this again with --base URL"
            ),
        }
    }

    /// Gives it as links begin with it.
    pub(crate) fn base(&self) -> &str {
        self.0.as_str()
    }

    /// Gives the host that wrangler makes a record and a certificate for; none where it is the platform's own.
    fn domain(&self) -> Option<&str> {
        self.base().strip_prefix("https://").filter(|host| !host.ends_with(PLATFORM))
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.base())
    }
}

/// Deploys a package under its address: the one told, else the one in force, else the one that the platform gives to a first
/// deployment, which is then deployed once more, so that its worker knows it. Gives it, unless nothing was to be changed.
pub(crate) fn deploy(
    package: &Package,
    environment: Environment,
    told: Option<Address>,
    runner: &Runner,
) -> Result<Option<Address>> {
    let known = match told {
        None if !runner.is_dry() => Address::in_force(|words| command(package, environment, words))?,
        told => told,
    };
    let deploy = |address: Option<&Address>| -> Result<Command> {
        write(package, environment, address)?;
        let mut deploy = command(package, environment, &["deploy", "--config", SETTINGS]);
        deploy.stdout(std::io::stderr());
        Ok(deploy)
    };
    let work = tempfile::tempdir().context("making a folder for what wrangler says")?;
    let output = work.path().join("output");
    runner.step("deploy", deploy(known.as_ref())?.env(OUTPUT, &output))?;
    if known.is_some() || runner.is_dry() {
        return Ok(known);
    }
    let given = Address::told(&files::read_text(&output).unwrap_or_default())?;
    println!("== its address is {given}");
    runner.step("deploy with its address", &mut deploy(Some(&given))?)?;
    Ok(Some(given))
}

/// Makes a command of wrangler on an environment of a package.
fn command(package: &Package, environment: Environment, words: &[&str]) -> Command {
    let mut wrangler = wrangler::command(package.folder());
    wrangler.args(words).args(["--env", environment.name()]);
    wrangler
}

/// Has wrangler bundle a package and list what it would upload, for which no account need be.
pub(super) fn weigh(package: &Package, environment: Environment) -> Result<()> {
    process::run(&mut command(package, environment, &["deploy", "--config", SETTINGS, "--dry-run"]))
}

/// Writes wrangler's settings of a package with the address of an environment.
fn write(package: &Package, environment: Environment, address: Option<&Address>) -> Result<()> {
    let own = package.file("wrangler.toml");
    let settings = with_address(&files::read_text(&own)?, environment, address)
        .with_context(|| format!("{}", own.display()))?;
    files::write(&package.file(SETTINGS), settings)?;
    Ok(())
}

/// Puts an address into wrangler's settings.
fn with_address(settings: &str, environment: Environment, address: Option<&Address>) -> Result<String> {
    let mut all: Table = settings.parse()?;
    let name = environment.name();
    let own = all
        .get_mut("env")
        .and_then(|environments| environments.get_mut(name)?.as_table_mut())
        .with_context(|| format!("has no environment {name}"))?;
    own.insert("preview_urls".to_owned(), false.into());
    if let Some(address) = address {
        let variables = own.entry("vars").or_insert_with(|| Table::new().into());
        let variables = variables.as_table_mut().context("has variables that are no table")?;
        variables.insert(setting::BASE.to_owned(), address.base().into());
        own.insert("workers_dev".to_owned(), address.domain().is_none().into());
        if let Some(domain) = address.domain() {
            let route = Table::from_iter([
                ("pattern".to_owned(), domain.into()),
                ("custom_domain".to_owned(), true.into()),
            ]);
            own.insert("routes".to_owned(), toml::Value::Array(vec![route.into()]));
        }
    }
    Ok(serde_json::to_string_pretty(&all)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings as they are committed.
    const SETTINGS: &str = include_str!("../../../wrangler.toml");

    fn environment(handed: &str, name: &str) -> Value {
        serde_json::from_str::<Value>(handed).unwrap()["env"][name].clone()
    }

    #[test]
    fn a_domain_is_the_only_name_of_a_deployment() {
        let address = Address::of(Some("books.example.org"), None).unwrap();
        let handed = with_address(SETTINGS, Environment::Production, address.as_ref()).unwrap();
        let production = environment(&handed, "production");
        assert_eq!(production["workers_dev"].as_bool(), Some(false));
        assert_eq!(production["preview_urls"].as_bool(), Some(false));
        assert_eq!(production["vars"]["SEOGA_BASE"].as_str(), Some("https://books.example.org"));
        assert_eq!(production["vars"]["SEOGA_MODE"].as_str(), Some("production"), "what was there stays");
        let routes = production["routes"].as_array().unwrap();
        assert_eq!(routes.len(), 1);
        assert_eq!(routes[0]["pattern"].as_str(), Some("books.example.org"));
        assert_eq!(routes[0]["custom_domain"].as_bool(), Some(true));
        let before = serde_json::to_value(SETTINGS.parse::<Table>().unwrap()).unwrap();
        assert_eq!(environment(&handed, "staging"), before["env"]["staging"]);
        assert_eq!(
            address,
            Address::of(None, Some("https://books.example.org/")).unwrap(),
            "--base says as much"
        );
    }

    #[test]
    fn a_name_of_the_platform_stays_on() {
        let address = Address::of(None, Some("https://seoga.account.workers.dev")).unwrap();
        let handed = with_address(SETTINGS, Environment::Staging, address.as_ref()).unwrap();
        let staging = environment(&handed, "staging");
        assert_eq!(staging["workers_dev"].as_bool(), Some(true));
        assert_eq!(staging["preview_urls"].as_bool(), Some(false));
        assert_eq!(staging["vars"]["SEOGA_BASE"].as_str(), Some("https://seoga.account.workers.dev"));
        assert!(staging.get("routes").is_none());
    }

    #[test]
    fn without_an_address_the_worker_is_told_none() {
        let handed = with_address(SETTINGS, Environment::Production, None).unwrap();
        let production = environment(&handed, "production");
        assert_eq!(production["workers_dev"].as_bool(), Some(true));
        assert!(production["vars"].get("SEOGA_BASE").is_none());
        assert_eq!(Address::of(None, None).unwrap(), None);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (domain, base) in [
            (Some("https://books.example.org"), None),
            (Some("books.example.org/app"), None),
            (None, Some("books.example.org")),
            (None, Some("http://books.example.org")),
            (None, Some("https://books.example.org/app")),
            (Some("a.example.org"), Some("https://b.example.org")),
        ] {
            assert!(Address::of(domain, base).is_err(), "{domain:?} {base:?}");
        }
    }

    #[test]
    fn the_first_deployment_learns_its_address_from_wrangler() {
        let said = concat!(
            r#"{"type":"wrangler-session","version":1}"#,
            "\n",
            r#"{"type":"deploy","version":1,"worker_name":"seoga","targets":["https://seoga.account.workers.dev"]}"#,
            "\n"
        );
        assert_eq!(Address::told(said).unwrap().base(), "https://seoga.account.workers.dev");
        for nothing in ["", "{}", r#"{"type":"deploy","targets":["schedule: 1 * * * *"]}"#] {
            let error = Address::told(nothing).unwrap_err().to_string();
            assert!(error.contains("--base URL"), "{error}");
        }
    }
}
