//! Whether the server lives, and whether it can answer.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use super::Served;
use crate::records::RecordFilter;

pub fn routes() -> Router<Served> {
    Router::new().route("/health", get(async || "ok\n")).route("/ready", get(ready))
}

/// Ready once the archive answers, be it empty.
async fn ready(State(served): State<Served>) -> (StatusCode, &'static str) {
    let one = RecordFilter { limit: Some(1), ..RecordFilter::default() };
    match served.versions(move |versions| versions.list(&one)).await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "the archive does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the archive does not answer\n")
        }
    }
}
