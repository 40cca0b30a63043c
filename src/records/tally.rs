//! How much was recorded of what in which month.

use chrono::{DateTime, Utc};

use super::RecordEntry;
use crate::domain::{Kind, TermsKey};

/// Records of one kind, of one terms, in one month (UTC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// By today's name.
    pub terms: TermsKey,
    pub kind: Kind,
    pub records: usize,
    /// The dates of the first and the last of them.
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
}

impl From<RecordEntry> for Tally {
    fn from(entry: RecordEntry) -> Self {
        Self { terms: entry.terms, kind: entry.kind, records: 1, first: entry.date, last: entry.date }
    }
}
