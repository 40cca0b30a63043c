//! What an archive of one kind of record can do, wherever it keeps them.

use chrono::{DateTime, Utc};

use super::{Recordable, RecordsError};
use crate::domain::{DocumentId, Kind, New, Record, RecordId, Saved, ServiceId, TermsKey, TermsType};

/// Keeps the records of snapshots, or those of versions. All calls block.
pub trait RecordStore<T: Recordable>: Send + Sync {
    /// Records new content, unless it is that of the latest record.
    ///
    /// What is saved can be read back at once, and outlives the process only after [`flush`](Self::flush):
    /// whoever saves decides when, so that a version never becomes public before its snapshots are safe.
    fn save(&self, new: New<T>) -> Result<Saved, RecordsError>;

    /// The newest record.
    fn latest(&self, key: &T::Key) -> Result<Option<Record<T>>, RecordsError>;

    /// The id of the newest record, without reading its content.
    fn latest_id(&self, key: &T::Key) -> Result<Option<RecordId>, RecordsError>;

    /// What the latest content is, as a text that changes whenever it does, also by another hand than fineprint's.
    fn latest_state(&self, key: &T::Key) -> Result<Option<String>, RecordsError> {
        Ok(self.latest_id(key)?.map(String::from))
    }

    /// Says that nobody will ask for the latest content soon; stores that hold it in memory may drop it.
    fn let_go(&self, _key: &T::Key) {}

    /// The record that was valid at an instant: the newest of those dated then or before.
    fn valid_at(&self, key: &T::Key, date: DateTime<Utc>) -> Result<Option<Record<T>>, RecordsError>;

    /// The record with this id.
    fn find(&self, id: &RecordId) -> Result<Option<Record<T>>, RecordsError>;

    /// The records that match, without their content.
    fn list(&self, filter: &RecordFilter) -> Result<Vec<RecordEntry>, RecordsError>;

    /// Makes durable all that was saved: after this, neither a crash nor a power loss undoes it.
    fn flush(&self) -> Result<(), RecordsError>;
}

/// Remembers from what each terms was last extracted, so that nothing is extracted twice. A cache.
pub trait Extractions: Send + Sync {
    /// The fingerprint last remembered for a terms.
    fn extraction_fingerprint(&self, terms: &TermsKey) -> Result<Option<String>, RecordsError>;

    /// Remembers a fingerprint; kept beyond the process from the next flush on.
    fn remember_extraction(&self, terms: &TermsKey, fingerprint: &str) -> Result<(), RecordsError>;
}

/// A record without its content, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordEntry {
    pub id: RecordId,
    pub terms: TermsKey,
    /// Present for snapshots of one document among several.
    pub document: Option<DocumentId>,
    pub kind: Kind,
    /// When the content was fetched. Dates of technical upgrades made by other engines are often wrong.
    pub date: DateTime<Utc>,
    /// What wrote it, as its `X-engine-version` says.
    pub engine: Option<String>,
    /// The snapshots a version was extracted from, where their full ids are known.
    pub snapshots: Vec<RecordId>,
}

/// Which records to list. The default matches all, newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecordFilter {
    pub service: Option<ServiceId>,
    pub terms_type: Option<TermsType>,
    /// Dated then or later.
    pub since: Option<DateTime<Utc>>,
    /// Dated then or before.
    pub until: Option<DateTime<Utc>>,
    /// Any of these kinds; empty for all.
    pub kinds: Vec<Kind>,
    pub order: Order,
    pub limit: Option<usize>,
}

/// In which order records are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// By date, newest first.
    #[default]
    NewestFirst,
    /// By date, oldest first.
    OldestFirst,
    /// As recorded, the last first: what a run has just recorded comes first, whatever its date.
    LastRecordedFirst,
}

impl RecordFilter {
    /// All records of one terms.
    pub fn of(terms: &TermsKey) -> Self {
        Self { service: Some(terms.service.clone()), terms_type: Some(terms.terms_type.clone()), ..Self::default() }
    }
}
