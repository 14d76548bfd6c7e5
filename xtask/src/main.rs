//! `cargo xtask`: the one menu of the repository.
//!
//! It sets up what is missing, builds, serves and tests; what a person runs and what CI runs is the same
//! command. It holds no rule of the product. Invariant: everything it starts it also ends, and a step that was
//! done for the same inputs is not done again.

/// The standard library's, but for what happens when nobody reads any more (`say`).
macro_rules! print {
    ($($words:tt)*) => { $crate::say::out(format_args!($($words)*)) };
}
macro_rules! println {
    () => { print!("\n") };
    ($($words:tt)*) => { $crate::say::out(format_args!("{}\n", format_args!($($words)*))) };
}

mod audit;
mod aws;
mod bench;
mod build;
mod choices;
mod cost;
mod day;
mod deploy;
mod dev;
mod files;
mod http;
mod limits;
mod load;
mod options;
mod package;
mod process;
mod rebuild;
mod say;
mod setup;
mod smoke;
mod stamp;
mod test;
#[cfg(test)]
mod testing;
mod upload;
mod web;
mod workspace;
mod zip;

use std::process::ExitCode;

use anyhow::Result;
use options::{Command, Options};
use workspace::Workspace;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::from(2);
        }
    };
    if matches!(options.command, Command::Help) {
        println!("{}", options::USAGE);
        return ExitCode::SUCCESS;
    }
    let outcome = run(&options);
    process::yield_to_signal();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    process::end_children_on_signals()?;
    match &options.command {
        Command::Setup => setup::run(&workspace, &options.only),
        Command::Build => build::for_wrangler(&workspace, options),
        Command::Index => {
            let catalogue = options.catalogue.as_deref().map(build::absolute).transpose()?;
            let index = build::index::build(&workspace, catalogue.as_deref(), options.flavour)?;
            println!("{}", workspace.short(&index));
            Ok(())
        }
        Command::Dev => dev::run(&workspace, options),
        Command::DevAws => aws::run(&workspace, options),
        Command::Compare => aws::compare(&workspace, &options.given),
        Command::Package => package::run(&workspace, &options.given),
        Command::Test => test::run(&workspace, options),
        Command::ChoicesExport => choices::export(&workspace, &options.given),
        Command::ChoicesErase => choices::erase(&workspace, &options.given),
        Command::Audit => audit::run(&workspace, &options.given),
        Command::Cost => cost::run(&workspace, &options.given),
        Command::Bench => bench::run(&workspace, &options.given),
        Command::Load => load::run(&workspace, &options.given),
        Command::Rebuild => rebuild::run(&workspace, &options.given),
        Command::Rollback if options.given.has("--code") => deploy::rollback(&workspace, &options.given),
        Command::Rollback => rebuild::rollback(&workspace, &options.given),
        Command::Deploy => deploy::run(&workspace, &options.given),
        Command::Smoke => smoke::run(&options.given),
        Command::Upload => upload::run(&options.given),
        Command::Help => Ok(()),
    }
}
