//! The commands and their options: of the program `index-builder`, and of `seoga`, which runs them for a rebuild.
//!
//! Invariant: what is asked for goes to stdout, everything else (progress, findings, errors) to stderr; an error
//! says what is wrong, where, and what to do.

mod bench;
mod build;
mod check;
mod failure;
mod generate;
mod look;
mod lots;
mod progress;
mod publish;
mod site;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::exit;

/// Compiles library catalogues into a compact static search index.
#[derive(Debug, Parser)]
#[command(name = "index-builder", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Threads to work on; the result is the same with any number [default: one a processor].
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read a catalogue, report what is wrong with it, and compile it into an index.
    Build(build::Options),
    /// Read files without building, and say what is in them and what is wrong with them; exit code 1 where a build would refuse one, or would have no book.
    Check(check::Options),
    /// Invent a catalogue of any size, in the layout that `build --catalogue` reads.
    Generate(generate::Options),
    /// Prove that every file of an index is there, whole, and opens.
    Verify(look::Verify),
    /// Look into an index.
    Inspect(look::Inspect),
    /// Ask an index, with the very code that answers at the edge.
    Query(look::Query),
    /// Ask judged queries and print how good the answers are.
    Eval(look::Eval),
    /// Make judged queries of an index's own books, for `eval`.
    Judge(look::Judge),
    /// Draw pairs of a catalogue's records by lot, for people to judge how well records are matched.
    Lots(lots::Options),
    /// Take the times of an index's answers, and count the work in them.
    Bench(bench::Bench),
    /// Make a site for any file server of an index: every page but choices, answered in the visitor's browser.
    Site(site::Site),
    /// Add an index to a folder of published generations and put it in force.
    Publish(publish::Publish),
    /// Put an earlier published generation in force again.
    Rollback(publish::Rollback),
}

/// Carries out a command line, the program's name first. Wrong usage ends the process here with exit code 2.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = Cli::parse_from(arguments);
    let threads = cli.threads.map_or(0, usize::from);
    let pool = match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool,
        Err(error) => return exit(&error.into()),
    };
    let outcome = pool.install(|| match cli.command {
        Command::Build(options) => build::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Generate(options) => generate::run(&options),
        Command::Verify(options) => look::verify(&options),
        Command::Inspect(options) => look::inspect(&options),
        Command::Query(options) => look::query(&options),
        Command::Eval(options) => look::eval(&options),
        Command::Judge(options) => look::judge(&options),
        Command::Lots(options) => lots::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Site(options) => site::run(&options),
        Command::Publish(options) => publish::publish(&options),
        Command::Rollback(options) => publish::rollback(&options),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit(&error),
    }
}
