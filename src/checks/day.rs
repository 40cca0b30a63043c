//! The checks of one day in sum, which are kept for ever.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::check::{as_names, as_rfc3339};
use super::ledger::{Ledger, read_instant, read_terms};
use super::{Check, CheckFilter, CheckOutcome, ChecksError};
use crate::domain::{ServiceId, TermsKey, TermsType};

const SECONDS_OF_A_DAY: i64 = 86_400;

/// The checks of one source document on one day, in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Day {
    pub day: NaiveDate,
    #[serde(flatten, serialize_with = "as_names")]
    pub terms: TermsKey,
    /// Empty where the terms has one document.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
    pub checks: u64,
    /// How many gave a new snapshot.
    pub recorded: u64,
    pub failed: u64,
    #[serde(serialize_with = "as_rfc3339")]
    pub first_at: DateTime<Utc>,
    #[serde(serialize_with = "as_rfc3339")]
    pub last_at: DateTime<Utc>,
}

impl Ledger {
    /// The days on which anything that matches was checked, the oldest first; the filter's limit is not heeded.
    pub fn days(&self, filter: &CheckFilter) -> Result<Vec<Day>, ChecksError> {
        let filter = filter.clone();
        self.ask(move |db| list(db, &filter))
    }
}

/// Counts a check in its day.
pub fn count(db: &Connection, terms: i64, document: &str, check: &Check) -> rusqlite::Result<()> {
    let statement = "INSERT INTO days (terms, document, day, checks, recorded, failed, first_at, last_at) \
                     VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?6) ON CONFLICT DO UPDATE SET \
                     checks = checks + 1, recorded = recorded + ?4, failed = failed + ?5, \
                     first_at = MIN(first_at, ?6), last_at = MAX(last_at, ?6)";
    let at = check.at.timestamp();
    db.prepare_cached(statement)?.execute(params![
        terms,
        document,
        day_of(check.at),
        check.outcome == CheckOutcome::Recorded,
        check.outcome == CheckOutcome::Failed,
        at,
    ])?;
    Ok(())
}

fn list(db: &Connection, filter: &CheckFilter) -> rusqlite::Result<Vec<Day>> {
    let query = "SELECT service, terms_type, document, day, checks, recorded, failed, first_at, last_at \
                 FROM days JOIN terms ON terms.id = days.terms \
                 WHERE (?1 IS NULL OR service = ?1) AND (?2 IS NULL OR terms_type = ?2) \
                 AND (?3 IS NULL OR day >= ?3) AND (?4 IS NULL OR day <= ?4) \
                 ORDER BY day, service, terms_type, document";
    let asked = params![
        filter.service.as_ref().map(ServiceId::as_str),
        filter.terms_type.as_ref().map(TermsType::as_str),
        filter.since.map(day_of),
        filter.until.map(day_of),
    ];
    db.prepare_cached(query)?.query_map(asked, read)?.collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Day> {
    let start = DateTime::from_timestamp(row.get::<_, i64>(3)? * SECONDS_OF_A_DAY, 0).unwrap_or_default();
    let number = |column| Ok::<_, rusqlite::Error>(row.get::<_, i64>(column)?.unsigned_abs());
    Ok(Day {
        terms: read_terms(row, 0)?,
        document: row.get(2)?,
        day: start.date_naive(),
        checks: number(4)?,
        recorded: number(5)?,
        failed: number(6)?,
        first_at: read_instant(row, 7)?,
        last_at: read_instant(row, 8)?,
    })
}

fn day_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(SECONDS_OF_A_DAY)
}
