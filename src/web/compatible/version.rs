//! The version that applied at a date.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::SecondsFormat;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::answer::{Json, Refusal};
use super::instant;
use crate::domain::TermsKey;
use crate::web::Served;

/// The version of a terms that applied at a date.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// The id of the commit.
    pub id: String,
    /// When the terms were fetched.
    pub fetch_date: String,
    /// The terms as Markdown.
    pub content: String,
}

/// What is answered instead.
#[derive(Debug, Serialize, ToSchema)]
pub struct Error {
    pub error: String,
}

/// The version of a terms that applied at a date
#[utoipa::path(get, path = "/version/{serviceId}/{termsType}/{date}", tag = "compatible", operation_id = "version",
    params(("serviceId" = String, Path), ("termsType" = String, Path), ("date" = String, Path, example = "2026-05-01T10:00:00Z")),
    responses((status = 200, body = Version), (status = 400, body = Error), (status = 404, body = Error),
        (status = 416, body = Error)))]
pub async fn valid_at(
    State(served): State<Served>,
    Path((id, terms_type, date)): Path<(String, String, String)>,
) -> Result<Json, Refusal> {
    let Some(instant) = instant(&date) else {
        return Err(Refusal::Error(StatusCode::BAD_REQUEST, format!("{} is no date", shown(&date))));
    };
    if instant > served.clock().now() {
        let error = "Requested version is in the future".to_owned();
        return Err(Refusal::Error(StatusCode::RANGE_NOT_SATISFIABLE, error));
    }
    let missing = || Refusal::Error(StatusCode::NOT_FOUND, format!("No version found for date {}", shown(&date)));
    // What can name nothing has no versions.
    let terms = TermsKey::new(id.parse().map_err(|_| missing())?, terms_type.parse().map_err(|_| missing())?);
    let record = served.versions(move |versions| versions.valid_at(&terms, instant)).await?.ok_or_else(missing)?;
    Ok(Json(json!(Version {
        id: record.id.into(),
        fetch_date: record.content.fetched_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        content: record.content.markdown,
    })))
}

/// What a client gave, no longer than any date.
fn shown(date: &str) -> String {
    date.chars().take(100).collect()
}
