//! `cargo xtask`: the developer's menu of the repository.
//!
//! It sets up what is missing, builds, serves, measures and tests; what a person runs and what CI runs is the same
//! command. It holds no rule of the product, and nothing that an operator needs: that is the program `seoga`. Invariant:
//! everything it starts it also ends, and a step that was done for the same inputs is not done again.

#[macro_use(println)]
extern crate seoga_host;

mod audit;
mod bench;
mod build;
mod compare;
mod dev;
mod dev_aws;
mod flavour;
mod load;
mod package;
mod packaged;
mod programs;
mod progress;
mod sbom;
mod setup;
mod stamp;
mod test;
mod workspace;
mod zip;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use seoga_host::process;
use workspace::Workspace;

/// Sets up, serves, tests, builds and measures: the developer's menu of this repository.
///
/// Without --catalogue the published index is used, and without one a generated sample of invented books. The set-up asks
/// for git, cargo and node. Tools are kept in build/tools (or `SEOGA_TOOLS`), the index in build/, published generations in
/// published/, what is served or shipped in dist/. What an operator does is the program seoga: cargo run -p seoga -- help.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve index, WASM and pages by wrangler, on port 8787 of localhost.
    Dev(dev::Options),
    /// Serve the same on a local edge of AWS, with its bucket and table.
    DevAws(dev::Options),
    /// Run every check, or some stages of it.
    Test(test::Options),
    /// Rehearse releases, months and rollbacks of three operators by the workflows' own YAML, without an account.
    Rehearse,
    /// Build index, assets and WASM without serving (wrangler's build command).
    Build(build::Options),
    /// Build the index alone, in build/index.
    Index(build::index::Options),
    /// Ask every host of an index the same questions, and hold its answers to those of `seoga serve`, byte for byte.
    Compare(compare::Options),
    /// Make what is deployed: a folder in dist/, and zips that are the same bytes each time.
    Package(package::Options),
    /// Measure speed, bytes and memory beside a peer, natively and on V8.
    Bench(bench::Options),
    /// Ask workerd many questions at once: throughput, times, errors, memory.
    Load(load::Options),
    /// Put in place what the others need.
    Setup(setup::Options),
    /// Check licences, sources and known vulnerabilities of all parts, and list them (SBOM).
    Audit(audit::Options),
}

/// Commands of the program `seoga` that were once here.
const MOVED: [&str; 7] = ["rebuild", "rollback", "deploy", "smoke", "upload", "choices", "cost"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(command) = moved(&arguments) {
        eprintln!("xtask: this is a command of the operator's program now; run:\n  {command}");
        return ExitCode::from(2);
    }
    let outcome = run(&Cli::parse().command);
    process::yield_to_signal();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Gives the command line that does today what `cargo xtask NAME …` did, where that has moved.
fn moved(arguments: &[String]) -> Option<String> {
    let rest = arguments.get(1..)?;
    MOVED.contains(&rest.first()?.as_str()).then(|| {
        let mut command = std::process::Command::new("cargo");
        command.args(["run", "--release", "-p", "seoga", "--"]).args(rest);
        process::line(&command)
    })
}

fn run(command: &Command) -> Result<()> {
    let workspace = Workspace::find()?;
    process::end_children_on_signals()?;
    match command {
        Command::Setup(options) => setup::run(&workspace, options),
        Command::Build(options) => build::for_wrangler(&workspace, options),
        Command::Index(options) => build::index::run_command(&workspace, options),
        Command::Dev(options) => dev::run(&workspace, options),
        Command::DevAws(options) => dev_aws::run(&workspace, options),
        Command::Compare(options) => compare::run(&workspace, options),
        Command::Package(options) => package::run(&workspace, options),
        Command::Rehearse => test::run(&workspace, &test::Options::stage("rehearse", true)),
        Command::Test(options) => test::run(&workspace, options),
        Command::Audit(options) => audit::run(&workspace, options),
        Command::Bench(options) => bench::run(&workspace, options),
        Command::Load(options) => load::run(&workspace, options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn parse(line: &str) -> Result<Command, clap::Error> {
        Cli::try_parse_from(words(line)).map(|cli| cli.command)
    }

    #[test]
    fn options_are_consistent_and_have_their_defaults() {
        Cli::command().debug_assert();
        assert!(matches!(parse("xtask dev").unwrap(), Command::Dev(options) if options.port == 8787));
        let Command::Test(test) = parse("xtask test --only fmt --only unit").unwrap() else { panic!("test") };
        assert_eq!(test.only, ["fmt", "unit"]);
    }

    #[test]
    fn an_option_that_a_command_lacks_is_refused() {
        for line in [
            "xtask nothing",
            "xtask test --port 1",
            "xtask dev --bless",
            "xtask dev --port x",
            "xtask dev --port",
            "xtask build --production --test-hooks",
            "xtask package",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_command_that_moved_is_named_as_it_is_typed_now() {
        let moved = moved(&words("xtask choices export --base http://localhost:8787"));
        let now = "cargo run --release -p seoga -- choices export --base http://localhost:8787";
        assert_eq!(moved.as_deref(), Some(now));
        assert_eq!(super::moved(&words("xtask dev")), None);
        for name in MOVED {
            assert!(parse(&format!("xtask {name}")).is_err(), "{name} is in both programs");
        }
    }
}
