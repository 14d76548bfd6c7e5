//! The stage that rehearses an operator's first months without an account: the workflows' own YAML, carried out on this machine
//! with an invented catalogue, for an operator with Cloudflare, one with AWS, one with both.
//!
//! Stood in for are `gh`, `aws`, what `wrangler` would send, and cargo, as nothing is compiled again
//! (`tests/workflows/account.mjs`); all else is real: the scripts, `seoga`, the builds, workerd in front of what was deployed.
//! Invariant: after each step the release and the generation in force are those that the step promises.

mod expression;
mod workflow;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use seoga_host::process::{self, Group};
use seoga_host::web::Client;
use seoga_host::{files, ports};
use serde_json::{Value, json};

use super::operator::Seoga;
use super::stage::{Context, Outcome};
use crate::build;
use crate::flavour::Flavour;
use crate::package;
use crate::workspace::Workspace;
use workflow::Runner;

/// The releases of the rehearsal, and the one that has not passed CI.
const RELEASES: [&str; 3] = ["v0.2.0", "v0.3.0", "v0.4.0"];
const FAILED: &str = "v0.4.0";
/// Books of the invented catalogue that stay, that go in the second month, and that come.
const STAYING: std::ops::Range<u32> = 0..60;
const LEAVING: std::ops::Range<u32> = 60..64;
const COMING: std::ops::Range<u32> = 64..68;

/// Runs the rehearsal: with `--long` every operator and every part, else the one with Cloudflare.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let stage = Stage::new(context.workspace)?;
    println!(
        "Without an account: gh, aws and what wrangler would send are stood in for by programs that record; nothing is compiled \
         again. The workflows are those of .github/workflows, seoga and workerd are real."
    );
    stage.nothing_is_set()?;
    let operators: &[(&str, &[Platform])] = if context.long {
        &[
            ("Cloudflare alone", &[Platform::Cloudflare]),
            ("AWS alone", &[Platform::Aws]),
            ("Cloudflare and AWS", &[Platform::Cloudflare, Platform::Aws]),
        ]
    } else {
        &[("Cloudflare alone", &[Platform::Cloudflare])]
    };
    for (name, platforms) in operators {
        println!("\n# An operator with {name}");
        let operator = Operator::new(&stage, &name.replace(' ', "-"), platforms)?;
        if context.long {
            operator.by_hand()?;
        }
        let released = operator.releases()?;
        let november = operator.month(&released)?;
        operator.code_goes_back(&november)?;
        operator.index_goes_back(&released)?;
        if context.long {
            operator.mended(&released)?;
        }
        operator.end();
    }
    files::remove_dir(&stage.dir)?;
    Ok(Outcome::Passed)
}

/// A platform of a rehearsed operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Platform {
    Cloudflare,
    Aws,
}

impl Platform {
    fn name(self) -> &'static str {
        if self == Self::Cloudflare { "cloudflare" } else { "aws" }
    }
}

/// The parts that all operators share.
struct Stage {
    dir: PathBuf,
    seoga: Seoga,
    /// The worker of this checkout, as a package.
    package: PathBuf,
    /// The repository, with releases.
    origin: PathBuf,
    root: PathBuf,
}

/// The state of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    release: String,
    kept: bool,
    generation: String,
}

impl Stage {
    fn new(workspace: &Workspace) -> Result<Self> {
        build::everything(workspace, None, Flavour::Test)?;
        let dir = workspace.build.join("rehearsal");
        files::remove_dir(&dir)?;
        let package = dir.join("package");
        package::lay_out_worker(workspace, &workspace.root.join("dist").join("test"), &package)?;
        let seoga = Seoga::compile(workspace)?;
        let origin = dir.join("template");
        make_origin(&workspace.root, &origin)?;
        Ok(Self { dir, seoga, package, origin, root: workspace.root.clone() })
    }

    fn nothing_is_set(&self) -> Result<()> {
        println!("\n# An operator who has set nothing");
        let operator = Operator::new(self, "nobody", &[])?;
        ensure!(
            !operator.workflow("rebuild.yml", "workflow_dispatch", &json!({}))?,
            "nothing is set, and it ran"
        );
        ensure!(operator.chat()?.contains("rebuild"), "nobody heard of it");
        Ok(())
    }
}

/// An operator with an account that is stood in for.
struct Operator<'a> {
    stage: &'a Stage,
    /// The folder of the account's contents, and of the repository.
    home: PathBuf,
    platforms: Vec<Platform>,
    bases: [String; 2],
    servers: Option<Group>,
    runner: Runner,
}

