//! Where the writers hand what they finish.

use crate::file::FileName;

/// Takes finished files.
pub type Sink<'a> = dyn FnMut(FileName, Vec<u8>) + 'a;
