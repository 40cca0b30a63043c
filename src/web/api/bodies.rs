//! The shapes of answers.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Kind, Record, Snapshot, Verdict, Version};
use crate::records::RecordEntry;

/// A record of a version or a snapshot, without its content.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The id of the commit: 40 hexadecimal digits.
    pub id: String,
    pub service: String,
    pub terms_type: String,
    /// Which of several documents of the terms a snapshot is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// `first`, `change` or `technical-upgrade`.
    pub kind: &'static str,
    /// When the content was fetched.
    #[schema(value_type = String, format = DateTime)]
    pub date: DateTime<Utc>,
    /// What wrote the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The snapshots that a version was extracted from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub snapshots: Vec<String>,
    /// What kind of change a version is, and whether it counts; absent until it is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictBody>,
}

/// What is thought of a change.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VerdictBody {
    /// Such as `substantive`, `editorial` or `outage`.
    pub kind: &'static str,
    /// Whether somebody who follows the terms wants to hear of it.
    pub significant: bool,
    /// How much there is to it, from 0 to 100.
    pub weight: u8,
    /// Why, the strongest first.
    pub reasons: Vec<ReasonBody>,
    /// The number of the rules that gave the verdict; 0 for a person.
    pub rules: u32,
}

/// Why a verdict is as it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReasonBody {
    /// The rule that spoke.
    pub rule: String,
    /// What it saw.
    pub seen: Vec<String>,
}

/// A version with its content.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionBody {
    pub id: String,
    pub service: String,
    pub terms_type: String,
    /// `first`, `change` or `technical-upgrade`.
    pub kind: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub fetch_date: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    pub snapshots: Vec<String>,
    /// The terms as Markdown.
    pub content: String,
}

/// A snapshot without its content, which is at `/snapshot/{sha}/content`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotBody {
    pub id: String,
    pub service: String,
    pub terms_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// `first`, `change` or `technical-upgrade`.
    pub kind: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub fetch_date: DateTime<Utc>,
    /// Where it was fetched from.
    pub location: String,
    pub mime_type: String,
    /// `htmlOnly`, or `fullDom` if a browser fetched it.
    pub fetcher: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The size of the content in bytes.
    pub bytes: usize,
}

impl From<&RecordEntry> for Entry {
    fn from(entry: &RecordEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            service: entry.terms.service.to_string(),
            terms_type: entry.terms.terms_type.to_string(),
            document: entry.document.as_ref().map(|document| document.as_str().to_owned()),
            kind: kind_name(entry.kind),
            date: entry.date,
            engine: entry.engine.clone(),
            snapshots: entry.snapshots.iter().map(ToString::to_string).collect(),
            verdict: entry.verdict.as_ref().map(VerdictBody::from),
        }
    }
}

impl From<&Verdict> for VerdictBody {
    fn from(verdict: &Verdict) -> Self {
        let reasons = verdict.reasons.iter();
        Self {
            kind: verdict.kind.name(),
            significant: verdict.significant,
            weight: verdict.weight,
            reasons: reasons
                .map(|reason| ReasonBody { rule: reason.rule.clone(), seen: reason.seen.clone() })
                .collect(),
            rules: verdict.rules,
        }
    }
}

impl From<Record<Version>> for VersionBody {
    fn from(record: Record<Version>) -> Self {
        let version = record.content;
        Self {
            id: record.id.into(),
            service: version.terms.service.into(),
            terms_type: version.terms.terms_type.into(),
            kind: kind_name(record.kind),
            fetch_date: version.fetched_at,
            engine: record.engine,
            snapshots: version.snapshots.into_iter().map(String::from).collect(),
            content: version.markdown,
        }
    }
}

impl From<&Record<Snapshot>> for SnapshotBody {
    fn from(record: &Record<Snapshot>) -> Self {
        let snapshot = &record.content;
        Self {
            id: record.id.to_string(),
            service: snapshot.terms.service.to_string(),
            terms_type: snapshot.terms.terms_type.to_string(),
            document: snapshot.document.as_ref().map(|document| document.as_str().to_owned()),
            kind: kind_name(record.kind),
            fetch_date: snapshot.fetched_at,
            location: snapshot.location.clone(),
            mime_type: snapshot.mime.to_string(),
            fetcher: snapshot.fetcher.as_str(),
            engine: record.engine.clone(),
            bytes: snapshot.content.len(),
        }
    }
}

/// A kind of record, as parameters name it.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::First => "first",
        Kind::Change => "change",
        Kind::TechnicalUpgrade => "technical-upgrade",
    }
}
