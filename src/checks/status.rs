//! The status of every terms in one value: what commands, pages and the API show.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::json;

use super::check::{as_names, rfc3339};
use super::ledger::Ledger;
use super::{ChecksError, Hold, Standing, Trouble};
use crate::domain::TermsKey;

/// The status of one terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    pub terms: TermsKey,
    /// Whether it is declared now.
    pub is_declared: bool,
    pub last_check: Option<DateTime<Utc>>,
    /// When last its text could be read and was believed.
    pub last_success: Option<DateTime<Utc>>,
    /// When last a change was recorded. The record of checks knows of its own time only; whoever has the archive at
    /// hand fills in what was before.
    pub last_change: Option<DateTime<Utc>>,
    /// Since when it fails, and what happened last.
    pub failing: Option<(DateTime<Utc>, Trouble)>,
    pub held: Option<Hold>,
}

/// The status in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Fine,
    /// What its documents show is not believed to be the terms.
    Held,
    Failing,
    NeverChecked,
    /// Not declared any more.
    NotTracked,
}

impl Ledger {
    /// The status of every terms that is declared or was ever checked, by name.
    pub fn statuses(&self, declared: &BTreeSet<TermsKey>) -> Result<Vec<Status>, ChecksError> {
        let mut statuses: BTreeMap<TermsKey, Status> =
            declared.iter().map(|terms| (terms.clone(), Status::of(terms, true))).collect();
        let mut of = |terms: &TermsKey, change: &mut dyn FnMut(&mut Status)| {
            change(statuses.entry(terms.clone()).or_insert_with(|| Status::of(terms, false)));
        };
        for standing in self.standings()? {
            of(&standing.terms, &mut |status| status.take(&standing));
        }
        for hold in self.holds()? {
            of(&hold.terms, &mut |status| status.held = Some(hold.clone()));
        }
        Ok(statuses.into_values().collect())
    }
}

impl Status {
    fn of(terms: &TermsKey, is_declared: bool) -> Self {
        Self {
            terms: terms.clone(),
            is_declared,
            last_check: None,
            last_success: None,
            last_change: None,
            failing: None,
            held: None,
        }
    }

    fn take(&mut self, standing: &Standing) {
        self.last_check = Some(standing.last_check);
        self.last_success = standing.last_success;
        self.last_change = standing.last_change;
        self.failing.clone_from(&standing.failing);
    }

    pub fn state(&self) -> State {
        match self {
            Self { is_declared: false, .. } => State::NotTracked,
            Self { failing: Some(_), .. } => State::Failing,
            Self { held: Some(_), .. } => State::Held,
            Self { last_check: None, .. } => State::NeverChecked,
            _ => State::Fine,
        }
    }
}

impl State {
    /// A word or two for people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Held => "held",
            Self::Failing => "failing",
            Self::NeverChecked => "never checked",
            Self::NotTracked => "not tracked",
        }
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Exported<'a> {
            #[serde(flatten, serialize_with = "as_names")]
            terms: &'a TermsKey,
            state: State,
            last_check: Option<String>,
            last_success: Option<String>,
            last_change: Option<String>,
            failing: Option<serde_json::Value>,
            held: Option<serde_json::Value>,
        }
        let failing = |(since, trouble): &(DateTime<Utc>, Trouble)| {
            json!({ "since": rfc3339(*since), "kind": trouble.kind, "message": trouble.message,
                    "advice": trouble.advice })
        };
        let exported = Exported {
            terms: &self.terms,
            state: self.state(),
            last_check: self.last_check.map(rfc3339),
            last_success: self.last_success.map(rfc3339),
            last_change: self.last_change.map(rfc3339),
            failing: self.failing.as_ref().map(failing),
            held: self.held.as_ref().map(Hold::as_json),
        };
        exported.serialize(serializer)
    }
}

impl Hold {
    /// The hold for other programs, without the name of its terms.
    pub fn as_json(&self) -> serde_json::Value {
        json!({
            "since": rfc3339(self.since),
            "lastSeen": rfc3339(self.last_seen),
            "runs": self.runs,
            "decision": self.decision.map(super::Decision::name),
            "suspicions": self.suspicions,
            "excerpt": self.excerpt,
            "textHash": self.text_hash,
            "snapshots": self.snapshots,
        })
    }
}
