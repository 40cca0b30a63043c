//! The archive: records of snapshots and versions.
//!
//! Git repositories are the truth; the index beside each is a cache that is rebuilt at will.

mod config;
#[cfg(test)]
mod contract;
mod error;
mod git;
mod index;
mod memory;
mod message;
mod passages;
mod path;
mod recordable;
mod rehearsal;
mod store;
mod tally;

pub use config::{Author, Config, GitConfig};
pub use error::RecordsError;
pub use git::{
    Correction, Fault, GitStore, Habits, Held, Published, Signature, SignatureCheck, SignatureKind, Signatures,
    Skipped, Survey, Verification, rehearse_publishing, survey,
};
pub use index::Other;
pub use memory::MemoryStore;
pub use passages::{
    Absence, Advance, BuiltBehind, Found, Passage, PassageFilter, Passages, Progress, Query, QueryError, Seen,
};
pub use recordable::{Holding, Recordable};
pub use rehearsal::Rehearsal;
pub use store::{ContentHash, Extractions, Judged, Order, RecordEntry, RecordFilter, RecordStore, Step, Verdicts};
pub use tally::Tally;
