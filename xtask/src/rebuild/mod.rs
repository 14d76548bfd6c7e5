//! `cargo xtask rebuild` and `rollback`: from a changed catalogue to what visitors search, or not at all.
//!
//! What a whole index is, and how a folder of generations changes, is index-builder's business; here are the order of
//! the steps and what each must show before the next. Invariant: until the very last check has passed, what is
//! published is as it was; a run that is killed leaves nothing that the next one trips over.

mod folder;
pub(crate) mod inputs;
mod notify;
mod options;
mod smoke;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::deploy::{Runner, Settings, aws};
use crate::options::{Flavour, Given};
use crate::setup::node;
use crate::web::Client;
use crate::workspace::Workspace;
use crate::{build, files, process};

use folder::{Folder, Last};
use notify::{Event, Webhooks};
use options::{Rebuild, Rollback, Target};

/// Books that the generated judged queries ask for, each in up to three ways.
const JUDGED_BOOKS: &str = "100";
/// How long a deployment may take to answer from the new generation: isolates read the pointer again after a minute.
const IN_FORCE_LIMIT: Duration = Duration::from_secs(180);

/// Carries out `cargo xtask rebuild`.
pub(crate) fn run(workspace: &Workspace, given: &Given) -> Result<()> {
    let rebuild = Rebuild::from(workspace, given)?;
    let folder = Folder::open(&rebuild.published)?;
    let _lock = folder.lock()?;
    let webhooks = Webhooks::from_environment();
    let began = Instant::now();
    let outcome = Run { workspace, rebuild: &rebuild, given, folder: &folder, began }.carry_out();
    let event = Event::new("rebuild", rebuild.target.name(), began);
    match outcome {
        Ok(Outcome::Unchanged(what) | Outcome::Dry(what)) => {
            println!("{what}");
            Ok(())
        }
        Ok(Outcome::Published(what)) => {
            println!("{what}");
            webhooks.tell(&event.succeeded(folder.generation()?, &what));
            Ok(())
        }
        Err(error) => {
            webhooks.tell(&event.failed(folder.generation()?, &format!("{error:#}")));
            Err(error)
        }
    }
}

/// Carries out `cargo xtask rollback`.
pub(crate) fn rollback(workspace: &Workspace, given: &Given) -> Result<()> {
    let rollback = Rollback::from(workspace, given)?;
    let folder = Folder::open(&rollback.published)?;
    let _lock = folder.lock()?;
    let webhooks = Webhooks::from_environment();
    let began = Instant::now();
    let go = || {
        let builder = build::index::compile(workspace)?;
        let before = folder.generation()?;
        let mut command = Command::new(builder);
        command.arg("rollback").arg(folder.index());
        if let Some(to) = &rollback.to {
            command.args(["--to", to]);
        }
        let told = process::output_or_why(&mut command).context("nothing was changed")?;
        serve(workspace, given, &folder, rollback.target, before.as_deref())?;
        Ok(told.trim().to_owned())
    };
    let event = Event::new("rollback", rollback.target.name(), began);
    match go() {
        Ok(told) => {
            println!("{told}");
            webhooks.tell(&event.succeeded(folder.generation()?, &told));
            Ok(())
        }
        Err(error) => {
            let error: anyhow::Error = error;
            webhooks.tell(&event.failed(folder.generation()?, &format!("{error:#}")));
            Err(error)
        }
    }
}

/// How a run ended that did not fail, in words.
enum Outcome {
    Unchanged(String),
    /// Nothing was to be changed.
    Dry(String),
    Published(String),
}

struct Run<'a> {
    workspace: &'a Workspace,
    rebuild: &'a Rebuild,
    given: &'a Given,
    folder: &'a Folder,
    began: Instant,
}

