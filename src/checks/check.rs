//! One fetch of one source document, as it is kept and exported.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize, Serializer};

use super::ChecksError;
use super::day;
use super::ledger::{Ledger, RunId, find_terms, from_json, number_terms, parsed, read_instant, read_terms};
use crate::domain::{DocumentId, RecordId, ServiceId, TermsKey, TermsType};

/// Longest text of a failure that is kept, in bytes.
const MAX_MESSAGE_BYTES: usize = 2_000;

/// One fetch of one source document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    #[serde(serialize_with = "as_rfc3339")]
    pub at: DateTime<Utc>,
    #[serde(flatten, serialize_with = "as_names")]
    pub terms: TermsKey,
    /// Present when the terms is read from several documents.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_name")]
    pub document: Option<DocumentId>,
    pub purpose: Purpose,
    pub outcome: CheckOutcome,
    /// The HTTP status, where a server answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirects: Vec<Redirect>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Size of the body as it came, decompressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// SHA-256 of the content as it is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    pub duration_ms: u64,
    /// `htmlOnly` or `fullDom`, as records say.
    pub fetcher: String,
    /// Where the request left from, as configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egress: Option<String>,
    /// Whether the host's robots.txt allows fineprint the document, where it was asked and answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_by_robots: Option<bool>,
    /// The snapshot that holds what was fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<RecordId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Trouble>,
}

/// A redirect that was followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    pub status: u16,
    pub from: String,
}

/// What went wrong, of which kind it is, and what can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    pub kind: String,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// What a document was fetched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To track its terms.
    Tracking,
    /// Once more in the same run, after a failure or a suspect.
    SecondLook,
    /// Because a combined terms names a document that was never fetched.
    Upgrade,
}

/// What came of a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// The content is new: a snapshot was recorded.
    Recorded,
    /// The content is that of the latest snapshot.
    Unchanged,
    /// The server said so, and sent nothing.
    NotModified,
    /// The content is new, and was not recorded: a second look whose text was not believed either.
    SetAside,
    /// The content was new, and its snapshot was lost with the run, which was cut short before it was on the disk.
    Lost,
    Failed,
}

/// Which checks to list, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct CheckFilter {
    pub service: Option<ServiceId>,
    pub terms_type: Option<TermsType>,
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// The newest so many.
    pub limit: Option<usize>,
}

impl Ledger {
    /// Adds a check, without waiting until it is durable.
    pub fn record_check(&self, run: Option<RunId>, check: Check) {
        self.note(move |db| insert(db, run, &check));
    }

    /// The checks that match, the oldest first.
    pub fn checks(&self, filter: &CheckFilter) -> Result<Vec<Check>, ChecksError> {
        let filter = filter.clone();
        self.ask(move |db| list(db, &filter))
    }
}

impl Ledger {
    /// The address that gave a snapshot, where its check is still kept.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn address_of(&self, terms: &TermsKey, snapshot: &RecordId) -> Result<Option<String>, ChecksError> {
        let (terms, snapshot) = (terms.clone(), snapshot.clone());
        self.ask(move |db| {
            let Some(terms) = find_terms(db, &terms)? else { return Ok(None) };
            let query = "SELECT final_url FROM checks WHERE terms = ? AND snapshot = ? ORDER BY id LIMIT 1";
            let found = db.prepare_cached(query)?.query_row(params![terms, snapshot.as_str()], |row| row.get(0));
            Ok(found.optional()?.flatten())
        })
    }
}

impl Purpose {
    pub fn name(self) -> &'static str {
        match self {
            Self::Tracking => "tracking",
            Self::SecondLook => "second-look",
            Self::Upgrade => "upgrade",
        }
    }
}

impl CheckOutcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Unchanged => "unchanged",
            Self::NotModified => "not-modified",
            Self::SetAside => "set-aside",
            Self::Lost => "lost",
            Self::Failed => "failed",
        }
    }
}

