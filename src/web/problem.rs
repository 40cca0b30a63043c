//! Errors as programs read them: problem details (RFC 9457).

use axum::extract::OriginalUri;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::ReadError;

/// What went wrong with a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// The status, in words.
    pub title: &'static str,
    pub status: u16,
    /// What it was in this case, for people.
    pub detail: String,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        Self { title, status: status.as_u16(), detail: detail.into() }
    }

    /// Something in the request that cannot be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }
}

impl From<ReadError> for Problem {
    /// Where an archive lies is not told to clients; the log has it.
    fn from(error: ReadError) -> Self {
        tracing::error!(%error, "the archive cannot be read");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the archive cannot be read at the moment")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).expect("texts and a number become JSON");
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}

/// What is answered to other methods than `GET` and `HEAD`.
pub async fn no_such_method(method: Method) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("`{method}` is not known here; `GET` and `HEAD` are"))
}

/// What is answered where there is nothing.
pub async fn no_such_address(OriginalUri(uri): OriginalUri) -> Problem {
    Problem::not_found(format!("there is nothing at {}", uri.path()))
}