impl Run<'_> {
    fn carry_out(&self) -> Result<Outcome> {
        let (workspace, rebuild, folder) = (self.workspace, self.rebuild, self.folder);
        if rebuild.target == Target::Aws && !rebuild.dry_run {
            aws::needed()?;
        }
        let inputs = inputs::fingerprint(workspace, &rebuild.catalogue, &rebuild.choices)?;
        let in_force = folder.generation()?;
        let last = folder.last(rebuild.target.name())?;
        if let (Some(last), Some(in_force)) = (&last, &in_force)
            && last.inputs == inputs
            && !rebuild.force
        {
            return Ok(Outcome::Unchanged(unchanged(last, in_force)));
        }
        let work = folder.work()?;
        let index = work.path().join("index");
        let builder = self.step("compile", || build::index::compile(workspace))?;
        self.step("build", || {
            let published = folder.index();
            let previous = in_force.as_ref().map(|_| published.as_path());
            build::index::run(
                &builder,
                &rebuild.catalogue,
                &rebuild.choices,
                previous,
                &index,
                &folder.report(),
            )
            .with_context(|| format!("see {}", folder.report().with_extension("txt").display()))
        })?;
        self.step("verify", || process::output_or_why(Command::new(&builder).arg("verify").arg(&index)))?;
        let judged = work.path().join("own-books.tsv");
        let evaluated = self.step("evaluate", || self.evaluate(&builder, &index, &judged))?;
        let asked = self.step("smoke", || smoke::run(workspace, &builder, &index, &judged, work.path()))?;
        if rebuild.dry_run {
            return self.step("dry run", || self.would_publish(&builder, &index, work.path()));
        }
        let published = self.step("publish", || self.publish(&builder, &index, &folder.index()))?;
        self.step("serve", || serve(workspace, self.given, folder, rebuild.target, in_force.as_deref()))?;
        let generation = folder.generation()?.context("what was published is gone")?;
        if let Some(base) = &rebuild.base {
            self.step("in force", || wait_until_in_force(base, &generation))?;
        }
        folder.note(rebuild.target.name(), Last { inputs, generation })?;
        let seconds = self.began.elapsed().as_secs_f64();
        Ok(Outcome::Published(format!(
            "{}; {evaluated}; {asked} answers on workerd as native; {seconds:.1} s",
            published.trim()
        )))
    }

    /// Adds the index to a folder of generations and puts it in force there.
    fn publish(&self, builder: &Path, index: &Path, into: &Path) -> Result<String> {
        let mut command = Command::new(builder);
        command.arg("publish").arg(index).arg("--into").arg(into).args(["--keep", &self.rebuild.keep]);
        if self.rebuild.allow_loss {
            command.arg("--allow-loss");
        }
        process::output_or_why(&mut command).context("not published")
    }

    /// Publishes into a copy of what is published, and says what a target would be sent of it.
    fn would_publish(&self, builder: &Path, index: &Path, work: &Path) -> Result<Outcome> {
        let (copy, assets) = (work.join("copy"), work.join("assets"));
        let before = self.folder.index();
        if before.is_dir() {
            for file in files::list(&before)? {
                files::link(&file, &copy.join(file.strip_prefix(&before)?))?;
            }
        }
        let published = self.publish(builder, index, &copy)?;
        build::assets::lay_out_at(self.workspace, &copy, &assets)?;
        match self.rebuild.target {
            Target::Local => println!("would lay out dist/assets"),
            Target::Cloudflare => println!("would run wrangler deploy --env production"),
            Target::Aws => {
                let settings = Settings::read(self.workspace, self.given.one("--settings"))?;
                aws::publish_static(&Runner::new(self.given), &settings, &assets)?;
            }
        }
        Ok(Outcome::Dry(format!("dry run, nothing was changed; would have: {}", published.trim())))
    }

    /// Runs a step and says how long it took.
    fn step<T>(&self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("== {name}");
        let began = Instant::now();
        let outcome = work().with_context(|| format!("{name} failed"));
        eprintln!("== {name}: {:.2} s", began.elapsed().as_secs_f64());
        outcome
    }

    /// Asks judged queries: always those of the index's own books, and the given ones. Gives the means in words.
    fn evaluate(&self, builder: &Path, index: &Path, judged: &Path) -> Result<String> {
        let mut make = Command::new(builder);
        make.arg("judge").arg(index).args(["--books", JUDGED_BOOKS, "--out"]).arg(judged);
        process::output_or_why(&mut make)?;
        let mut means = Vec::new();
        let given = self.rebuild.judged.as_deref();
        for (what, file) in std::iter::once(("own books", judged)).chain(given.map(|file| ("judged", file))) {
            let mut eval = Command::new(builder);
            eval.arg("eval").arg(index).arg("--queries").arg(file).args(["--floor", &self.rebuild.floor]);
            let table =
                process::output_or_why(&mut eval).with_context(|| format!("{what}: {}", file.display()))?;
            eprint!("{table}");
            means.push(format!("{what} MRR@10 {}", mean_mrr(&table).context("eval printed no mean")?));
        }
        Ok(means.join(", "))
    }
}

