//! The command line. Nothing is carried out here.

use std::path::PathBuf;

/// What `cargo xtask help` prints.
pub(crate) const USAGE: &str = "\
cargo xtask COMMAND

  dev [--catalogue DIR] [--port N]   index, WASM and wrangler dev on http://localhost:8787
  test [--only STAGE]... [--fuzz-seconds N]
                                     every check; stages: fmt clippy unit doc wasm transcripts faults browser
                                     fuzz
  build [--catalogue DIR]            index, assets and WASM, without serving (wrangler's build command)
        [--test | --test-hooks | --production]
  index [--catalogue DIR]            the index alone, in build/index
  setup [--only PART]...             what the others need; parts: node wasm browser

Without --catalogue a generated sample of invented books is used. The set-up asks for git, cargo and node.
Tools are kept in build/tools (or SEOGA_TOOLS), the index in build/, what is served in dist/.";

/// Which command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    Setup,
    Build,
    Index,
    Dev,
    Test,
    Help,
}

/// Which worker is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Flavour {
    /// The one that ships, built for a machine of one's own.
    #[default]
    Plain,
    /// The one that ships, with an index and assets of its own for tests to run against.
    Test,
    /// With forced panics and store faults compiled in; never ships.
    TestHooks,
    /// The one that ships, and wrangler is about to ship it.
    Production,
}

impl Flavour {
    /// Whether index and assets are the tests' own, so that a development server keeps its own.
    pub(crate) fn for_tests(self) -> bool {
        matches!(self, Self::Test | Self::TestHooks)
    }
}

/// The command line, understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) command: Command,
    /// Where the catalogue lies; `None` for the sample.
    pub(crate) catalogue: Option<PathBuf>,
    /// Port of the development server.
    pub(crate) port: u16,
    /// Stages or parts to run; empty for all.
    pub(crate) only: Vec<String>,
    /// Seconds that each fuzz target runs.
    pub(crate) fuzz_seconds: u32,
    pub(crate) flavour: Flavour,
}

impl Options {
    /// Reads the arguments after the program's name; the error is what to print.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let command = match arguments.next().as_deref() {
            Some("setup") => Command::Setup,
            Some("build") => Command::Build,
            Some("index") => Command::Index,
            Some("dev") => Command::Dev,
            Some("test") => Command::Test,
            Some("help" | "--help" | "-h") | None => Command::Help,
            Some(other) => return Err(format!("xtask: no command {other:?}\n\n{USAGE}")),
        };
        let mut options = Self {
            command,
            catalogue: None,
            port: 8787,
            only: Vec::new(),
            fuzz_seconds: 60,
            flavour: Flavour::default(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = |name: &str| arguments.next().ok_or(format!("xtask: {name} wants a value"));
            match (argument.as_str(), command) {
                ("--catalogue", Command::Dev | Command::Build | Command::Index) => {
                    options.catalogue = Some(value("--catalogue")?.into());
                }
                ("--port", Command::Dev) => {
                    let text = value("--port")?;
                    options.port = text.parse().map_err(|_| format!("xtask: {text:?} is no port"))?;
                }
                ("--fuzz-seconds", Command::Test) => {
                    let text = value("--fuzz-seconds")?;
                    options.fuzz_seconds =
                        text.parse().map_err(|_| format!("xtask: {text:?} is no number of seconds"))?;
                }
                ("--only", Command::Test | Command::Setup) => options.only.push(value("--only")?),
                ("--test" | "--test-hooks" | "--production", Command::Build)
                    if options.flavour == Flavour::Plain =>
                {
                    options.flavour = match argument.as_str() {
                        "--test" => Flavour::Test,
                        "--test-hooks" => Flavour::TestHooks,
                        _ => Flavour::Production,
                    };
                }
                (other, _) => return Err(format!("xtask: {other:?} is not taken here\n\n{USAGE}")),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn dev_takes_a_catalogue_and_a_port() {
        let options = parse("dev --catalogue ../books --port 9000").unwrap();
        assert_eq!(options.catalogue, Some(PathBuf::from("../books")));
        assert_eq!(options.port, 9000);
        assert_eq!(parse("dev").unwrap().port, 8787);
    }

    #[test]
    fn only_repeats() {
        assert_eq!(parse("test --only fmt --only unit").unwrap().only, ["fmt", "unit"]);
    }

    #[test]
    fn what_a_command_does_not_take_is_refused() {
        for line in
            ["nothing", "test --port 1", "dev --port x", "dev --port", "build --production --test-hooks"]
        {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
