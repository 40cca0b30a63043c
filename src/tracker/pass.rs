//! One pass over many terms: hosts side by side, one host in sequence, transient failures and suspects once more at
//! the end.

use std::collections::HashMap;
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use tokio::task;
use tracing::{Instrument, Span, debug, error_span, info, warn};
use url::Url;

use super::assembly::Occasion;
use super::documents::files_of_their_own;
use super::fetching::{as_request, errands};
use super::outcome::{Failure, Outcome};
use super::running::{Attempt, Audience, Running, by_browser};
use super::{Archive, Stop, TrackError, Tracker};
use crate::checks::Purpose;
use crate::domain::{Kind, Saved, SourceDocument, Terms, Version};
use crate::fetch::FetchError;
use crate::gate;

/// Is told how a pass goes on, for a progress display.
pub trait Observer: Send + Sync {
    /// A document of this terms is about to be asked for.
    fn fetching(&self, _terms: &Terms, _document: &SourceDocument) {}
    /// All that can be done for this terms in this pass is done.
    fn finished(&self, _outcome: &Outcome) {}
}

impl Observer for () {}

/// A terms whose turn it is, and why.
struct Turn {
    terms: Arc<Terms>,
    attempt: Attempt,
    /// What came of the first attempt, if this is not it.
    before: Option<Outcome>,
}

/// What came of one round over the hosts.
#[derive(Default)]
struct Round {
    outcomes: Vec<Outcome>,
    again: Vec<Turn>,
}

