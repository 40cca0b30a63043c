//! What applied at a date, as archive tools ask for it: Memento (RFC 7089).
//!
//! A terms is named as elsewhere, `Acme/Privacy Policy`, or by the address of its source document.

use axum::extract::{OriginalUri, State};
use axum::http::header::{CONTENT_TYPE, LINK, LOCATION, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;

use super::versions::{no_such_terms, terms};
use crate::domain::{Record, TermsKey, Version};
use crate::records::{Order, RecordEntry, RecordFilter};
use crate::web::address::encoded;
use crate::web::compatible::instant;
use crate::web::conditional::last_modified;
use crate::web::{Origin, Path, Problem, Served};

const LINK_FORMAT: &str = "application/link-format";

/// Most versions that one map has.
const MAX_MEMENTOS: usize = 10_000;

/// The version that applied at `Accept-Datetime`
///
/// Without that header, the newest. Redirects to the version. The terms is `Acme/Privacy%20Policy`, or the address of
/// its source document.
#[utoipa::path(get, path = "/timegate/{of}", operation_id = "timegate", tag = "memento", params(("of" = String, Path)),
    responses((status = 302), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn timegate(
    State(served): State<Served>,
    Path(of): Path<String>,
    OriginalUri(uri): OriginalUri,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let terms = named(&served, &of, uri.query())?;
    let date = accepted_date(&headers)?.unwrap_or_else(|| served.clock().now());
    let asked = terms.clone();
    let found = served.versions(move |versions| {
        let valid = versions.valid_at(&asked, date)?.map(|record| record.id);
        // Before the first version, the first is the nearest there is.
        let oldest = RecordFilter { order: Order::OldestFirst, limit: Some(1), ..RecordFilter::of(&asked) };
        Ok(valid.or(versions.list(&oldest)?.into_iter().next().map(|entry| entry.id)))
    });
    let id = found.await?.ok_or_else(no_such_terms)?;
    let location = origin.at(&format!("{}/version/{id}", served.base()));
    let mut response = StatusCode::FOUND.into_response();
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("accept-datetime"));
    headers.insert(LOCATION, HeaderValue::from_str(&location).map_err(|_| no_such_terms())?);
    headers.extend(value(&links(&served, &origin, &terms).join(", ")).map(|links| (LINK, links)));
    Ok(response)
}

/// All versions of a terms with their dates
#[utoipa::path(get, path = "/timemap/{of}", operation_id = "timemap", tag = "memento", params(("of" = String, Path)),
    responses((status = 200, content_type = "application/link-format"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn timemap(
    State(served): State<Served>,
    Path(of): Path<String>,
    OriginalUri(uri): OriginalUri,
    origin: Origin,
) -> Result<Response, Problem> {
    let terms = named(&served, &of, uri.query())?;
    let filter = RecordFilter { order: Order::OldestFirst, limit: Some(MAX_MEMENTOS), ..RecordFilter::of(&terms) };
    let entries = served.versions(move |versions| versions.list(&filter)).await?;
    if entries.is_empty() {
        return Err(no_such_terms());
    }
    let mementos = entries.iter().map(|entry| memento(&served, &origin, entry));
    let map = links(&served, &origin, &terms).into_iter().chain(mementos).collect::<Vec<_>>().join(",\n");
    Ok(([(CONTENT_TYPE, LINK_FORMAT)], map + "\n").into_response())
}

/// What a version says of itself: when it applied from, and where others are.
pub fn headers(served: &Served, origin: &Origin, record: &Record<Version>) -> Vec<(HeaderName, HeaderValue)> {
    let date = (HeaderName::from_static("memento-datetime"), last_modified(record.content.fetched_at));
    let links = value(&links(served, origin, &record.content.terms).join(", ")).map(|links| (LINK, links));
    [date].into_iter().chain(links).collect()
}

/// Links to the original, and to gate and map of its versions.
fn links(served: &Served, origin: &Origin, terms: &TermsKey) -> Vec<String> {
    let names = format!("{}/{}", encoded(terms.service.as_str()), encoded(terms.terms_type.as_str()));
    let at = |route: &str| origin.at(&format!("{}/{route}/{names}", served.base()));
    let original = original(served, terms).unwrap_or_else(|| format!("{}/latest", at("versions")));
    vec![
        format!("<{original}>; rel=\"original\""),
        format!("<{}>; rel=\"timegate\"", at("timegate")),
        format!("<{}>; rel=\"timemap\"; type=\"{LINK_FORMAT}\"", at("timemap")),
    ]
}

fn memento(served: &Served, origin: &Origin, entry: &RecordEntry) -> String {
    let address = origin.at(&format!("{}/version/{}", served.base(), entry.id));
    let date = last_modified(entry.date);
    format!("<{address}>; rel=\"memento\"; datetime=\"{}\"", date.to_str().unwrap_or_default())
}

/// Where a terms of one source document is published.
fn original(served: &Served, terms: &TermsKey) -> Option<String> {
    let declared = served.declared();
    let terms = declared.collection.terms().find(|declared| declared.key == *terms)?;
    match terms.documents.as_slice() {
        [only] => Some(only.location.to_string()),
        _ => None,
    }
}

/// The terms that an address means: names, or where a source document is.
fn named(served: &Served, of: &str, query: Option<&str>) -> Result<TermsKey, Problem> {
    if of.starts_with("http:/") || of.starts_with("https:/") {
        let location = query.map_or_else(|| of.to_owned(), |query| format!("{of}?{query}"));
        let declared = served.declared();
        let is_meant = |url: &url::Url| plain(url.as_str()) == plain(&location);
        let mut terms = declared.collection.terms();
        let found = terms.find(|terms| terms.documents.iter().any(|document| is_meant(&document.location)));
        return found.map(|terms| terms.key.clone()).ok_or_else(no_such_terms);
    }
    let (service, terms_type) = of.split_once('/').ok_or_else(no_such_terms)?;
    terms(service, terms_type)
}

/// An address as it compares: decoded, since clients encode as much of it as they like, and without the slashes after
/// the scheme, which some of them fold.
fn plain(url: &str) -> String {
    let decoded = percent_decode_str(url).decode_utf8_lossy();
    decoded.trim_end_matches('/').replacen(":///", ":/", 1).replacen("://", ":/", 1)
}

fn accepted_date(headers: &HeaderMap) -> Result<Option<DateTime<Utc>>, Problem> {
    let Some(asked) = headers.get("accept-datetime") else { return Ok(None) };
    let date = asked.to_str().ok().and_then(instant);
    date.map(Some).ok_or_else(|| Problem::bad_request("`Accept-Datetime` is no date"))
}

fn value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}
