//! Fetches source documents, has their snapshots recorded, and notes each check.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use super::pass::off_the_reactor;
use super::running::Audience;
use super::{TrackError, Tracker};
use crate::checks::{Check, CheckOutcome, Purpose, Redirect, RunId, StoredValidators, Trouble};
use crate::domain::{DocumentKey, FetcherKind, New, Saved, Snapshot, SourceDocument, Terms, sha256};
use crate::fetch::{Answer, Exchange, FailureKind, Fault, FetchError, Fetched, Request, Validators};

/// What a document is fetched for.
#[derive(Clone, Copy)]
pub(super) struct Errand<'a> {
    pub terms: &'a Terms,
    pub document: &'a SourceDocument,
    pub purpose: Purpose,
    pub run: Option<RunId>,
    /// When the document came, or the word that it does not; before that, when it was its turn.
    pub at: DateTime<Utc>,
}

impl Errand<'_> {
    /// The errand once it is answered. Hosts may have had it wait until then.
    pub fn answered(self, at: DateTime<Utc>) -> Self {
        Self { at, ..self }
    }

    /// What was fetched, as a snapshot.
    pub fn snapshot(&self, fetched: Fetched) -> Snapshot {
        Snapshot {
            terms: self.terms.key.clone(),
            document: self.document.id.clone(),
            location: self.document.declared_location.clone(),
            fetched_at: self.at,
            mime: fetched.mime,
            fetcher: fetched.exchange.fetcher,
            content: fetched.content,
        }
    }
}

