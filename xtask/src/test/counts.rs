//! The stage that counts the work of hot paths and holds it to a committed baseline.
//!
//! Nothing here has a clock in it, so that a busy machine counts the same. Work (keys of the dictionary, postings, files,
//! rounds, bytes, books found) is the search's own count and the same everywhere: it must be the baseline's exactly.
//! Instructions are counted by valgrind; they depend on the compiler and a little on the system's library, so that they may
//! be some percent more, and with another compiler than the baseline's rather more. Invariant: questions and index are
//! made anew from seeds, so whatever differs comes from the code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::stage::{Context, Outcome};
use crate::bench::{Programs, Size, Subject, measure_change};
use crate::setup::debian;
use crate::workspace::Workspace;
use seoga_host::{files, process};

/// Books of the invented catalogue: enough that lists have many chunks, built in seconds.
const BOOKS: u32 = 20_000;
/// Questions of each kind whose work is counted.
const EACH: &str = "20";
/// Questions of each kind whose instructions are counted, which takes fifty times as long as answering.
const WATCHED: &str = "6";
const LIMIT: &str = "20";
/// Books that are new, and books that are changed, in the small change whose upload is counted.
const CHANGED: u32 = 1;
/// Allowed excess of instructions over the baseline's, in percent: with the same compiler, and with another.
const MORE: [u64; 2] = [3, 20];
const BASELINE: &str = "tests/bench/counts.json";
/// Counts of a question.
const WORK: [&str; 6] = ["keys", "postings", "files", "rounds", "bytes", "total"];

/// Counts that are compared, by name.
type Counts = BTreeMap<String, u64>;

/// All counts, as they are committed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Counted {
    /// The compiler and the machine that instructions were counted with.
    compiler: String,
    machine: String,
    /// By kind of question: sums over the questions.
    work: BTreeMap<String, Counts>,
    /// Files and bytes of the index, and of them those that a small change has uploaded again.
    change: Counts,
    /// By path.
    instructions: Counts,
}

/// Has glibc copy and clear by ordinary instructions. Else it takes `rep movsb` and `rep stosb` for what is long and lies
/// so that they are fast, and valgrind counts each byte of those: the same work was up to a fifth more from run to run.
const COPYING: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.cpu.x86_rep_movsb_threshold=1000000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000000",
);

/// Counts, and compares or keeps.
pub(super) fn run(context: &Context<'_>) -> Result<Outcome> {
    let workspace = context.workspace;
    if files::on_path(&["valgrind"]).is_none()
        && let Err(error) = debian::install(&["valgrind"], "it counts instructions")
    {
        return Ok(Outcome::NotRun(format!("{error:#}")));
    }
    let counted = count(workspace)?;
    let file = workspace.root.join(BASELINE);
    if context.bless {
        files::write(&file, format!("{}\n", serde_json::to_string_pretty(&counted)?))?;
        println!("written: {BASELINE}");
        return Ok(Outcome::Passed);
    }
    let baseline =
        serde_json::from_slice(&files::read(&file)?).with_context(|| format!("reading {BASELINE}"))?;
    let found = compare(&baseline, &counted);
    found.told.iter().for_each(|line| println!("{line}"));
    if found.wrong.is_empty() {
        return Ok(Outcome::Passed);
    }
    bail!(
        "{} counts differ from {BASELINE}:\n  {}\nif that is meant: cargo xtask test --only counts --bless",
        found.wrong.len(),
        found.wrong.join("\n  ")
    )
}

/// Findings of a comparison.
#[derive(Debug, Default)]
struct Found {
    wrong: Vec<String>,
    told: Vec<String>,
}

