//! `seoga rebuild` and `rollback`: from a changed catalogue to what visitors search, or not at all.
//!
//! index-builder decides when an index is whole and how a folder of generations changes; here are the order of
//! the steps and what each must show before the next. Which generation and which code are in force is asked of the
//! deployment itself; the folder of this machine spares fetching, and may be empty. Invariant: until the very last check has passed, what is
//! published is as it was; a run that is killed leaves nothing that the next one trips over.

mod builder;
mod folder;
mod inputs;
pub(crate) mod options;
mod serve;
mod workerd;

use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use seoga_host::web::Client;
use seoga_host::{files, process};

use crate::build_report::BuildReport;
use crate::deploy::options::Deployment;
use crate::deployed::{Deployed, Last};
use crate::notify::{Event, Webhooks};
use crate::package::Package;
use crate::senders;
use crate::served;
use crate::target::{Platform, Target};
use builder::Builder;
use folder::Folder;
use options::{Folders, IndexRollback, Rebuild};
use serve::Place;

/// Books that the generated judged queries ask for, each in up to three ways.
const JUDGED_BOOKS: &str = "100";
/// How long a deployment may take to answer from the new generation: isolates read the pointer again after a minute.
const IN_FORCE_LIMIT: Duration = Duration::from_secs(180);

