//! Gives an answer that was given before, as long as nothing it was made from has changed.
//!
//! Each request looks where the archive stands first, so no answer is older than the last commit. An answer of before that
//! is handed to whoever makes the next one, who may be able to tell that it is the same.

mod answers;
mod lasting;
mod packed;
#[cfg(test)]
mod tests;
mod under_way;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT, ETAG};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::conditional::named;
use super::{Origin, Served};
use crate::domain::ServiceId;
use answers::Remembered;
use lasting::OfService;

pub use answers::Answers;
pub use lasting::{Lasting, is_for_now};
pub use under_way::UnderWay;

/// Largest answer that is remembered, in bytes: what is packed of it has to fit into one generation of the cache.
const MAX_BODY_BYTES: usize = 6 << 20;

/// A part of the archive.
#[derive(PartialEq)]
struct Part {
    service: ServiceId,
    /// Where it stood all the time while an answer was made; `None` if something of it was recorded meanwhile.
    position: Option<String>,
}

/// What a request asks for, and where all that the answer depends on stands.
struct Asked {
    /// The address, and what the client reads.
    what: String,
    at: Instant,
    position: Arc<str>,
    headers: HeaderMap,
}

/// The answer that was given before things changed, for whoever can tell that it is the same still.
#[derive(Clone, Default)]
pub struct Former(Option<Remembered>);

/// Says of an answer that its body is the former one's: put into its extensions.
#[derive(Clone)]
struct Again;

impl Former {
    /// An answer with the body that had this tag; only who handed this out can send it.
    pub fn again(&self, etag: &HeaderValue) -> Option<Response> {
        let headers = HeaderMap::from_iter([(ETAG, etag.clone())]);
        self.0.as_ref().filter(|former| former.is_same(&headers))?;
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Again);
        Some(response)
    }
}

impl FromRequestParts<Served> for Former {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Served) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// Answers as before, or has the answer made and remembers it. For routes that are answered from records and
/// declarations alone; what is searched for in passages comes later than the records and is asked for each time.
///
/// Whoever asks for what is just being made waits for it, unless it is known that it will not be remembered.
pub async fn answer(State(served): State<Served>, origin: Origin, request: Request, next: Next) -> Response {
    let Some(asked) = asked(&served, &origin, &request) else { return next.run(request).await };
    let answers = served.remembered();
    if let Some(remembered) = current(&served, &asked) {
        return answers.response(remembered, &asked).await;
    }
    if let Some(remembered) = untouched(&served, &asked).await {
        return answers.response(remembered, &asked).await;
    }
    let under_way = served.under_way();
    if under_way.is_unkept(&asked.what) {
        return made(&served, &asked, request, next).await;
    }
    let turn = under_way.turn(&asked.what);
    let first = turn.first().await;
    if let Some(remembered) = current(&served, &asked) {
        return answers.response(remembered, &asked).await;
    }
    if under_way.is_unkept(&asked.what) {
        drop(first);
    }
    made(&served, &asked, request, next).await
}

/// The answer of before, if nothing has changed since; or one that was begun for another after this was asked for.
fn current(served: &Served, asked: &Asked) -> Option<Remembered> {
    let is_current = |remembered: &Remembered| remembered.position == asked.position || remembered.begun >= asked.at;
    served.remembered().get(&asked.what).filter(is_current)
}

/// The answer of before, if nothing of what it depends on has changed since, whatever else has.
async fn untouched(served: &Served, asked: &Asked) -> Option<Remembered> {
    let remembered = served.remembered().get(&asked.what)?;
    let part = Arc::clone(remembered.of.as_ref().filter(|part| part.position.is_some())?);
    let is_as_it_was = part_now(served, part.service.clone()).await == *part;
    let untouched = Remembered { position: Arc::clone(&asked.position), ..remembered };
    is_as_it_was.then(|| served.remembered().put(&asked.what, untouched))
}

