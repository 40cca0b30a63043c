//! The passages of all versions, each different one of a terms once, to be searched: an SQLite file of its own beside
//! the repository.
//!
//! What was renamed is one terms, under today's name.
//!
//! It is a cache of what the commits say, made anew when it is missing, damaged, of another schema, of a history that was
//! rewritten, or when something is renamed. It is made behind everything else, in batches: each is a transaction, so that nobody waits for it, and
//! whoever comes next goes on where the last one stopped.

mod behind;
mod build;
mod contents;
mod file;
mod query;
mod search;
#[cfg(test)]
mod tests;
mod text;
mod words;

use std::path::Path;

use super::git::desk::Desk;
use super::{GitConfig, Recordable, RecordsError};
use crate::domain::{Renames, Version};
use file::PassageFile;

pub use behind::BuiltBehind;
pub use query::{Query, QueryError};
pub use search::{Absence, Found, Passage, PassageFilter, Seen};

/// The passages of one repository of versions.
pub struct Passages {
    desk: Desk,
    file: PassageFile,
    renames: Renames,
}

/// How far the passages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// So many records are in.
    pub done: usize,
    /// So many there are.
    pub records: usize,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// All records are in.
    Complete(Progress),
    /// There is more to do.
    Further(Progress),
    /// Another process is at it.
    Elsewhere(Progress),
}

impl Passages {
    /// Opens the passages of the repository of versions in `path`, be they complete or not.
    ///
    /// # Errors
    /// When there is no repository, or it cannot be read.
    pub fn open(path: &Path, config: &GitConfig) -> Result<Self, RecordsError> {
        let desk = Desk::open_for_reading(path, config, Version::HOLDING)?;
        let file = PassageFile::open(&desk.own_folder().join("passages.sqlite"))?;
        Ok(Self { desk, file, renames: config.renames.clone() })
    }
}

impl Progress {
    pub fn is_complete(self) -> bool {
        self.done >= self.records
    }
}

impl Advance {
    pub fn progress(self) -> Progress {
        match self {
            Self::Complete(progress) | Self::Further(progress) | Self::Elsewhere(progress) => progress,
        }
    }
}
