//! Deploying to `CloudFront` and Lambda@Edge: the stacks of infra/aws in their order, zips and static files, by the aws program.
//!
//! Not tried against an account; `--dry-run` prints the same commands. Invariant: files that pages may still ask for are
//! never removed, and the pointer to an index comes after everything it names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use seoga_host::limits::Limits;
use seoga_host::{files, process};
use seoga_index::pointer::FILE_NAME as POINTER;
use seoga_text::encoding::{base64, hex};
use sha2::{Digest, Sha256};

use super::account::{aws, needed, output};
use super::bucket::{publish_index, publish_site};
use super::changed::Changed;
use super::options::{Deploy, Deployment};
use super::releases::{Release, Releases, Zip};
use super::runner::Runner;
use super::settings::{EDGE_REGION, Settings, lay_out_templates};
use crate::deployed::{Deployed, PLACE};
use crate::package::Package;
use crate::target::Platform;

/// The list of releases, in the bucket of releases.
const RELEASES: &str = "releases/deployed.json";

/// Deploys everything, or with `--code` what the workflow's role may: zips, the edge stack with them, files.
pub(super) fn deploy(options: &Deploy, runner: &Runner) -> Result<Changed> {
    let settings = Settings::read(options.deployment.settings.as_deref())?;
    let package = Package::open(Platform::Aws, options.deployment.package.as_deref())?;
    if !runner.is_dry() {
        needed()?;
    }
    // Where an index is in force the package's own is not sent.
    println!("== whether an index is in force; before the first deployment aws says that there is no stack");
    let in_force =
        || object(runner, &settings, &format!("index/{POINTER}")).is_ok_and(|there| there.is_some());
    if runner.is_dry() || !in_force() {
        package.is_for_the_public(options.sample)?;
    }
    let zips = Zips::of(&package, runner)?;
    let stacks = Stacks::new(package.folder(), &settings, runner)?;
    let release = zips.release.release.clone();
    let base = carry_out(&stacks, zips, &package.assets(), options.code)?;
    Ok(Changed { release, base: Some(base) })
}

/// The steps of a deployment, in the order in which each finds what it needs.
fn carry_out(stacks: &Stacks<'_>, zips: Zips, assets: &Path, code_alone: bool) -> Result<String> {
    let Stacks { settings, runner, .. } = *stacks;
    if !code_alone {
        stacks.change("base", EDGE_REGION, &[], Others::AsSet)?;
    }
    let bucket = stacks.output("base", EDGE_REGION, "ReleaseBucket")?;
    for (file, zip) in [(&zips.search_file, &zips.release.search), (&zips.choice_file, &zips.release.choice)]
    {
        let to = format!("s3://{bucket}/{}", zip.key);
        runner
            .step("upload a zip", aws(EDGE_REGION, &["s3", "cp", "--only-show-errors"]).arg(file).arg(to))?;
    }
    let mut parameters = zips.release.parameters();
    if !code_alone {
        stacks.change("data", &settings.home, &[], Others::AsSet)?;
        for region in &settings.log_regions {
            stacks.change("region", region, &[], Others::AsSet)?;
        }
        if settings.wants("analysis") {
            stacks.change("analysis", &settings.home, &settings.choice_days(), Others::AsSet)?;
        }
        parameters.push(format!("ReleaseBucket={bucket}"));
        parameters.push(format!("DataRegion={}", settings.home));
        parameters.push(format!("ChoicesTable={}", stacks.output("data", &settings.home, "ChoicesTable")?));
        parameters.push(format!("SigningSecret={}-signing-key", settings.prefix));
        parameters.push(format!("SigningSecretVersion={}", stacks.key_version()?));
        parameters.push(format!("AlarmTopics={}", stacks.alarm_topics()?));
    }
    let others = if code_alone { Others::AsTheyAre } else { Others::AsSet };
    stacks.change("edge", EDGE_REGION, &parameters, others)?;
    // Code leaves the index alone that is in force; only where there is none yet, the package's own is the first.
    if object(runner, settings, &format!("index/{POINTER}"))?.is_none() {
        publish_index(runner, settings, &assets.join("index"))?;
    }
    publish_site(runner, settings, assets)?;
    let deployed = Deployed { pinned: false, ..in_force(runner, settings)? };
    tell_deployed(runner, settings, &Deployed { release: zips.release.release.clone(), ..deployed })?;
    stacks.remember(&bucket, zips.release)?;
    stacks.output("edge", EDGE_REGION, "Base")
}

