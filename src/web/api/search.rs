//! Passages with words that somebody looks for, and when they came and went.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::page::MAX_LIMIT;
use super::query::Query;
use crate::domain::RecordId;
use crate::records::{self, Absence, Passage, PassageFilter, Seen};
use crate::web::{Problem, Served};

/// How many passages an answer has if nothing is said.
const LIMIT: usize = 50;

/// How many passages narrow a list of versions.
const MAX_PASSAGES: usize = 2_000;

/// What a search found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FoundBody {
    /// How many passages there are, told or not.
    pub total: usize,
    /// Of how many versions the passages were looked through.
    pub versions: SearchedBody,
    /// Those that came last first.
    pub passages: Vec<PassageBody>,
}

/// How far a search could look.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchedBody {
    pub searched: usize,
    pub recorded: usize,
}

/// A passage, and when it was there.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PassageBody {
    pub service: String,
    pub terms_type: String,
    /// As it reads, without Markdown.
    pub text: String,
    /// What was looked for in the text: pairs of first and last character, the last excluded, counted from 0.
    pub places: Vec<[usize; 2]>,
    /// The version where it first appeared.
    pub first: SeenBody,
    /// The last version that has it.
    pub last: SeenBody,
    /// The version where it was missing; absent if it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<SeenBody>,
    /// When it was missing in between, the earliest first; absent if it never was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<AbsenceBody>,
}

/// A time for which a passage was missing: the version where it was, and the one where it was there again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsenceBody {
    pub gone: SeenBody,
    pub back: SeenBody,
}

/// A version in which something was seen, or missed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SeenBody {
    /// The id of the version.
    pub version: String,
    pub date: String,
}

/// Passages with words
///
/// Words, `"exact phrases"`, beginnings of words (`priva*`), `-words` to leave out, in any version.
#[utoipa::path(get, path = "/search", operation_id = "search", tag = "versions", params(super::openapi::PassageFilters),
    responses((status = 200, body = FoundBody), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn search(State(served): State<Served>, query: Query) -> Result<Json<FoundBody>, Problem> {
    let words = query.words.as_deref().ok_or_else(|| Problem::bad_request("`q` is missing: what to look for"))?;
    if let Some(name) = query.of_changes() {
        let detail = format!("passages are not narrowed down by `{name}`, which is of changes; `/versions?q=` is");
        return Err(Problem::bad_request(detail));
    }
    if query.format.as_deref().is_some_and(|format| format != "json") {
        return Err(Problem::bad_request("passages are told in JSON only"));
    }
    let filter = PassageFilter {
        offset: query.offset,
        limit: Some(query.limit.unwrap_or(LIMIT).min(MAX_LIMIT)),
        ..filter(&query)
    };
    let found = served.search(parsed(words)?, filter).await?;
    let nothing = FoundBody { total: 0, versions: SearchedBody { searched: 0, recorded: 0 }, passages: Vec::new() };
    Ok(Json(found.map_or(nothing, |found| FoundBody {
        total: found.total,
        versions: SearchedBody { searched: found.progress.done, recorded: found.progress.records },
        passages: found.passages.iter().map(PassageBody::from).collect(),
    })))
}

/// The versions in which a passage with the words of a query came or went; `None` if it has no words.
pub async fn records(served: &Served, query: &Query) -> Result<Option<Vec<RecordId>>, Problem> {
    let Some(words) = query.words.as_deref() else { return Ok(None) };
    let filter = PassageFilter { limit: Some(MAX_PASSAGES), ..filter(query) };
    let found = served.search(parsed(words)?, filter).await?;
    let passages = found.into_iter().flat_map(|found| found.passages);
    let seen = passages.flat_map(|passage| {
        let absences = passage.absences.into_iter().flat_map(|absence| [absence.gone, absence.back]);
        [Some(passage.first), passage.gone].into_iter().flatten().chain(absences)
    });
    let mut ids: Vec<RecordId> = seen.map(|seen| seen.record).collect();
    ids.sort();
    ids.dedup();
    Ok(Some(ids))
}

fn parsed(words: &str) -> Result<records::Query, Problem> {
    records::Query::parse(words).map_err(|error| Problem::bad_request(format!("`q` cannot be used: {error}")))
}

fn filter(query: &Query) -> PassageFilter {
    PassageFilter {
        services: query.services.clone(),
        terms_types: query.terms_types.clone(),
        since: query.since,
        until: query.until,
        ..PassageFilter::default()
    }
}

impl From<&Passage> for PassageBody {
    fn from(passage: &Passage) -> Self {
        let characters = |byte: usize| passage.text[..byte].chars().count();
        Self {
            service: passage.terms.service.to_string(),
            terms_type: passage.terms.terms_type.to_string(),
            text: passage.text.clone(),
            places: passage.places.iter().map(|place| [characters(place.start), characters(place.end)]).collect(),
            first: SeenBody::from(&passage.first),
            last: SeenBody::from(&passage.last),
            gone: passage.gone.as_ref().map(SeenBody::from),
            absences: passage.absences.iter().map(AbsenceBody::from).collect(),
        }
    }
}

impl From<&Absence> for AbsenceBody {
    fn from(absence: &Absence) -> Self {
        Self { gone: SeenBody::from(&absence.gone), back: SeenBody::from(&absence.back) }
    }
}

impl From<&Seen> for SeenBody {
    fn from(seen: &Seen) -> Self {
        let date = seen.date.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        Self { version: seen.record.to_string(), date }
    }
}
