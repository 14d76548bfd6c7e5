//! The stage that rebuilds, publishes, rolls back and kills: the operator's program, run as an operator runs it.
//!
//! It works on invented catalogues and a folder of its own. Invariant: whatever is done to a run, what is published is
//! the old or the new generation, whole.

use std::collections::BTreeSet;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::operator::Seoga;
use super::stage::{Context, Outcome};
use crate::build::{self, POINTER};
use crate::flavour::Flavour;
use crate::package;
use crate::setup::tools;
use seoga_host::files;
use seoga_host::process;

/// Runs that are killed, by default and with `--long`.
const KILLS: [usize; 2] = [3, 10];

/// Runs every case.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    // What a rebuild needs is there before it is timed.
    build::everything(context.workspace, None, Flavour::Test)?;
    let bench = Bench::new(context)?;
    let whole = bench.first_run_publishes_and_the_second_stops_early()?;
    bench.two_at_once()?;
    bench.killed_at_any_moment(whole, KILLS[usize::from(context.long)])?;
    bench.a_bad_build_is_refused()?;
    bench.rolled_back_and_forth()?;
    files::remove_dir(&bench.dir)?;
    Ok(Outcome::Passed)
}

struct Bench {
    dir: PathBuf,
    seoga: Seoga,
    /// The worker that is asked of an index.
    package: PathBuf,
    builder: PathBuf,
    /// Two catalogues, each built into another generation.
    catalogues: [PathBuf; 2],
}

/// A run that ended: whether it succeeded, and all it said.
struct Ended {
    good: bool,
    said: String,
}

impl Bench {
    fn new(context: &Context<'_>) -> Result<Self> {
        let dir = context.workspace.build.join("rebuild-test");
        files::remove_dir(&dir)?;
        files::make_dir(&dir)?;
        let builder = tools::compile(context.workspace)?.index_builder;
        let generate = |name: &str, books: &str| -> Result<PathBuf> {
            let out = dir.join(name);
            let mut command = Command::new(&builder);
            command.args(["generate", "--books", books, "--seed", "4", "--out"]).arg(&out);
            process::output(&mut command)?;
            Ok(out)
        };
        let catalogues = [generate("a", "300")?, generate("b", "310")?];
        let package = dir.join("package");
        package::lay_out_worker(
            context.workspace,
            &context.workspace.root.join("dist").join("test"),
            &package,
        )?;
        let seoga = Seoga::compile(context.workspace)?;
        Ok(Self { catalogues, seoga, package, builder, dir })
    }

    fn published(&self) -> PathBuf {
        self.dir.join("published")
    }

    /// `seoga …` on the folder of these tests, in a process group of its own, its words in a file.
    fn start(&self, words: &[&str], catalogue: Option<&Path>, log: &str) -> Result<Child> {
        let mut command = self.seoga.command([]);
        command.args(words).arg("--published").arg(self.published());
        if let Some(catalogue) = catalogue {
            command
                .args(["--target", "local", "--catalogue"])
                .arg(catalogue)
                .arg("--worker")
                .arg(&self.package);
        }
        let log = std::fs::File::create(self.dir.join(log)).context("making a log")?;
        command.stdout(log.try_clone()?).stderr(log).stdin(Stdio::null()).process_group(0);
        command.spawn().context("starting a run")
    }

    fn end(&self, mut child: Child, log: &str) -> Result<Ended> {
        let good = child.wait()?.success();
        Ok(Ended { good, said: files::read_text(&self.dir.join(log))? })
    }

    fn rebuild(&self, catalogue: &Path, more: &[&str]) -> Result<Ended> {
        let words: Vec<&str> = ["rebuild"].iter().chain(more).copied().collect();
        self.end(self.start(&words, Some(catalogue), "log")?, "log")
    }

    fn rollback(&self, more: &[&str]) -> Result<Ended> {
        let words: Vec<&str> = ["rollback"].iter().chain(more).copied().collect();
        self.end(self.start(&words, None, "log")?, "log")
    }

    fn pointer(&self) -> Result<String> {
        files::read_text(&self.published().join("index").join(POINTER))
    }

    fn generation(&self) -> Result<String> {
        build::generation(&self.published().join("index"))
    }

    /// Checks that what is published passes `index-builder verify`.
    fn is_whole(&self) -> Result<()> {
        let mut command = Command::new(&self.builder);
        process::output_or_why(command.arg("verify").arg(self.published().join("index"))).map(|_| ())
    }

