//! A copy of the site as plain files: what a page must know when it is written for one.

use chrono::{DateTime, Days, NaiveTime, Utc};

/// Stands for wherever the copy will be, until links are written; `.invalid` is nobody's (RFC 2606).
pub const ORIGIN: &str = "https://copy.invalid";

/// Goes with a request whose answer becomes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaticCopy {
    /// Up to when the archive is told.
    pub as_of: DateTime<Utc>,
}

impl StaticCopy {
    /// A copy of an archive whose newest record is of this date: as it stands at the end of that day, so that what
    /// is copied again is the same again.
    pub fn of_archive(newest: Option<DateTime<Utc>>) -> Self {
        let newest = newest.unwrap_or(DateTime::UNIX_EPOCH);
        let after = newest.date_naive().checked_add_days(Days::new(1)).unwrap_or(newest.date_naive());
        Self { as_of: after.and_time(NaiveTime::MIN).and_utc() }
    }
}
