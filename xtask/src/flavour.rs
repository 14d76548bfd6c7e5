//! The builds of the worker and what each is for. How one is built, `build` knows.

/// A build of the worker.
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
    /// Tells whether index and assets are the tests' own, so that a development server keeps its own.
    pub(crate) fn for_tests(self) -> bool {
        matches!(self, Self::Test | Self::TestHooks)
    }
}
