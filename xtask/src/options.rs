//! The command line. Nothing is carried out here.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// What `cargo xtask help` prints.
pub(crate) const USAGE: &str = "\
cargo xtask COMMAND

  dev [--catalogue DIR] [--port N]   index, WASM and wrangler dev on http://localhost:8787
  dev-aws [--catalogue DIR] [--port N]
                                     the same on a local CloudFront, Lambda@Edge, S3 and DynamoDB
  test [--only STAGE]... [--fuzz-seconds N]
                                     every check; stages: fmt clippy licences unit doc infra counts wasm transcripts
                                     smoke faults aws choices rebuild browser fuzz
  test --only counts --bless         takes what is counted now as what is compared with from now on
  build [--catalogue DIR]            index, assets and WASM, without serving (wrangler's build command)
        [--test | --test-hooks | --production]
  index [--catalogue DIR]            the index alone, in build/index
  compare --queries FILE.tsv [--catalogue DIR]
                                     every query on workerd and on the local edge: the same bytes?
  package --target aws|cloudflare [--catalogue DIR]
                                     what is deployed, as zips in dist/ that are the same bytes each time
  bench [--catalogue DIR] [--books 6k,100k,1m] [--kinds A,B] [--no-peer] [--each N] [--repeat N] [--limit N]
        [--cold N] [--change] [--json FILE]
                                     speed, bytes and memory beside a peer, natively and on V8; 6k is a real
                                     catalogue, ../shared/catalogue where it is there; --change: what a night's change uploads
  load [--catalogue DIR] [--queries FILE.tsv] [--seconds N] [--connections N] [--rate N] [--port N] [--json FILE]
                                     many questions at once to workerd, for 300 s: throughput, times, errors, memory
  setup [--only PART]...             what the others need; parts: node wasm browser
  rebuild --catalogue DIR --target local|cloudflare|aws
          [--choices FILE]... [--judged FILE.tsv] [--floor 0-1] [--keep N] [--allow-loss] [--force]
          [--published DIR] [--base URL] [--settings FILE] [--dry-run]
                                     builds, checks and publishes the index of a catalogue, if anything changed
  rollback [--to GENERATION] [--target local|cloudflare|aws] [--published DIR]
                                     puts an earlier generation in force again
  deploy --target cloudflare|aws [--environment staging|production] [--domain HOST] [--settings FILE] [--code]
         [--base URL] [--dry-run]    worker or functions, and what they run on; --code leaves the infrastructure alone
  rollback --code --target cloudflare|aws [--environment NAME] [--to RELEASE] [--settings FILE] [--base URL] [--dry-run]
                                     puts the code of an earlier deployment in force again
  smoke --base URL                   whether a deployment answers as it must
  upload --bucket NAME --region NAME --file FILE... [--links] [--seconds N] [--endpoint URL]
                                     a library's files into the incoming bucket, or links by which a librarian sends them
  choices export --base URL --out FILE [--token-env NAME]
  choices export --target aws --out FILE [--settings FILE] [--table NAME --region NAME --base URL] [--endpoint URL]
                                     every choice of a deployment, as NDJSON; on AWS from its table, with your own rights
  choices erase --user ID [--target local|cloudflare|aws] [--state DIR] [--namespace-id ID] [--export FILE]...
                [--settings FILE] [--table NAME --region NAME] [--endpoint URL]
                                     every record of one user id, out of the store and out of exports
  audit [--sbom FILE]                licences, sources and known vulnerabilities of all parts, and a list of them
  cost [--searches N]... [--choices N] [--files N] [--memory MB] [--lines]
                                     what a month costs on each platform; N as 3M, 500k or 0.3 (a search)

Without --catalogue the published index is used, and without one a generated sample of invented books. The set-up asks
for git, cargo and node. Tools are kept in build/tools (or SEOGA_TOOLS), the index in build/, published generations in
published/, what is served in dist/.";

/// Which command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    Setup,
    Build,
    Index,
    Dev,
    DevAws,
    Compare,
    Package,
    Test,
    Bench,
    Load,
    Rebuild,
    Rollback,
    Deploy,
    Smoke,
    Upload,
    ChoicesExport,
    ChoicesErase,
    Audit,
    Cost,
    Help,
}