impl<'a> Operator<'a> {
    fn new(stage: &'a Stage, name: &str, platforms: &[Platform]) -> Result<Self> {
        let home = stage.dir.join(name);
        let origin = home.join("origin");
        files::make_dir(&home)?;
        process::output_or_why(Command::new("cp").arg("-r").arg(&stage.origin).arg(&origin))?;
        files::write(&home.join("failed"), FAILED)?;
        files::write(&home.join("chat"), "")?;
        let bin = home.join("bin");
        files::make_dir(&bin)?;
        let script = stage.root.join("tests").join("workflows").join("account.mjs");
        for program in ["wrangler", "aws", "gh", "cargo"] {
            let file = bin.join(program);
            files::write(&file, format!("#!/bin/sh\nexec node '{}' {program} \"$@\"\n", script.display()))?;
            process::output_or_why(Command::new("chmod").arg("+x").arg(&file))?;
        }
        let mut ports = Vec::new();
        while ports.len() < 4 {
            let port = ports::free_port()?;
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
        let bases = [0, 2].map(|at| format!("http://127.0.0.1:{}", ports[at]));
        let path = std::env::var("PATH").unwrap_or_default();
        let installed = stage.root.join("node_modules").join(".bin");
        let mut variables = vec![
            // The stand-ins, then what npm installed: the Node that wrangler wants.
            ("PATH".to_owned(), format!("{}:{}:{path}", bin.display(), installed.display())),
            ("REHEARSAL".to_owned(), home.display().to_string()),
            ("WRANGLER".to_owned(), installed.join("wrangler").display().to_string()),
            ("SEOGA".to_owned(), stage.seoga.program().display().to_string()),
            ("PACKAGE".to_owned(), stage.package.display().to_string()),
        ];
        for name in ["HOME", "LANG", "TMPDIR"] {
            variables.extend(std::env::var(name).map(|value| (name.to_owned(), value)));
        }
        let mut server = Command::new("node");
        server.arg(&script).arg("serve").args(ports.iter().map(u16::to_string));
        server.envs(variables.iter().map(|(name, value)| (name, value)));
        let servers = Some(Group::start(&mut server)?);
        let mut vars = json!({});
        if platforms.contains(&Platform::Cloudflare) {
            vars["CLOUDFLARE_ACCOUNT_ID"] = json!("0000");
            vars["SEOGA_BASE"] = json!(bases[0]);
        }
        if platforms.contains(&Platform::Aws) {
            vars["AWS_DEPLOY_ROLE"] = json!("arn:aws:iam::000000000000:role/seoga-deploy");
            vars["AWS_BASE"] = json!(bases[1]);
            variables.push(("AWS_BASE".to_owned(), bases[1].clone()));
        }
        let secrets = json!({
            "SEOGA_WEBHOOK": format!("{}/hook", bases[0]),
            "CLOUDFLARE_API_TOKEN": if platforms.contains(&Platform::Cloudflare) { "token" } else { "" },
        });
        let runner = Runner { origin, work: home.join("work"), variables, vars, secrets };
        Ok(Self { stage, home, platforms: platforms.to_vec(), bases, servers, runner })
    }

    /// Two releases by tag; gives what is in force after them.
    fn releases(&self) -> Result<State> {
        self.write_catalogue("2026년 10월", STAYING.chain(LEAVING))?;
        println!("\n## The first release: git push origin v0.2.0");
        self.pushed_tag("v0.2.0")?;
        let first = self.all_in_force("v0.2.0", false)?;
        println!("\n## The next release: git push origin v0.3.0");
        self.pushed_tag("v0.3.0")?;
        let second = self.all_in_force("v0.3.0", false)?;
        ensure!(first.generation == second.generation, "the same catalogue gave another generation");
        Ok(second)
    }

    /// The second month of a library, in which books came and went.
    fn month(&self, before: &State) -> Result<State> {
        println!("\n## November's file is committed: four books were withdrawn, four are new");
        self.books(LEAVING, 200)?;
        self.write_catalogue("2026년 11월", STAYING.chain(COMING))?;
        self.must("rebuild.yml", "push", &json!({}))?;
        let november = self.all_in_force("v0.3.0", false)?;
        ensure!(
            november.generation != before.generation,
            "another catalogue gave the generation that was there"
        );
        self.books(LEAVING, 404)?;
        self.books(COMING, 200)?;
        Ok(november)
    }

    /// The code of the release before, under the index in force; and the next rebuild.
    fn code_goes_back(&self, before: &State) -> Result<()> {
        for platform in &self.platforms {
            println!(
                "\n## {}: the code of v0.3.0 is bad: back to v0.2.0, and the next rebuild",
                platform.name()
            );
            self.back(*platform, "code", "v0.2.0")?;
            let back = self.in_force(*platform)?;
            let expected = State { release: "v0.2.0".to_owned(), kept: true, ..before.clone() };
            ensure!(back == expected, "after the rollback of the code: {back:?}");
        }
        self.must("rebuild.yml", "schedule", &json!({}))?;
        ensure!(
            self.all_in_force("v0.2.0", true)?.generation == before.generation,
            "a rebuild changed the index"
        );
        Ok(())
    }

    /// The index of the month before, under the code that is kept to; and the next rebuild.
    fn index_goes_back(&self, before: &State) -> Result<()> {
        for platform in &self.platforms {
            println!(
                "\n## {}: November's index is bad: back to October's, and the next rebuild",
                platform.name()
            );
            self.back(*platform, "index", "")?;
            let back = self.in_force(*platform)?;
            let expected = State { release: "v0.2.0".to_owned(), kept: true, ..before.clone() };
            ensure!(back == expected, "after the rollback of the index: {back:?}");
        }
        self.must("rebuild.yml", "repository_dispatch", &json!({}))?;
        let kept = self.all_in_force("v0.2.0", true)?;
        ensure!(
            kept.generation == before.generation,
            "a rebuild without a change undid the rollback: {kept:?}"
        );
        Ok(())
    }

    /// A deployment that ends the keeping, and the look twice an hour.
    fn mended(&self, index: &State) -> Result<()> {
        println!(
            "\n## Mended: the newest release that passed CI, deployed by hand ({FAILED} has not passed)"
        );
        self.must("deploy.yml", "workflow_dispatch", &json!({ "release": "" }))?;
        let mended = self.all_in_force("v0.3.0", false)?;
        ensure!(mended.generation == index.generation, "a deployment changed the index: {mended:?}");
        println!("\n## Twice an hour");
        self.must("smoke.yml", "schedule", &json!({}))
    }

    /// Runs a workflow, then tells of it as notify.yml does; prints what the chat heard.
    fn workflow(&self, file: &str, event: &str, inputs: &Value) -> Result<bool> {
        self.workflow_at(file, event, "main", inputs)
    }

    fn workflow_at(&self, file: &str, event: &str, name: &str, inputs: &Value) -> Result<bool> {
        println!("-> {file} ({event})");
        let heard = self.chat()?.len();
        let github = json!({"event_name": event, "ref_name": name, "repository": "library/seoga", "token": "t", "sha": "main"});
        let good = self.runner.run(file, &github, inputs)?;
        let run = json!({
            "name": file.trim_end_matches(".yml"), "conclusion": if good { "success" } else { "failure" },
            "event": event, "head_branch": name, "html_url": "https://github.com/library/seoga/actions/runs/1",
        });
        let github = json!({"event": {"workflow_run": run}, "repository": "library/seoga", "sha": "main"});
        ensure!(self.runner.run("notify.yml", &github, &json!({}))?, "notify.yml failed");
        for line in self.chat()?[heard..].lines() {
            println!("   chat: {line}");
        }
        Ok(good)
    }

    fn must(&self, file: &str, event: &str, inputs: &Value) -> Result<()> {
        ensure!(self.workflow(file, event, inputs)?, "{file} failed");
        Ok(())
    }

    fn pushed_tag(&self, tag: &str) -> Result<()> {
        ensure!(self.workflow_at("deploy.yml", "push", tag, &json!({}))?, "deploy.yml failed");
        Ok(())
    }

    fn back(&self, platform: Platform, kind: &str, to: &str) -> Result<()> {
        self.must(
            "rollback.yml",
            "workflow_dispatch",
            &json!({"target": platform.name(), "kind": kind, "to": to}),
        )
    }

    /// Tries a deployment out as a newcomer does, who changes nothing.
    fn by_hand(&self) -> Result<()> {
        for platform in &self.platforms {
            println!("\n## By hand: seoga deploy --target {} --dry-run --sample", platform.name());
            let checkout = self.home.join("by-hand");
            files::make_dir(&checkout)?;
            let run = |words: &[&str]| {
                let mut command = Command::new("bash");
                command.args(["-c", "exec \"$@\"", "by-hand"]).args(words).current_dir(&checkout);
                command.envs(self.runner.variables.iter().map(|(name, value)| (name, value)));
                process::run(&mut command)
            };
            run(&["cargo", "xtask", "package", "--target", platform.name(), "--release", "v0.2.0"])?;
            let seoga = self.stage.seoga.program().to_string_lossy().into_owned();
            run(&[&seoga, "deploy", "--target", platform.name(), "--dry-run", "--sample"])?;
        }
        Ok(())
    }

    /// Commits a month's file of one library and another library's unchanged one to main.
    fn write_catalogue(&self, month: &str, books: impl Iterator<Item = u32>) -> Result<()> {
        let holdings = self.runner.origin.join("catalogue").join("holdings");
        files::make_dir(&holdings)?;
        files::write(&holdings.join(format!("가온도서관 ({month}).csv")), table(books))?;
        files::write(&holdings.join("나루도서관.csv"), table(100..140))?;
        commit(&self.runner.origin, &format!("catalogue: {month}"))
    }

    /// Gives what is in force on each platform, which must be this release and the same generation everywhere.
    fn all_in_force(&self, release: &str, kept: bool) -> Result<State> {
        let mut all = Vec::new();
        for platform in &self.platforms {
            let state = self.in_force(*platform)?;
            ensure!(state.release == release && state.kept == kept, "in force is {state:?}, not {release}");
            all.push(state);
        }
        all.dedup();
        ensure!(all.len() == 1, "the platforms differ: {all:?}");
        all.pop().context("no platform")
    }

    fn base(&self, platform: Platform) -> &str {
        &self.bases[usize::from(platform == Platform::Aws)]
    }

    /// Asks a deployment what is in force, as an operator asks.
    fn in_force(&self, platform: Platform) -> Result<State> {
        let said = process::output_or_why(Command::new(self.stage.seoga.program()).args([
            "status",
            "--base",
            self.base(platform),
        ]))?;
        println!("   in force on {}:\n{}", platform.name(), indented(&said));
        let value = |key: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(key));
            line.map(|line| line.trim().to_owned()).with_context(|| format!("no {key}in {said}"))
        };
        let release = value("release ")?;
        let kept = release.contains(", kept");
        let release = release.split(',').next().unwrap_or_default().to_owned();
        Ok(State { release, kept, generation: value("generation ")? })
    }

    /// Asks every deployment for books.
    fn books(&self, books: std::ops::Range<u32>, status: u16) -> Result<()> {
        let client = Client::new(std::time::Duration::from_secs(60));
        for platform in &self.platforms {
            for book in books.clone() {
                let url = format!("{}/api/books/{}", self.base(*platform), isbn(book));
                let got = client.get(&url, None)?.status;
                ensure!(got == status, "{url}: {got} instead of {status}");
            }
            println!("   {}: books {books:?} answer {status}", platform.name());
        }
        Ok(())
    }

    fn chat(&self) -> Result<String> {
        files::read_text(&self.home.join("chat"))
    }

    /// Ends the servers.
    fn end(self) {
        drop(self);
    }
}

