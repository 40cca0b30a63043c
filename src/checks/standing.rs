//! How each terms stands: when it was last checked with success, last changed, and since when and why it fails.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use super::ledger::{Ledger, number_terms, read_instant, read_optional_instant, read_terms};
use super::{ChecksError, Trouble, event};
use crate::domain::TermsKey;

/// What came of one terms in a run.
#[derive(Debug, Clone, PartialEq)]
pub struct TermsResult {
    pub terms: TermsKey,
    pub at: DateTime<Utc>,
    pub outcome: TermsOutcome,
}

/// What came of one terms.
#[derive(Debug, Clone, PartialEq)]
pub enum TermsOutcome {
    /// A first version or a change was recorded.
    Changed,
    /// The text is that of the latest version, or differs for technical reasons only.
    Unchanged,
    /// A suspect: the page was reached, but what it shows was not believed.
    Held,
    Failed(Trouble),
}

/// How a terms stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub terms: TermsKey,
    pub last_check: DateTime<Utc>,
    /// When last its text could be read and was believed.
    pub last_success: Option<DateTime<Utc>>,
    /// When last a change was recorded, as far as this record goes back.
    pub last_change: Option<DateTime<Utc>>,
    /// Since when it fails without a success between, and what happened last.
    pub failing: Option<(DateTime<Utc>, Trouble)>,
}

/// What the latest reading of a text came to.
pub struct Reading {
    pub at: DateTime<Utc>,
    /// Since when the text could not be read, or was not believed, if it is so now.
    pub unread_since: Option<DateTime<Utc>>,
    /// What happened, unless the text was read and not believed.
    pub trouble: Option<Trouble>,
}

impl Ledger {
    /// Notes what came of a terms, without waiting until it is durable.
    pub fn record_result(&self, result: TermsResult) {
        self.note(move |db| update(db, &result));
    }

    /// How every terms stands that was ever checked, by name.
    pub fn standings(&self) -> Result<Vec<Standing>, ChecksError> {
        self.ask(|db| {
            let query = "SELECT service, terms_type, last_check, last_success, last_change, failing_since, \
                         failure_kind, failure_message, failure_advice \
                         FROM standings JOIN terms ON terms.id = standings.terms ORDER BY service, terms_type";
            db.prepare_cached(query)?.query_map([], read)?.collect()
        })
    }
}

fn update(db: &Connection, result: &TermsResult) -> rusqlite::Result<()> {
    let terms = number_terms(db, &result.terms)?;
    let at = result.at.timestamp();
    let trouble = match &result.outcome {
        TermsOutcome::Failed(trouble) => Some(trouble),
        _ => None,
    };
    let is_success = matches!(result.outcome, TermsOutcome::Changed | TermsOutcome::Unchanged);
    let statement = "INSERT INTO standings (terms, last_check, last_success, last_change, failing_since, \
                     failure_kind, failure_message, failure_advice, unread_since) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO UPDATE SET \
                     last_check = ?2, last_success = COALESCE(?3, last_success), \
                     last_change = COALESCE(?4, last_change), \
                     failing_since = CASE WHEN ?5 IS NULL THEN NULL ELSE COALESCE(failing_since, ?5) END, \
                     failure_kind = ?6, failure_message = ?7, failure_advice = ?8, \
                     unread_since = CASE WHEN ?9 IS NULL THEN NULL ELSE COALESCE(unread_since, ?9) END \
                     RETURNING unread_since";
    let asked = params![
        terms,
        at,
        is_success.then_some(at),
        (result.outcome == TermsOutcome::Changed).then_some(at),
        trouble.map(|_| at),
        trouble.map(|trouble| trouble.kind.as_str()),
        trouble.map(|trouble| trouble.message.as_str()),
        trouble.and_then(|trouble| trouble.advice.as_deref()),
        (!is_success).then_some(at),
    ];
    let unread_since = db.prepare_cached(statement)?.query_row(asked, |row| read_optional_instant(row, 0))?;
    event::note_reading(db, terms, &Reading { at: result.at, unread_since, trouble: trouble.cloned() })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Standing> {
    let failing = match read_optional_instant(row, 5)? {
        Some(since) => Some((since, Trouble { kind: row.get(6)?, message: row.get(7)?, advice: row.get(8)? })),
        None => None,
    };
    Ok(Standing {
        terms: read_terms(row, 0)?,
        last_check: read_instant(row, 2)?,
        last_success: read_optional_instant(row, 3)?,
        last_change: read_optional_instant(row, 4)?,
        failing,
    })
}
