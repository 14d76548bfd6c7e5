//! Platforms on which a deployment may be.

/// A platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Platform {
    /// Workers, the environments of wrangler.toml.
    Cloudflare,
    /// `CloudFront` and Lambda@Edge, the stacks of infra/aws.
    Aws,
}

/// A place where an index is served or choices are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Target {
    /// This machine: the folder that a development server serves, its own store.
    Local,
    /// Workers, the production environment of wrangler.toml.
    Cloudflare,
    /// `CloudFront` and Lambda@Edge, the stacks of infra/aws.
    Aws,
}

impl Target {
    /// Gives the name by which it is told on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Cloudflare => "cloudflare",
            Self::Aws => "aws",
        }
    }

    /// Gives the platform; none for this machine.
    pub(crate) fn platform(self) -> Option<Platform> {
        match self {
            Self::Local => None,
            Self::Cloudflare => Some(Platform::Cloudflare),
            Self::Aws => Some(Platform::Aws),
        }
    }
}
