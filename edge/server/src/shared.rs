//! Parts that all threads of a server share.

use crate::access_log::AccessLog;
use crate::assets::Assets;
use crate::folder::Folder;
use crate::limiter::Limiters;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::store::Store;

/// Parts of a server that every thread uses.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) folder: Folder,
    pub(crate) assets: Assets,
    pub(crate) limiters: Limiters,
    pub(crate) store: Store,
    pub(crate) metrics: Metrics,
    pub(crate) log: AccessLog,
}