/// Puts an earlier pair of zips into force.
pub(super) fn rollback(deployment: &Deployment, to: Option<&str>, runner: &Runner) -> Result<Changed> {
    let settings = Settings::read(deployment.settings.as_deref())?;
    if !runner.is_dry() {
        needed()?;
    }
    let work = tempfile::tempdir().context("making a folder for the templates")?;
    let stacks = Stacks::new(work.path(), &settings, runner)?;
    let bucket = stacks.output("base", EDGE_REGION, "ReleaseBucket")?;
    let mut read = aws(EDGE_REGION, &["s3", "cp"]);
    let list = runner.ask("the list of releases", read.arg(format!("s3://{bucket}/{RELEASES}")).arg("-"))?;
    let release =
        if runner.is_dry() { Release::to_be_known() } else { Releases::parse(&list)?.back(to)?.clone() };
    println!("== back to release {} ({})", release.release, release.name);
    stacks.change("edge", EDGE_REGION, &release.parameters(), Others::AsTheyAre)?;
    // Rebuilds keep to it until the next deployment.
    let deployed = Deployed { pinned: true, ..in_force(runner, &settings)? };
    tell_deployed(runner, &settings, &Deployed { release: release.release.clone(), ..deployed })?;
    stacks.remember(&bucket, release.clone())?;
    let base = stacks.output("edge", EDGE_REGION, "Base")?;
    Ok(Changed { release: release.release, base: Some(base) })
}

/// How S3 is told to keep a file.
fn kept(how: &str) -> [&str; 3] {
    ["--only-show-errors", "--cache-control", how]
}

fn site_bucket(runner: &Runner, settings: &Settings) -> Result<String> {
    Ok(format!("s3://{}", output(runner, settings, "edge", EDGE_REGION, "SiteBucket")?))
}

/// Reads a static file; gives nothing where there is none, and in a dry run.
fn object(runner: &Runner, settings: &Settings, place: &str) -> Result<Option<String>> {
    let bucket = site_bucket(runner, settings)?;
    let name = bucket.trim_start_matches("s3://");
    let mut count = aws(EDGE_REGION, &["s3api", "list-objects-v2", "--bucket", name, "--prefix", place]);
    count.args(["--max-items", "1", "--query", "length(Contents || `[]`)", "--output", "text"]);
    let count = runner.ask(&format!("whether there is {place}"), &mut count)?;
    if runner.is_dry() || count == "0" {
        return Ok(None);
    }
    let mut read = aws(EDGE_REGION, &["s3", "cp"]);
    runner.ask(place, read.arg(format!("{bucket}/{place}")).arg("-")).map(Some)
}

/// Reads what the deployment says of itself, from the bucket: no cache stands before that.
fn in_force(runner: &Runner, settings: &Settings) -> Result<Deployed> {
    object(runner, settings, PLACE)?.map_or_else(|| Ok(Deployed::unknown()), |text| Deployed::parse(&text))
}

/// Says among the static files what is in force; no cache keeps it.
pub(crate) fn tell_deployed(runner: &Runner, settings: &Settings, deployed: &Deployed) -> Result<()> {
    let file = tempfile::NamedTempFile::new().context("making a file for what is deployed")?;
    files::write(file.path(), deployed.text()?)?;
    let mut copy = aws(EDGE_REGION, &["s3", "cp", "--content-type", "application/json"]);
    copy.args(kept("no-store")).arg(file.path()).arg(format!("{}/{PLACE}", site_bucket(runner, settings)?));
    runner.step("say what is in force", &mut copy)
}

/// Says what becomes of the parameters that a change of a stack does not name.
#[derive(Debug, Clone, Copy)]
enum Others {
    /// They become what the operator's settings say.
    AsSet,
    /// They stay, as where code alone changes and no settings are at hand.
    AsTheyAre,
}

/// The stacks of a deployment.
struct Stacks<'a> {
    /// Each stack's template.
    templates: BTreeMap<&'static str, PathBuf>,
    /// The list of releases, on its way to the bucket.
    releases: PathBuf,
    settings: &'a Settings,
    runner: &'a Runner,
}