impl Drop for Operator<'_> {
    fn drop(&mut self) {
        if let Some(servers) = self.servers.take() {
            servers.end();
        }
    }
}

/// Makes a repository of this checkout's files, with releases and one commit after them.
fn make_origin(root: &Path, origin: &Path) -> Result<()> {
    files::make_dir(origin)?;
    let mut list = Command::new("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]).current_dir(root);
    for place in process::output(&mut list)?.split('\0').filter(|place| !place.is_empty()) {
        let (from, to) = (root.join(place), origin.join(place));
        if from.is_file() {
            files::make_dir(to.parent().context("a file has a folder")?)?;
            std::fs::copy(&from, &to).with_context(|| from.display().to_string())?;
        }
    }
    let git = |words: &[&str]| process::output_or_why(Command::new("git").current_dir(origin).args(words));
    git(&["init", "--quiet", "--initial-branch=main"])?;
    for release in RELEASES {
        files::write(&origin.join("RELEASE"), release)?;
        commit(origin, release)?;
        git(&["tag", release])?;
    }
    files::write(&origin.join("RELEASE"), "not released")?;
    commit(origin, "work that is not released")
}

fn commit(origin: &Path, what: &str) -> Result<()> {
    let who = ["-c", "user.name=Operator", "-c", "user.email=operator@example.org"];
    let git = |words: &[&str]| {
        process::output_or_why(Command::new("git").current_dir(origin).args(who).args(words))
    };
    git(&["add", "--all", "--force", "."])?;
    git(&["commit", "--quiet", "--message", what]).map(drop)
}

/// Gives the ISBN of an invented book.
fn isbn(book: u32) -> String {
    let digits = format!("97911{book:07}");
    let sum: u32 =
        digits.bytes().zip([1, 3].into_iter().cycle()).map(|(digit, by)| u32::from(digit - b'0') * by).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// Writes the table of a library's books, as libraries give it.
fn table(books: impl Iterator<Item = u32>) -> String {
    let mut table = "도서명,저자,출판사,발행년도,ISBN,주제분류번호\n".to_owned();
    for book in books {
        let word = ["바람", "강물", "하늘", "나무", "구름", "별빛", "바다"][book as usize % 7];
        let isbn = isbn(book);
        table.push_str(&format!("{word} 이야기 {book}권,지은이{book},펴낸곳,2020,{isbn},813.{}\n", book % 9));
    }
    table
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("        {line}")).collect::<Vec<_>>().join("\n")
}