fn insert(db: &Connection, run: Option<RunId>, check: &Check) -> rusqlite::Result<()> {
    let terms = number_terms(db, &check.terms)?;
    let document = check.document.as_ref().map_or("", DocumentId::as_str);
    let statement = "INSERT INTO checks (run, terms, document, at, purpose, outcome, status, final_url, redirects, \
                     headers, bytes, hash, duration_ms, fetcher, egress, snapshot, failure_kind, failure_message, \
                     allowed_by_robots) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    db.prepare_cached(statement)?.execute(params![
        run.map(|run| run.0),
        terms,
        document,
        check.at.timestamp(),
        check.purpose.name(),
        check.outcome.name(),
        check.status,
        check.final_url,
        (!check.redirects.is_empty()).then(|| as_json(&check.redirects)),
        (!check.headers.is_empty()).then(|| as_json(&check.headers)),
        check.bytes.map(|bytes| bytes as i64),
        check.hash,
        check.duration_ms as i64,
        check.fetcher,
        check.egress,
        check.snapshot.as_ref().map(RecordId::as_str),
        check.failure.as_ref().map(|failure| failure.kind.as_str()),
        check.failure.as_ref().map(|failure| shortened(&failure.message)),
        check.allowed_by_robots,
    ])?;
    day::count(db, terms, document, check)
}

fn list(db: &Connection, filter: &CheckFilter) -> rusqlite::Result<Vec<Check>> {
    let query = "SELECT service, terms_type, document, at, purpose, outcome, status, final_url, redirects, headers, \
                 bytes, hash, duration_ms, fetcher, egress, snapshot, failure_kind, failure_message, \
                 allowed_by_robots FROM checks JOIN terms ON terms.id = checks.terms \
                 WHERE (?1 IS NULL OR service = ?1) AND (?2 IS NULL OR terms_type = ?2) \
                 AND (?3 IS NULL OR at >= ?3) AND (?4 IS NULL OR at <= ?4) \
                 ORDER BY at DESC, checks.id DESC LIMIT ?5";
    let asked = params![
        filter.service.as_ref().map(ServiceId::as_str),
        filter.terms_type.as_ref().map(TermsType::as_str),
        filter.since.map(|since| since.timestamp()),
        filter.until.map(|until| until.timestamp()),
        filter.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(-1)),
    ];
    let mut checks: Vec<Check> = db.prepare_cached(query)?.query_map(asked, read)?.collect::<Result<_, _>>()?;
    checks.reverse();
    Ok(checks)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Check> {
    let document: String = row.get(2)?;
    let failure = match row.get::<_, Option<String>>(16)? {
        Some(kind) => Some(Trouble { kind, message: row.get(17)?, advice: None }),
        None => None,
    };
    Ok(Check {
        terms: read_terms(row, 0)?,
        document: (!document.is_empty()).then(|| DocumentId::from_file_name(&document)),
        at: read_instant(row, 3)?,
        purpose: named(row, 4)?,
        outcome: named(row, 5)?,
        status: row.get(6)?,
        final_url: row.get(7)?,
        redirects: from_json(row, 8)?,
        headers: from_json(row, 9)?,
        bytes: row.get::<_, Option<i64>>(10)?.map(i64::unsigned_abs),
        hash: row.get(11)?,
        duration_ms: row.get::<_, i64>(12)?.unsigned_abs(),
        fetcher: row.get(13)?,
        egress: row.get(14)?,
        allowed_by_robots: row.get(18)?,
        snapshot: row.get::<_, Option<String>>(15)?.map(|_| parsed(row, 15)).transpose()?,
        failure,
    })
}

/// A column that holds the name of one of a closed list.
fn named<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let name: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::String(name)).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn as_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("lists and maps of texts have a form in JSON")
}

fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_MESSAGE_BYTES)]
}

/// An instant as RFC 3339 writes it, to the second.
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The same for exports.
pub fn as_rfc3339<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*at))
}

/// A terms as `service` and `termsType`, as all exports name it.
pub fn as_names<S: Serializer>(terms: &TermsKey, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeStruct as _;
    let mut names = serializer.serialize_struct("TermsKey", 2)?;
    names.serialize_field("service", &terms.service)?;
    names.serialize_field("termsType", &terms.terms_type)?;
    names.end()
}

fn as_name<S: Serializer>(document: &Option<DocumentId>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(document.as_ref().map_or("", DocumentId::as_str))
}
