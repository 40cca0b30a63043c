//! The status of every terms in one value: what commands, pages and the API show.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::json;

use super::check::{as_names, rfc3339};
use super::ledger::Ledger;
use super::{ChecksError, Decision, Declared, Hold, Standing, Trouble};
use crate::domain::TermsKey;

/// The status of one terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    pub terms: TermsKey,
    /// Whether it is declared now.
    pub is_declared: bool,
    /// Whether a file of its service has a fault, which may be why it is not declared.
    pub is_uncertain: bool,
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
    /// The same, and a person agreed: its latest version goes on standing.
    Rejected,
    Failing,
    /// Its declaration cannot be read.
    Faulty,
    NeverChecked,
    /// Not declared any more.
    NotTracked,
}

impl Ledger {
    /// The status of every terms that is declared or was ever checked, by the name it goes by today.
    pub fn statuses(&self, declared: &Declared) -> Result<Vec<Status>, ChecksError> {
        let all = declared.terms.iter().map(|terms| (terms.clone(), Status::of(terms, declared)));
        let mut statuses: BTreeMap<TermsKey, Status> = all.collect();
        let mut of = |terms: &TermsKey, at: DateTime<Utc>, change: &mut dyn FnMut(&mut Status)| {
            let terms = declared.today(terms, at);
            change(statuses.entry(terms.clone()).or_insert_with(|| Status::of(&terms, declared)));
        };
        let standings = self.standings()?;
        for standing in &standings {
            of(&standing.terms, standing.last_check, &mut |status| status.take(standing));
        }
        for hold in self.holds()? {
            of(&hold.terms, hold.last_seen, &mut |status| status.take_hold(&hold, &standings, declared));
        }
        Ok(statuses.into_values().collect())
    }
}

impl Status {
    fn of(terms: &TermsKey, declared: &Declared) -> Self {
        Self {
            terms: terms.clone(),
            is_declared: declared.terms.contains(terms),
            is_uncertain: declared.uncertain.contains(&terms.service),
            last_check: None,
            last_success: None,
            last_change: None,
            failing: None,
            held: None,
        }
    }

    /// Adds what is known under one of its names; under which it was checked last, it stands as it stands now.
    fn take(&mut self, standing: &Standing) {
        if self.last_check.is_none_or(|last| last <= standing.last_check) {
            self.failing.clone_from(&standing.failing);
        }
        self.last_check = self.last_check.max(Some(standing.last_check));
        self.last_success = self.last_success.max(standing.last_success);
        self.last_change = self.last_change.max(standing.last_change);
    }

    /// What was held under a former name is not, once the terms has been checked under a later one.
    fn take_hold(&mut self, hold: &Hold, standings: &[Standing], declared: &Declared) {
        let is_later = |standing: &Standing| {
            standing.terms != hold.terms
                && standing.last_check > hold.last_seen
                && declared.today(&standing.terms, standing.last_check) == self.terms
        };
        let is_past = hold.terms != self.terms && standings.iter().any(is_later);
        if !is_past {
            self.held = Some(hold.clone());
        }
    }

    pub fn state(&self) -> State {
        match self {
            Self { is_declared: false, is_uncertain: true, .. } => State::Faulty,
            Self { is_declared: false, .. } => State::NotTracked,
            Self { failing: Some(_), .. } => State::Failing,
            Self { held: Some(Hold { decision: Some(Decision::Rejected), .. }), .. } => State::Rejected,
            Self { held: Some(_), .. } => State::Held,
            Self { last_check: None, .. } => State::NeverChecked,
            _ => State::Fine,
        }
    }
}

impl State {
    /// Whether somebody should look at it.
    pub fn is_trouble(self) -> bool {
        matches!(self, Self::Failing | Self::Faulty | Self::Held)
    }

    /// A word or two for people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Held => "held",
            Self::Rejected => "rejected",
            Self::Failing => "failing",
            Self::Faulty => "faulty",
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
