//! What an archive holds: snapshots as fetched, versions as extracted, and their records.

use chrono::{DateTime, Utc};

use super::{DocumentId, DocumentKey, MimeType, RecordId, TermsKey};

/// A source document as it was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    pub terms: TermsKey,
    /// Present when the terms is read from several documents.
    pub document: Option<DocumentId>,
    /// Where it was fetched from, as declared.
    pub location: String,
    pub fetched_at: DateTime<Utc>,
    pub mime: MimeType,
    pub fetcher: FetcherKind,
    /// UTF-8 for `text/*`, else the bytes as they came.
    pub content: Vec<u8>,
}

/// The Markdown of a terms at a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub terms: TermsKey,
    /// When the latest of its snapshots was fetched.
    pub fetched_at: DateTime<Utc>,
    /// The snapshots it was extracted from, in declared order.
    pub snapshots: Vec<RecordId>,
    /// Without a final newline.
    pub markdown: String,
}

/// How a snapshot was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FetcherKind {
    /// Over HTTP, without running scripts.
    HtmlOnly,
    /// By a browser.
    FullDom,
}

/// Something to record: it has content and no id yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New<T> {
    pub cause: Cause,
    pub content: T,
}

/// Why something is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Tracking,
    TechnicalUpgrade,
}

/// Something recorded: it has an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<T> {
    pub id: RecordId,
    pub kind: Kind,
    /// What wrote it, as its `X-engine-version` says; absent before 2025.
    pub engine: Option<String>,
    pub content: T,
}

/// Of which kind a record is. The first record of a terms is `First`, whatever its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    First,
    Change,
    TechnicalUpgrade,
}

/// What came of saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    Recorded {
        id: RecordId,
        kind: Kind,
    },
    /// The content is that of the latest record, so there is nothing new to record.
    Unchanged {
        latest: RecordId,
    },
}

impl<T> New<T> {
    pub fn tracked(content: T) -> Self {
        Self { cause: Cause::Tracking, content }
    }

    pub fn upgraded(content: T) -> Self {
        Self { cause: Cause::TechnicalUpgrade, content }
    }
}

impl Saved {
    /// The record that now holds the content.
    pub fn id(&self) -> &RecordId {
        match self {
            Self::Recorded { id, .. } | Self::Unchanged { latest: id } => id,
        }
    }
}

impl Snapshot {
    pub fn key(&self) -> DocumentKey {
        DocumentKey { terms: self.terms.clone(), document: self.document.clone() }
    }
}

impl FetcherKind {
    /// The value of the `X-fetcher` trailer.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HtmlOnly => "htmlOnly",
            Self::FullDom => "fullDom",
        }
    }
}
