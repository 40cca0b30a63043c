//! When terms began and ended to be tracked, so that a gap in the record is not taken for a time without change.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::ChecksError;
use super::check::{as_names, as_rfc3339};
use super::ledger::{Ledger, number_terms, read_instant, read_terms};
use crate::domain::{ServiceId, TermsKey};

/// A terms began or ended to be tracked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    #[serde(serialize_with = "as_rfc3339")]
    pub at: DateTime<Utc>,
    #[serde(flatten, serialize_with = "as_names")]
    pub terms: TermsKey,
    pub kind: EventKind,
}

/// What happened to a terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// It was declared for the first time.
    Tracked,
    /// It is declared again.
    TrackedAgain,
    /// It is not declared any more.
    NoLongerTracked,
}

impl Ledger {
    /// Notes which terms are declared now, and returns what that changes.
    ///
    /// Terms of services in `uncertain` may be missing because a file is broken for the moment; they are not missed.
    pub fn declare(
        &self,
        declared: BTreeSet<TermsKey>,
        uncertain: BTreeSet<ServiceId>,
        at: DateTime<Utc>,
    ) -> Result<Vec<Event>, ChecksError> {
        self.ask(move |db| {
            let known = latest_kinds(db)?;
            let begun = declared.iter().filter_map(|terms| match known.get(terms) {
                None => Some((terms, EventKind::Tracked)),
                Some(EventKind::NoLongerTracked) => Some((terms, EventKind::TrackedAgain)),
                Some(_) => None,
            });
            let is_missing = |terms: &TermsKey, kind: EventKind| {
                kind != EventKind::NoLongerTracked && !declared.contains(terms) && !uncertain.contains(&terms.service)
            };
            let ended = known.iter().filter(|(terms, kind)| is_missing(terms, **kind));
            let ended = ended.map(|(terms, _)| (terms, EventKind::NoLongerTracked));
            let events = begun.chain(ended).map(|(terms, kind)| Event { at, terms: terms.clone(), kind });
            events.map(|event| insert(db, &event).map(|()| event)).collect()
        })
    }

    /// What happened since an instant, the oldest first.
    pub fn events(&self, since: Option<DateTime<Utc>>) -> Result<Vec<Event>, ChecksError> {
        self.ask(move |db| {
            let query = "SELECT service, terms_type, at, kind FROM events JOIN terms ON terms.id = events.terms \
                         WHERE ?1 IS NULL OR at >= ?1 ORDER BY events.id";
            db.prepare_cached(query)?.query_map([since.map(|since| since.timestamp())], read)?.collect()
        })
    }
}

impl EventKind {
    /// Its name in files and exports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tracked => "tracked",
            Self::TrackedAgain => "tracked-again",
            Self::NoLongerTracked => "no-longer-tracked",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Tracked, Self::TrackedAgain, Self::NoLongerTracked].into_iter().find(|kind| kind.name() == name)
    }
}

fn latest_kinds(db: &Connection) -> rusqlite::Result<BTreeMap<TermsKey, EventKind>> {
    let query = "SELECT service, terms_type, at, kind FROM events JOIN terms ON terms.id = events.terms \
                 WHERE events.id IN (SELECT MAX(id) FROM events GROUP BY terms)";
    let mut statement = db.prepare_cached(query)?;
    let events = statement.query_map([], read)?;
    events.map(|event| event.map(|event| (event.terms, event.kind))).collect()
}

fn insert(db: &Connection, event: &Event) -> rusqlite::Result<()> {
    let terms = number_terms(db, &event.terms)?;
    let statement = "INSERT INTO events (terms, at, kind) VALUES (?, ?, ?)";
    db.prepare_cached(statement)?.execute(params![terms, event.at.timestamp(), event.kind.name()]).map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    let kind: String = row.get(3)?;
    Ok(Event {
        terms: read_terms(row, 0)?,
        at: read_instant(row, 2)?,
        kind: EventKind::named(&kind).unwrap_or(EventKind::Tracked),
    })
}
