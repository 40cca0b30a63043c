//! Records a text that was held, once a person has said that it is the terms.

use std::sync::Arc;

use super::assembly::combined;
use super::pass::unrecordable;
use super::{Outcome, TrackError, Tracker};
use crate::checks::{Decision, Hold};
use crate::domain::{Cause, New, Saved, Snapshot, Terms, TermsKey, Version};
use crate::extract::Extractor;
use crate::records::{RecordStore, RecordsError};

/// What is held, to the letter, made again from the snapshots that gave it; `None` if the declaration, its filters or
/// the engine make another text of them today.
///
/// # Errors
/// When snapshots cannot be read.
pub fn held_text(
    snapshots: &dyn RecordStore<Snapshot>,
    extractor: &Extractor,
    terms: &Terms,
    hold: &Hold,
) -> Result<Option<Version>, RecordsError> {
    if hold.snapshots.len() != terms.documents.len() {
        return Ok(None);
    }
    let mut sources = Vec::with_capacity(terms.documents.len());
    for (document, id) in terms.documents.iter().zip(&hold.snapshots) {
        let Some(snapshot) = snapshots.find(id)? else { return Ok(None) };
        sources.push((document, snapshot));
    }
    let version = combined(extractor, terms, &sources, hold.since).ok();
    Ok(version.filter(|version| hold.is_of(&version.markdown)))
}

/// What a run recorded because a person had accepted it.
pub(super) struct Released {
    terms: TermsKey,
    saved: Saved,
}

impl Released {
    /// Puts it where a run tells what it recorded, unless its page gave something newer.
    pub fn tell_in(self, outcomes: &mut [Outcome]) {
        let is_of = |outcome: &&mut Outcome| outcome.terms == self.terms;
        let Some(outcome) = outcomes.iter_mut().find(is_of) else { return };
        if matches!(outcome.version, Ok(Saved::Unchanged { .. })) {
            outcome.version = Ok(self.saved);
        }
    }
}

impl Tracker {
    /// Records what people accepted while somebody else had the archive.
    pub(super) fn release_accepted(&self, terms: &[Arc<Terms>]) -> Result<Vec<Released>, TrackError> {
        let mut released = Vec::new();
        let mut accepted = self.ledger.holds()?;
        accepted.retain(|hold| hold.decision == Some(Decision::Accepted));
        for hold in accepted {
            let Some(terms) = terms.iter().find(|terms| terms.key == hold.terms) else { continue };
            match self.release(terms, &hold) {
                Ok(Some(saved)) => {
                    self.archive.log("version", &saved);
                    released.push(Released { terms: terms.key.clone(), saved });
                }
                Ok(None) => {}
                Err(error) => drop(unrecordable(terms, error)?),
            }
        }
        Ok(released)
    }

    /// Records what is held of a terms, and nothing else that its page may show by now; `None` if it cannot be made
    /// again.
    ///
    /// # Errors
    /// When the archive or the record of checks cannot be read or written.
    pub fn release(&self, terms: &Terms, hold: &Hold) -> Result<Option<Saved>, TrackError> {
        let held = held_text(self.archive.snapshots.as_ref(), &self.extractor, terms, hold)?;
        let Some(version) = held else { return Ok(None) };
        let saved = self.archive.save_version(New { cause: Cause::Tracking, content: version })?;
        self.archive.flush()?;
        self.ledger.end_hold(&terms.key, self.clock.now())?;
        Ok(Some(saved))
    }
}
