//! One pass that is under way: which run it is, for whom it works, and what it found held.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use tracing::warn;

use super::outcome::{Failure, Outcome};
use super::{Observer, Stop, TrackError, Tracker};
use crate::checks::{Purpose, RunId, TermsOutcome, TermsResult, Trouble};
use crate::domain::{FetcherKind, Kind, Saved, SourceDocument, TermsKey};

/// How long a browser is asked first for terms that HTTP did not show; then HTTP is tried once more.
const BROWSER_FIRST_FOR: TimeDelta = TimeDelta::days(30);

/// A pass that is under way.
pub(super) struct Running {
    /// Whether it is over all that is declared.
    pub is_whole: bool,
    pub run: RunId,
    /// Terms of which something is held, by what was known when the pass began and was seen since.
    held: Mutex<BTreeSet<TermsKey>>,
    /// Terms that a browser was shown and HTTP was not, when last they were suspects.
    browser_first: BTreeSet<TermsKey>,
}

/// Who wants to hear of a pass, and who may end it.
#[derive(Clone, Copy)]
pub(super) struct Audience<'a> {
    pub observer: &'a dyn Observer,
    pub stop: &'a Stop,
}

/// Why a terms is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    First,
    /// Again, after a failure that may have passed.
    Second,
    /// Again, after a suspect: by the fetcher that was not asked at first, which may be shown something else.
    SecondLook,
}

impl Tracker {
    /// Begins a run over `count` terms, and notes what is declared by now.
    pub(super) fn begin_run(&self, count: usize) -> Result<Running, TrackError> {
        let now = self.clock.now();
        let declared = self.declared.terms.len();
        let is_whole = declared > 0 && count >= declared;
        self.disown_lost()?;
        self.ledger.declare((*self.declared).clone(), now)?;
        let run = self.ledger.begin_run(now)?;
        let held = self.ledger.holds()?.into_iter().map(|hold| hold.terms).collect();
        Ok(Running { run, is_whole, held: Mutex::new(held), browser_first: self.browser_first()? })
    }

    /// Corrects what a run that was cut short, by a power failure say, noted of snapshots that it had not written yet.
    fn disown_lost(&self) -> Result<(), TrackError> {
        let mut lost = self.ledger.uncertain_snapshots()?;
        // One that is there and cannot be read is not lost in this way.
        lost.retain(|id| matches!(self.archive.snapshots.find(id), Ok(None)));
        if !lost.is_empty() {
            warn!("the last run was cut short, and lost {} snapshots, whose pages are fetched again", lost.len());
            self.ledger.disown(lost)?;
        }
        Ok(())
    }

    /// Terms that a browser was shown and HTTP was not, when last they were suspects.
    pub(super) fn browser_first(&self) -> Result<BTreeSet<TermsKey>, TrackError> {
        Ok(self.ledger.browser_first(self.clock.now() - BROWSER_FIRST_FOR)?)
    }

    /// Notes what came of a terms.
    pub(super) fn note_result(&self, outcome: &Outcome) {
        let came = match &outcome.version {
            Ok(Saved::Recorded { kind: Kind::First | Kind::Change, .. }) => TermsOutcome::Changed,
            Ok(_) => TermsOutcome::Unchanged,
            Err(Failure::Held(_)) => TermsOutcome::Held,
            Err(failure) => TermsOutcome::Failed(trouble(failure)),
        };
        let at = self.clock.now();
        self.ledger.record_result(TermsResult { terms: outcome.terms.clone(), at, outcome: came });
    }
}

impl Running {
    /// By what kind of fetcher a document is to be got whatever its declaration says; `None` leaves it to that.
    pub fn fetcher_for(&self, terms: &TermsKey, document: &SourceDocument, attempt: Attempt) -> Option<FetcherKind> {
        let is_other = attempt == Attempt::SecondLook;
        by_browser(document, self.is_browser_first(terms) != is_other)
    }

    pub fn is_browser_first(&self, terms: &TermsKey) -> bool {
        self.browser_first.contains(terms)
    }

    pub fn now_held(&self, terms: TermsKey) {
        self.lock().insert(terms);
    }

    /// Forgets a hold; `false` if there was none.
    pub fn no_longer_held(&self, terms: &TermsKey) -> bool {
        self.lock().remove(terms)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<TermsKey>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    pub fn purpose(self) -> Purpose {
        match self {
            Self::First => Purpose::Tracking,
            Self::Second | Self::SecondLook => Purpose::SecondLook,
        }
    }

    /// What to try next after a failure, if anything can come of it.
    pub fn after(self, failure: &Failure) -> Option<Self> {
        match failure {
            _ if self != Self::First => None,
            Failure::Held(hold) => (hold.runs == 1 && hold.decision.is_none()).then_some(Self::SecondLook),
            failure => failure.is_transient().then_some(Self::Second),
        }
    }
}

/// The browser where it is to be asked first, unless the declaration says whom to ask.
pub(super) fn by_browser(document: &SourceDocument, is_first: bool) -> Option<FetcherKind> {
    (is_first && document.execute_client_scripts.is_none()).then_some(FetcherKind::FullDom)
}

fn trouble(failure: &Failure) -> Trouble {
    Trouble { kind: failure.kind_name().to_owned(), message: failure.to_string(), advice: failure.hint() }
}
