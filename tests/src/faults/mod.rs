//! Damaged deployments: an index whose files are broken in every way that a disk, an upload or a mix-up can bring
//! about, and what must still be answered.
//!
//! [`Plan`] finds, by asking the whole index natively, which questions need a damaged file and which do not;
//! [`lay_out`] makes the folders a server is started on; [`mod@steps`] says what each question must get. No server is
//! started here. Invariant: the plan is a function of the index alone, so laying out and checking agree.

mod index;
mod layout;
mod plan;
mod steps;

pub use index::Index;
pub use layout::{Scenario, lay_out, older_index};
pub use plan::{Damage, Plan};
pub use steps::{Case, LogLine, steps};