impl Command {
    /// What a command takes whose options are read by its own module: each name, and whether a value follows it.
    fn takes(self) -> Option<&'static [(&'static str, bool)]> {
        match self {
            Self::Rebuild => Some(&[
                ("--catalogue", true),
                ("--target", true),
                ("--choices", true),
                ("--judged", true),
                ("--floor", true),
                ("--keep", true),
                ("--published", true),
                ("--base", true),
                ("--settings", true),
                ("--allow-loss", false),
                ("--force", false),
                ("--dry-run", false),
            ]),
            Self::Compare => Some(&[("--queries", true), ("--catalogue", true)]),
            Self::Package => Some(&[("--target", true), ("--catalogue", true)]),
            Self::Rollback => Some(&[
                ("--to", true),
                ("--target", true),
                ("--published", true),
                ("--code", false),
                ("--environment", true),
                ("--settings", true),
                ("--base", true),
                ("--dry-run", false),
            ]),
            Self::Deploy => Some(&[
                ("--target", true),
                ("--environment", true),
                ("--domain", true),
                ("--settings", true),
                ("--code", false),
                ("--base", true),
                ("--dry-run", false),
            ]),
            Self::Smoke => Some(&[("--base", true)]),
            Self::Upload => Some(&[
                ("--bucket", true),
                ("--region", true),
                ("--file", true),
                ("--links", false),
                ("--seconds", true),
                ("--endpoint", true),
            ]),
            Self::Bench => Some(&[
                ("--catalogue", true),
                ("--books", true),
                ("--kinds", true),
                ("--no-peer", false),
                ("--change", false),
                ("--each", true),
                ("--repeat", true),
                ("--limit", true),
                ("--cold", true),
                ("--json", true),
            ]),
            Self::Load => Some(&[
                ("--catalogue", true),
                ("--queries", true),
                ("--seconds", true),
                ("--connections", true),
                ("--rate", true),
                ("--port", true),
                ("--json", true),
            ]),
            Self::ChoicesExport => Some(&[
                ("--base", true),
                ("--out", true),
                ("--token-env", true),
                ("--target", true),
                ("--settings", true),
                ("--table", true),
                ("--region", true),
                ("--endpoint", true),
            ]),
            Self::ChoicesErase => Some(&[
                ("--user", true),
                ("--target", true),
                ("--state", true),
                ("--namespace-id", true),
                ("--export", true),
                ("--settings", true),
                ("--table", true),
                ("--region", true),
                ("--endpoint", true),
            ]),
            Self::Audit => Some(&[("--sbom", true)]),
            Self::Cost => Some(&[
                ("--searches", true),
                ("--choices", true),
                ("--files", true),
                ("--memory", true),
                ("--lines", false),
            ]),
            _ => None,
        }
    }
}

/// Options as they were given, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Given(Vec<(&'static str, String)>);

impl Given {
    /// An option's value; of one that repeats, the last.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of an option that may repeat.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Whether an option without a value was given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.one(name).is_some()
    }

    /// The value of an option that must be there.
    pub(crate) fn need(&self, name: &str) -> Result<&str> {
        self.one(name).with_context(|| format!("{name} is missing; see cargo xtask help"))
    }

    fn read(
        takes: &'static [(&'static str, bool)],
        arguments: impl Iterator<Item = String>,
    ) -> Result<Self, String> {
        let mut given = Self::default();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let Some((name, has_value)) = takes.iter().find(|(name, _)| *name == argument) else {
                return Err(format!("xtask: {argument:?} is not taken here\n\n{USAGE}"));
            };
            let value = if *has_value {
                arguments.next().ok_or(format!("xtask: {name} wants a value"))?
            } else {
                String::new()
            };
            given.0.push((name, value));
        }
        Ok(given)
    }
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
    /// Whether a committed baseline is written anew.
    pub(crate) bless: bool,
    pub(crate) flavour: Flavour,
    /// The options of a command that reads them itself.
    pub(crate) given: Given,
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
            Some("dev-aws") => Command::DevAws,
            Some("compare") => Command::Compare,
            Some("package") => Command::Package,
            Some("test") => Command::Test,
            Some("bench") => Command::Bench,
            Some("load") => Command::Load,
            Some("rebuild") => Command::Rebuild,
            Some("rollback") => Command::Rollback,
            Some("deploy") => Command::Deploy,
            Some("smoke") => Command::Smoke,
            Some("upload") => Command::Upload,
            Some("audit") => Command::Audit,
            Some("cost") => Command::Cost,
            Some("choices") => match arguments.next().as_deref() {
                Some("export") => Command::ChoicesExport,
                Some("erase") => Command::ChoicesErase,
                _ => return Err(format!("xtask: choices takes export or erase\n\n{USAGE}")),
            },
            Some("help" | "--help" | "-h") | None => Command::Help,
            Some(other) => return Err(format!("xtask: no command {other:?}\n\n{USAGE}")),
        };
        let mut options = Self {
            command,
            catalogue: None,
            port: 8787,
            only: Vec::new(),
            fuzz_seconds: 60,
            bless: false,
            flavour: Flavour::default(),
            given: Given::default(),
        };
        if let Some(takes) = command.takes() {
            options.given = Given::read(takes, arguments)?;
            return Ok(options);
        }
        while let Some(argument) = arguments.next() {
            let mut value = |name: &str| arguments.next().ok_or(format!("xtask: {name} wants a value"));
            match (argument.as_str(), command) {
                ("--catalogue", Command::Dev | Command::DevAws | Command::Build | Command::Index) => {
                    options.catalogue = Some(value("--catalogue")?.into());
                }
                ("--port", Command::Dev | Command::DevAws) => {
                    let text = value("--port")?;
                    options.port = text.parse().map_err(|_| format!("xtask: {text:?} is no port"))?;
                }
                ("--fuzz-seconds", Command::Test) => {
                    let text = value("--fuzz-seconds")?;
                    options.fuzz_seconds =
                        text.parse().map_err(|_| format!("xtask: {text:?} is no number of seconds"))?;
                }
                ("--bless", Command::Test) => options.bless = true,
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
        for line in [
            "nothing",
            "test --port 1",
            "dev --bless",
            "dev --port x",
            "dev --port",
            "build --production --test-hooks",
            "choices",
            "choices export --user u",
            "rollback --to",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn options_that_repeat_and_flags_are_told_apart() {
        let given = parse("choices erase --user u --export a --export b").unwrap().given;
        assert_eq!((given.one("--user"), given.all("--export").count()), (Some("u"), 2));
        let given = parse("rebuild --force --target local").unwrap().given;
        assert!(given.has("--force") && !given.has("--allow-loss") && given.need("--catalogue").is_err());
    }
}