fn compare(baseline: &Counted, counted: &Counted) -> Found {
    let mut found = Found::default();
    let nothing = Counts::new();
    for kind in both(&baseline.work, &counted.work) {
        let [before, now] = [baseline, counted].map(|side| side.work.get(kind).unwrap_or(&nothing));
        for name in both(before, now) {
            let (before, now) = (before.get(name), now.get(name));
            if before != now {
                found.wrong.push(format!("{kind}: {name} {}", change(before, now)));
            }
        }
    }
    for name in both(&baseline.change, &counted.change) {
        let (before, now) = (baseline.change.get(name), counted.change.get(name));
        if before != now {
            found.wrong.push(format!("small change: {name} {}", change(before, now)));
        }
    }
    if baseline.machine != counted.machine {
        let (theirs, ours) = (&baseline.machine, &counted.machine);
        found
            .told
            .push(format!("instructions are those of {ours}, the baseline's of {theirs}: not compared"));
        return found;
    }
    let [same, other] = MORE;
    let percent = if baseline.compiler == counted.compiler { same } else { other };
    if percent == other {
        let (theirs, ours) = (&baseline.compiler, &counted.compiler);
        found
            .told
            .push(format!("the baseline is of {theirs}, this is {ours}: {other} % more instructions may be"));
    }
    for path in both(&baseline.instructions, &counted.instructions) {
        let (before, now) = (baseline.instructions.get(path), counted.instructions.get(path));
        let told = format!("{path}: instructions {}", change(before, now));
        match (before, now) {
            (Some(before), Some(now)) if now * 100 <= before * (100 + percent) => {
                if now * (100 + percent) < before * 100 {
                    found.told.push(format!("{told}: fewer; keep it by --bless"));
                }
            }
            _ => found.wrong.push(told),
        }
    }
    found
}

/// The names on either side.
fn both<'a, T>(a: &'a BTreeMap<String, T>, b: &'a BTreeMap<String, T>) -> BTreeSet<&'a str> {
    a.keys().chain(b.keys()).map(String::as_str).collect()
}

fn change(before: Option<&u64>, now: Option<&u64>) -> String {
    let side = |count: Option<&u64>| count.map_or_else(|| "none".to_owned(), u64::to_string);
    let told = format!("{} -> {}", side(before), side(now));
    match (before, now) {
        (Some(before), Some(now)) if *before > 0 => {
            format!("{told} ({:+.1} %)", (*now as f64 / *before as f64 - 1.0) * 100.0)
        }
        _ => told,
    }
}

fn count(workspace: &Workspace) -> Result<Counted> {
    let programs = Programs::compile(workspace, false)?;
    let folder = workspace.build.join("counts");
    let each = [EACH.parse()?, 0];
    let size = Size::Generated(BOOKS);
    let made = Subject::make(workspace, &programs, folder, &size, each)?;
    let work = work(&programs, &made)?;
    let change = small_change(&measure_change(workspace, &programs, &size, &made, CHANGED)?)?;
    let instructions = instructions(&programs, &made)?;
    for (kind, counts) in &work {
        let counts: Vec<String> = WORK.iter().map(|name| format!("{name} {}", counts[*name])).collect();
        println!("{kind:<16} {}", counts.join(", "));
    }
    let told: Vec<String> = change.iter().map(|(name, count)| format!("{name} {count}")).collect();
    println!("{:<16} {}", "small change", told.join(", "));
    for (path, count) in &instructions {
        println!("{path:<16} {count} instructions");
    }
    let about = process::output(Command::new("rustc").arg("-vV"))?;
    let field = |name: &str| {
        let line = about.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned()).with_context(|| format!("rustc says no {name}"))
    };
    Ok(Counted { compiler: field("rustc")?, machine: field("host:")?, work, change, instructions })
}

/// Reads what a small change has uploaded, of all kinds of files.
fn small_change(measured: &Value) -> Result<Counts> {
    let all = &measured["parts"]["all"];
    let count = |name: &str| {
        let count = all[name].as_u64().with_context(|| format!("no {name} in {measured}"))?;
        Ok((name.to_owned(), count))
    };
    ["files", "bytes", "new_files", "new_bytes"].into_iter().map(count).collect()
}

/// The work of each kind of question, each question asked of an index that has nothing at hand.
fn work(programs: &Programs, made: &Subject) -> Result<BTreeMap<String, Counts>> {
    let told = made.folder.join("work.json");
    let mut command = Command::new(&programs.builder);
    command.arg("bench").arg(&made.index).arg("--queries").arg(&made.questions);
    command.args(["--each", EACH, "--limit", LIMIT, "--repeat", "0", "--json"]).arg(&told);
    process::output(&mut command)?;
    let answers: Vec<Value> = serde_json::from_slice(&files::read(&told)?).context("reading the work")?;
    let mut sums: BTreeMap<String, Counts> = BTreeMap::new();
    for answer in &answers {
        let counts = sums.entry(answer["kind"].as_str().context("a kind")?.to_owned()).or_default();
        for name in WORK {
            let count = answer[name].as_u64().with_context(|| format!("no {name} in {answer}"))?;
            *counts.entry(name.to_owned()).or_default() += count;
        }
    }
    Ok(sums)
}

