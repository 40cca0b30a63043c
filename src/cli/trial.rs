//! Extracts stored snapshots again with another declaration, to see what history would have looked like.

use crate::app::explained;
use crate::domain::{FilterUse, Record, RecordId, Snapshot, Terms};
use crate::extract::{Config, Extractor};
use crate::records::{GitStore, RecordEntry, RecordStore};
use crate::tracker::assembled;

/// The newest so many changes of a terms are replayed.
const MOST_REPLAYED: usize = 40;

/// Filters without parameters that may silence changes.
const CANDIDATES: &[&str] = &[
    "cleanLinks",
    "unwrapRedirects",
    "decodeEmails",
    "removeReadTimes",
    "removeRelativeDates",
    "removeShareButtons",
    "removeBackToTop",
    "removeEmptyLinks",
];

/// What trying filters on stored snapshots gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Trial {
    NoSnapshots,
    Nothing {
        replayed: usize,
    },
    /// With the filter, `before` changes would have been `after`.
    Better {
        filter: &'static str,
        replayed: usize,
        before: usize,
        after: usize,
    },
}

/// Replays stored snapshots.
pub struct Replay {
    snapshots: GitStore<Snapshot>,
    extractor: Extractor,
}

impl Replay {
    pub fn on(snapshots: GitStore<Snapshot>) -> Self {
        Self { snapshots, extractor: Extractor::new(Config::default()) }
    }

    /// The built-in filter that would have saved a terms the most changes.
    ///
    /// # Errors
    /// When the snapshots cannot be read.
    pub fn best(&self, terms: &Terms, changes: &[RecordEntry]) -> anyhow::Result<Trial> {
        let recent = &changes[changes.len().saturating_sub(MOST_REPLAYED)..];
        let mut stored = Vec::new();
        for entry in recent {
            stored.extend(self.stored(&entry.snapshots)?.filter(|found| found.len() == terms.documents.len()));
        }
        if stored.len() < 2 {
            return Ok(Trial::NoSnapshots);
        }
        let replayed = stored.len();
        let before = self.changes(terms, &stored);
        let trials = CANDIDATES.iter().map(|name| (self.changes(&with_filter(terms, name), &stored), *name));
        let best = trials.min_by_key(|(after, _)| *after).filter(|(after, _)| *after < before);
        Ok(best.map_or(Trial::Nothing { replayed }, |(after, filter)| Trial::Better {
            filter,
            replayed,
            before,
            after,
        }))
    }

    /// The snapshots of a version, if all of them are stored.
    fn stored(&self, ids: &[RecordId]) -> anyhow::Result<Option<Vec<Record<Snapshot>>>> {
        let found: Vec<Record<Snapshot>> = ids
            .iter()
            .filter_map(|id| self.snapshots.find(id).transpose())
            .collect::<Result<_, _>>()
            .map_err(explained)?;
        Ok(Some(found).filter(|found| !found.is_empty() && found.len() == ids.len()))
    }

    /// How often the text changes from one stored version to the next; what gives no text is passed over.
    fn changes(&self, terms: &Terms, stored: &[Vec<Record<Snapshot>>]) -> usize {
        let texts = stored.iter().filter_map(|snapshots| {
            let sources = terms.documents.iter().zip(snapshots.iter().map(|record| &record.content));
            assembled(&self.extractor, sources).ok()
        });
        let mut texts: Vec<String> = texts.collect();
        texts.dedup();
        texts.len().saturating_sub(1)
    }
}

fn with_filter(terms: &Terms, name: &str) -> Terms {
    let mut terms = terms.clone();
    for document in &mut terms.documents {
        document.filters.push(FilterUse { name: name.to_owned(), params: None });
    }
    terms
}
