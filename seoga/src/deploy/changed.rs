//! A change of the code, as it is told once it is carried out. Not how it is carried out.

/// A change of the code that was carried out.
pub(super) struct Changed {
    /// The release in force.
    pub(super) release: String,
    /// Where it answers, if that is known.
    pub(super) base: Option<String>,
}
