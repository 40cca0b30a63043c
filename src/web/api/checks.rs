//! What was looked at, and how each terms stands, so that "unchanged" can be told from "not looked at".

use axum::Json;
use axum::extract::State;

use super::page::{LIMIT, MAX_LIMIT};
use super::query::Query;
use crate::checks::{Check, CheckFilter, Status};
use crate::web::{Problem, Served};

/// Parameters that narrow versions, and mean nothing to checks.
const NOT_FOR_CHECKS: &str = "checks are narrowed to one `service`, one `type`, `since`, `until` and `limit` only";

/// How each terms stands that is declared or was ever checked: last check, what fails or is held, since when and why
#[utoipa::path(get, path = "/status", operation_id = "status", tag = "checks",
    responses((status = 200, body = Vec<Object>)))]
pub async fn status(State(served): State<Served>) -> Result<Json<Vec<Status>>, Problem> {
    Ok(Json(served.statuses().await?.unwrap_or_default()))
}

/// The newest checks, the oldest of these first: every fetch of a source document, and what came of it
#[utoipa::path(get, path = "/checks", operation_id = "checks", tag = "checks",
    params(super::openapi::CheckFilters), responses((status = 200, body = Vec<Object>), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn checks(State(served): State<Served>, query: Query) -> Result<Json<Vec<Check>>, Problem> {
    Ok(Json(served.checks(filter(query)?).await?.unwrap_or_default()))
}

fn filter(query: Query) -> Result<CheckFilter, Problem> {
    let Query { services, terms_types, since, until, limit, .. } = query.clone();
    let known = Query { services, terms_types, since, until, limit, ..Query::default() };
    if known != query || query.services.len() > 1 || query.terms_types.len() > 1 {
        return Err(Problem::bad_request(NOT_FOR_CHECKS));
    }
    let limit = Some(query.limit.unwrap_or(LIMIT).min(MAX_LIMIT));
    let Query { services, terms_types, since, until, .. } = query;
    let (service, terms_type) = (services.into_iter().next(), terms_types.into_iter().next());
    Ok(CheckFilter { service, terms_type, since, until, limit })
}