/// Has the answer made; it is given again if it is one that lasts.
async fn made(served: &Served, asked: &Asked, mut request: Request, next: Next) -> Response {
    let (answers, former) = (served.remembered(), served.remembered().get(&asked.what));
    // Whoever is handed the former answer relies on what follows here.
    let Some(start) = Start::now(served, former.as_ref().and_then(|former| former.of.as_deref())).await else {
        return next.run(request).await;
    };
    request.extensions_mut().insert(Former(former.clone()));
    let response = next.run(request).await;
    let of_service = response.extensions().get::<OfService>().cloned();
    let body = match (to_remember(response).await, former) {
        (Ok((headers, None)), Some(former)) => former.with(headers),
        // The same body needs not be packed again.
        (Ok((headers, Some(_))), Some(former)) if former.is_same(&headers) => former.with(headers),
        (Ok((headers, body)), _) => answers.packed(headers, body.unwrap_or_default()).await,
        (Err(response), _) => {
            served.under_way().note_unkept(&asked.what);
            return response;
        }
    };
    served.under_way().note_kept(&asked.what);
    let of = match of_service {
        Some(OfService(service)) => Some(start.part(served, service).await.into()),
        None => None,
    };
    let remembered = Remembered { begun: start.at, position: start.position, of, body };
    answers.response(answers.put(&asked.what, remembered), asked).await
}

/// When an answer is begun, and where all stands then.
struct Start {
    at: Instant,
    position: Arc<str>,
    /// The part that the former answer depended on.
    part: Option<Part>,
}

impl Start {
    /// Now; `None` where it is not known where all stands.
    async fn now(served: &Served, former: Option<&Part>) -> Option<Self> {
        let (at, position) = (Instant::now(), served.position()?.into());
        let part = match former {
            Some(former) => Some(part_now(served, former.service.clone()).await),
            None => None,
        };
        Some(Self { at, position, part })
    }

    /// What an answer depends on that was made since then. On a busy day all changes while one answer is made; that the
    /// service did not is known then of the next answer.
    async fn part(&self, served: &Served, service: ServiceId) -> Part {
        let now = part_now(served, service).await;
        let is_steady = self.part.as_ref() == Some(&now) || served.position().as_deref() == Some(&*self.position);
        Part { position: now.position.filter(|_| is_steady), ..now }
    }
}

async fn part_now(served: &Served, service: ServiceId) -> Part {
    Part { position: served.position_of(service.clone()).await, service }
}

/// Headers and body of an answer that lasts, or else the answer; no body where that is the former one's.
async fn to_remember(response: Response) -> Result<(HeaderMap, Option<Bytes>), Response> {
    // Only once it is named is it known whether it can be sent at all.
    let response = named(response).await;
    if response.status() != StatusCode::OK || is_for_now(response.headers()) {
        return Err(response);
    }
    let (parts, body) = response.into_parts();
    if parts.extensions.get::<Again>().is_some() {
        return Ok((parts.headers, None));
    }
    match to_bytes(body, usize::MAX).await {
        Ok(body) if body.len() <= MAX_BODY_BYTES => Ok((parts.headers, Some(body))),
        Ok(body) => Err(Response::from_parts(parts, Body::from(body))),
        Err(error) => {
            tracing::error!(%error, "an answer broke off");
            Err(StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    }
}

/// What a request asks for, if the answer can be remembered.
fn asked(served: &Served, origin: &Origin, request: &Request) -> Option<Asked> {
    let query = request.uri().query().unwrap_or_default();
    let is_search = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "q");
    if request.method() != Method::GET || is_search {
        return None;
    }
    let accepted = request.headers().get(ACCEPT).map_or(&[][..], |accept| accept.as_bytes());
    let what = format!("{}\n{}", String::from_utf8_lossy(accepted), origin.at(&request.uri().to_string()));
    let at = Instant::now();
    Some(Asked { what, at, position: served.position()?.into(), headers: request.headers().clone() })
}
