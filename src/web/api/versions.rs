//! Versions: lists of them, the newest, and each by its id.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_LOCATION, CONTENT_TYPE, LAST_MODIFIED, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::bodies::{Entry, VersionBody};
use super::immutable::{mark, record_id};
use super::memento;
use super::page::Asked;
use super::search;
use crate::domain::{Record, TermsKey, Version};
use crate::records::RecordFilter;
use crate::web::conditional::last_modified;
use crate::web::{Origin, Path, Problem, Served};

/// All versions
///
/// Newest first. `Link` leads to the next page.
#[utoipa::path(get, path = "/versions", operation_id = "versions", tag = "versions", params(super::openapi::Filters),
    responses((status = 200, content((Vec<Entry> = "application/json"), (String = "application/jsonl"), (String = "text/csv"))), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn all(State(served): State<Served>, asked: Asked) -> Result<Response, Problem> {
    list(&served, asked).await
}

/// Versions of a service
#[utoipa::path(get, path = "/versions/{service}", operation_id = "versionsOfService", tag = "versions", params(("service" = String, Path), super::openapi::Filters),
    responses((status = 200, content((Vec<Entry> = "application/json"), (String = "application/jsonl"), (String = "text/csv"))), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn of_service(State(served): State<Served>, asked: Asked) -> Result<Response, Problem> {
    list(&served, asked).await
}

/// Versions of a terms
#[utoipa::path(get, path = "/versions/{service}/{type}", operation_id = "versionsOfTerms", tag = "versions",
    params(("service" = String, Path), ("type" = String, Path), super::openapi::Filters),
    responses((status = 200, content((Vec<Entry> = "application/json"), (String = "application/jsonl"), (String = "text/csv"))), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn of_terms(State(served): State<Served>, asked: Asked) -> Result<Response, Problem> {
    list(&served, asked).await
}

/// The newest version of a terms
#[utoipa::path(get, path = "/versions/{service}/{type}/latest", operation_id = "latestVersion", tag = "versions",
    params(("service" = String, Path), ("type" = String, Path)),
    responses((status = 200, content((VersionBody = "application/json"), (String = "text/markdown"))), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn latest(
    State(served): State<Served>,
    Path((service, terms_type)): Path<(String, String)>,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let terms = terms(&service, &terms_type)?;
    let record = served.versions(move |versions| versions.latest(&terms)).await?.ok_or_else(no_such_terms)?;
    let address = origin.at(&format!("{}/version/{}", served.base(), record.id));
    let mut response = content(record, is_markdown_accepted(&headers));
    response.headers_mut().extend(HeaderValue::from_str(&address).ok().map(|address| (CONTENT_LOCATION, address)));
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// A version by its id
///
/// With `.md` after the id, or asked for `text/markdown`, the Markdown alone.
#[utoipa::path(get, path = "/version/{sha}", operation_id = "versionById", tag = "versions", params(("sha" = String, Path, pattern = "^[0-9a-f]{40}$")),
    responses((status = 200, content((VersionBody = "application/json"), (String = "text/markdown"))), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn one(
    State(served): State<Served>,
    Path(name): Path<String>,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (id, is_markdown) = match name.strip_suffix(".md") {
        Some(id) => (record_id(id)?, true),
        None => (record_id(&name)?, is_markdown_accepted(&headers)),
    };
    let wanted = id.clone();
    let found = served.versions(move |versions| versions.find(&wanted)).await?;
    let record = found.ok_or_else(|| Problem::not_found(format!("there is no version {id}")))?;
    let memento = memento::headers(&served, &origin, &record);
    let mut response = content(record, is_markdown);
    mark(response.headers_mut(), &if is_markdown { format!("{id}.md") } else { id.to_string() });
    response.headers_mut().extend(memento);
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// A terms that an address names.
pub fn terms(service: &str, terms_type: &str) -> Result<TermsKey, Problem> {
    let service = service.parse().map_err(|_| no_such_terms())?;
    Ok(TermsKey::new(service, terms_type.parse().map_err(|_| no_such_terms())?))
}

pub fn no_such_terms() -> Problem {
    Problem::not_found("nothing is recorded under this service and terms type")
}

async fn list(served: &Served, asked: Asked) -> Result<Response, Problem> {
    let among = search::records(served, &asked.query).await?;
    let filter = RecordFilter { limit: Some(asked.limit() + 1), among, ..asked.query.filter() };
    let found = served.versions(move |versions| versions.list(&filter)).await?;
    if found.is_empty() {
        let count = |filter| served.versions(move |versions| versions.count(&filter));
        asked.refusal(served, count).await?;
    }
    asked.answer(found)
}

fn content(record: Record<Version>, is_markdown: bool) -> Response {
    let date = last_modified(record.content.fetched_at);
    let mut response = match is_markdown {
        true => {
            let mime = [(CONTENT_TYPE, "text/markdown; charset=utf-8")];
            (mime, record.content.markdown).into_response()
        }
        false => Json(VersionBody::from(record)).into_response(),
    };
    response.headers_mut().insert(LAST_MODIFIED, date);
    response
}

fn is_markdown_accepted(headers: &HeaderMap) -> bool {
    let accept = headers.get(axum::http::header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.trim_start().starts_with("text/markdown"))
}
