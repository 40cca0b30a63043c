//! What a request may be at most, and how long it may take.

use std::any::Any;
use std::time::Duration;

use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{Response, StatusCode};
use axum::middleware::Next;
use axum::response::IntoResponse;

use super::Problem;

/// Longest address, in bytes.
const MAX_ADDRESS_BYTES: usize = 8_192;

/// Largest body that is let pass unread. No route reads any.
const MAX_BODY_BYTES: u64 = 65_536;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn keep(request: Request, next: Next) -> axum::response::Response {
    if request.uri().to_string().len() > MAX_ADDRESS_BYTES {
        let detail = format!("the address is longer than {MAX_ADDRESS_BYTES} bytes");
        return Problem::new(StatusCode::URI_TOO_LONG, detail).into_response();
    }
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_BODY_BYTES) {
        let detail = "nothing here takes a body";
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response();
    }
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("an answer took longer than {PATIENCE:?}");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the answer takes too long").into_response()
        }
    }
}

/// What is answered when a handler panics: the request fails, the server goes on.
pub fn panicked(cause: Box<dyn Any + Send>) -> Response<axum::body::Body> {
    let text = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(panic = text, "a request broke off");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong here").into_response()
}
