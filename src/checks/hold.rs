//! Texts that were kept from being recorded: since when, why, and what a person said of them.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::ChecksError;
use super::ledger::{Ledger, RunId, find_terms, from_json, number_terms, read_instant, read_terms};
use crate::domain::{Reason, RecordId, TermsKey, sha256};

/// Characters of a held text that are kept to show it by.
const EXCERPT: usize = 400;

/// A suspect, as it was just seen.
#[derive(Debug, Clone)]
pub struct Sighting {
    pub terms: TermsKey,
    pub at: DateTime<Utc>,
    pub run: RunId,
    /// What the text is known again by.
    pub sketch: String,
    /// What an earlier fineprint knew it again by.
    pub former_sketch: String,
    /// Whether two sketches are of the same text.
    pub are_same: fn(&str, &str) -> bool,
    pub suspicions: Vec<Suspicion>,
    /// The text; its beginning is kept, and its hash.
    pub text: String,
    /// The snapshots that it was made from, where they were recorded.
    pub snapshots: Vec<RecordId>,
}

/// Why a text is a suspect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspicion {
    /// The rule that spoke, and what it saw.
    #[serde(flatten)]
    pub reason: Reason,
    /// The same in words.
    pub text: String,
}

/// A text that is held.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    pub terms: TermsKey,
    pub since: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    /// In how many runs it was seen.
    pub runs: u64,
    pub suspicions: Vec<Suspicion>,
    /// How it began when it was first seen.
    pub excerpt: String,
    /// The SHA-256 of the whole text as it was first seen, where it was noted: what it is accepted or rejected by.
    pub text_hash: Option<String>,
    /// The snapshots that gave that text.
    pub snapshots: Vec<RecordId>,
    /// What a person said, now or when the same text was held before.
    pub decision: Option<Decision>,
}

/// What a person says of a held text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is the terms.
    Accepted,
    /// It is not, however long it stands.
    Rejected,
}

impl Hold {
    /// Whether `text` is what was held, to the letter.
    pub fn is_of(&self, text: &str) -> bool {
        self.text_hash.as_ref().is_some_and(|held| *held == sha256(text))
    }
}

impl Ledger {
    /// Notes that a suspect was seen, and tells how it stands: since when it has been there without a change.
    pub fn sight(&self, sighting: Sighting) -> Result<Hold, ChecksError> {
        self.ask(move |db| sight(db, &sighting))
    }

    /// Ends the hold on a terms, if there is one: its page shows something else, or it was let through.
    pub fn end_hold(&self, terms: &TermsKey, at: DateTime<Utc>) -> Result<bool, ChecksError> {
        let terms = terms.clone();
        self.ask(move |db| match find_terms(db, &terms)? {
            Some(number) => end(db, number, at, "over"),
            None => Ok(false),
        })
    }

    /// What is held of a terms.
    pub fn hold(&self, terms: &TermsKey) -> Result<Option<Hold>, ChecksError> {
        let terms = terms.clone();
        self.ask(move |db| match find_terms(db, &terms)? {
            Some(number) => current(db, number),
            None => Ok(None),
        })
    }

    /// All that is held, by name.
    pub fn holds(&self) -> Result<Vec<Hold>, ChecksError> {
        self.ask(|db| {
            let query = format!("{SELECT} WHERE ended_at IS NULL ORDER BY service, terms_type");
            db.prepare_cached(&query)?.query_map([], read)?.collect()
        })
    }

    /// Keeps what a person says of what is held of a terms; `None` if nothing is, or not the text whose hash begins so.
    pub fn decide(
        &self,
        terms: &TermsKey,
        text: Option<&str>,
        decision: Decision,
        at: DateTime<Utc>,
    ) -> Result<Option<Hold>, ChecksError> {
        let (terms, text) = (terms.clone(), text.unwrap_or_default().to_owned());
        self.ask(move |db| {
            let Some(number) = find_terms(db, &terms)? else { return Ok(None) };
            let statement = "UPDATE holds SET decision = ?, decided_at = ? WHERE terms = ? AND ended_at IS NULL \
                             AND substr(COALESCE(text_hash, ''), 1, length(?4)) = ?4";
            let decided = db.execute(statement, params![decision.name(), at.timestamp(), number, text])?;
            if decided > 0 { current(db, number) } else { Ok(None) }
        })
    }
}

impl Sighting {
    /// Whether this is the text that is known by what was kept.
    fn is_of(&self, kept: &str) -> bool {
        kept == self.former_sketch || (self.are_same)(kept, &self.sketch)
    }
}

