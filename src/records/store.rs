//! What an archive of one kind of record can do, wherever it keeps them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Recordable, RecordsError, Signature, Tally};
use crate::domain::{
    ChangeKind, DocumentId, Kind, New, Record, RecordId, Saved, ServiceId, TermsKey, TermsName, TermsType, Verdict,
};

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

    /// How many records match, whatever the limit and where the list begins.
    fn count(&self, filter: &RecordFilter) -> Result<usize, RecordsError> {
        let all = RecordFilter { after: None, offset: 0, limit: None, ..filter.clone() };
        Ok(self.list(&all)?.len())
    }

    /// A text that changes whenever records of a service do, or what is thought of them; `None` where that is not known.
    fn position_of(&self, _service: &ServiceId) -> Result<Option<String>, RecordsError> {
        self.position()
    }

    /// What a terms is called today of which a record with this name and date is.
    fn name_today(&self, terms: &TermsKey, _date: DateTime<Utc>) -> TermsKey {
        terms.clone()
    }

    /// The terms that anything is recorded of, by the names it was recorded under.
    fn terms(&self) -> Result<Vec<TermsKey>, RecordsError> {
        let entries = self.list(&RecordFilter::default())?;
        let terms: BTreeSet<TermsKey> = entries.into_iter().map(|entry| entry.terms).collect();
        Ok(terms.into_iter().collect())
    }

    /// How many records there are, each number of one terms, kind and month.
    fn tallies(&self) -> Result<Vec<Tally>, RecordsError> {
        Ok(self.list(&RecordFilter::default())?.into_iter().map(Tally::from).collect())
    }

    /// A text that changes whenever the answer to a question may: with records, and with what is thought of them.
    /// `None` where that is not known. It is to be compared with texts of the same store only.
    fn position(&self) -> Result<Option<String>, RecordsError> {
        Ok(None)
    }

    /// Who signed the record with this id, and whether that holds; `None` where it is not signed.
    ///
    /// What is asked for may take a program of git's a moment.
    fn signature(&self, _id: &RecordId) -> Result<Option<Signature>, RecordsError> {
        Ok(None)
    }

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

/// Keeps what is thought of each version. A cache, made anew from the texts; what people say is kept elsewhere.
pub trait Verdicts: Send + Sync {
    /// The terms that have versions without a verdict by the rules of this number.
    fn terms_to_judge(&self, rules: u32) -> Result<Vec<TermsKey>, RecordsError>;

    /// The versions of a terms in the order of recording.
    fn course(&self, terms: &TermsKey) -> Result<Vec<Step>, RecordsError>;

    /// The text with this hash.
    fn text(&self, content: ContentHash) -> Result<String, RecordsError>;

    /// Remembers verdicts on versions, in place of earlier ones.
    fn remember_verdicts(&self, judged: &[(RecordId, Judged)]) -> Result<(), RecordsError>;
}

/// The hash under which git keeps a text: equal exactly for equal texts.
pub type ContentHash = [u8; 20];

/// A version as one of a row, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: RecordId,
    pub kind: Kind,
    pub date: DateTime<Utc>,
    pub content: ContentHash,
    /// What rules of whatever number thought of it, without corrections.
    pub judged: Option<Judged>,
}

impl Step {
    /// Whether the rules of this number have judged it.
    pub fn is_judged_by(&self, rules: u32) -> bool {
        self.judged.as_ref().is_some_and(|judged| judged.verdict.rules == rules)
    }
}

/// A verdict by rules, with what they want to find again when they judge what comes after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Verdict,
    /// Equal for texts that say the same in the same words.
    pub gist: u64,
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
    /// What is thought of a version; absent for snapshots, and until it is judged.
    pub verdict: Option<Verdict>,
}

/// Which records to list. The default matches all, newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecordFilter {
    pub service: Option<ServiceId>,
    pub terms_type: Option<TermsType>,
    /// Any of these names, in place of `service` and `terms_type`; stores that know of renames add former ones.
    pub names: Vec<TermsName>,
    /// Dated then or later.
    pub since: Option<DateTime<Utc>>,
    /// Dated then or before.
    pub until: Option<DateTime<Utc>>,
    /// Any of these kinds of records, or of `change_kinds`; all where both are empty.
    pub kinds: Vec<Kind>,
    /// Any of these kinds of change, or of `kinds`. What is not judged yet is of none.
    pub change_kinds: Vec<ChangeKind>,
    /// Only what counts, or only what does not. What is not judged yet is neither.
    pub significant: Option<bool>,
    /// Written by an engine whose `X-engine-version` begins so.
    pub engine: Option<String>,
    /// Only records whose id begins with these hexadecimal digits.
    pub id_start: Option<String>,
    /// Only these records; all where nothing is said.
    pub among: Option<Vec<RecordId>>,
    pub order: Order,
    /// Only what comes after this record in the order asked for; nothing if it is unknown.
    pub after: Option<RecordId>,
    /// How many that match to pass over.
    pub offset: usize,
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

    /// The names asked for: `names`, or else the one that `service` and `terms_type` are.
    pub fn asked_names(&self) -> Vec<TermsName> {
        if !self.names.is_empty() {
            return self.names.clone();
        }
        vec![TermsName { service: self.service.clone(), terms_type: self.terms_type.clone(), until: None }]
    }
}
