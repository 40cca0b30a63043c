//! Technical upgrades: every terms once more from its stored snapshots.

use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use tracing::{Instrument, debug, error_span};

use super::assembly::Occasion;
use super::documents::files_of_their_own;
use super::fetching::errands;
use super::outcome::{Failure, Outcome};
use super::pass::{off_the_reactor, unrecordable};
use super::{Observer, Stop, TrackError, Tracker};
use crate::checks::Purpose;
use crate::domain::{Saved, Terms};
use crate::fetch::FetchError;

/// How many terms are upgraded at once; extraction is bound by the processor.
const PARALLEL_UPGRADES: usize = 4;

/// What came of fetching documents that had no snapshot.
#[derive(Default)]
struct Missing {
    snapshots: Vec<Saved>,
    error: Option<FetchError>,
}

impl Tracker {
    /// Extracts every terms again from its stored snapshots, where engine, declaration or filters changed.
    ///
    /// Nothing is fetched, save documents that a combined terms with a version has no snapshot of yet.
    ///
    /// # Errors
    /// When the archive or the record of checks cannot be read or written.
    pub async fn upgrade(
        &self,
        terms: &[Arc<Terms>],
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<Vec<Outcome>, TrackError> {
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

    /// `None` for a terms that was never tracked: there is nothing to upgrade.
    async fn upgrade_one(&self, terms: Arc<Terms>, observer: &dyn Observer) -> Result<Option<Outcome>, TrackError> {
        files_of_their_own(&terms)?;
        let span = error_span!("terms", service.id = %terms.key.service, terms.r#type = %terms.key.terms_type);
        let fetched = self.fetch_missing(&terms, observer).instrument(span.clone()).await?;
        let version = match fetched.error {
            Some(error) => Err(Failure::Fetch(vec![error])),
            None => {
                let (tracker, terms) = (self.clone(), Arc::clone(&terms));
                off_the_reactor(move || tracker.assemble(&terms, Occasion::Upgrade)).await?
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
    async fn fetch_missing(&self, terms: &Arc<Terms>, observer: &dyn Observer) -> Result<Missing, TrackError> {
        let mut missing = Missing::default();
        if terms.documents.len() < 2 || self.archive.versions.latest_id(&terms.key)?.is_none() {
            return Ok(missing);
        }
        for errand in errands(terms, Purpose::Upgrade, None, self.clock.now()) {
            if self.archive.snapshots.latest_id(&terms.document_key(errand.document))?.is_some() {
                continue;
            }
            observer.fetching(terms, errand.document);
            let answer = self.ask_for(errand.document, None, None).await;
            match self.keep(errand.answered(self.clock.now()), answer, None).await? {
                Ok(saved) => missing.snapshots.push(saved),
                Err(error) => missing.error = Some(error),
            }
        }
        Ok(missing)
    }
}
