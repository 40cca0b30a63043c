//! What a run that was cut short says of snapshots that never became durable.
//!
//! A check is on the disk before the snapshot that it names, so that no snapshot is without its check. Where the machine
//! stops in between, the check names a snapshot that there is not.

use rusqlite::params_from_iter;

use super::ledger::{Ledger, parsed};
use super::{CheckOutcome, ChecksError};
use crate::domain::RecordId;

/// How many of the latest checks are looked at, and how many snapshots of theirs at most: more than wait to become durable.
const CHECKS: i64 = 10_000;
const SNAPSHOTS: i64 = 500;

impl Ledger {
    /// The snapshots that the latest run recorded last, unless it went to its end.
    pub fn uncertain_snapshots(&self) -> Result<Vec<RecordId>, ChecksError> {
        self.ask(|db| {
            let query = "SELECT snapshot FROM (SELECT * FROM checks ORDER BY id DESC LIMIT ?1) \
                         WHERE outcome = ?2 AND snapshot IS NOT NULL \
                         AND run = (SELECT id FROM (SELECT id, is_whole FROM runs ORDER BY id DESC LIMIT 1) WHERE NOT is_whole) \
                         LIMIT ?3";
            let asked = (CHECKS, CheckOutcome::Recorded.name(), SNAPSHOTS);
            db.prepare(query)?.query_map(asked, |row| parsed(row, 0))?.collect()
        })
    }

    /// Says of the checks of these snapshots that what they fetched was lost.
    pub fn disown(&self, snapshots: Vec<RecordId>) -> Result<(), ChecksError> {
        self.ask(move |db| {
            let places = vec!["?"; snapshots.len()].join(", ");
            let statement = format!(
                "UPDATE checks SET outcome = '{}', snapshot = NULL WHERE snapshot IN ({places})",
                CheckOutcome::Lost.name()
            );
            db.execute(&statement, params_from_iter(snapshots.iter().map(RecordId::as_str))).map(drop)
        })
    }
}