fn unchanged(last: &Last, in_force: &str) -> String {
    if last.generation == in_force {
        format!("nothing changed since generation {in_force} was published; --force builds anyway")
    } else {
        format!(
            "nothing changed since generation {} was published; a rollback put {in_force} in force, and it stays; \
             --force publishes anew",
            last.generation
        )
    }
}

/// The MRR@10 in the last line of eval's table, whose last six columns are S@1, S@10, MRR@10, nDCG@10, empty, viol.
fn mean_mrr(table: &str) -> Option<&str> {
    table.lines().last()?.split_whitespace().rev().nth(3)
}

/// Has a target serve what is in the folder. `before` is the generation to go back to when that fails.
fn serve(
    workspace: &Workspace,
    given: &Given,
    folder: &Folder,
    target: Target,
    before: Option<&str>,
) -> Result<()> {
    // A folder of one's own is only kept, not served.
    if folder.index() != build::published(workspace) {
        return Ok(());
    }
    let sent = match target {
        Target::Local => return build::assets::lay_out(workspace, &folder.index(), Flavour::Plain).map(drop),
        Target::Cloudflare => deploy(workspace),
        Target::Aws => upload(workspace, given, folder),
    };
    let Err(error) = sent else { return Ok(()) };
    if let Some(before) = before {
        let builder = build::index::compile(workspace)?;
        let mut back = Command::new(builder);
        process::output_or_why(back.arg("rollback").arg(folder.index()).args(["--to", before]))?;
    }
    Err(error.context("the deployment failed; what was deployed before still serves"))
}

/// Uploads the static files to the bucket behind `CloudFront`: the pointer last, so that until then the earlier generation
/// serves, and nothing that it needs is removed.
fn upload(workspace: &Workspace, given: &Given, folder: &Folder) -> Result<()> {
    let assets = build::assets::lay_out(workspace, &folder.index(), Flavour::Plain)?;
    let settings = Settings::read(workspace, given.one("--settings"))?;
    aws::publish_static(&Runner::new(given), &settings, &assets)
}

/// Uploads worker and static files as a new version of the production environment, which takes over when it is whole.
fn deploy(workspace: &Workspace) -> Result<()> {
    node::ensure(workspace)?;
    let mut command = node::command(workspace, "wrangler");
    command.args(["deploy", "--env", "production"]);
    command.env("CARGO_TARGET_DIR", &workspace.target).env("WRANGLER_SEND_METRICS", "false");
    // The build command of the production environment lays out the published index.
    command.env_remove(build::CATALOGUE).stdout(std::io::stderr());
    process::run(&mut command)
}

/// Waits until a deployment says that it answers from a generation.
fn wait_until_in_force(base: &str, generation: &str) -> Result<()> {
    let client = Client::new(Duration::from_secs(20));
    let deadline = Instant::now() + IN_FORCE_LIMIT;
    loop {
        let last = match client.get(&format!("{base}/api/status"), None) {
            Ok(answer) if answer.status == 200 && answer.body.contains(&format!("\"{generation}\"")) => {
                return Ok(());
            }
            Ok(answer) => format!("{} {}", answer.status, answer.excerpt()),
            Err(error) => format!("{error:#}"),
        };
        if Instant::now() >= deadline {
            bail!("{base} does not answer from {generation} after {} s: {last}", IN_FORCE_LIMIT.as_secs());
        }
        std::thread::sleep(Duration::from_secs(3));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_read_from_the_last_line() {
        let table = "class n S@1 S@10 MRR@10 nDCG@10 empty viol\nisbn 1 1.000 1.000 1.000 1.000 0.000 0.000\n\
            MEAN without no_answer 294 0.990 1.000 0.995 0.996 0.000 0.000\n";
        assert_eq!(mean_mrr(table), Some("0.995"));
    }
}
