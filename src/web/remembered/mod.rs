//! Gives an answer that was given before, as long as nothing it was made from has changed.
//!
//! Each request looks where the archive stands first, so no answer is older than the last commit. An answer of before that
//! is handed to whoever makes the next one, who may be able to tell that it is the same.

mod under_way;
mod zipped;

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, ETAG};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::cache::Kept;
use super::conditional::named;
use super::{Origin, Served};
use zipped::Zipped;

pub use under_way::UnderWay;

/// Largest answer that is remembered, in bytes.
const MAX_BODY_BYTES: usize = 8 << 20;

/// What headers take in memory, roughly.
const BYTES_OF_HEADERS: usize = 1 << 10;

/// An answer with the status 200, from when the archive and all else stood at a position.
#[derive(Clone)]
pub struct Remembered {
    position: Arc<str>,
    headers: HeaderMap,
    body: Bytes,
    zipped: Zipped,
}

impl Kept for Remembered {
    fn bytes(&self) -> usize {
        BYTES_OF_HEADERS + self.body.len() + Zipped::bytes_of(self.body.len())
    }
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

/// Has the answer made; it is given again if it is one that lasts.
async fn made(served: &Served, asked: &Asked, mut request: Request, next: Next) -> Response {
    let former = served.remembered().get(&asked.what);
    let zipped = former.as_ref().map(|former| (former.body.clone(), former.zipped.clone()));
    request.extensions_mut().insert(Former(former));
    match lasting(next.run(request).await).await {
        Ok((headers, body)) => {
            // The same body needs not be zipped again.
            let zipped = zipped.filter(|(former, _)| *former == body).map(|(_, zipped)| zipped).unwrap_or_default();
            served.under_way().note_kept(&asked.what);
            let remembered = Remembered { position: Arc::clone(&asked.position), headers, body, zipped };
            served.remembered().put(&asked.what, remembered).response(asked.is_zip_read).await
        }
        Err(response) => {
            served.under_way().note_unkept(&asked.what);
            response
        }
    }
}

/// Headers and body of an answer that lasts, or else the answer.
async fn lasting(response: Response) -> Result<(HeaderMap, Bytes), Response> {
    let is_lasting = response.headers().get(CACHE_CONTROL).is_none_or(|control| control != "no-store");
    if response.status() != StatusCode::OK || !is_lasting {
        return Err(response);
    }
    let (parts, body) = named(response).await.into_parts();
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;
    use crate::web::fixture::Fixture;

    /// Routes that count how often they are asked, beneath this layer.
    fn counted(fixture: &Fixture, asked: &Arc<AtomicUsize>) -> Router {
        let once = |asked: &Arc<AtomicUsize>| {
            let asked = Arc::clone(asked);
            move || async move {
                // Others come meanwhile.
                tokio::task::yield_now().await;
                asked.fetch_add(1, Ordering::Relaxed).to_string()
            }
        };
        let (at_once, times) = (Arc::new(tokio::sync::Barrier::new(3)), Arc::clone(asked));
        let unkept = move || async move {
            if times.fetch_add(1, Ordering::Relaxed) > 0 {
                at_once.wait().await;
            }
            ([(CACHE_CONTROL, "no-store")], "fleeting")
        };
        Router::new()
            .route("/kept", get(once(asked)))
            .route("/unkept", get(unkept))
            .layer(from_fn_with_state(fixture.served.clone(), answer))
            .with_state(fixture.served.clone())
    }

    async fn ask(router: &Router, address: &str) -> String {
        let request = Request::get(address).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().into()).unwrap()
    }

    #[tokio::test]
    async fn what_several_ask_for_at_once_is_made_once() {
        let (fixture, asked) = (Fixture::with_history(), Arc::default());
        let router = counted(&fixture, &asked);

        let answers = futures::future::join_all((0..5).map(|_| ask(&router, "/kept"))).await;

        assert_eq!(answers, ["0"; 5]);
    }

    #[tokio::test]
    async fn an_answer_is_made_again_once_something_is_recorded() {
        let (fixture, asked) = (Fixture::with_history(), Arc::default());
        let router = counted(&fixture, &asked);

        let before = (ask(&router, "/kept").await, ask(&router, "/kept").await);
        fixture.record("Acme", "Imprint", "2026-05-01T00:00:00Z", "Here we are.");

        assert_eq!(before, ("0".to_owned(), "0".to_owned()));
        assert_eq!(ask(&router, "/kept").await, "1");
    }

    #[tokio::test]
    async fn what_is_not_remembered_is_made_for_several_side_by_side() {
        let (fixture, asked) = (Fixture::with_history(), Arc::default());
        let router = counted(&fixture, &asked);
        ask(&router, "/unkept").await;

        // Each waits for the two others: one after the other, none would ever be done.
        let answers = futures::future::join_all((0..3).map(|_| ask(&router, "/unkept"))).await;

        assert_eq!(answers, ["fleeting"; 3]);
    }

    #[tokio::test]
    async fn a_feed_in_which_nothing_is_new_is_not_written_again() {
        let fixture = Fixture::with_history();
        let address = "/v1/feeds/changes.atom?significant=all&service=Acme";

        let before = fixture.get(address).await;
        fixture.record("Lumio", "Imprint", "2026-05-01T00:00:00Z", "Here we are.");
        let remembered = served_body(&fixture, address);
        let after = fixture.get(address).await;

        assert_eq!(before.body, after.body);
        assert_eq!(served_body(&fixture, address).as_ptr(), remembered.as_ptr(), "it is the same in memory");
    }

    #[tokio::test]
    async fn an_answer_in_gzip_is_the_same_answer() {
        let fixture = Fixture::with_history();
        let plain = fixture.get("/v1/docs").await;

        let zipped = fixture.get_with("/v1/docs", "accept-encoding", "gzip, br").await;
        let both =
            Request::get("/v1/docs").header("accept-encoding", "gzip").header("if-none-match", plain.header("etag"));
        let known = fixture.ask(both.body(Body::empty()).unwrap()).await;

        assert_eq!(zipped.header("content-encoding"), "gzip");
        assert_eq!(zipped.header("etag"), plain.header("etag"));
        assert!(zipped.headers.get_all("vary").iter().any(|value| value == "accept-encoding"));
        assert!(zipped.body.len() < plain.body.len() / 2);
        assert_eq!((known.status, known.header("content-encoding")), (StatusCode::NOT_MODIFIED, ""));
    }

    fn served_body(fixture: &Fixture, address: &str) -> Bytes {
        let below_base = address.strip_prefix("/v1").unwrap();
        fixture.served.remembered().get(&format!("\nhttp://localhost{below_base}")).unwrap().body
    }
}
