//! `seoga`: the operator's program. It rebuilds and rolls back the index, deploys, uploads, takes choices out, looks and reckons.
//!
//! It needs no checkout and no compiler: index-builder is linked in, templates, prices and transcripts are compiled in, and what
//! is deployed lies in a folder that `cargo xtask package` made. Platforms are reached by their own programs, `wrangler` and
//! `aws`. Invariant: everything it starts it also ends. Exit codes: 0 done, 1 failed, 2 usage.

#[macro_use(print, println)]
extern crate seoga_host;

mod availability;
mod aws;
mod build_report;
mod choices;
mod compare;
mod cost;
mod deploy;
mod deployed;
mod notify;
mod package;
mod rebuild;
mod report;
mod senders;
mod serve;
mod served;
mod smoke;
mod target;
mod upload;
mod wrangler;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use seoga_host::process;

/// Operates a deployment of Seoga: rebuild, roll back, deploy, upload, take choices out, look whether it answers, reckon.
///
/// No checkout and no compiler are needed. What is deployed lies in a folder made by `cargo xtask package`; wrangler and aws
/// are run where a platform is reached. In a checkout the folders are those that its commands write to: published/, dist/.
#[derive(Debug, Parser)]
#[command(name = "seoga", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve visitors from this machine: pages, API, choices, in one program.
    Serve(serve::Options),
    /// Build, check and publish the index of a catalogue, if anything changed.
    Rebuild(rebuild::options::Rebuild),
    /// Put an earlier generation in force again; with --code, the code of an earlier deployment.
    Rollback(Rollback),
    /// Deploy worker or functions, and what they run on.
    Deploy(deploy::options::Deploy),
    /// Send a library's files into the incoming bucket, or print links by which a librarian sends them.
    Upload(upload::Options),
    /// Lay what is known of loans over the index in force, or ask 정보나루 of it.
    Availability(availability::Options),
    /// Take choices out of a deployment, or erase a visitor's.
    #[command(subcommand)]
    Choices(Choices),
    /// Report what visitors picked and what they asked in vain, in counts of several visitors each.
    Report(report::Options),
    /// Say which release and generation a deployment has in force, and which generations it keeps.
    Status(served::Options),
    /// Ask a deployment whether it answers as it must.
    Smoke(smoke::Options),
    /// Ask two deployments the same questions, and hold their answers to each other byte for byte.
    Compare(compare::Options),
    /// Reckon what a month costs on each platform.
    Cost(cost::Options),
    /// Run index-builder, as a rebuild does for each of its steps.
    #[command(hide = true, disable_help_flag = true)]
    Index {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

#[derive(Debug, Subcommand)]
enum Choices {
    /// Write every choice into a file of NDJSON, again and again.
    Export(choices::export::Options),
    /// Make a folder of Parquet files, one for each day, of an export.
    Parquet(choices::partition::Options),
    /// Erase every record of a user id out of the store and out of exports.
    Erase(choices::erase::Options),
}

/// Options of `rollback`.
#[derive(Debug, clap::Args)]
struct Rollback {
    /// Go back to the code of an earlier deployment instead of an earlier index.
    #[arg(long)]
    code: bool,
    #[command(flatten)]
    index: rebuild::options::IndexRollback,
    #[command(flatten)]
    deployment: deploy::options::Deployment,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::Index { arguments } = cli.command {
        return index_builder::cli::run(std::iter::once("seoga index".into()).chain(arguments));
    }
    // A server ends in order by itself; everything else ends what it started.
    let listening = match cli.command {
        Command::Serve(_) => Ok(()),
        _ => process::end_children_on_signals(),
    };
    let outcome = listening.and_then(|()| run(&cli.command));
    process::yield_to_signal();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("seoga: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<()> {
    match command {
        Command::Serve(options) => serve::run(options),
        Command::Rebuild(options) => rebuild::run(options),
        Command::Rollback(options) if options.code => {
            deploy::rollback(&options.deployment, options.index.target, options.index.to.as_deref())
        }
        Command::Rollback(options) => rebuild::rollback(&options.index, &options.deployment),
        Command::Deploy(options) => deploy::run(options),
        Command::Upload(options) => upload::run(options),
        Command::Choices(Choices::Export(options)) => choices::export::run(options),
        Command::Choices(Choices::Parquet(options)) => choices::partition::run(options),
        Command::Choices(Choices::Erase(options)) => choices::erase::run(options),
        Command::Report(options) => report::run(options),
        Command::Status(options) => served::run(options),
        Command::Smoke(options) => smoke::run(options),
        Command::Compare(options) => compare::run(options),
        Command::Availability(options) => availability::run(options),
        Command::Cost(options) => cost::run(options),
        Command::Index { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Command, clap::Error> {
        Cli::try_parse_from(line.split_whitespace()).map(|cli| cli.command)
    }

    #[test]
    fn options_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_option_that_a_command_lacks_and_a_value_out_of_range_are_refused() {
        for line in [
            "seoga",
            "seoga nothing",
            "seoga choices",
            "seoga choices export --user u",
            "seoga choices erase",
            "seoga choices parquet --out d",
            "seoga report",
            "seoga report --export e --k 2",
            "seoga report --export e --since 2026-11-01",
            "seoga serve",
            "seoga serve --sample dir",
            "seoga serve dir --tls-key k",
            "seoga serve dir --listen 8787",
            "seoga serve dir --threads 0",
            "seoga rollback --to",
            "seoga rebuild --target local",
            "seoga rebuild --catalogue . --target moon",
            "seoga rebuild --catalogue . --target local --floor 2",
            "seoga rebuild --catalogue . --target local --keep 0",
            "seoga deploy --target local",
            "seoga upload --bucket b --region r",
            "seoga upload --bucket b --region r --file f --seconds 0",
            "seoga cost --choices none",
            "seoga cost --memory 1",
            "seoga compare http://a.example",
            "seoga compare http://a.example http://b.example --at-once 0",
            "seoga compare http://a.example http://b.example --every 0",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn options_that_repeat_and_flags_are_told_apart() {
        let erase = parse("seoga choices erase --user u --export a --export b").unwrap();
        assert!(matches!(erase, Command::Choices(Choices::Erase(options)) if options.export.len() == 2));
        let rebuild = parse("seoga rebuild --force --target local --catalogue .").unwrap();
        assert!(
            matches!(rebuild, Command::Rebuild(options) if options.force && options.allow_loss.is_empty())
        );
        let index = parse("seoga index query --json -- -word").unwrap();
        assert!(
            matches!(index, Command::Index { arguments } if arguments == ["query", "--json", "--", "-word"])
        );
    }
}
