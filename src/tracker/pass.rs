//! One pass over many terms: hosts side by side, one host in sequence, transient failures once more at the end.

use std::collections::HashMap;
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use tokio::task;
use tracing::{Instrument, Span, debug, info, info_span, warn};

use super::outcome::{Failure, Outcome};
use super::{Archive, Stop, Tracker};
use crate::domain::{Cause, Kind, New, Saved, Snapshot, SourceDocument, Terms, Version};
use crate::fetch::{Answer, FetchError, Fetched, Request};
use crate::records::RecordsError;

/// How many terms are upgraded at once; extraction is bound by the processor.
const PARALLEL_UPGRADES: usize = 4;

/// Is told how a pass goes on, for a progress display.
pub trait Observer: Send + Sync {
    /// A document of this terms is about to be asked for.
    fn fetching(&self, _terms: &Terms, _document: &SourceDocument) {}
    /// All that can be done for this terms in this pass is done.
    fn finished(&self, _outcome: &Outcome) {}
}

impl Observer for () {}

impl Tracker {
    /// Fetches every terms once, and records what is new. A terms whose failure may pass is tried once more
    /// at the end. Outcomes come in no particular order; those of terms not reached before a stop are missing.
    ///
    /// # Errors
    /// When the archive cannot be read or written. What was recorded until then stays recorded.
    pub async fn track(
        &self,
        terms: &[Arc<Terms>],
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<Vec<Outcome>, RecordsError> {
        let first = self.round(terms, Attempt::First, observer, stop).await;
        let result = match first {
            Ok(round) => self.second_round(round, observer, stop).await,
            Err(error) => Err(error),
        };
        self.settle(result).await
    }

    /// Extracts every terms again from its stored snapshots, where engine, declaration or filters changed.
    ///
    /// Nothing is fetched, save documents that a combined terms with a version has no snapshot of yet.
    ///
    /// # Errors
    /// When the archive cannot be read or written.
    pub async fn upgrade(
        &self,
        terms: &[Arc<Terms>],
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<Vec<Outcome>, RecordsError> {
        let outcomes = stream::iter(terms.to_vec())
            .take_while(|_| std::future::ready(!stop.is_requested()))
            .map(|terms| async move {
                let upgraded = self.upgrade_one(Arc::clone(&terms), observer).await;
                upgraded.or_else(|error| unrecordable(&terms, error).map(Some))
            })
            .buffer_unordered(PARALLEL_UPGRADES)
            .try_filter_map(|outcome| std::future::ready(Ok(outcome)))
            .try_collect()
            .await;
        self.settle(outcomes).await
    }

    /// Fetches and extracts one terms as [`track`](Self::track) does, and returns the version that would come of it.
    ///
    /// # Errors
    /// When the archive cannot be read or written; use one that forgets.
    pub async fn preview(&self, terms: &Terms) -> Result<Result<Version, Failure>, RecordsError> {
        let fetched_at = self.clock.now();
        let mut failures = Vec::new();
        for document in &terms.documents {
            self.extractor.get_ready_for(document);
            match self.fetcher.fetch(Request::of(document)).await {
                Ok(Answer::Fetched(fetched)) => {
                    self.save_snapshot(terms, document, fetched, fetched_at).await?;
                }
                Ok(Answer::NotModified(_)) => {}
                Err(error) => failures.push(error),
            }
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
        terms: &[Arc<Terms>],
        attempt: Attempt,
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<Round, RecordsError> {
        let queues = by_host(terms);
        let rounds: Vec<Round> = stream::iter(queues)
            .map(|queue| self.work_off(queue, attempt, observer, stop))
            .buffer_unordered(self.parallel_hosts.max(1))
            .try_collect()
            .await?;
        Ok(rounds.into_iter().fold(Round::default(), Round::and))
    }

    async fn second_round(
        &self,
        mut first: Round,
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<Vec<Outcome>, RecordsError> {
        if !first.again.is_empty() {
            let again = std::mem::take(&mut first.again);
            let second = self.round(&again, Attempt::Second, observer, stop).await?;
            first = first.and(second);
        }
        Ok(first.outcomes)
    }

    /// Tracks the terms of one host, one after the other.
    async fn work_off(
        &self,
        queue: Vec<Arc<Terms>>,
        attempt: Attempt,
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<Round, RecordsError> {
        let mut round = Round::default();
        for terms in queue {
            if stop.is_requested() {
                break;
            }
            let span = info_span!("terms", service.id = %terms.key.service, terms.r#type = %terms.key.terms_type);
            let tracked = self.track_one(&terms, observer, stop).instrument(span.clone()).await;
            let Some(outcome) = tracked.or_else(|error| unrecordable(&terms, error).map(Some))? else { break };
            match &outcome.version {
                Err(failure) if attempt == Attempt::First && failure.is_transient() => {
                    span.in_scope(|| warn!("{failure}; will be tried again at the end"));
                    round.again.push(terms);
                }
                _ => round.outcomes.push(self.reported(outcome, &span, observer)),
            }
        }
        Ok(round)
    }

    fn reported(&self, outcome: Outcome, span: &Span, observer: &dyn Observer) -> Outcome {
        span.in_scope(|| match &outcome.version {
            Ok(saved) => self.archive.log("version", saved),
            Err(failure) => warn!("{failure}"),
        });
        observer.finished(&outcome);
        outcome
    }

    /// `None` if a stop was requested before all was fetched.
    async fn track_one(
        &self,
        terms: &Arc<Terms>,
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<Option<Outcome>, RecordsError> {
        let fetched_at = self.clock.now();
        let mut snapshots = Vec::new();
        let mut failures = Vec::new();
        for document in &terms.documents {
            observer.fetching(terms, document);
            self.extractor.get_ready_for(document);
            let fetched = tokio::select! {
                fetched = self.fetcher.fetch(Request::of(document)) => fetched,
                () = stop.requested() => return Ok(None),
            };
            match fetched {
                Ok(Answer::Fetched(fetched)) => {
                    snapshots.push(self.save_snapshot(terms, document, fetched, fetched_at).await?);
                }
                Ok(Answer::NotModified(_)) => {}
                Err(error) => failures.push(error),
            }
        }
        let version = self.version_after(terms, failures).await?;
        for document in &terms.documents {
            self.archive.snapshots.let_go(&terms.document_key(document));
        }
        Ok(Some(Outcome { terms: terms.key.clone(), snapshots, version }))
    }

    async fn version_after(
        &self,
        terms: &Arc<Terms>,
        failures: Vec<FetchError>,
    ) -> Result<Result<Saved, Failure>, RecordsError> {
        if !failures.is_empty() {
            return Ok(Err(Failure::Fetch(failures)));
        }
        let (tracker, terms) = (self.clone(), Arc::clone(terms));
        off_the_reactor(move || tracker.assemble(&terms, Cause::Tracking)).await
    }

    async fn save_snapshot(
        &self,
        terms: &Terms,
        document: &SourceDocument,
        fetched: Fetched,
        fetched_at: chrono::DateTime<chrono::Utc>,
    ) -> Result<Saved, RecordsError> {
        let snapshot = Snapshot {
            terms: terms.key.clone(),
            document: document.id.clone(),
            location: document.declared_location.clone(),
            fetched_at,
            mime: fetched.mime,
            fetcher: fetched.exchange.fetcher,
            content: fetched.content,
        };
        let archive = self.archive.clone();
        let saved = off_the_reactor(move || archive.save_snapshot(New::tracked(snapshot))).await?;
        self.archive.log("snapshot", &saved);
        Ok(saved)
    }

    /// `None` for a terms that was never tracked: there is nothing to upgrade.
    async fn upgrade_one(&self, terms: Arc<Terms>, observer: &dyn Observer) -> Result<Option<Outcome>, RecordsError> {
        let span = info_span!("terms", service.id = %terms.key.service, terms.r#type = %terms.key.terms_type);
        let fetched = self.fetch_missing(&terms, observer).instrument(span.clone()).await?;
        let version = match fetched.error {
            Some(error) => Err(Failure::Fetch(vec![error])),
            None => {
                let (tracker, terms) = (self.clone(), Arc::clone(&terms));
                off_the_reactor(move || tracker.assemble(&terms, Cause::TechnicalUpgrade)).await?
            }
        };
        if matches!(version, Err(Failure::NoSnapshot(_))) {
            return Ok(None);
        }
        span.in_scope(|| match &version {
            Ok(saved) => self.archive.log("version", saved),
            // Tracking meets the same fault in a moment, on the page as it is now.
            Err(failure) => debug!("cannot be extracted again: {failure}"),
        });
        let outcome = Outcome { terms: terms.key.clone(), snapshots: fetched.snapshots, version };
        observer.finished(&outcome);
        Ok(Some(outcome))
    }

    /// Fetches the documents that were added to a combined terms since its last version.
    async fn fetch_missing(&self, terms: &Terms, observer: &dyn Observer) -> Result<Missing, RecordsError> {
        let mut missing = Missing::default();
        if terms.documents.len() < 2 || self.archive.versions.latest_id(&terms.key)?.is_none() {
            return Ok(missing);
        }
        let fetched_at = self.clock.now();
        for document in &terms.documents {
            if self.archive.snapshots.latest_id(&terms.document_key(document))?.is_some() {
                continue;
            }
            observer.fetching(terms, document);
            match self.fetcher.fetch(Request::of(document)).await {
                Ok(Answer::Fetched(fetched)) => {
                    missing.snapshots.push(self.save_snapshot(terms, document, fetched, fetched_at).await?);
                }
                Ok(Answer::NotModified(_)) => {}
                Err(error) => missing.error = Some(error),
            }
        }
        Ok(missing)
    }

    /// Makes what was recorded durable, also after a failure.
    async fn settle(&self, result: Result<Vec<Outcome>, RecordsError>) -> Result<Vec<Outcome>, RecordsError> {
        let archive = self.archive.clone();
        let flushed = off_the_reactor(move || archive.flush()).await;
        let outcomes = result?;
        flushed.map(|()| outcomes)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Attempt {
    First,
    Second,
}

/// What came of one round over the hosts.
#[derive(Default)]
struct Round {
    outcomes: Vec<Outcome>,
    again: Vec<Arc<Terms>>,
}

/// What came of fetching documents that had no snapshot.
#[derive(Default)]
struct Missing {
    snapshots: Vec<Saved>,
    error: Option<FetchError>,
}

impl Round {
    fn and(mut self, other: Self) -> Self {
        self.outcomes.extend(other.outcomes);
        self.again.extend(other.again);
        self
    }
}

/// A fault that spoils the record of one terms only, as its outcome; all others end the run.
fn unrecordable(terms: &Terms, error: RecordsError) -> Result<Outcome, RecordsError> {
    if !error.is_of_one_record() {
        return Err(error);
    }
    let version = Err(Failure::Unrecordable(error));
    Ok(Outcome { terms: terms.key.clone(), snapshots: Vec::new(), version })
}

/// Groups terms by the host of their first document, each group in declared order.
fn by_host(terms: &[Arc<Terms>]) -> Vec<Vec<Arc<Terms>>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut queues: Vec<Vec<Arc<Terms>>> = Vec::new();
    for one in terms {
        let host = one.documents.first().and_then(|document| document.location.host_str()).unwrap_or_default();
        let place = *places.entry(host).or_insert(queues.len());
        if place == queues.len() {
            queues.push(Vec::new());
        }
        queues[place].push(Arc::clone(one));
    }
    queues
}

impl Archive {
    fn log(&self, what: &str, saved: &Saved) {
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
async fn off_the_reactor<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let span = Span::current();
    match task::spawn_blocking(move || span.in_scope(work)).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