    /// Nothing of a run is left but what it published and noted.
    fn is_clean(&self) -> Result<()> {
        let mut names = BTreeSet::new();
        for entry in std::fs::read_dir(self.published())? {
            names.insert(entry?.file_name().to_string_lossy().into_owned());
        }
        let known = ["index", "last.json", "lock", "report.json", "report.txt"].map(str::to_owned);
        ensure!(names == BTreeSet::from(known), "left behind: {names:?}");
        for file in files::list(&self.published().join("index"))? {
            ensure!(!file.to_string_lossy().ends_with(".new"), "left behind: {}", file.display());
        }
        Ok(())
    }

    fn first_run_publishes_and_the_second_stops_early(&self) -> Result<Duration> {
        let began = Instant::now();
        let first = self.rebuild(&self.catalogues[0], &[])?;
        let whole = began.elapsed();
        ensure!(first.good && first.said.contains("12 answers on workerd"), "{}", first.said);
        self.is_whole()?;
        self.is_clean()?;
        files::write(&self.first_inputs(), self.noted_inputs()?)?;
        let pointer = self.pointer()?;
        let second = self.rebuild(&self.catalogues[0], &[])?;
        ensure!(second.good && second.said.starts_with("nothing changed"), "{}", second.said);
        ensure!(self.pointer()? == pointer, "a run without a change changed the pointer");
        println!(
            "ok     a run of {:.1} s publishes; the next one sees that nothing changed",
            whole.as_secs_f64()
        );
        Ok(whole)
    }

    fn two_at_once(&self) -> Result<()> {
        let first = self.start(&["rebuild"], Some(&self.catalogues[1]), "first.log")?;
        let log = self.dir.join("first.log");
        let deadline = Instant::now() + Duration::from_secs(60);
        while !files::read_text(&log)?.contains("== build") {
            ensure!(Instant::now() < deadline, "the first run does not begin: {}", files::read_text(&log)?);
            std::thread::sleep(Duration::from_millis(5));
        }
        let second = self.rebuild(&self.catalogues[1], &[]);
        let rollback = self.rollback(&[]);
        let first = self.end(first, "first.log")?;
        for refused in [second?, rollback?] {
            ensure!(!refused.good && refused.said.contains("another rebuild"), "{}", refused.said);
        }
        ensure!(first.good, "{}", first.said);
        self.is_whole()?;
        println!("ok     a second run at the same time is refused, a rollback too");
        Ok(())
    }

    /// Kills runs at random moments, one in each equal part of a run's length; each begins where the killed one left off.
    fn killed_at_any_moment(&self, mut whole: Duration, kills: usize) -> Result<()> {
        let mut chance = SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_nanos();
        let mut moments = Vec::new();
        let mut too_late = 0;
        let parts = u32::try_from(kills)?;
        while moments.len() < kills {
            let part = u32::try_from(moments.len())?;
            let before = self.generation()?;
            let next = self.other_catalogue()?;
            chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let moment = whole * part / parts + whole / parts * (chance >> 16) / 65_536;
            let began = Instant::now();
            let mut child = self.start(&["rebuild"], Some(&next), "killed.log")?;
            while began.elapsed() < moment && child.try_wait()?.is_none() {
                std::thread::sleep(Duration::from_millis(1));
            }
            if child.try_wait()?.is_some() {
                // Runs are quicker than the first one was.
                whole = whole.min(began.elapsed());
                too_late += 1;
                ensure!(too_late < kills, "runs end before they can be killed");
                continue;
            }
            killpg(Pid::from_raw(child.id().cast_signed()), Signal::SIGKILL).ok();
            child.wait()?;
            self.is_whole().with_context(|| format!("killed after {moment:?}"))?;
            let said = files::read_text(&self.dir.join("killed.log"))?;
            let step =
                said.lines().rev().find_map(|line| line.strip_prefix("== ")).unwrap_or("start").to_owned();
            let after = if self.generation()? == before { "old" } else { "new" };
            moments.push(format!("{:.2} s ({step}: {after})", moment.as_secs_f64()));
        }
        let last = self.rebuild(&self.other_catalogue()?, &[])?;
        ensure!(last.good, "the run after the killed ones: {}", last.said);
        self.is_whole()?;
        self.is_clean()?;
        self.nothing_runs_on()?;
        println!("ok     killed at {}; whole each time, and the next run ended clean", moments.join(", "));
        Ok(())
    }

    /// The catalogue that was not the last to be published and noted: with it there is something to do.
    fn other_catalogue(&self) -> Result<PathBuf> {
        Ok(self.catalogues[1 - self.noted()?].clone())
    }

