//! When terms began and ended to be tracked, and why, so that a gap in the record is not taken for a time without change.
//!
//! Terms are tracked while they are declared and their text can be read. Those that could not be read for long are no
//! longer tracked, whatever is declared; the first text that can be read ends that.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::ChecksError;
use super::check::{as_names, as_rfc3339, rfc3339};
use super::ledger::{Ledger, number_terms, optional_json, read_instant, read_terms};
use super::standing::Reading;
use crate::domain::{Renames, ServiceId, TermsKey, TermsType};

/// How long a text must have been out of reach, without a success between, for its terms to be no longer tracked.
pub const LOST_AFTER: TimeDelta = TimeDelta::days(7);

/// A terms began or ended to be tracked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// When it was noticed.
    #[serde(serialize_with = "as_rfc3339")]
    pub at: DateTime<Utc>,
    #[serde(flatten, serialize_with = "as_names")]
    pub terms: TermsKey,
    pub kind: EventKind,
    /// Why, except where an earlier fineprint did not note it, or a later one noted what is not known here.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub reason: Option<EventReason>,
}

/// What happened to a terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// It was declared for the first time.
    Tracked,
    /// It is declared again, or can be read again.
    TrackedAgain,
    /// It is not declared any more, or could not be read for long.
    NoLongerTracked,
}

/// Why a terms began or ended to be tracked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum EventReason {
    /// It is declared.
    Declared,
    /// Its text could be read, and was believed.
    Readable,
    /// It went by this name before: that one is no longer tracked since.
    RenamedFrom { former_service: ServiceId, former_terms_type: TermsType },
    /// It goes by this name now: that one is tracked since.
    RenamedTo { present_service: ServiceId, present_terms_type: TermsType },
    /// No terms of the service are declared any more.
    ServiceRemoved,
    /// The service is declared without it.
    TermsRemoved,
    /// It was declared until then.
    RanOut { valid_until: DateTime<Utc> },
    /// Its text could not be read, or was not believed, since then.
    Unreadable {
        /// RFC 3339.
        since: DateTime<Utc>,
        /// Of which kind the last failure was, as in a [`Trouble`](super::Trouble); `held` for texts not believed.
        failure: String,
        /// What the last failure was called.
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
}

/// What a collection declares, whatever part of it a run is about.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    pub terms: BTreeSet<TermsKey>,
    /// Services with a fault in their files: what is missing of them may be back tomorrow.
    pub uncertain: BTreeSet<ServiceId>,
    /// What was declared until a date that has passed.
    pub ran_out: BTreeMap<TermsKey, DateTime<Utc>>,
    /// Services that are declared, with terms or without.
    pub services: BTreeSet<ServiceId>,
    /// What went by other names before.
    pub renames: Renames,
}

impl Ledger {
    /// Notes what is declared now, and returns what that changes.
    ///
    /// Terms of uncertain services are not missed; terms under another name are said to be renamed.
    ///
    /// # Errors
    /// When the record cannot be read or written.
    pub fn declare(&self, declared: Declared, at: DateTime<Utc>) -> Result<Vec<Event>, ChecksError> {
        self.ask(move |db| {
            let known = latest(db)?;
            let events = begun(&declared, &known, at).chain(ended(&declared, &known, at));
            events.map(|event| insert(db, &event).map(|()| event)).collect()
        })
    }

    /// What happened since an instant, that instant included, the oldest first.
    ///
    /// Whoever tells people of it leaves out what was [renamed](Event::is_of_a_rename), which for them goes on. Events
    /// have no number: terms, kind and instant together name one.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn events(&self, since: Option<DateTime<Utc>>) -> Result<Vec<Event>, ChecksError> {
        self.ask(move |db| {
            let query = format!("{SELECT} WHERE ?1 IS NULL OR at >= ?1 ORDER BY events.id");
            db.prepare_cached(&query)?.query_map([since.map(|since| since.timestamp())], read)?.collect()
        })
    }
}

impl Event {
    /// Whether only a name changed.
    pub fn is_of_a_rename(&self) -> bool {
        matches!(self.reason, Some(EventReason::RenamedFrom { .. } | EventReason::RenamedTo { .. }))
    }

    fn is_lost(&self) -> bool {
        matches!(self.reason, Some(EventReason::Unreadable { .. }))
    }

    fn is_undeclared(&self) -> bool {
        self.kind == EventKind::NoLongerTracked && !self.is_lost()
    }
}

impl EventKind {
    const ALL: [Self; 3] = [Self::Tracked, Self::TrackedAgain, Self::NoLongerTracked];