impl Decision {
    /// Its name in files and exports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Accepted, Self::Rejected].into_iter().find(|decision| decision.name() == name)
    }
}

const SELECT: &str = "SELECT service, terms_type, first_at, last_at, runs, reasons, excerpt, decision, text_hash, \
                      snapshots \
                      FROM holds JOIN terms ON terms.id = holds.terms";

fn sight(db: &Connection, sighting: &Sighting) -> rusqlite::Result<Hold> {
    let terms = number_terms(db, &sighting.terms)?;
    let query = "SELECT likeness, last_run FROM holds WHERE terms = ? AND ended_at IS NULL";
    let held: Option<(String, i64)> =
        db.prepare_cached(query)?.query_row([terms], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match held {
        Some((held, _)) if sighting.is_of(&held) => see_again(db, terms, sighting)?,
        // The second look of a run may show another text each time: what the first one saw goes on standing.
        Some((_, run)) if run == sighting.run.0 => {}
        Some(_) => {
            end(db, terms, sighting.at, "replaced")?;
            begin(db, terms, sighting)?;
        }
        None => begin(db, terms, sighting)?,
    }
    current(db, terms)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

fn begin(db: &Connection, terms: i64, sighting: &Sighting) -> rusqlite::Result<()> {
    let statement = "INSERT INTO holds (terms, likeness, first_at, last_at, runs, last_run, reasons, excerpt, \
                     decision, text_hash, snapshots) VALUES (?1, ?2, ?3, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9)";
    let excerpt: String = sighting.text.chars().take(EXCERPT).collect();
    let (at, run) = (sighting.at.timestamp(), sighting.run.0);
    let decision = said_before(db, terms, sighting)?;
    let reasons = as_json(&sighting.suspicions);
    let (hash, snapshots) = (sha256(&sighting.text), as_json(&sighting.snapshots));
    db.prepare_cached(statement)?
        .execute(params![terms, sighting.sketch, at, run, reasons, excerpt, decision, hash, snapshots])
        .map(drop)
}

/// What a person said last of the same text, which holds whenever it comes back.
fn said_before(db: &Connection, terms: i64, sighting: &Sighting) -> rusqlite::Result<Option<String>> {
    let query =
        "SELECT likeness, decision FROM holds WHERE terms = ? AND decision IS NOT NULL ORDER BY decided_at DESC";
    let mut statement = db.prepare_cached(query)?;
    let mut rows = statement.query([terms])?;
    while let Some(row) = rows.next()? {
        if sighting.is_of(&row.get::<_, String>(0)?) {
            return row.get(1);
        }
    }
    Ok(None)
}

fn see_again(db: &Connection, terms: i64, sighting: &Sighting) -> rusqlite::Result<()> {
    let statement = "UPDATE holds SET last_at = ?1, runs = runs + (last_run <> ?2), last_run = ?2, reasons = ?3 \
                     WHERE terms = ?4 AND ended_at IS NULL";
    let (at, run) = (sighting.at.timestamp(), sighting.run.0);
    db.prepare_cached(statement)?.execute(params![at, run, as_json(&sighting.suspicions), terms]).map(drop)
}

fn end(db: &Connection, terms: i64, at: DateTime<Utc>, ending: &str) -> rusqlite::Result<bool> {
    let statement = "UPDATE holds SET ended_at = ?, ending = ? WHERE terms = ? AND ended_at IS NULL";
    Ok(db.prepare_cached(statement)?.execute(params![at.timestamp(), ending, terms])? > 0)
}

fn current(db: &Connection, terms: i64) -> rusqlite::Result<Option<Hold>> {
    let query = format!("{SELECT} WHERE holds.terms = ? AND ended_at IS NULL");
    db.prepare_cached(&query)?.query_row([terms], read).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Hold> {
    Ok(Hold {
        terms: read_terms(row, 0)?,
        since: read_instant(row, 2)?,
        last_seen: read_instant(row, 3)?,
        runs: row.get::<_, i64>(4)?.unsigned_abs(),
        suspicions: from_json(row, 5)?,
        excerpt: row.get(6)?,
        decision: row.get::<_, Option<String>>(7)?.and_then(|name| Decision::named(&name)),
        text_hash: row.get(8)?,
        snapshots: from_json(row, 9)?,
    })
}

fn as_json(values: &[impl Serialize]) -> String {
    serde_json::to_string(values).expect("texts have a form in JSON")
}
