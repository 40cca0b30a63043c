//! Looks once more at terms whose text was a suspect, by the fetcher that was not asked at first.
//!
//! What it shows is recorded only if it is believed. Otherwise two fetchers that are shown two pages would take turns in
//! the archive, and what a person decides about would no longer be what is there.

use std::sync::Arc;

use tracing::info;
use url::Url;

use super::assembly::assembled;
use super::fetching::{Errand, errands};
use super::outcome::{Failure, Outcome};
use super::pass::off_the_reactor;
use super::running::{Attempt, Audience, Running};
use super::{TrackError, Tracker};
use crate::checks::Purpose;
use crate::domain::{FetcherKind, Saved, Snapshot, Terms, TermsKey, Version};
use crate::fetch::{FetchError, Fetched};
use crate::gate;

/// What a second look showed.
struct Seen<'a> {
    documents: Vec<(Errand<'a>, Fetched)>,
    failures: Vec<FetchError>,
}

impl Tracker {
    /// `None` if a stop was requested before all was fetched.
    pub(super) async fn look_again(
        &self,
        terms: &Arc<Terms>,
        running: &Arc<Running>,
        audience: Audience<'_>,
    ) -> Result<Option<Outcome>, TrackError> {
        let Some(mut seen) = self.see_again(terms, running, audience).await else { return Ok(None) };
        let astray = seen.astray();
        let (snapshots, version) = match self.judge(terms, &mut seen, &astray, running).await? {
            Ok(()) => {
                self.prefer(&terms.key, &seen, running);
                let snapshots = self.keep_seen(seen).await?;
                (snapshots, self.version_after(terms, Vec::new(), astray, running).await?)
            }
            Err(failure) => {
                self.set_seen_aside(seen).await?;
                (Vec::new(), Err(failure))
            }
        };
        self.let_go(terms);
        Ok(Some(Outcome { terms: terms.key.clone(), snapshots, version }))
    }

    /// Fetches all documents whole, whatever servers would say of them, and records nothing.
    async fn see_again<'a>(&self, terms: &'a Terms, running: &Running, audience: Audience<'_>) -> Option<Seen<'a>> {
        let mut seen = Seen { documents: Vec::new(), failures: Vec::new() };
        for errand in errands(terms, Purpose::SecondLook, Some(running.run), self.clock.now()) {
            let by = running.fetcher_for(&terms.key, errand.document, Attempt::SecondLook);
            let (errand, document) = self.answer(errand, self.ask_whole(errand.document, by), audience).await?;
            match document {
                Ok(fetched) => seen.documents.push((errand, fetched)),
                Err(error) => {
                    self.keep_failure(errand, &error);
                    seen.failures.push(error);
                }
            }
        }
        Some(seen)
    }

    /// Whether the text that was seen is believed, or why not.
    async fn judge(
        &self,
        terms: &Arc<Terms>,
        seen: &mut Seen<'_>,
        astray: &[Url],
        running: &Arc<Running>,
    ) -> Result<Result<(), Failure>, TrackError> {
        if !seen.failures.is_empty() {
            return Ok(Err(Failure::Fetch(std::mem::take(&mut seen.failures))));
        }
        let snapshots: Vec<Snapshot> =
            seen.documents.iter().map(|(errand, fetched)| errand.snapshot(fetched.clone())).collect();
        let (tracker, terms, running, astray) = (self.clone(), Arc::clone(terms), Arc::clone(running), astray.to_vec());
        off_the_reactor(move || tracker.judge_text(&terms, &snapshots, &astray, &running)).await
    }

    fn judge_text(
        &self,
        terms: &Terms,
        snapshots: &[Snapshot],
        astray: &[Url],
        running: &Running,
    ) -> Result<Result<(), Failure>, TrackError> {
        let markdown = match assembled(&self.extractor, terms.documents.iter().zip(snapshots)) {
            Ok(markdown) => markdown,
            Err(error) => return Ok(Err(error.into())),
        };
        let key = terms.key.clone();
        let version = Version { terms: key, fetched_at: self.clock.now(), snapshots: Vec::new(), markdown };
        let hold = self.held_from_tracking(terms, &version, running, astray)?;
        Ok(hold.map_or(Ok(()), |hold| Err(Failure::Held(Box::new(hold)))))
    }

    /// Remembers which fetcher was shown the text, so that the next run asks it first.
    fn prefer(&self, terms: &TermsKey, seen: &Seen<'_>, running: &Running) {
        match (running.is_browser_first(terms), seen.is_by_browser()) {
            (false, true) => {
                info!("a browser is shown a text that HTTP is not, and is asked first from now on");
                self.ledger.put_browser_first(terms, self.clock.now());
            }
            (true, false) => self.ledger.put_http_first(terms),
            _ => {}
        }
    }

    async fn keep_seen(&self, seen: Seen<'_>) -> Result<Vec<Saved>, TrackError> {
        let mut snapshots = Vec::new();
        for (errand, fetched) in seen.documents {
            snapshots.push(self.keep_document(errand, fetched, None).await?);
        }
        Ok(snapshots)
    }

    async fn set_seen_aside(&self, seen: Seen<'_>) -> Result<(), TrackError> {
        for (errand, fetched) in seen.documents {
            self.set_aside(errand, fetched).await?;
        }
        Ok(())
    }
}

impl Seen<'_> {
    /// Addresses to which documents were led that are no place for them.
    fn astray(&self) -> Vec<Url> {
        let led = |(errand, fetched): &(Errand<'_>, Fetched)| {
            gate::astray(&errand.document.location, &fetched.exchange.final_url).cloned()
        };
        self.documents.iter().filter_map(led).collect()
    }

    /// Whether a browser was asked where the declaration leaves that open.
    fn is_by_browser(&self) -> bool {
        self.documents.iter().any(|(errand, fetched)| {
            errand.document.execute_client_scripts.is_none() && fetched.exchange.fetcher == FetcherKind::FullDom
        })
    }
}
