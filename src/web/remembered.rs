//! Gives an answer that was given before, as long as nothing it was made from has changed.
//!
//! Each request looks where the archive stands first, so no answer is older than the last commit.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// Answers that are being made: whoever asks for the same waits rather than has it made again.
#[derive(Default)]
pub struct UnderWay(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

/// One place in the queue for an answer. The last to leave takes it down.
struct Turn<'a> {
    under_way: &'a UnderWay,
    name: &'a str,
    queue: Arc<tokio::sync::Mutex<()>>,
}

impl UnderWay {
    fn turn<'a>(&'a self, name: &'a str) -> Turn<'a> {
        let queue = Arc::clone(self.queues().entry(name.to_owned()).or_default());
        Turn { under_way: self, name, queue }
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<String, Arc<tokio::sync::Mutex<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queues = self.under_way.queues();
        // The map's and this one.
        if Arc::strong_count(&self.queue) <= 2 {
            queues.remove(self.name);
        }
    }
}

/// Answers as before, or has the answer made and remembers it. For routes that are answered from records and
/// declarations alone; what is searched for in passages comes later than the records and is asked for each time.
pub async fn answer(State(served): State<Served>, origin: Origin, request: Request, next: Next) -> Response {
    let Some(name) = name(&served, &origin, &request) else { return next.run(request).await };
    if let Some(remembered) = served.remembered().get(&name) {
        return remembered.into_response();
    }
    let turn = served.under_way().turn(&name);
    let _first = turn.queue.lock().await;
    match served.remembered().get(&name) {
        Some(remembered) => remembered.into_response(),
        None => remember(&served, &name, next.run(request).await).await,
    }
}

/// The answer, which is given again if it is one that lasts.
async fn remember(served: &Served, name: &str, response: Response) -> Response {
    let is_lasting = response.headers().get(CACHE_CONTROL).is_none_or(|control| control != "no-store");
    if response.status() != StatusCode::OK || !is_lasting {
        return response;
    }
    let (parts, body) = named(response).await.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(body) => {
            let remembered = Remembered { headers: parts.headers, body };
            let is_small = remembered.body.len() <= MAX_BODY_BYTES;
            if is_small { served.remembered().put(name, remembered) } else { remembered }.into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer broke off");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

impl IntoResponse for Remembered {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.headers_mut() = self.headers;
        response
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
