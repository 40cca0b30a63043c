//! Decides from which snapshots a technical upgrade is made, so that no change by the service passes for one.
//!
//! A snapshot may be newer than the latest version: its page was fetched, and no version came of it, since nothing could be
//! extracted, another document failed, or the run was cut short. What it says that is new is for tracking to record.

use super::Tracker;
use super::assembly::Source;
use super::fingerprint::Fingerprint;
use crate::domain::{DocumentId, Record, RecordId, Snapshot, Terms, Version};
use crate::extract::ExtractError;
use crate::records::RecordsError;

/// Signs that engines set in different ways where a page says the same.
const MARKUP: &str = "*_#`>|~\\-+=[]()<!";

/// What an extraction gave.
pub(super) enum Made {
    /// The version that the latest snapshots give.
    OfLatest(Version),
    /// The version that those give of which the latest version was made.
    OfEarlier(Version),
    /// Nothing that can be told from a change by the service; this version stays the latest.
    LeftToTracking(RecordId),
}

impl Tracker {
    /// The version that a technical upgrade makes.
    pub(super) fn upgraded(
        &self,
        terms: &Terms,
        now: &Fingerprint,
    ) -> Result<Result<Made, ExtractError>, RecordsError> {
        let latest = self.latest_sources(terms)?;
        let of_latest = self.extract_from(terms, &latest);
        let last = self.last_extraction(terms)?;
        if last.is_some_and(|last| last.snapshots == now.snapshots) {
            return Ok(of_latest.map(Made::OfLatest));
        }
        let Some(version) = self.archive.versions.latest(&terms.key)? else { return Ok(of_latest.map(Made::OfLatest)) };
        let says_the_same = |made: &Version| words(&made.markdown).eq(words(&version.content.markdown));
        let Some(earlier) = self.named_sources(&version.content, &latest)? else {
            return Ok(of_latest.map(Made::OfLatest));
        };
        Ok(match (of_latest, self.extract_from(terms, &earlier)) {
            (Ok(made), _) if says_the_same(&made) => Ok(Made::OfLatest(made)),
            (_, Ok(made)) => Ok(Made::OfEarlier(made)),
            (Ok(_), Err(_)) => Ok(Made::LeftToTracking(version.id)),
            (Err(error), Err(_)) => Err(error),
        })
    }

    /// The documents with the snapshots that a version names, where it names any other than the latest. A document that it
    /// does not name, since it was declared later, keeps its latest one.
    fn named_sources<'a>(
        &self,
        version: &Version,
        latest: &[Source<'a>],
    ) -> Result<Option<Vec<Source<'a>>>, RecordsError> {
        if latest.iter().all(|(_, snapshot)| version.snapshots.contains(&snapshot.id)) {
            return Ok(None);
        }
        let mut named: Vec<Record<Snapshot>> = Vec::new();
        for id in &version.snapshots {
            named.extend(self.archive.snapshots.find(id)?);
        }
        let of = |document: &Option<DocumentId>| {
            let is_same = |snapshot: &&Record<Snapshot>| file_name(&snapshot.content.document) == file_name(document);
            named.iter().find(is_same)
        };
        let sources: Vec<Source<'a>> = latest
            .iter()
            .map(|(document, snapshot)| (*document, of(&document.id).unwrap_or(snapshot).clone()))
            .collect();
        let is_other = sources.iter().zip(latest).any(|(source, latest)| source.1.id != latest.1.id);
        Ok(is_other.then_some(sources))
    }
}

/// The document at the root of a host has an empty id, which archives do not tell from none.
fn file_name(document: &Option<DocumentId>) -> &str {
    document.as_ref().map_or("", DocumentId::as_str)
}

/// What a text says, whatever its markup. Points, commas and signs of currency count: they are in numbers.
fn words(markdown: &str) -> impl Iterator<Item = char> {
    markdown.chars().filter(|c| !c.is_whitespace() && !MARKUP.contains(*c))
}
