//! The version that applied at a date.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::SecondsFormat;
use serde_json::json;

use super::answer::{Json, Refusal};
use super::instant;
use crate::domain::TermsKey;
use crate::web::Served;

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
    Ok(Json(json!({
        "id": record.id,
        "fetchDate": record.content.fetched_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "content": record.content.markdown,
    })))
}

/// What a client gave, no longer than any date.
fn shown(date: &str) -> String {
    date.chars().take(100).collect()
}