    /// The place of the catalogue that was the last to be published and noted: the fingerprint of the first is that of the first
    /// run.
    fn noted(&self) -> Result<usize> {
        Ok(usize::from(self.noted_inputs()? != files::read_text(&self.first_inputs())?))
    }

    /// The fingerprint of what was the last to be published and noted.
    fn noted_inputs(&self) -> Result<String> {
        let last: serde_json::Value =
            serde_json::from_str(&files::read_text(&self.published().join("last.json"))?)?;
        Ok(last["local"]["inputs"].as_str().context("no inputs are noted")?.to_owned())
    }

    /// The file of the fingerprint of the first catalogue.
    fn first_inputs(&self) -> PathBuf {
        self.dir.join("first.inputs")
    }

    /// Checks that what killed runs had started ends too.
    fn nothing_runs_on(&self) -> Result<()> {
        let proc = Path::new("/proc");
        if !proc.join("self").exists() {
            println!("not checked: this system does not say which processes run");
            return Ok(());
        }
        let place = self.published().to_string_lossy().into_owned();
        let running = || -> Vec<String> {
            let entries = std::fs::read_dir(proc).into_iter().flatten().flatten();
            let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
            let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
            lines.filter(|line| line.contains(&place)).collect()
        };
        let deadline = Instant::now() + Duration::from_secs(15);
        while !running().is_empty() {
            ensure!(Instant::now() < deadline, "still running: {:?}", running());
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn a_bad_build_is_refused(&self) -> Result<()> {
        let pointer = self.pointer()?;
        let bad = self.dir.join("bad");
        for file in files::list(&self.catalogues[0])? {
            files::link(&file, &bad.join(file.strip_prefix(&self.catalogues[0])?))?;
        }
        files::write(&bad.join("holdings").join("wrong.csv"), "<!DOCTYPE html><p>404")?;
        let wrong_file = self.rebuild(&bad, &[])?;
        ensure!(!wrong_file.good && wrong_file.said.contains("wrong.csv"), "{}", wrong_file.said);
        files::remove_file(&bad.join("holdings").join("wrong.csv"))?;

        let judged = self.dir.join("judged.tsv");
        files::write(
            &judged,
            "qid\tquery_class\tquery\tlibraries\texpected\tmust_not\tnote\n1\ttopic\t없는 낱말\t\t9780000000002\t\t\n",
        )?;
        files::write(&bad.join("note.txt"), "changed")?;
        let judged = judged.to_string_lossy();
        let poor = self.rebuild(&bad, &["--judged", &judged])?;
        ensure!(!poor.good && poor.said.contains("the floor is 0.900"), "{}", poor.said);

        let few = self.dir.join("few");
        let mut generate = Command::new(&self.builder);
        generate.args(["generate", "--books", "150", "--seed", "4", "--out"]).arg(&few);
        process::output(&mut generate)?;
        let lost = self.rebuild(&few, &[])?;
        ensure!(!lost.good && lost.said.contains("build once with --allow-loss"), "{}", lost.said);
        ensure!(self.pointer()? == pointer, "a refused build changed the pointer");
        self.is_whole()?;
        self.is_clean()?;
        println!("ok     a wrong file, poor answers and lost books are refused; the old generation serves");
        Ok(())
    }

    fn rolled_back_and_forth(&self) -> Result<()> {
        let newest = self.generation()?;
        let began = Instant::now();
        let back = self.rollback(&[])?;
        let seconds = began.elapsed().as_secs_f64();
        ensure!(back.good, "{}", back.said);
        let older = self.generation()?;
        ensure!(older != newest, "rolled back from {newest} to {older}");
        self.is_whole()?;
        let kept = self.rebuild(&self.catalogues[self.noted()?], &[])?;
        ensure!(kept.good && kept.said.contains("a rollback put"), "{}", kept.said);
        ensure!(self.generation()? == older, "a rebuild of the same catalogue undid the rollback");
        let unknown = self.rollback(&["--to", "aaaaaaaaaaaaaaaa"])?;
        ensure!(!unknown.good && unknown.said.contains("there are"), "{}", unknown.said);
        let forth = self.rollback(&["--to", &newest])?;
        ensure!(forth.good && self.generation()? == newest, "{}", forth.said);
        self.is_whole()?;
        self.is_clean()?;
        println!(
            "ok     rolled back in {seconds:.1} s; a rebuild without a change leaves it so; and forth again"
        );
        Ok(())
    }
}
