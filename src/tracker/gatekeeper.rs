//! Decides whether an extracted text becomes a version now: asks the gate, and remembers what it holds.

use chrono::TimeDelta;
use tracing::info;
use url::Url;

use super::running::Running;
use super::{TrackError, Tracker};
use crate::checks::{Decision, Hold, Sighting, Suspicion};
use crate::domain::{Reason, Terms, TermsKey, Version};
use crate::gate;
use crate::records::{Order, RecordFilter, RecordsError};

impl Tracker {
    /// Why a text that was just fetched must wait, if it must.
    pub(super) fn held_from_tracking(
        &self,
        terms: &Terms,
        version: &Version,
        running: &Running,
        astray: &[Url],
    ) -> Result<Option<Hold>, TrackError> {
        let astray = self.unusual(&terms.key, astray)?;
        let reasons =
            self.reasons_against(terms, version, |text, past| gate::suspicions_of_fetch(text, past, astray))?;
        if reasons.is_empty() {
            self.end_hold(&terms.key, running)?;
            return Ok(None);
        }
        let hold = self.ledger.sight(Sighting {
            terms: terms.key.clone(),
            at: self.clock.now(),
            run: running.run,
            sketch: gate::sketch(&version.markdown),
            former_sketch: gate::former_sketch(&version.markdown),
            are_same: gate::are_same,
            suspicions: told(reasons),
            text: version.markdown.clone(),
            snapshots: version.snapshots.clone(),
        })?;
        running.now_held(terms.key.clone());
        if self.is_let_through(&hold) {
            info!("let through: {}", in_words(&hold.suspicions));
            self.end_hold(&terms.key, running)?;
            return Ok(None);
        }
        Ok(Some(hold))
    }

    /// Why the next run would not believe a text that a preview gave, if so. Whereto the request was led is left out.
    ///
    /// # Errors
    /// When the archive or the record of checks cannot be read.
    pub fn doubts(&self, terms: &Terms, version: &Version) -> Result<Option<String>, TrackError> {
        let is_accepted = |hold: &Hold| hold.decision == Some(Decision::Accepted) && hold.is_of(&version.markdown);
        if self.ledger.hold(&terms.key)?.as_ref().is_some_and(is_accepted) {
            return Ok(None);
        }
        let reasons = self.reasons_against(terms, version, |text, past| gate::suspicions_of_fetch(text, past, None))?;
        Ok((!reasons.is_empty()).then(|| in_words(&told(reasons))))
    }

    /// Why a text that a corrected declaration gives must wait, if it must. It is not counted as seen: tracking, which
    /// follows, does.
    pub(super) fn held_from_upgrading(&self, terms: &Terms, version: &Version) -> Result<Option<Hold>, TrackError> {
        if !self.gate.enabled {
            return Ok(None);
        }
        if let Some(hold) = self.ledger.hold(&terms.key)? {
            // What the snapshots give now is the suspect, whatever the declaration.
            return Ok(Some(hold));
        }
        let reasons = self.reasons_against(terms, version, gate::suspicions_of_upgrade)?;
        let now = self.clock.now();
        Ok((!reasons.is_empty()).then(|| Hold {
            terms: terms.key.clone(),
            since: now,
            last_seen: now,
            runs: 0,
            suspicions: told(reasons),
            excerpt: String::new(),
            text_hash: None,
            snapshots: Vec::new(),
            decision: None,
        }))
    }

    /// Ends the hold on a terms, if there is one.
    pub(super) fn end_hold(&self, terms: &TermsKey, running: &Running) -> Result<(), TrackError> {
        if running.no_longer_held(terms) {
            self.ledger.end_hold(terms, self.clock.now())?;
        }
        Ok(())
    }

    fn reasons_against(
        &self,
        terms: &Terms,
        version: &Version,
        look: impl Fn(&str, &[String]) -> Vec<Reason>,
    ) -> Result<Vec<Reason>, RecordsError> {
        let is_unchanged = |latest: &String| *latest == version.markdown;
        let latest = self.archive.versions.latest(&terms.key)?.map(|record| record.content.markdown);
        if !self.gate.enabled || latest.as_ref().is_some_and(is_unchanged) {
            return Ok(Vec::new());
        }
        Ok(look(&version.markdown, &self.past(&terms.key)?))
    }

    /// The first address to which a document was led, unless the latest version came from there as well, or nobody knows.
    fn unusual<'a>(&self, terms: &TermsKey, astray: &'a [Url]) -> Result<Option<&'a Url>, TrackError> {
        if astray.is_empty() {
            return Ok(None);
        }
        let Some(latest) = self.archive.versions.latest(terms)? else { return Ok(astray.first()) };
        let place = |url: &Url| (url.host_str().map(str::to_owned), url.path().to_owned());
        let mut known = Vec::new();
        for snapshot in &latest.content.snapshots {
            let address = self.ledger.address_of(terms, snapshot)?;
            known.extend(address.and_then(|address| Url::parse(&address).ok()).map(|address| place(&address)));
        }
        Ok(astray.iter().find(|led_to| !known.is_empty() && !known.contains(&place(led_to))))
    }

    /// The texts of the latest versions, the newest first.
    fn past(&self, terms: &TermsKey) -> Result<Vec<String>, RecordsError> {
        let versions = &self.archive.versions;
        let limit = Some(gate::VERSIONS_LOOKED_AT);
        let filter = RecordFilter { limit, order: Order::LastRecordedFirst, ..RecordFilter::of(terms) };
        let mut texts = Vec::new();
        for entry in versions.list(&filter)? {
            texts.extend(versions.find(&entry.id)?.map(|record| record.content.markdown));
        }
        Ok(texts)
    }

    fn is_let_through(&self, hold: &Hold) -> bool {
        let needed = TimeDelta::from_std(self.gate.confirm_after).unwrap_or(TimeDelta::MAX);
        match hold.decision {
            Some(decision) => decision == Decision::Accepted,
            None => {
                self.gate.believes_what_stands(hold.suspicions.iter().map(|suspicion| &suspicion.reason))
                    && hold.last_seen - hold.since >= needed
                    && hold.runs >= self.gate.confirm_runs as u64
            }
        }
    }
}

/// All suspicions as one phrase.
pub(super) fn in_words(suspicions: &[Suspicion]) -> String {
    suspicions.iter().map(|suspicion| suspicion.text.as_str()).collect::<Vec<_>>().join("; ")
}

fn told(reasons: Vec<Reason>) -> Vec<Suspicion> {
    reasons.into_iter().map(|reason| Suspicion { text: gate::in_words(&reason), reason }).collect()
}
