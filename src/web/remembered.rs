//! Gives an answer that was given before, as long as nothing it was made from has changed.
//!
//! Each request looks where the archive stands first, so no answer is older than the last commit.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::cache::Kept;
use super::conditional::named;
use super::{Origin, Served};

/// Largest answer that is remembered, in bytes.
const MAX_BODY_BYTES: usize = 2 << 20;

/// What headers take in memory, roughly.
const BYTES_OF_HEADERS: usize = 1 << 10;

/// An answer with the status 200.
#[derive(Clone)]
pub struct Remembered {
    headers: HeaderMap,
    body: Bytes,
}

impl Kept for Remembered {
    fn bytes(&self) -> usize {
        BYTES_OF_HEADERS + self.body.len()
    }
}

/// Answers as before, or has the answer made and remembers it. For routes that are answered from records and
/// declarations alone; what is searched for in passages comes later than the records and is asked for each time.
pub async fn answer(State(served): State<Served>, origin: Origin, request: Request, next: Next) -> Response {
    let Some(name) = name(&served, &origin, &request) else { return next.run(request).await };
    if let Some(Remembered { headers, body }) = served.remembered().get(&name) {
        return (headers, body).into_response();
    }
    let response = next.run(request).await;
    let is_lasting = response.headers().get(CACHE_CONTROL).is_none_or(|control| control != "no-store");
    if response.status() != StatusCode::OK || !is_lasting {
        return response;
    }
    let (parts, body) = named(response).await.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(body) if body.len() <= MAX_BODY_BYTES => {
            let Remembered { body, .. } =
                served.remembered().put(&name, Remembered { headers: parts.headers.clone(), body });
            Response::from_parts(parts, Body::from(body))
        }
        Ok(body) => Response::from_parts(parts, Body::from(body)),
        Err(error) => {
            tracing::error!(%error, "an answer broke off");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// All that the answer depends on.
fn name(served: &Served, origin: &Origin, request: &Request) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    let is_search = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "q");
    if request.method() != Method::GET || is_search {
        return None;
    }
    let accepted = request.headers().get(ACCEPT).map_or(&[][..], |accept| accept.as_bytes());
    let accepted = String::from_utf8_lossy(accepted);
    let address = origin.at(&request.uri().to_string());
    Some(format!("{}\n{accepted}\n{address}", served.position()?))
}
