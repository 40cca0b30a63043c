//! Makes a version out of the latest snapshots of a terms' source documents.

use chrono::{DateTime, Utc};
use url::Url;

use super::fingerprint::{Fingerprint, fingerprint};
use super::outcome::Failure;
use super::pending::Made;
use super::running::Running;
use super::{TrackError, Tracker};
use crate::domain::{Cause, New, Record, RecordId, Saved, Snapshot, SourceDocument, Terms, Version};
use crate::extract::{ExtractError, Extractor};
use crate::records::RecordsError;

/// What stands between the texts of two source documents of one terms.
const SEPARATOR: &str = "\n\n- - -\n\n";

/// What stands in place of the snapshots of an extraction from others than the latest.
const OF_EARLIER: &str = "earlier";

/// A document and a snapshot of it.
pub(super) type Source<'a> = (&'a SourceDocument, Record<Snapshot>);

/// Why a version is made from the latest snapshots.
#[derive(Clone, Copy)]
pub(super) enum Occasion<'a> {
    /// They were just fetched, some of them perhaps from addresses that are no place for a document.
    Tracking(&'a Running, &'a [Url]),
    Upgrade,
}

impl Tracker {
    /// Extracts and saves the version that the latest snapshots give, unless the gate holds it; nothing is extracted
    /// again unless its snapshots, its declaration, its filters or the engine changed.
    pub(super) fn assemble(&self, terms: &Terms, occasion: Occasion<'_>) -> Result<Result<Saved, Failure>, TrackError> {
        let Some(snapshots) = self.snapshot_states(terms)? else {
            return Ok(Err(Failure::NoSnapshot(terms.key.clone())));
        };
        let fingerprint = fingerprint(terms, &snapshots);
        if let Some(latest) = self.already_extracted(terms, &fingerprint, occasion)? {
            if let Occasion::Tracking(running, _) = occasion {
                self.end_hold(&terms.key, running)?;
            }
            return Ok(Ok(Saved::Unchanged { latest }));
        }
        let extracted = match occasion {
            Occasion::Tracking(..) => self.extract(terms)?.map(Made::OfLatest),
            Occasion::Upgrade => self.upgraded(terms, &fingerprint)?,
        };
        let (version, snapshots) = match extracted {
            Ok(Made::OfLatest(version)) => (version, fingerprint.snapshots.as_str()),
            Ok(Made::OfEarlier(version)) => (version, OF_EARLIER),
            Ok(Made::LeftToTracking(latest)) => return Ok(Ok(Saved::Unchanged { latest })),
            Err(error) => return Ok(Err(error.into())),
        };
        let (cause, hold) = match occasion {
            Occasion::Tracking(running, astray) => {
                (Cause::Tracking, self.held_from_tracking(terms, &version, running, astray)?)
            }
            Occasion::Upgrade => (Cause::TechnicalUpgrade, self.held_from_upgrading(terms, &version)?),
        };
        if let Some(hold) = hold {
            return Ok(Err(Failure::Held(Box::new(hold))));
        }
        let saved = self.archive.save_version(New { cause, content: version })?;
        let state = self.archive.versions.latest_state(&terms.key)?.unwrap_or_default();
        let way = &fingerprint.way;
        self.archive.extractions.remember_extraction(&terms.key, &format!("{way} {snapshots} {state}"))?;
        Ok(Ok(saved))
    }

    /// The version that the latest snapshots give, saved or not.
    pub(super) fn extract(&self, terms: &Terms) -> Result<Result<Version, ExtractError>, RecordsError> {
        Ok(self.extract_from(terms, &self.latest_sources(terms)?))
    }

    pub(super) fn extract_from(&self, terms: &Terms, sources: &[Source<'_>]) -> Result<Version, ExtractError> {
        combined(&self.extractor, terms, sources, self.clock.now())
    }

    /// Each document with its latest snapshot, if it has one.
    pub(super) fn latest_sources<'a>(&self, terms: &'a Terms) -> Result<Vec<Source<'a>>, RecordsError> {
        let mut sources = Vec::with_capacity(terms.documents.len());
        for document in &terms.documents {
            if let Some(snapshot) = self.archive.snapshots.latest(&terms.document_key(document))? {
                sources.push((document, snapshot));
            }
        }
        Ok(sources)
    }

    fn snapshot_states(&self, terms: &Terms) -> Result<Option<Vec<String>>, RecordsError> {
        let snapshots = &self.archive.snapshots;
        terms.documents.iter().map(|document| snapshots.latest_state(&terms.document_key(document))).collect()
    }

    /// The latest version, if it is what this extraction gave and nobody changed it since.
    ///
    /// To an upgrade, newer snapshots alone are nothing: they are of a page that changed, of which tracking has not made
    /// a version yet, since another document failed or the run was cut short.
    fn already_extracted(
        &self,
        terms: &Terms,
        fingerprint: &Fingerprint,
        occasion: Occasion<'_>,
    ) -> Result<Option<RecordId>, RecordsError> {
        let Some(last) = self.last_extraction(terms)? else { return Ok(None) };
        let is_of_these = last.snapshots == fingerprint.snapshots || matches!(occasion, Occasion::Upgrade);
        if last.way != fingerprint.way || !is_of_these {
            return Ok(None);
        }
        self.archive.versions.latest_id(&terms.key)
    }

    /// How the latest version was made, if that is remembered, and nobody changed the version since.
    pub(super) fn last_extraction(&self, terms: &Terms) -> Result<Option<Fingerprint>, RecordsError> {
        let Some(state) = self.archive.versions.latest_state(&terms.key)? else { return Ok(None) };
        let remembered = self.archive.extractions.extraction_fingerprint(&terms.key)?.unwrap_or_default();
        let parts: Vec<&str> = remembered.splitn(3, ' ').collect();
        let [way, snapshots, of] = parts[..] else { return Ok(None) };
        let last = Fingerprint { way: way.to_owned(), snapshots: snapshots.to_owned() };
        Ok((of == state).then_some(last))
    }
}

/// The version that recorded snapshots of a terms' source documents give; `now` is its date if there are none.
pub(super) fn combined(
    extractor: &Extractor,
    terms: &Terms,
    sources: &[Source<'_>],
    now: DateTime<Utc>,
) -> Result<Version, ExtractError> {
    let markdown = assembled(extractor, sources.iter().map(|(document, record)| (*document, &record.content)))?;
    let fetched_at = sources.iter().map(|(_, record)| record.content.fetched_at).max();
    let snapshots = sources.iter().map(|(_, record)| record.id.clone()).collect();
    Ok(Version { terms: terms.key.clone(), fetched_at: fetched_at.unwrap_or(now), snapshots, markdown })
}

/// The Markdown that snapshots of a terms' source documents give together.
///
/// # Errors
/// When one of them gives none.
pub fn assembled<'a>(
    extractor: &Extractor,
    sources: impl IntoIterator<Item = (&'a SourceDocument, &'a Snapshot)>,
) -> Result<String, ExtractError> {
    let texts = sources
        .into_iter()
        .map(|(document, snapshot)| extractor.extract(&snapshot.content, &snapshot.mime, document))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(texts.join(SEPARATOR))
}