impl<'a> Stacks<'a> {
    /// Lays out in a folder what the aws program reads.
    fn new(folder: &Path, settings: &'a Settings, runner: &'a Runner) -> Result<Self> {
        let templates = lay_out_templates(&folder.join("templates"))?;
        Ok(Self { templates, releases: folder.join("deployed.json"), settings, runner })
    }

    /// Makes or changes a stack, with whoever's rights are signed in: no role is handed over, as a stack would keep it for
    /// every later change and for its deletion
    /// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html>).
    fn change(&self, stack: &str, region: &str, more: &[String], others: Others) -> Result<()> {
        let mut command = aws(region, &["cloudformation", "deploy", "--no-fail-on-empty-changeset"]);
        command.args(["--capabilities", "CAPABILITY_NAMED_IAM", "--stack-name", &self.settings.stack(stack)]);
        command.arg("--template-file").arg(self.templates.get(stack).context("no such template")?);
        let mut parameters = match others {
            Others::AsSet => self.settings.overrides(stack),
            Others::AsTheyAre => Vec::new(),
        };
        parameters.extend_from_slice(more);
        if !parameters.is_empty() {
            command.arg("--parameter-overrides").args(&parameters);
        }
        self.runner.step(&format!("stack {} in {region}", self.settings.stack(stack)), &mut command)
    }

    fn output(&self, stack: &str, region: &str, name: &str) -> Result<String> {
        output(self.runner, self.settings, stack, region, name)
    }

    /// The topics of the other stacks' alarms, parted by commas.
    fn alarm_topics(&self) -> Result<String> {
        let data = std::iter::once(("data", &self.settings.home));
        let regions = self.settings.log_regions.iter().map(|region| ("region", region));
        let topics = data.chain(regions).map(|(stack, region)| self.output(stack, region, "AlarmTopic"));
        Ok(topics.collect::<Result<Vec<_>>>()?.join(","))
    }

    /// The version of the signing key that is to be in force.
    fn key_version(&self) -> Result<String> {
        let secret = format!("{}-signing-key", self.settings.prefix);
        let mut command =
            aws(EDGE_REGION, &["secretsmanager", "list-secret-version-ids", "--secret-id", &secret]);
        let current = "Versions[?contains(VersionStages, 'AWSCURRENT')].VersionId | [0]";
        self.runner.ask("the signing key's version", command.args(["--output", "text", "--query", current]))
    }

    /// Notes what is in force.
    fn remember(&self, bucket: &str, release: Release) -> Result<()> {
        let object = format!("s3://{bucket}/{RELEASES}");
        if !self.runner.is_dry() {
            // The first deployment finds none.
            let earlier = process::output(aws(EDGE_REGION, &["s3", "cp"]).arg(&object).arg("-"));
            let earlier = earlier.map_or_else(|_| Ok(Releases::default()), |text| Releases::parse(&text))?;
            files::write(&self.releases, serde_json::to_string_pretty(&earlier.with(release))?)?;
        }
        let mut command = aws(EDGE_REGION, &["s3", "cp", "--only-show-errors"]);
        self.runner.step("note the release", command.arg(&self.releases).arg(object))
    }
}

/// Both zips, and the release that they are.
struct Zips {
    search_file: PathBuf,
    choice_file: PathBuf,
    release: Release,
}

impl Zips {
    /// Reads a package's, refuses one that its platform would refuse, and says which release they are.
    fn of(package: &Package, runner: &Runner) -> Result<Self> {
        let limits = Limits::read()?;
        let zip = |name: &str| -> Result<(PathBuf, String, Zip)> {
            let file = package.file(name);
            limits.zip(&file)?;
            let hash = Sha256::digest(files::read(&file)?);
            let hexadecimal = hex(&hash);
            let key = format!("releases/{hexadecimal}/{name}");
            Ok((file, hexadecimal[..8].to_owned(), Zip { key, sha256: base64(&hash) }))
        };
        let (search_file, first, search) = zip("search.zip")?;
        let (choice_file, second, choice) = zip("choice.zip")?;
        let name = format!("{first}-{second}");
        let release = package.deployed()?.release;
        println!("== release {release} ({name}){}", if runner.is_dry() { ", not uploaded" } else { "" });
        Ok(Self { search_file, choice_file, release: Release { release, name, search, choice } })
    }
}

