//! Options of `deploy` and `rollback --code`.

use std::path::PathBuf;

use crate::target::Platform;

/// A deployment.
#[derive(Debug, clap::Args)]
pub(crate) struct Deployment {
    /// The environment of wrangler.toml.
    #[arg(long, value_enum, default_value_t = Environment::Production)]
    pub(crate) environment: Environment,
    /// Regions and parameters of the stacks [default: infra/aws/settings.toml, where it is there].
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// The folder that `cargo xtask package` made [default: dist/cloudflare or dist/aws].
    #[arg(long, value_name = "DIR")]
    pub(crate) package: Option<PathBuf>,
    /// Where it answers, to look at it afterwards.
    #[arg(long, value_name = "URL")]
    pub(crate) base: Option<String>,
    /// Change nothing; print every command that would run.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Options of `deploy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Deploy {
    /// The platform.
    #[arg(long, value_enum)]
    pub(crate) target: Platform,
    /// The domain at which the worker answers.
    #[arg(long, value_name = "HOST")]
    pub(crate) domain: Option<String>,
    /// Leave the infrastructure alone.
    #[arg(long)]
    pub(crate) code: bool,
    /// Deploy the sample, whose books and libraries are invented, to the public.
    #[arg(long)]
    pub(crate) sample: bool,
    #[command(flatten)]
    pub(crate) deployment: Deployment,
}

/// An environment of wrangler.toml that ships.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Environment {
    Staging,
    Production,
}

impl Environment {
    /// Gives its name there.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}
