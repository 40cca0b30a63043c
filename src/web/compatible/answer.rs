//! Bodies and errors as the engine gives them.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::web::ReadError;

/// A body of JSON, with the charset that clients of the engine see.
pub struct Json(pub Value);

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], self.0.to_string()).into_response()
    }
}

/// Why a request has no answer.
#[derive(Debug)]
pub enum Refusal {
    /// Words, as a page.
    Page(&'static str),
    /// Words, as text.
    Text(&'static str),
    /// `{"error": …}` with a status.
    Error(StatusCode, String),
}

impl From<ReadError> for Refusal {
    /// Where the archive lies is not told to clients; the log has it.
    fn from(error: ReadError) -> Self {
        tracing::error!(%error, "the archive cannot be read");
        Self::Error(StatusCode::INTERNAL_SERVER_ERROR, "the archive cannot be read at the moment".to_owned())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let with_type =
            |mime: &'static str, words| (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, mime)], words).into_response();
        match self {
            Self::Page(words) => with_type("text/html; charset=utf-8", words),
            Self::Text(words) => with_type("text/plain; charset=utf-8", words),
            Self::Error(status, error) => (status, Json(json!({ "error": error }))).into_response(),
        }
    }
}