impl Release {
    /// Stands in a dry run for the one that the list will name.
    fn to_be_known() -> Self {
        let zip = |name: &str| Zip { key: format!("<key of {name}>"), sha256: format!("<hash of {name}>") };
        let release = "<the one before>".to_owned();
        Self { name: release.clone(), release, search: zip("search.zip"), choice: zip("choice.zip") }
    }

    /// The edge stack's parameters that name it.
    fn parameters(&self) -> Vec<String> {
        vec![
            format!("SearchKey={}", self.search.key),
            format!("SearchSha256={}", self.search.sha256),
            format!("ChoiceKey={}", self.choice.key),
            format!("ChoiceSha256={}", self.choice.sha256),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::Environment;
    use super::*;

    #[test]
    fn hashes_are_written_as_lambda_writes_them() {
        for (bytes, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), expected);
        }
        // The SHA-256 of nothing.
        assert_eq!(base64(&Sha256::digest(b"")), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    fn zips() -> Zips {
        let zip = |name: &str| Zip { key: format!("releases/0/{name}.zip"), sha256: "0".to_owned() };
        let release = Release {
            release: "v1".to_owned(),
            name: "0-0".to_owned(),
            search: zip("search"),
            choice: zip("choice"),
        };
        Zips { search_file: "dist/aws/search.zip".into(), choice_file: "dist/aws/choice.zip".into(), release }
    }

    /// The lines of the steps of a deployment, in their order, by the start of what they change.
    fn steps(code_alone: bool) -> Vec<String> {
        let (dir, settings, runner) = (tempfile::tempdir().unwrap(), Settings::default(), Runner::dry());
        let stacks = Stacks::new(dir.path(), &settings, &runner).unwrap();
        carry_out(&stacks, zips(), Path::new("dist/assets"), code_alone).unwrap();
        runner.steps().into_iter().map(|(what, _)| what).collect()
    }

    #[test]
    fn a_deployment_goes_from_what_is_needed_to_what_needs_it() {
        // A dry run finds no index, so the package's own is the first.
        let end = [
            "upload the index's files",
            "upload the opening",
            "upload the pointer",
            "upload the site's files",
            "say what is in force",
            "note the release",
        ];
        let whole = [
            &["stack seoga-base in us-east-1", "upload a zip", "upload a zip"][..],
            &["stack seoga-data in ap-northeast-2", "stack seoga-logs in us-east-1"],
            &[
                "stack seoga-logs in ap-northeast-2",
                "stack seoga-logs in ap-northeast-1",
                "stack seoga-edge in us-east-1",
            ],
            &end,
        ];
        assert_eq!(steps(false), whole.concat());
        let code = [&["upload a zip", "upload a zip", "stack seoga-edge in us-east-1"][..], &end];
        assert_eq!(steps(true), code.concat());
    }

    #[test]
    fn the_edge_stack_is_told_the_zips_the_table_and_the_version_of_the_key() {
        let (dir, settings, runner) = (tempfile::tempdir().unwrap(), Settings::default(), Runner::dry());
        let stacks = Stacks::new(dir.path(), &settings, &runner).unwrap();
        carry_out(&stacks, zips(), Path::new("dist/assets"), false).unwrap();
        let edge =
            runner.steps().into_iter().find(|(what, _)| what.starts_with("stack seoga-edge")).unwrap().1;
        for parameter in
            ["SearchKey=releases/0/search.zip", "SearchSha256=0", "ChoicesTable=", "SigningSecretVersion="]
        {
            assert!(edge.contains(parameter), "{parameter}: {edge}");
        }
        let topics = "AlarmTopics=<AlarmTopic of seoga-data>,<AlarmTopic of seoga-logs>,\
                      <AlarmTopic of seoga-logs>,<AlarmTopic of seoga-logs>";
        assert!(edge.contains(topics), "every stack with alarms: {edge}");
    }

    #[test]
    fn going_back_changes_the_edge_alone_and_notes_the_release() {
        let runner = Runner::dry();
        let deployment = Deployment {
            environment: Environment::Production,
            settings: None,
            package: None,
            base: None,
            dry_run: true,
        };
        rollback(&deployment, None, &runner).unwrap();
        let steps: Vec<String> = runner.steps().into_iter().map(|(what, _)| what).collect();
        assert_eq!(steps, ["stack seoga-edge in us-east-1", "say what is in force", "note the release"]);
    }
}