impl Tracker {
    /// Fetches every terms once, and records what is new. A terms whose failure may pass, or whose text is held for
    /// the first time, is tried once more at the end. Outcomes come in no particular order; those of terms not reached
    /// before a stop are missing.
    ///
    /// # Errors
    /// When the archive or the record of checks cannot be read or written. What was recorded until then stays recorded.
    pub async fn track(
        &self,
        terms: &[Arc<Terms>],
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<Vec<Outcome>, TrackError> {
        let (tracker, count) = (self.clone(), terms.len());
        let running = Arc::new(off_the_reactor(move || tracker.begin_run(count)).await?);
        let (tracker, accepted) = (self.clone(), terms.to_vec());
        let released = off_the_reactor(move || tracker.release_accepted(&accepted)).await?;
        let audience = Audience { observer, stop };
        let turns = terms.iter().map(|terms| Turn::first(Arc::clone(terms))).collect();
        let result = match self.round(turns, &running, audience).await {
            Ok(round) => self.second_round(round, &running, audience).await,
            Err(error) => Err(error),
        };
        let mut outcomes = self.settle(result).await?;
        released.into_iter().for_each(|released| released.tell_in(&mut outcomes));
        if running.is_whole && !stop.is_requested() {
            let (ledger, run) = (Arc::clone(&self.ledger), running.run);
            off_the_reactor(move || ledger.complete_run(run).map_err(TrackError::from)).await?;
        }
        Ok(outcomes)
    }

    /// Fetches and extracts one terms as [`track`](Self::track) does, and returns the version that would come of it.
    /// The gate has no say in it.
    ///
    /// # Errors
    /// When the archive cannot be read or written; use one that forgets.
    pub async fn preview(&self, terms: &Terms) -> Result<Result<Version, Failure>, TrackError> {
        files_of_their_own(terms)?;
        let tracker = self.clone();
        let is_browser_first = off_the_reactor(move || tracker.browser_first()).await?.contains(&terms.key);
        let mut failures = Vec::new();
        for errand in errands(terms, Purpose::Tracking, None, self.clock.now()) {
            self.extractor.get_ready_for(errand.document);
            let answer = self.ask_for(errand.document, by_browser(errand.document, is_browser_first), None).await;
            failures.extend(self.keep(errand.answered(self.clock.now()), answer, None).await?.err());
        }
        if !failures.is_empty() {
            return Ok(Err(Failure::Fetch(failures)));
        }
        let (tracker, terms) = (self.clone(), terms.clone());
        let extracted = off_the_reactor(move || tracker.extract(&terms)).await?;
        Ok(extracted.map_err(Failure::from))
    }

    async fn round(
        &self,
        turns: Vec<Turn>,
        running: &Arc<Running>,
        audience: Audience<'_>,
    ) -> Result<Round, TrackError> {
        let rounds: Vec<Round> = stream::iter(by_host(turns))
            .map(|queue| self.work_off(queue, running, audience))
            .buffer_unordered(self.parallel_hosts.max(1))
            .try_collect()
            .await?;
        Ok(rounds.into_iter().fold(Round::default(), Round::and))
    }

    async fn second_round(
        &self,
        mut first: Round,
        running: &Arc<Running>,
        audience: Audience<'_>,
    ) -> Result<Vec<Outcome>, TrackError> {
        if !first.again.is_empty() {
            let again = std::mem::take(&mut first.again);
            let second = self.round(again, running, audience).await?;
            first = first.and(second);
        }
        Ok(first.outcomes)
    }

    /// Tracks the terms of one host, one after the other.
    async fn work_off(
        &self,
        queue: Vec<Turn>,
        running: &Arc<Running>,
        audience: Audience<'_>,
    ) -> Result<Round, TrackError> {
        let mut round = Round::default();
        for Turn { terms, attempt, before } in queue {
            // As loud as the loudest line within it, so that none is ever without its name.
            let span = error_span!("terms", service.id = %terms.key.service, terms.r#type = %terms.key.terms_type);
            let tracked = match audience.stop.is_requested() {
                true => Ok(None),
                false => self.attempt(&terms, attempt, running, audience).instrument(span.clone()).await,
            };
            let Some(outcome) = tracked.or_else(|error| unrecordable(&terms, error).map(Some))? else {
                // What came of the first attempt stands, if there was one.
                round.outcomes.extend(before.map(|before| self.reported(before, &span, audience)));
                continue;
            };
            let outcome = outcome.after(before);
            match outcome.version.as_ref().err().and_then(|failure| Some((failure, attempt.after(failure)?))) {
                Some((failure, attempt)) => {
                    span.in_scope(|| warn!("{failure}; will be tried again at the end"));
                    round.again.push(Turn { terms, attempt, before: Some(outcome) });
                }
                None => round.outcomes.push(self.reported(outcome, &span, audience)),
            }
        }
        Ok(round)
    }

    fn reported(&self, outcome: Outcome, span: &Span, audience: Audience<'_>) -> Outcome {
        span.in_scope(|| match &outcome.version {
            Ok(saved) => self.archive.log("version", saved),
            Err(failure) => warn!("{failure}"),
        });
        self.note_result(&outcome);
        audience.observer.finished(&outcome);
        outcome
    }

    /// `None` if a stop was requested before all was fetched.
    async fn attempt(
        &self,
        terms: &Arc<Terms>,
        attempt: Attempt,
        running: &Arc<Running>,
        audience: Audience<'_>,
    ) -> Result<Option<Outcome>, TrackError> {
        match attempt {
            Attempt::First | Attempt::Second => self.track_one(terms, attempt, running, audience).await,
            Attempt::SecondLook => self.look_again(terms, running, audience).await,
        }
    }

    async fn track_one(
        &self,
        terms: &Arc<Terms>,
        attempt: Attempt,
        running: &Arc<Running>,
        audience: Audience<'_>,
    ) -> Result<Option<Outcome>, TrackError> {
        files_of_their_own(terms)?;
        let mut snapshots = Vec::new();
        let mut failures = Vec::new();
        let mut astray = Vec::new();
        for errand in errands(terms, attempt.purpose(), Some(running.run), self.clock.now()) {
            let known = self.known_validators(terms.document_key(errand.document)).await?;
            let request = known.as_ref().and_then(as_request);
            let by = running.fetcher_for(&terms.key, errand.document, attempt);
            let asking = self.ask_for(errand.document, by, request.as_ref());
            let Some((errand, answer)) = self.answer(errand, asking, audience).await else { return Ok(None) };
            if let Ok(answer) = &answer {
                let led_to = gate::astray(&errand.document.location, &answer.exchange().final_url);
                astray.extend(led_to.cloned());
            }
            match self.keep(errand, answer, known).await? {
                Ok(saved) => snapshots.push(saved),
                Err(error) => failures.push(error),
            }
        }
        let version = self.version_after(terms, failures, astray, running).await?;
        self.let_go(terms);
        Ok(Some(Outcome { terms: terms.key.clone(), snapshots, version }))
    }

    /// Keeps the documents of a terms no longer at hand.
    pub(super) fn let_go(&self, terms: &Terms) {
        for document in &terms.documents {
            self.archive.snapshots.let_go(&terms.document_key(document));
        }
    }

    pub(super) async fn version_after(
        &self,
        terms: &Arc<Terms>,
        failures: Vec<FetchError>,
        astray: Vec<Url>,
        running: &Arc<Running>,
    ) -> Result<Result<Saved, Failure>, TrackError> {
        if !failures.is_empty() {
            return Ok(Err(Failure::Fetch(failures)));
        }
        let (tracker, terms, running) = (self.clone(), Arc::clone(terms), Arc::clone(running));
        off_the_reactor(move || tracker.assemble(&terms, Occasion::Tracking(&running, &astray))).await
    }

    /// Makes what was recorded durable, also after a failure.
    pub(super) async fn settle(&self, result: Result<Vec<Outcome>, TrackError>) -> Result<Vec<Outcome>, TrackError> {
        let (archive, ledger) = (self.archive.clone(), Arc::clone(&self.ledger));
        let flushed = off_the_reactor(move || {
            // The checks first: then no snapshot is without the check that gave it. Neither keeps the other from the disk.
            let checks = ledger.flush();
            archive.flush()?;
            Ok(checks?)
        })
        .await;
        let outcomes = result?;
        flushed.map(|()| outcomes)
    }
}

impl Turn {
    fn first(terms: Arc<Terms>) -> Self {
        Self { terms, attempt: Attempt::First, before: None }
    }
}

impl Round {
    fn and(mut self, other: Self) -> Self {
        self.outcomes.extend(other.outcomes);
        self.again.extend(other.again);
        self
    }
}

impl Outcome {
    /// The outcome of a second attempt, completed from the first: snapshots of both were recorded, a page that could not
    /// be seen or read again stays held, and one that could not even be asked for failed as it had at first.
    fn after(mut self, before: Option<Self>) -> Self {
        let Some(before) = before else { return self };
        let is_first_held = matches!(before.version, Err(Failure::Held(_)));
        let is_unasked =
            matches!(&self.version, Err(Failure::Fetch(errors)) if errors.iter().all(FetchError::is_unasked));
        if (is_first_held && self.version.is_err()) || (is_unasked && before.version.is_err()) {
            self.version = before.version;
        }
        self.snapshots.splice(0..0, before.snapshots);
        self
    }
}

/// A fault that spoils the record of one terms only, as its outcome; all others end the run.
pub(super) fn unrecordable(terms: &Terms, error: TrackError) -> Result<Outcome, TrackError> {
    match error {
        TrackError::Archive(error) if error.is_of_one_record() => {
            let version = Err(Failure::Unrecordable(error));
            Ok(Outcome { terms: terms.key.clone(), snapshots: Vec::new(), version })
        }
        error => Err(error),
    }
}

/// Groups terms by the host of their first document, each group in declared order.
fn by_host(turns: Vec<Turn>) -> Vec<Vec<Turn>> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut queues: Vec<Vec<Turn>> = Vec::new();
    for turn in turns {
        let host = turn.terms.documents.first().and_then(|document| document.location.host_str()).unwrap_or_default();
        let place = *places.entry(host.to_owned()).or_insert(queues.len());
        if place == queues.len() {
            queues.push(Vec::new());
        }
        queues[place].push(turn);
    }
    queues
}

impl Archive {
    pub(super) fn log(&self, what: &str, saved: &Saved) {
        match saved {
            Saved::Recorded { .. } if self.is_rehearsal => info!("would record {what}"),
            Saved::Recorded { id, kind: Kind::First } => info!(record.id = %id, "recorded first {what}"),
            Saved::Recorded { id, kind: Kind::Change } => info!(record.id = %id, "recorded {what}"),
            Saved::Recorded { id, kind: Kind::TechnicalUpgrade } => {
                info!(record.id = %id, "recorded {what} after a technical upgrade");
            }
            Saved::Unchanged { .. } => debug!("no changes, did not record {what}"),
        }
    }
}

/// Runs blocking work where it keeps nobody waiting, within the caller's log span.
pub(super) async fn off_the_reactor<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let span = Span::current();
    match task::spawn_blocking(move || span.in_scope(work)).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