    /// Its name in files and exports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tracked => "tracked",
            Self::TrackedAgain => "tracked-again",
            Self::NoLongerTracked => "no-longer-tracked",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl EventReason {
    /// The reason as a phrase for people, such as `its text could not be read since 2026-01-01T06:00:00Z (not-found)`.
    pub fn in_words(&self) -> String {
        match self {
            Self::Declared => "it is declared".to_owned(),
            Self::Readable => "its text can be read again".to_owned(),
            Self::RenamedFrom { former_service, former_terms_type } => {
                format!("it was called {former_service} — {former_terms_type} before")
            }
            Self::RenamedTo { present_service, present_terms_type } => {
                format!("it is called {present_service} — {present_terms_type} now")
            }
            Self::ServiceRemoved => "its service is not declared any more".to_owned(),
            Self::TermsRemoved => "its service is declared without it".to_owned(),
            Self::RanOut { valid_until } => format!("it was declared until {}", rfc3339(*valid_until)),
            Self::Unreadable { since, failure, .. } if failure == HELD => {
                format!("what its documents show is not believed to be the terms since {}", rfc3339(*since))
            }
            Self::Unreadable { since, failure, .. } => {
                format!("its text could not be read since {} ({failure})", rfc3339(*since))
            }
        }
    }
}

/// The failure of a text that was read and not believed.
const HELD: &str = "held";

/// The latest event of each terms that ever was declared.
type Known = BTreeMap<TermsKey, Event>;

fn begun<'a>(declared: &'a Declared, known: &'a Known, at: DateTime<Utc>) -> impl Iterator<Item = Event> + 'a {
    declared.terms.iter().filter_map(move |terms| {
        let kind = match known.get(terms) {
            None => EventKind::Tracked,
            Some(event) if event.is_undeclared() => EventKind::TrackedAgain,
            Some(_) => return None,
        };
        let former =
            known.values().find(|event| !event.is_undeclared() && declared.today(&event.terms, event.at) == *terms);
        let reason = match former.filter(|former| former.terms != *terms).map(|former| former.terms.clone()) {
            Some(TermsKey { service, terms_type }) => {
                EventReason::RenamedFrom { former_service: service, former_terms_type: terms_type }
            }
            None => EventReason::Declared,
        };
        Some(Event { at, terms: terms.clone(), kind, reason: Some(reason) })
    })
}

fn ended<'a>(declared: &'a Declared, known: &'a Known, at: DateTime<Utc>) -> impl Iterator<Item = Event> + 'a {
    known.values().filter(|event| !event.is_undeclared() && declared.misses(&event.terms)).map(move |event| Event {
        at,
        terms: event.terms.clone(),
        kind: EventKind::NoLongerTracked,
        reason: Some(declared.why_missing(event)),
    })
}

impl Declared {
    fn misses(&self, terms: &TermsKey) -> bool {
        !self.terms.contains(terms) && !self.uncertain.contains(&terms.service)
    }

    /// What a terms goes by today that was checked under a name; what is declared under it still goes by it.
    pub(super) fn today(&self, terms: &TermsKey, at: DateTime<Utc>) -> TermsKey {
        if self.terms.contains(terms) { terms.clone() } else { self.renames.current(terms, at) }
    }

    fn why_missing(&self, event: &Event) -> EventReason {
        let present = self.today(&event.terms, event.at);
        if present != event.terms && self.terms.contains(&present) {
            let TermsKey { service, terms_type } = present;
            return EventReason::RenamedTo { present_service: service, present_terms_type: terms_type };
        }
        let is_service_declared = self.services.contains(&event.terms.service);
        match self.ran_out.get(&event.terms) {
            Some(valid_until) => EventReason::RanOut { valid_until: *valid_until },
            None if is_service_declared => EventReason::TermsRemoved,
            None => EventReason::ServiceRemoved,
        }
    }
}

/// Notes that a text is lost, or found again, after what came of its latest reading.
pub fn note_reading(db: &Connection, terms: i64, reading: &Reading) -> rusqlite::Result<()> {
    let query = format!("{SELECT} WHERE events.terms = ? ORDER BY events.id DESC LIMIT 1");
    let Some(latest) = db.prepare_cached(&query)?.query_row([terms], read).optional()? else { return Ok(()) };
    // What was before it was tracked, or tracked again, says nothing of how it is tracked now.
    let unread_since = reading.unread_since.map(|since| since.max(latest.at));
    let (kind, reason) = match (unread_since, latest.kind) {
        (None, EventKind::NoLongerTracked) if latest.is_lost() => (EventKind::TrackedAgain, EventReason::Readable),
        (Some(since), EventKind::Tracked | EventKind::TrackedAgain) if reading.at - since >= LOST_AFTER => {
            let (failure, message) = match &reading.trouble {
                Some(trouble) => (trouble.kind.clone(), Some(trouble.message.clone())),
                None => (HELD.to_owned(), None),
            };
            (EventKind::NoLongerTracked, EventReason::Unreadable { since, failure, message })
        }
        _ => return Ok(()),
    };
    insert(db, &Event { at: reading.at, terms: latest.terms, kind, reason: Some(reason) })
}

const SELECT: &str = "SELECT service, terms_type, at, kind, reason FROM events JOIN terms ON terms.id = events.terms";

fn latest(db: &Connection) -> rusqlite::Result<Known> {
    let query = format!("{SELECT} WHERE events.id IN (SELECT MAX(id) FROM events GROUP BY terms)");
    let mut statement = db.prepare_cached(&query)?;
    let events = statement.query_map([], read)?;
    events.map(|event| event.map(|event| (event.terms.clone(), event))).collect()
}

fn insert(db: &Connection, event: &Event) -> rusqlite::Result<()> {
    let terms = number_terms(db, &event.terms)?;
    let reason = event.reason.as_ref();
    let reason = reason.map(|reason| serde_json::to_string(reason).expect("texts and dates have a form in JSON"));
    let statement = "INSERT INTO events (terms, at, kind, reason) VALUES (?, ?, ?, ?)";
    db.prepare_cached(statement)?.execute(params![terms, event.at.timestamp(), event.kind.name(), reason]).map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    let kind: String = row.get(3)?;
    Ok(Event {
        terms: read_terms(row, 0)?,
        at: read_instant(row, 2)?,
        kind: EventKind::named(&kind).unwrap_or(EventKind::Tracked),
        // A newer fineprint may know reasons that this one does not.
        reason: optional_json(row, 4).unwrap_or_default(),
    })
}
