//! Snapshots: lists of them, each by its id, and what was fetched, in a form that does nothing.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LAST_MODIFIED, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};

use super::bodies::{Entry, SnapshotBody};
use super::immutable::{mark, record_id};
use super::page::Asked;
use crate::domain::{Record, Snapshot};
use crate::records::RecordFilter;
use crate::web::conditional::last_modified;
use crate::web::{Path, Problem, Served};

/// All snapshots
///
/// Newest first. `Link` leads to the next page.
#[utoipa::path(get, path = "/snapshots", operation_id = "snapshots", tag = "snapshots", params(super::openapi::Filters),
    responses((status = 200, content((Vec<Entry> = "application/json"), (String = "application/jsonl"), (String = "text/csv"))), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn all(State(served): State<Served>, asked: Asked) -> Result<Response, Problem> {
    list(&served, asked).await
}

/// Snapshots of a service
#[utoipa::path(get, path = "/snapshots/{service}", operation_id = "snapshotsOfService", tag = "snapshots",
    params(("service" = String, Path), super::openapi::Filters),
    responses((status = 200, content((Vec<Entry> = "application/json"), (String = "application/jsonl"), (String = "text/csv"))), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn of_service(State(served): State<Served>, asked: Asked) -> Result<Response, Problem> {
    list(&served, asked).await
}

/// Snapshots of a terms
#[utoipa::path(get, path = "/snapshots/{service}/{type}", operation_id = "snapshotsOfTerms", tag = "snapshots",
    params(("service" = String, Path), ("type" = String, Path), super::openapi::Filters),
    responses((status = 200, content((Vec<Entry> = "application/json"), (String = "application/jsonl"), (String = "text/csv"))), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn of_terms(State(served): State<Served>, asked: Asked) -> Result<Response, Problem> {
    list(&served, asked).await
}

/// A snapshot by its id
#[utoipa::path(get, path = "/snapshot/{sha}", operation_id = "snapshot", tag = "snapshots", params(("sha" = String, Path, pattern = "^[0-9a-f]{40}$")),
    responses((status = 200, body = SnapshotBody), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn one(State(served): State<Served>, Path(sha): Path<String>) -> Result<Response, Problem> {
    let record = find(&served, &sha).await?;
    let mut response = Json(SnapshotBody::from(&record)).into_response();
    response.headers_mut().insert(LAST_MODIFIED, last_modified(record.content.fetched_at));
    mark(response.headers_mut(), record.id.as_str());
    Ok(response)
}

/// What was fetched
///
/// Pages are given as plain text, all else to be saved: nothing in it runs or is loaded.
#[utoipa::path(get, path = "/snapshot/{sha}/content", operation_id = "snapshotContent", tag = "snapshots", params(("sha" = String, Path, pattern = "^[0-9a-f]{40}$")),
    responses((status = 200, content_type = "text/plain"), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn content(State(served): State<Served>, Path(sha): Path<String>) -> Result<Response, Problem> {
    let record = find(&served, &sha).await?;
    let mut response = record.content.content.into_response();
    let headers = response.headers_mut();
    let is_text = record.content.mime.is_text();
    let mime = if is_text { "text/plain; charset=utf-8" } else { "application/octet-stream" };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !is_text {
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    headers.insert(LAST_MODIFIED, last_modified(record.content.fetched_at));
    mark(headers, &format!("{}.content", record.id));
    Ok(response)
}

async fn find(served: &Served, sha: &str) -> Result<Record<Snapshot>, Problem> {
    let id = record_id(sha)?;
    let wanted = id.clone();
    let found = served.snapshots(move |snapshots| snapshots.find(&wanted)).await?;
    found.ok_or_else(|| Problem::not_found(format!("there is no snapshot {id}")))
}

async fn list(served: &Served, asked: Asked) -> Result<Response, Problem> {
    if asked.query.words.is_some() {
        return Err(Problem::bad_request("`q` is for versions; snapshots are not searched"));
    }
    let filter = RecordFilter { limit: Some(asked.limit() + 1), ..asked.query.filter() };
    let found = served.snapshots(move |snapshots| snapshots.list(&filter)).await?;
    if found.is_empty() {
        let count = |filter| served.snapshots(move |snapshots| snapshots.count(&filter));
        asked.refusal(served, count).await?;
    }
    asked.answer(found)
}