/// Carries out `seoga rebuild`.
pub(crate) fn run(options: &Rebuild) -> Result<()> {
    let place = Place::open(
        options.target,
        &options.folders,
        options.package.as_deref(),
        options.settings.as_deref(),
        options.base.as_deref(),
    )?;
    let worker = worker(options, &place)?;
    let folder = Folder::open(&options.folders.published()?)?;
    let _lock = folder.lock()?;
    let webhooks = Webhooks::from_environment();
    let began = Instant::now();
    let builder = Builder::find()?;
    let run = Run {
        options,
        place: &place,
        worker: worker.as_ref(),
        folder: &folder,
        builder,
        began,
        built: Cell::new(false),
    };
    let outcome = run.carry_out();
    run.tell_senders(&outcome);
    let event = Event::new("rebuild", options.target.name(), began);
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

/// Opens the package whose worker is asked before anything is published. On this machine alone there need be none.
fn worker(options: &Rebuild, place: &Place) -> Result<Option<Package>> {
    let open = || Package::open(Platform::Cloudflare, options.worker.as_deref());
    match (&options.worker, place.worker()) {
        (None, Some(package)) => Ok(Some(package.clone())),
        (None, None) if options.target == Target::Local => Ok(open().ok()),
        _ => open().map(Some).context("a worker is asked before anything is published: --worker DIR"),
    }
}

/// Carries out `seoga rollback`.
pub(crate) fn rollback(options: &IndexRollback, deployment: &Deployment) -> Result<()> {
    ensure!(
        !deployment.dry_run,
        "--dry-run goes with --code; a rollback of the index is undone by another one"
    );
    change("rollback", (options.target, &options.folders), deployment, &|index| {
        let mut command = Builder::find()?.command("rollback");
        command.arg(index);
        if let Some(to) = &options.to {
            command.args(["--to", to]);
        }
        process::output_or_why(&mut command).context("nothing was changed")
    })
}

/// Changes the published index by `work`, which says what it did, and has a target serve what is in force then. What a deployment has in force
/// is brought first.
pub(crate) fn change(
    name: &'static str,
    (target, folders): (Target, &Folders),
    deployment: &Deployment,
    work: &dyn Fn(&Path) -> Result<String>,
) -> Result<()> {
    let place = Place::open(
        target,
        folders,
        deployment.package.as_deref(),
        deployment.settings.as_deref(),
        deployment.base.as_deref(),
    )?;
    place.needed()?;
    let folder = Folder::open(&folders.published()?)?;
    let _lock = folder.lock()?;
    let webhooks = Webhooks::from_environment();
    let began = Instant::now();
    let builder = Builder::find()?;
    let go = || -> Result<String> {
        let base = place.base(deployment.base.as_deref(), false)?;
        let there = in_force(&place, base.as_deref(), &folder)?;
        let before = folder.generation()?;
        ensure!(
            before.is_some(),
            "no generation is kept in {}: name the deployment by --base URL, and its generations are fetched from there",
            folder.index().display()
        );
        if let (Some(base), Some(there)) = (&base, &there.deployed) {
            place.keeps_code(there, base)?;
        }
        let said = work(&folder.index())?;
        let there = there.deployed.map_or_else(|| place.deployed(), Ok)?;
        put_in_force(&builder, &folder, &place, &there, before.as_deref())?;
        Ok(said.trim().to_owned())
    };
    let event = Event::new(name, target.name(), began);
    match go() {
        Ok(said) => {
            println!("{said}");
            webhooks.tell(&event.succeeded(folder.generation()?, &said));
            Ok(())
        }
        Err(error) => {
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
    options: &'a Rebuild,
    place: &'a Place,
    worker: Option<&'a Package>,
    folder: &'a Folder,
    builder: Builder,
    began: Instant,
    /// Whether the report in the folder is that of this run.
    built: Cell<bool>,
}

impl Run<'_> {
    /// Tells those who sent files what became of them. What cannot be told is said, and is no failure of the run.
    fn tell_senders(&self, outcome: &Result<Outcome>) {
        let Some(notices) = &self.options.uploads else { return };
        let published = matches!(outcome, Ok(Outcome::Published(_) | Outcome::Unchanged(_)));
        let tell = || -> Result<usize> {
            let Some(mut report) = BuildReport::read(&self.folder.report())? else { return Ok(0) };
            match outcome {
                // The report is of the build before, or of one that was given up and whose files are gone again.
                Ok(Outcome::Unchanged(_)) if report.stopped.is_empty() => {
                    report.files.retain(|file| Path::new(&file.file).is_file());
                }
                Ok(Outcome::Published(_)) | Err(_) if self.built.get() => {}
                _ => return Ok(0),
            }
            let generation = self.folder.generation()?.filter(|_| published);
            senders::tell(notices, &report, generation.as_deref())
        };
        match tell() {
            Ok(told) => eprintln!("== senders: {told} notices written to {}", notices.display()),
            Err(error) => eprintln!("seoga: the senders were not told: {error:#}"),
        }
    }

    fn carry_out(&self) -> Result<Outcome> {
        let Self { options, folder, builder, .. } = self;
        if !options.dry_run {
            self.place.needed()?;
        }
        let base = self.place.base(options.base.as_deref(), options.dry_run)?;
        let there = in_force(self.place, base.as_deref(), folder)?;
        if let (Some(base), Some(deployed)) = (&base, &there.deployed)
            && !options.unpin
        {
            deployed.allows(&self.place.release(deployed)?, base)?;
        }
        let inputs = inputs::fingerprint(&options.catalogue, &options.choices)?;
        let in_force = folder.generation()?;
        let noted = there.deployed.as_ref().and_then(|deployed| deployed.last.clone());
        let last = noted.map_or_else(|| folder.last(options.target.name()), |last| Ok(Some(last)))?;
        if let (Some(last), Some(in_force)) = (&last, &in_force)
            && last.inputs == inputs
            && !options.force
            && options.allow_loss.is_empty()
        {
            return Ok(Outcome::Unchanged(unchanged(last, in_force)));
        }
        let work = folder.work()?;
        let index = work.path().join("index");
        self.step("build", || {
            self.built.set(true);
            let published = folder.index();
            // Numbers and names are taken over from an index that is whole.
            let previous = in_force.as_ref().filter(|_| there.whole).map(|_| published.as_path());
            builder
                .build(
                    &options.catalogue,
                    &options.choices,
                    (previous, &options.allow_loss),
                    &index,
                    &folder.report(),
                )
                .with_context(|| format!("see {}", folder.report().with_extension("txt").display()))
        })?;
        self.step("verify", || process::output_or_why(builder.command("verify").arg(&index)))?;
        let judged = work.path().join("own-books.tsv");
        let evaluated = self.step("evaluate", || self.evaluate(&index, &judged))?;
        let asked = match self.worker {
            Some(package) => {
                let asked =
                    self.step("smoke", || workerd::run(package, builder, &index, &judged, work.path()))?;
                format!("{asked} answers on workerd as native")
            }
            None => {
                eprintln!(
                    "== smoke: NOT ASKED on workerd, as there is no package of a worker (--worker DIR)"
                );
                "not asked on workerd".to_owned()
            }
        };
        let there = there.deployed.map_or_else(|| self.place.deployed(), Ok)?;
        let to_be = |generation: String| -> Result<Deployed> {
            Ok(Deployed {
                release: self.place.release(&there)?,
                pinned: there.pinned && !options.unpin,
                last: Some(Last { inputs: inputs.clone(), generation }),
            })
        };
        if options.dry_run {
            return self.step("dry run", || self.would_publish(&index, work.path(), &to_be));
        }
        let published = self.step("publish", || self.publish(&index, &folder.index()))?;
        let generation = folder.generation()?.context("what was published is gone")?;
        let deployed = to_be(generation.clone())?;
        self.step("serve", || put_in_force(builder, folder, self.place, &deployed, in_force.as_deref()))?;
        if let Some(base) = &base {
            self.step("in force", || wait_until_in_force(base, &generation))?;
        }
        folder.note(options.target.name(), Last { inputs, generation })?;
        let seconds = self.began.elapsed().as_secs_f64();
        let told = BuildReport::read(&folder.report())?.unwrap_or_default();
        let first = format!("{}; {evaluated}; {asked}; {seconds:.1} s", published.trim());
        Ok(Outcome::Published([vec![first], told.lines].concat().join("\n")))
    }

    /// Adds the index to a folder of generations and puts it in force there.
    fn publish(&self, index: &Path, into: &Path) -> Result<String> {
        let mut command = self.builder.command("publish");
        command.arg(index).arg("--into").arg(into).args(["--keep", &self.options.keep.to_string()]);
        for library in &self.options.allow_loss {
            command.arg("--allow-loss").arg(library);
        }
        process::output_or_why(&mut command).context("not published")
    }

    /// Publishes into a copy of what is published, and says what a target would be sent of it.
    fn would_publish(
        &self,
        index: &Path,
        work: &Path,
        to_be: &dyn Fn(String) -> Result<Deployed>,
    ) -> Result<Outcome> {
        let copy = work.join("copy");
        let before = self.folder.index();
        if before.is_dir() {
            for file in files::list(&before)? {
                files::link(&file, &copy.join(file.strip_prefix(&before)?))?;
            }
        }
        let published = self.publish(index, &copy)?;
        let generation = Folder::generation_of(&copy)?.context("the copy has no pointer")?;
        self.place.would_serve(&copy, &to_be(generation)?)?;
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
    fn evaluate(&self, index: &Path, judged: &Path) -> Result<String> {
        let mut make = self.builder.command("judge");
        make.arg(index).args(["--books", JUDGED_BOOKS, "--out"]).arg(judged);
        process::output_or_why(&mut make)?;
        let mut means = Vec::new();
        let given = self.options.judged.as_deref();
        for (what, file) in std::iter::once(("own books", judged)).chain(given.map(|file| ("judged", file))) {
            let mut eval = self.builder.command("eval");
            eval.arg(index).arg("--queries").arg(file).args(["--floor", &self.options.floor]);
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

/// The state of a deployment, whose generations were brought into the folder.
struct InForce {
    /// Its word of itself; nothing where nothing is deployed, or nobody knows where.
    deployed: Option<Deployed>,
    /// Whether the generation in force is whole, as far as that was asked.
    whole: bool,
}

/// Asks a deployment what is in force, and brings its generations into the folder.
fn in_force(place: &Place, base: Option<&str>, folder: &Folder) -> Result<InForce> {
    let Some(base) = base else {
        if matches!(place, Place::Cloudflare(..) | Place::Aws(_)) {
            eprintln!(
                "== in force: NOT ASKED, as --base URL does not say where it answers; taken from this machine's folder"
            );
        }
        return Ok(InForce { deployed: None, whole: true });
    };
    let Some(served) = served::bring(base, &folder.index())? else {
        eprintln!("== in force: {}", served::nothing(base));
        return Ok(InForce { deployed: None, whole: true });
    };
    Ok(InForce { deployed: Deployed::ask(base)?, whole: served.whole })
}

/// Has a place serve what is in the folder. `before` is the generation to go back to when that fails.
fn put_in_force(
    builder: &Builder,
    folder: &Folder,
    place: &Place,
    deployed: &Deployed,
    before: Option<&str>,
) -> Result<()> {
    let Err(error) = place.serve(&folder.index(), deployed) else { return Ok(()) };
    if let Some(before) = before {
        process::output_or_why(builder.command("rollback").arg(folder.index()).args(["--to", before]))?;
    }
    Err(error.context("the deployment failed; what was deployed before still serves"))
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
