//! Feeds that carry the change: for the collection or any part of it, in every format.

mod change;
mod feed;
pub mod lists;
mod page;
mod selection;
#[cfg(test)]
mod tests;
mod tracking;

use axum::Router;
use axum::extract::{OriginalUri, State};
use axum::http::header::{CONTENT_TYPE, ETAG, LINK};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::remembered::{Former, Lasting};
use super::{Origin, Problem, Served};
use crate::feeds::{FORMATS, Format};

pub use feed::archives;
pub use selection::{Selection, address_with};

pub fn routes() -> Router<Served> {
    let routes = Router::new().route("/feeds.opml", get(lists::all)).route("/feeds/{*other}", get(no_such_feed));
    FORMATS.iter().fold(routes, |routes, format| {
        let serve = move |served, selection, origin, former| serve(format, served, selection, origin, former);
        routes.route(&format!("/feeds/changes.{}", format.extension), get(serve))
    })
}

async fn no_such_feed(OriginalUri(uri): OriginalUri) -> Problem {
    let known = FORMATS.iter().map(|format| format!("`changes.{}`", format.extension)).collect::<Vec<_>>().join(", ");
    Problem::not_found(format!("there is no feed at {}; there are {known}", uri.path()))
}

/// Changes as a feed
///
/// Newest first; older ones are in archives (RFC 5005).
// What a feed is written from tells whether it is still the one that was written last.
#[utoipa::path(get, path = "/feeds/changes.{format}", operation_id = "changes", tag = "feeds",
    params(("format" = String, Path, pattern = "^(atom|rss|json)$"), super::api::FeedFilters),
    responses((status = 200, content((String = "application/atom+xml"), (String = "application/rss+xml"), (serde_json::Value = "application/feed+json"))), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn serve(
    format: &'static Format,
    State(served): State<Served>,
    selection: Selection,
    origin: Origin,
    former: Former,
) -> Result<Response, Problem> {
    let found = feed::found(&served, &selection).await?;
    let address = selection.address(format.extension);
    if served.config().feed.hub.is_some() && selection.archive.is_none() {
        served.topics().note(address.clone(), &selection);
    }
    let address = origin.at(&format!("{}{address}", served.base()));
    let etag = etag(found.stamp(&served));
    let (mut response, is_final) = match former.again(&etag) {
        Some(response) => (response, true),
        None => {
            let (feed, is_final) = feed::built(&served, &selection, &origin, format, &found).await?;
            ((format.write)(&feed).into_response(), is_final)
        }
    };
    response.headers_mut().extend(headers(&served, format, &address));
    if !is_final {
        return Ok(Lasting::ForNow.mark(response));
    }
    response.headers_mut().insert(ETAG, etag);
    Ok(selection.of_service().map_or(Lasting::UntilAnyChange, Lasting::UntilChangeOf).mark(response))
}

/// What a feed is written from names it, so that nobody has to read it to name it.
fn etag(stamp: u64) -> HeaderValue {
    HeaderValue::from_str(&format!("W/\"{stamp:x}\"")).expect("digits are a header's value")
}

fn headers(served: &Served, format: &Format, address: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mime = format!("{}; charset=utf-8", format.mime);
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(&mime).expect("types are plain"));
    let hub = served.config().feed.hub.as_ref().map(|hub| format!("<{hub}>; rel=\"hub\", <{address}>; rel=\"self\""));
    headers.extend(hub.and_then(|links| HeaderValue::from_str(&links).ok()).map(|links| (LINK, links)));
    headers
}
