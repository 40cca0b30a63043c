//! Answers by the id of a record, which never change.
//!
//! Their tags are weak, since compression changes the bytes and not the meaning.

use axum::http::header::{CACHE_CONTROL, ETAG};
use axum::http::{HeaderMap, HeaderValue};

use crate::domain::RecordId;
use crate::web::Problem;

/// How long such an answer may be kept: a year, which stands for ever.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The id in an address.
///
/// # Errors
/// When it is none.
pub fn record_id(text: &str) -> Result<RecordId, Problem> {
    text.parse().map_err(|_| Problem::bad_request("an id is 40 lower-case hexadecimal digits"))
}

/// Says that an answer never changes; `name` tells it from others of the same record.
pub fn mark(headers: &mut HeaderMap, name: &str) {
    headers.insert(CACHE_CONTROL, FOR_EVER);
    headers.insert(ETAG, HeaderValue::from_str(&format!("W/\"{name}\"")).expect("ids and plain names"));
}