/// Instructions of each path, by valgrind: it counts inside one function alone, and writes down what it has whenever
/// another begins (`tests/src/bench/watch.rs`).
fn instructions(programs: &Programs, made: &Subject) -> Result<Counts> {
    let folder = made.folder.join("callgrind");
    files::remove_dir(&folder)?;
    files::make_dir(&folder)?;
    let mut command = Command::new("valgrind");
    command.env(COPYING.0, COPYING.1);
    command.args(["--tool=callgrind", "--quiet", "--toggle-collect=*counted_by_valgrind*"]);
    command.arg("--dump-before=*path_is_over*");
    command.arg(format!("--callgrind-out-file={}", folder.join("out").display()));
    command.arg(&programs.bench).arg("watch").arg("--index").arg(&made.index);
    command.arg("--queries").arg(&made.questions).args(["--each", WATCHED, "--limit", LIMIT]);
    let paths = process::output(&mut command).context("counting instructions")?;
    let mut counted = Counts::new();
    for (number, path) in paths.lines().enumerate() {
        counted.insert(path.to_owned(), total(&folder.join(format!("out.{}", number + 1)))?);
    }
    if counted.is_empty() || counted.values().any(|count| *count == 0) {
        bail!("valgrind counted nothing: {counted:?}");
    }
    Ok(counted)
}

/// The instructions of one of valgrind's files.
fn total(file: &Path) -> Result<u64> {
    let text = files::read_text(file)?;
    let line = text.lines().find_map(|line| line.strip_prefix("totals:").or(line.strip_prefix("summary:")));
    line.and_then(|line| line.trim().parse().ok())
        .with_context(|| format!("{} says no total", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(postings: u64, instructions: u64) -> Counted {
        let of = |name: &str, count: u64| Counts::from([(name.to_owned(), count)]);
        Counted {
            compiler: "a".to_owned(),
            machine: "here".to_owned(),
            work: BTreeMap::from([("common".to_owned(), of("postings", postings))]),
            change: of("new_files", 30),
            instructions: of("common", instructions),
        }
    }

    fn differences(baseline: &Counted, now: &Counted) -> (usize, usize) {
        let found = compare(baseline, now);
        (found.wrong.len(), found.told.len())
    }

    #[test]
    fn work_must_be_the_same_and_instructions_about_the_same() {
        let before = counted(1000, 5000);
        assert_eq!(differences(&before, &before), (0, 0));
        assert_eq!(differences(&before, &counted(1001, 5000)), (1, 0), "one posting more");
        assert_eq!(differences(&before, &counted(999, 5000)), (1, 0), "one posting less");
        assert_eq!(differences(&before, &counted(1000, 5150)), (0, 0), "3 % more instructions");
        assert_eq!(differences(&before, &counted(1000, 5151)), (1, 0), "more than 3 %");
        assert_eq!(differences(&before, &counted(1000, 4000)), (0, 1), "fewer are told");
    }

    #[test]
    fn a_small_change_that_uploads_more_differs() {
        let before = counted(1000, 5000);
        let more = Counted { change: Counts::from([("new_files".to_owned(), 31)]), ..before.clone() };
        assert_eq!(differences(&before, &more), (1, 0));
    }

    #[test]
    fn another_compiler_may_count_more_and_another_machine_is_not_compared() {
        let before = counted(1000, 5000);
        let other = |count| Counted { compiler: "b".to_owned(), ..counted(1000, count) };
        assert_eq!(differences(&before, &other(6000)), (0, 1));
        assert_eq!(differences(&before, &other(6001)), (1, 1));
        let there = Counted { machine: "there".to_owned(), ..counted(1001, 9000) };
        assert_eq!(differences(&before, &there), (1, 1), "the work is compared all the same");
    }

    #[test]
    fn what_is_new_or_gone_differs() {
        let before = counted(1000, 5000);
        let empty = Counted { work: BTreeMap::new(), instructions: Counts::new(), ..before.clone() };
        assert_eq!(differences(&before, &empty), (2, 0));
        assert_eq!(differences(&empty, &before), (2, 0));
    }
}