impl Tracker {
    /// What comes of asking for the document of an errand, which then bears the date of the answer; `None` if a stop was
    /// requested before.
    pub(super) async fn answer<'a, T>(
        &self,
        errand: Errand<'a>,
        asking: impl Future<Output = T>,
        audience: Audience<'_>,
    ) -> Option<(Errand<'a>, T)> {
        audience.observer.fetching(errand.terms, errand.document);
        self.extractor.get_ready_for(errand.document);
        tokio::select! {
            answer = asking => Some((errand.answered(self.clock.now()), answer)),
            () = audience.stop.requested() => None,
        }
    }

    /// Fetches a document, by this kind of fetcher if one is named and there is one, without noting anything.
    pub(super) async fn ask_for(
        &self,
        document: &SourceDocument,
        by: Option<FetcherKind>,
        known: Option<&Validators>,
    ) -> Result<Answer, FetchError> {
        if let Some(fetcher) = by {
            match self.fetcher.fetch(Request::of(document).only_by(fetcher)).await {
                Err(error) if error.kind() == FailureKind::NoBrowser => {}
                answer => return answer,
            }
        }
        self.fetcher.fetch(Request::of(document).if_changed(known)).await
    }

    /// Fetches a document whole. That it is as it was is no answer to that.
    pub(super) async fn ask_whole(
        &self,
        document: &SourceDocument,
        by: Option<FetcherKind>,
    ) -> Result<Fetched, FetchError> {
        match self.ask_for(document, by, None).await? {
            Answer::Fetched(fetched) => Ok(fetched),
            Answer::NotModified(exchange) => {
                let reason = "the document is said to be as it was, which was not asked".to_owned();
                let (url, fault) = (document.location.clone(), Fault::Protocol { reason });
                Err(FetchError { url, fault, exchange: Box::new(exchange) })
            }
        }
    }

    /// Records what came of a fetch: a snapshot if there is a document, a check in any case.
    pub(super) async fn keep(
        &self,
        errand: Errand<'_>,
        answer: Result<Answer, FetchError>,
        known: Option<StoredValidators>,
    ) -> Result<Result<Saved, FetchError>, TrackError> {
        let (errand, document) = match answer {
            Ok(Answer::Fetched(fetched)) => (errand, Ok(fetched)),
            Ok(Answer::NotModified(exchange)) => {
                if let Some(saved) = self.keep_unmodified(errand, &exchange, known.as_ref()).await? {
                    return Ok(Ok(saved));
                }
                let document = self.ask_whole(errand.document, None).await;
                (errand.answered(self.clock.now()), document)
            }
            Err(error) => (errand, Err(error)),
        };
        match document {
            Ok(fetched) => self.keep_document(errand, fetched, known).await.map(Ok),
            Err(error) => {
                self.keep_failure(errand, &error);
                Ok(Err(error))
            }
        }
    }

    /// What the server said of the document's latest snapshot, if that is still the latest.
    pub(super) async fn known_validators(&self, key: DocumentKey) -> Result<Option<StoredValidators>, TrackError> {
        let tracker = self.clone();
        off_the_reactor(move || {
            let Some(stored) = tracker.ledger.validators(&key)? else { return Ok(None) };
            let state = tracker.archive.snapshots.latest_state(&key)?;
            Ok(Some(stored).filter(|stored| state.as_ref() == Some(&stored.snapshot_state)))
        })
        .await
    }

    /// Records the document as a snapshot, and the check.
    pub(super) async fn keep_document(
        &self,
        errand: Errand<'_>,
        fetched: Fetched,
        known: Option<StoredValidators>,
    ) -> Result<Saved, TrackError> {
        let exchange = fetched.exchange.clone();
        let snapshot = errand.snapshot(fetched);
        let (tracker, key) = (self.clone(), snapshot.key());
        let validators = exchange.validators();
        let (saved, hash) = off_the_reactor(move || {
            let hash = sha256(&snapshot.content);
            let saved = tracker.archive.save_snapshot(New::tracked(snapshot))?;
            tracker.remember_validators(&key, validators, known)?;
            Ok::<_, TrackError>((saved, hash))
        })
        .await?;
        self.archive.log("snapshot", &saved);
        let outcome = match &saved {
            Saved::Recorded { .. } => CheckOutcome::Recorded,
            Saved::Unchanged { .. } => CheckOutcome::Unchanged,
        };
        let check =
            Check { hash: Some(hash), snapshot: self.told_id(&saved), ..self.check(errand, &exchange, outcome) };
        self.ledger.record_check(errand.run, check);
        Ok(saved)
    }

    /// Keeps what the server told this state by, unless that is known already.
    fn remember_validators(
        &self,
        key: &DocumentKey,
        validators: Option<Validators>,
        known: Option<StoredValidators>,
    ) -> Result<(), TrackError> {
        let state = self.archive.snapshots.latest_state(key)?;
        let stored = validators.zip(state).map(|(validators, snapshot_state)| StoredValidators {
            snapshot_state,
            url: validators.url.into(),
            etag: validators.etag,
            last_modified: validators.last_modified,
        });
        if stored != known {
            self.ledger.keep_validators(key, stored);
        }
        Ok(())
    }

    /// Notes that a document is as it was; `None` if the archive is not, since somebody moved its branch meanwhile.
    async fn keep_unmodified(
        &self,
        errand: Errand<'_>,
        exchange: &Exchange,
        known: Option<&StoredValidators>,
    ) -> Result<Option<Saved>, TrackError> {
        let (snapshots, key) = (Arc::clone(&self.archive.snapshots), errand.terms.document_key(errand.document));
        let (state, latest) =
            off_the_reactor(move || Ok::<_, TrackError>((snapshots.latest_state(&key)?, snapshots.latest_id(&key)?)))
                .await?;
        let Some(latest) = latest.filter(|_| known.map(|known| &known.snapshot_state) == state.as_ref()) else {
            return Ok(None);
        };
        let check = Check { snapshot: Some(latest.clone()), ..self.check(errand, exchange, CheckOutcome::NotModified) };
        self.ledger.record_check(errand.run, check);
        Ok(Some(Saved::Unchanged { latest }))
    }

    /// Notes that a document was fetched and is not recorded, since its text was a suspect and so was the one before.
    pub(super) async fn set_aside(&self, errand: Errand<'_>, fetched: Fetched) -> Result<(), TrackError> {
        let (snapshots, key) = (Arc::clone(&self.archive.snapshots), errand.terms.document_key(errand.document));
        let latest = off_the_reactor(move || snapshots.latest(&key)).await?;
        let same = latest.filter(|latest| latest.content.content == fetched.content);
        let outcome = if same.is_some() { CheckOutcome::Unchanged } else { CheckOutcome::SetAside };
        let hash = Some(sha256(&fetched.content));
        let snapshot = same.map(|same| same.id);
        let check = Check { hash, snapshot, ..self.check(errand, &fetched.exchange, outcome) };
        self.ledger.record_check(errand.run, check);
        Ok(())
    }

    /// Notes that a document could not be fetched.
    pub(super) fn keep_failure(&self, errand: Errand<'_>, error: &FetchError) {
        let failure = Trouble { kind: error.kind().name().to_owned(), message: error.to_string(), advice: None };
        let check = self.check(errand, &error.exchange, CheckOutcome::Failed);
        self.ledger.record_check(errand.run, Check { failure: Some(failure), ..check });
    }

    fn check(&self, errand: Errand<'_>, exchange: &Exchange, outcome: CheckOutcome) -> Check {
        let headers = exchange.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let redirect =
            |redirect: &crate::fetch::Redirect| Redirect { status: redirect.status, from: redirect.from.to_string() };
        Check {
            at: errand.at,
            terms: errand.terms.key.clone(),
            document: errand.document.id.clone(),
            purpose: errand.purpose,
            outcome,
            status: exchange.status,
            final_url: Some(exchange.final_url.to_string()),
            redirects: exchange.redirects.iter().map(redirect).collect(),
            headers: headers.collect(),
            bytes: exchange.status.map(|_| exchange.bytes),
            hash: None,
            duration_ms: u64::try_from(exchange.duration.as_millis()).unwrap_or(u64::MAX),
            fetcher: exchange.fetcher.as_str().to_owned(),
            egress: self.egress.as_deref().map(str::to_owned),
            allowed_by_robots: exchange.allowed_by_robots,
            snapshot: None,
            failure: None,
        }
    }

    /// The id of a snapshot, where there is one that lasts.
    fn told_id(&self, saved: &Saved) -> Option<crate::domain::RecordId> {
        (!self.archive.is_rehearsal).then(|| saved.id().clone())
    }
}

/// What was stored, as a fetcher takes it; nothing if the address cannot be read any more.
pub(super) fn as_request(stored: &StoredValidators) -> Option<Validators> {
    let StoredValidators { url, etag, last_modified, .. } = stored;
    Some(Validators { url: Url::parse(url).ok()?, etag: etag.clone(), last_modified: last_modified.clone() })
}

/// The documents of a terms with what they are fetched for.
pub(super) fn errands<'a>(
    terms: &'a Terms,
    purpose: Purpose,
    run: Option<RunId>,
    at: DateTime<Utc>,
) -> impl Iterator<Item = Errand<'a>> {
    terms.documents.iter().map(move |document| Errand { terms, document, purpose, run, at })
}
