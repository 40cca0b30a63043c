//! What can be recorded, and how it is laid down in a commit: snapshots and versions.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use chrono::{DateTime, Utc};

use super::message::{Notes, Reading, SNAPSHOT_PLACEHOLDER, document_paragraph};
use super::path::RecordPath;
use crate::domain::{Cause, DocumentKey, FetcherKind, Kind, MimeType, RecordId, Snapshot, TermsKey, Version};

/// The extension of every version's file.
const VERSION_EXTENSION: &str = "md";

/// Of what the records of a repository are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holding {
    Snapshots,
    Versions,
}

impl Holding {
    pub fn name(self) -> &'static str {
        match self {
            Self::Snapshots => "snapshots",
            Self::Versions => "versions",
        }
    }

    /// Whether a file in such a repository may be that of a record: versions are Markdown throughout.
    pub fn may_have(self, path: &RecordPath) -> bool {
        match self {
            Self::Snapshots => true,
            Self::Versions => path.slot.document.is_none() && path.extension == VERSION_EXTENSION,
        }
    }
}

/// Content of which records are kept.
pub trait Recordable: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// What a repository of them holds.
    const HOLDING: Holding;

    /// Names what successive records are of.
    type Key: Clone + Debug + Display + Eq + Hash + Ord + Send + Sync;

    fn key(&self) -> Self::Key;

    /// Where records of a key lie, but for the file extension.
    fn slot(key: &Self::Key) -> DocumentKey;

    fn extension(&self) -> &str;

    fn fetched_at(&self) -> DateTime<Utc>;

    /// The bytes of the file.
    fn content(&self) -> &[u8];

    /// What it was made from: snapshots have no such origin.
    fn snapshots(&self) -> &[RecordId];

    /// What the commit message says about it; `snapshot_template` makes a snapshot's id an address.
    fn notes(&self, snapshot_template: &str) -> Notes;

    /// Puts together what a commit holds.
    fn from_record(path: RecordPath, date: DateTime<Utc>, reading: Reading, content: Vec<u8>) -> Self;
}

impl Recordable for Snapshot {
    const HOLDING: Holding = Holding::Snapshots;

    type Key = DocumentKey;

    fn key(&self) -> DocumentKey {
        Snapshot::key(self)
    }

    fn slot(key: &DocumentKey) -> DocumentKey {
        super::path::normal(key.clone())
    }

    fn extension(&self) -> &str {
        self.mime.extension()
    }

    fn fetched_at(&self) -> DateTime<Utc> {
        self.fetched_at
    }

    fn content(&self) -> &[u8] {
        &self.content
    }

    fn snapshots(&self) -> &[RecordId] {
        &[]
    }

    fn notes(&self, _: &str) -> Notes {
        let document = self.document.iter().filter(|document| !document.as_str().is_empty());
        Notes {
            paragraphs: document.map(document_paragraph).collect(),
            fetcher: Some(self.fetcher),
            location: Some(self.location.clone()),
            imported_from: None,
        }
    }

    fn from_record(path: RecordPath, date: DateTime<Utc>, reading: Reading, content: Vec<u8>) -> Self {
        let unknown = || MimeType::from_content_type("application/octet-stream");
        Self {
            mime: MimeType::from_extension(&path.extension).unwrap_or_else(unknown),
            terms: path.slot.terms,
            document: path.slot.document,
            location: reading.location.unwrap_or_default(),
            fetched_at: date,
            fetcher: reading.fetcher.unwrap_or(FetcherKind::HtmlOnly),
            content,
        }
    }
}

impl Recordable for Version {
    const HOLDING: Holding = Holding::Versions;

    type Key = TermsKey;

    fn key(&self) -> TermsKey {
        self.terms.clone()
    }

    fn slot(key: &TermsKey) -> DocumentKey {
        DocumentKey { terms: key.clone(), document: None }
    }

    fn extension(&self) -> &str {
        VERSION_EXTENSION
    }

    fn fetched_at(&self) -> DateTime<Utc> {
        self.fetched_at
    }

    fn content(&self) -> &[u8] {
        self.markdown.as_bytes()
    }

    fn snapshots(&self) -> &[RecordId] {
        &self.snapshots
    }

    fn notes(&self, snapshot_template: &str) -> Notes {
        let address = |id: &_| snapshot_template.replacen(SNAPSHOT_PLACEHOLDER, &format!("{id}"), 1);
        let addresses: Vec<String> = self.snapshots.iter().map(address).collect();
        Notes { paragraphs: origin(&addresses).into_iter().collect(), ..Notes::default() }
    }

    fn from_record(path: RecordPath, date: DateTime<Utc>, reading: Reading, content: Vec<u8>) -> Self {
        let markdown = String::from_utf8(content).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into());
        Self { terms: path.slot.terms, fetched_at: date, snapshots: reading.snapshots, markdown }
    }
}

/// The paragraph that tells what a version was extracted from.
fn origin(addresses: &[String]) -> Option<String> {
    match addresses {
        [] => None,
        [only] => Some(format!("This version was recorded after extracting from snapshot {only}")),
        several => Some(format!(
            "This version was recorded after extracting from and assembling the following snapshots from {} source \
             documents:\n- {}",
            several.len(),
            several.join("\n- ")
        )),
    }
}

/// Of which kind a record becomes: the first of its slot is `First`, whatever its cause.
pub fn kind_of(cause: Cause, has_predecessor: bool) -> Kind {
    match (has_predecessor, cause) {
        (false, _) => Kind::First,
        (true, Cause::Tracking) => Kind::Change,
        (true, Cause::TechnicalUpgrade) => Kind::TechnicalUpgrade,
    }
}
