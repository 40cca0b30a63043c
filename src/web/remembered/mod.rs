//! Gives an answer that was given before, as long as nothing it was made from has changed.
//!
//! Each request looks where the archive stands first, so no answer is older than the last commit. An answer of before that
//! is handed to whoever makes the next one, who may be able to tell that it is the same.

mod lasting;
#[cfg(test)]
mod tests;
mod under_way;
mod zipped;

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT, ETAG};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::cache::Kept;
use super::conditional::named;
use super::{Origin, Served};
use crate::domain::ServiceId;
use lasting::OfService;
use zipped::Zipped;

pub use lasting::{Lasting, is_for_now};
pub use under_way::UnderWay;

/// Largest answer that is remembered, in bytes: with its gzip, it has to fit into one generation of the cache.
const MAX_BODY_BYTES: usize = 6 << 20;

/// What headers take in memory, roughly.
const BYTES_OF_HEADERS: usize = 1 << 10;

/// An answer with the status 200, from when the archive and all else stood at a position.
#[derive(Clone)]
pub struct Remembered {
    position: Arc<str>,
    /// All that it depends on, if that is known to be less than everything.
    of: Option<Arc<Part>>,
    headers: HeaderMap,
    body: Bytes,
    zipped: Zipped,
}

impl Kept for Remembered {
    fn bytes(&self) -> usize {
        BYTES_OF_HEADERS + self.body.len() + Zipped::bytes_of(self.body.len())
    }
}

/// A part of the archive, and where that stood.
struct Part {
    service: ServiceId,
    position: String,
}

/// What a request asks for, and where all that the answer depends on stands.
struct Asked {
    /// The address, and what the client reads.
    what: String,
    position: Arc<str>,
    is_zip_read: bool,
}

/// The answer that was given before things changed, for whoever can tell that it is the same still.
#[derive(Clone, Default)]
pub struct Former(Option<Remembered>);

impl Former {
    /// The body that had this tag.
    pub fn body(&self, etag: &HeaderValue) -> Option<Bytes> {
        let former = self.0.as_ref().filter(|former| former.headers.get(ETAG) == Some(etag))?;
        Some(former.body.clone())
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
    if let Some(remembered) = current(&served, &asked) {
        return remembered.response(asked.is_zip_read).await;
    }
    if let Some(remembered) = untouched(&served, &asked).await {
        return remembered.response(asked.is_zip_read).await;
    }
    let under_way = served.under_way();
    if under_way.is_unkept(&asked.what) {
        return made(&served, &asked, request, next).await;
    }
    let turn = under_way.turn(&asked.what);
    let first = turn.first().await;
    if let Some(remembered) = current(&served, &asked) {
        return remembered.response(asked.is_zip_read).await;
    }
    if under_way.is_unkept(&asked.what) {
        drop(first);
    }
    made(&served, &asked, request, next).await
}

/// The answer of before, if nothing has changed since.
fn current(served: &Served, asked: &Asked) -> Option<Remembered> {
    served.remembered().get(&asked.what).filter(|remembered| remembered.position == asked.position)
}

/// The answer of before, if nothing of what it depends on has changed since, whatever else has.
async fn untouched(served: &Served, asked: &Asked) -> Option<Remembered> {
    let remembered = served.remembered().get(&asked.what)?;
    let part = Arc::clone(remembered.of.as_ref()?);
    let position = served.position_of(part.service.clone()).await?;
    let untouched = Remembered { position: Arc::clone(&asked.position), ..remembered };
    (position == part.position).then(|| served.remembered().put(&asked.what, untouched))
}

/// Has the answer made; it is given again if it is one that lasts.
async fn made(served: &Served, asked: &Asked, mut request: Request, next: Next) -> Response {
    let former = served.remembered().get(&asked.what);
    let zipped = former.as_ref().map(|former| (former.body.clone(), former.zipped.clone()));
    request.extensions_mut().insert(Former(former));
    let response = next.run(request).await;
    let of_service = response.extensions().get::<OfService>().cloned();
    match to_remember(response).await {
        Ok((headers, body)) => {
            // The same body needs not be zipped again.
            let zipped = zipped.filter(|(former, _)| *former == body).map(|(_, zipped)| zipped).unwrap_or_default();
            served.under_way().note_kept(&asked.what);
            let of = match of_service {
                Some(OfService(service)) => part(served, asked, service).await.map(Arc::new),
                None => None,
            };
            let remembered = Remembered { position: Arc::clone(&asked.position), of, headers, body, zipped };
            served.remembered().put(&asked.what, remembered).response(asked.is_zip_read).await
        }
        Err(response) => {
            served.under_way().note_unkept(&asked.what);
            response
        }
    }
}

/// Where the records of a service stand; `None` if anything changed since the answer was asked for.
async fn part(served: &Served, asked: &Asked, service: ServiceId) -> Option<Part> {
    let position = served.position_of(service.clone()).await?;
    (served.position()? == *asked.position).then_some(Part { service, position })
}

/// Headers and body of an answer that lasts, or else the answer.
async fn to_remember(response: Response) -> Result<(HeaderMap, Bytes), Response> {
    // Only once it is named is it known whether it can be sent at all.
    let response = named(response).await;
    if response.status() != StatusCode::OK || is_for_now(response.headers()) {
        return Err(response);
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(body) if body.len() <= MAX_BODY_BYTES => Ok((parts.headers, body)),
        Ok(body) => Err(Response::from_parts(parts, Body::from(body))),
        Err(error) => {
            tracing::error!(%error, "an answer broke off");
            Err(StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    }
}

impl Remembered {
    async fn response(self, is_zip_read: bool) -> Response {
        let zipped = if is_zip_read { self.zipped.of(&self.body).await } else { None };
        let is_zipped = zipped.is_some();
        let mut response = Response::new(Body::from(zipped.unwrap_or(self.body)));
        *response.headers_mut() = self.headers;
        if is_zipped {
            zipped::mark(&mut response);
        }
        response
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
    let is_zip_read = zipped::is_read(request.headers());
    Some(Asked { what, position: served.position()?.into(), is_zip_read })
}
