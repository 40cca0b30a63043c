//! Until when an answer may be given again: whoever makes one says so, and whoever keeps answers reads it.

use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::domain::ServiceId;

/// What nobody shall keep.
const FOR_NOW: HeaderValue = HeaderValue::from_static("no-store");

/// Until when an answer is as good as it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lasting {
    /// It may be better if it is asked for again.
    ForNow,
    /// Until anything is recorded or declared.
    UntilAnyChange,
    /// Until something of one service is recorded, or anything declared.
    UntilChangeOf(ServiceId),
}

/// Says of an answer that it depends on the records of one service and on declarations alone: put into its extensions.
#[derive(Clone)]
pub(super) struct OfService(pub ServiceId);

impl Lasting {
    /// Says so of an answer.
    pub fn mark(self, mut response: Response) -> Response {
        match self {
            Self::ForNow => drop(response.headers_mut().insert(CACHE_CONTROL, FOR_NOW)),
            Self::UntilAnyChange => {}
            Self::UntilChangeOf(service) => drop(response.extensions_mut().insert(OfService(service))),
        }
        response
    }
}

/// Whether an answer is one that nobody shall keep.
pub fn is_for_now(headers: &HeaderMap) -> bool {
    headers.get(CACHE_CONTROL) == Some(&FOR_NOW)
}
