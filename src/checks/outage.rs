//! When terms could not be read, and why: drawn from the days, the holds and the events that are kept.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row};

use super::ledger::{Ledger, from_json, read_instant, read_optional_instant, read_terms};
use super::{CheckFilter, ChecksError, Suspicion};
use crate::domain::{ServiceId, TermsKey, TermsType};

/// What was held for less than this many seconds was settled by a second look.
const SHORTEST_HOLD: i64 = 3_600;

/// A time in which a terms could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Outage {
    pub terms: TermsKey,
    pub since: DateTime<Utc>,
    /// When it could be read again; `None` while it cannot.
    pub until: Option<DateTime<Utc>>,
    pub cause: Cause,
}

/// Why a terms could not be read.
#[derive(Debug, Clone, PartialEq)]
pub enum Cause {
    /// A document could not be fetched; of which kind the last failure was, as far as single checks are kept.
    Failed(Option<String>),
    /// What the documents showed was not believed to be the terms.
    Held(Vec<Suspicion>),
    /// It was not declared.
    NotTracked,
}

impl Ledger {
    /// The outages that match, those that began last first; of the filter's times, `since` alone is heeded.
    pub fn outages(&self, filter: &CheckFilter) -> Result<Vec<Outage>, ChecksError> {
        let filter = filter.clone();
        self.ask(move |db| {
            let mut outages = [failures(db, &filter)?, holds(db, &filter)?, absences(db, &filter)?].concat();
            outages.sort_by_key(|outage| std::cmp::Reverse(outage.since));
            outages.truncate(filter.limit.unwrap_or(usize::MAX));
            Ok(outages)
        })
    }
}

/// Rows of days on which every check of a document failed. Days without a check do not end an outage.
fn failures(db: &Connection, filter: &CheckFilter) -> rusqlite::Result<Vec<Outage>> {
    let query = "WITH meant AS (SELECT id, service, terms_type FROM terms \
                   WHERE (?1 IS NULL OR service = ?1) AND (?2 IS NULL OR terms_type = ?2)), \
                 marked AS (SELECT terms, document, first_at, failed = checks AS is_out, \
                   LEAD(first_at) OVER days_of_it AS next_at, ROW_NUMBER() OVER days_of_it \
                   - ROW_NUMBER() OVER (PARTITION BY terms, document, failed = checks ORDER BY day) AS island \
                   FROM days WHERE terms IN (SELECT terms FROM days JOIN meant ON meant.id = terms \
                     WHERE failed = checks AND (?3 IS NULL OR day >= ?3 / 86400)) \
                   WINDOW days_of_it AS (PARTITION BY terms, document ORDER BY day)), \
                 spans AS (SELECT terms, document, MIN(first_at) AS since, MAX(first_at) AS last_at, \
                   CASE WHEN COUNT(next_at) < COUNT(*) THEN NULL ELSE MAX(next_at) END AS until \
                   FROM marked WHERE is_out GROUP BY terms, document, island) \
                 SELECT service, terms_type, since, until, (SELECT failure_kind FROM checks \
                   WHERE checks.terms = spans.terms AND checks.document = spans.document AND outcome = 'failed' \
                   AND at BETWEEN since AND last_at + 86400 ORDER BY at DESC LIMIT 1) \
                 FROM spans JOIN meant ON meant.id = spans.terms \
                 WHERE ?3 IS NULL OR until IS NULL OR until >= ?3";
    let read = |row: &Row<'_>| {
        let cause = Cause::Failed(row.get(4)?);
        Ok(Outage {
            terms: read_terms(row, 0)?,
            since: read_instant(row, 2)?,
            until: read_optional_instant(row, 3)?,
            cause,
        })
    };
    db.prepare_cached(query)?.query_map(asked(filter), read)?.collect()
}

/// Holds, one that replaced another joined to it.
fn holds(db: &Connection, filter: &CheckFilter) -> rusqlite::Result<Vec<Outage>> {
    let query = "SELECT service, terms_type, first_at, ended_at, reasons \
                 FROM holds JOIN terms ON terms.id = holds.terms \
                 WHERE (?1 IS NULL OR service = ?1) AND (?2 IS NULL OR terms_type = ?2) \
                 AND (?3 IS NULL OR ended_at IS NULL OR ended_at >= ?3) AND decision IS NOT 'accepted' \
                 ORDER BY holds.terms, holds.id";
    let read = |row: &Row<'_>| {
        let cause = Cause::Held(from_json(row, 4)?);
        Ok(Outage {
            terms: read_terms(row, 0)?,
            since: read_instant(row, 2)?,
            until: read_optional_instant(row, 3)?,
            cause,
        })
    };
    let mut joined: Vec<Outage> = Vec::new();
    for hold in db.prepare_cached(query)?.query_map(asked(filter), read)? {
        let hold = hold?;
        match joined.last_mut().filter(|last| last.terms == hold.terms && last.until == Some(hold.since)) {
            Some(last) => (last.until, last.cause) = (hold.until, hold.cause),
            None => joined.push(hold),
        }
    }
    joined.retain(|hold| hold.until.is_none_or(|until| (until - hold.since).num_seconds() >= SHORTEST_HOLD));
    Ok(joined)
}

/// Times between the end of tracking and its next beginning.
fn absences(db: &Connection, filter: &CheckFilter) -> rusqlite::Result<Vec<Outage>> {
    let query = "SELECT service, terms_type, at, next_at FROM (SELECT terms, kind, at, \
                   LEAD(at) OVER (PARTITION BY terms ORDER BY id) AS next_at FROM events) AS spans \
                 JOIN terms ON terms.id = spans.terms WHERE kind = 'no-longer-tracked' \
                 AND (?1 IS NULL OR service = ?1) AND (?2 IS NULL OR terms_type = ?2) \
                 AND (?3 IS NULL OR next_at IS NULL OR next_at >= ?3)";
    let read = |row: &Row<'_>| {
        let (since, until) = (read_instant(row, 2)?, read_optional_instant(row, 3)?);
        Ok(Outage { terms: read_terms(row, 0)?, since, until, cause: Cause::NotTracked })
    };
    db.prepare_cached(query)?.query_map(asked(filter), read)?.collect()
}

fn asked(filter: &CheckFilter) -> impl rusqlite::Params {
    let name = |name: Option<&str>| name.map(str::to_owned);
    (
        name(filter.service.as_ref().map(ServiceId::as_str)),
        name(filter.terms_type.as_ref().map(TermsType::as_str)),
        filter.since.map(|since| since.timestamp()),
    )
}
