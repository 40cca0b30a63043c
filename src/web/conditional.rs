//! Conditional requests: an answer that a client has already is not sent again.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDateTime, Utc};
use sha1::{Digest, Sha1};

use super::{Origin, Served};

/// Largest body that is put together before it is sent.
const MAX_BODY_BYTES: usize = 64 << 20;

const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// Names and dates every answer, and answers 304 where the client has it.
pub async fn answer(State(served): State<Served>, origin: Origin, mut request: Request, next: Next) -> Response {
    // The content of an answer to HEAD is that of the answer to GET; it is left out at the end, by the router.
    if request.method() == Method::HEAD {
        *request.method_mut() = Method::GET;
    }
    let asked = request.headers().clone();
    let address = origin.at(&request.uri().to_string());
    let mut response = named(next.run(request).await).await;
    if matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        date(&served, &address, response.headers_mut());
    }
    if response.status() == StatusCode::OK && is_known(&asked, response.headers()) {
        return not_modified(std::mem::take(response.headers_mut()));
    }
    response
}

/// An instant as `Last-Modified` tells it.
pub fn last_modified(date: DateTime<Utc>) -> HeaderValue {
    HeaderValue::from_str(&date.format(HTTP_DATE).to_string()).expect("a date has no control characters")
}

/// Tells since when an answer is as it is, where it does not tell that itself.
fn date(served: &Served, address: &str, headers: &mut HeaderMap) {
    let Some(etag) = headers.get(ETAG).filter(|_| !headers.contains_key(LAST_MODIFIED)) else { return };
    let since = served.ages().since((address, headers.get(CONTENT_TYPE)), etag, served.clock().now());
    headers.extend(since.map(|since| (LAST_MODIFIED, last_modified(since))));
}

/// An answer with a name: its own, or one by its content.
pub async fn named(response: Response) -> Response {
    if response.headers().contains_key(ETAG) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BODY_BYTES).await else {
        tracing::error!("an answer is larger than can be sent");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if !bytes.is_empty() {
        parts.headers.insert(ETAG, etag(&bytes));
    }
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Response::from_parts(parts, Body::from(bytes))
}

/// The name that Express gives to a body: its length and a digest.
fn etag(body: &[u8]) -> HeaderValue {
    let digest = base64(&Sha1::digest(body));
    HeaderValue::from_str(&format!("W/\"{:x}-{}\"", body.len(), &digest[..27])).expect("digits and letters")
}

fn is_known(asked: &HeaderMap, answered: &HeaderMap) -> bool {
    if asked.contains_key(IF_NONE_MATCH) {
        return is_named(asked, answered);
    }
    let date = |headers: &HeaderMap, name| http_date(headers.get(name)?.to_str().ok()?);
    let (since, modified) = (date(asked, IF_MODIFIED_SINCE.as_str()), date(answered, LAST_MODIFIED.as_str()));
    since.zip(modified).is_some_and(|(since, modified)| modified <= since)
}

/// Whether a client names an answer as one that it has.
pub fn is_named(asked: &HeaderMap, answered: &HeaderMap) -> bool {
    let (known, etag) = (asked.get(IF_NONE_MATCH), answered.get(ETAG));
    known.zip(etag).is_some_and(|(known, etag)| has_tag(known, etag))
}

/// Whether one of the tags listed is this one, weak or not.
fn has_tag(listed: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(listed), Ok(etag)) = (listed.to_str(), etag.to_str()) else { return false };
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    listed.trim() == "*" || listed.split(',').any(|tag| bare(tag) == bare(etag))
}

fn http_date(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, HTTP_DATE).ok()
}

/// Tells that a client has the answer with these headers.
pub fn not_modified(mut headers: HeaderMap) -> Response {
    for of_body in [CONTENT_LENGTH, CONTENT_TYPE, CONTENT_ENCODING] {
        headers.remove(of_body);
    }
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    *response.headers_mut() = headers;
    response
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |number: u32, place: usize| char::from(DIGITS[(number >> (18 - 6 * place)) as usize & 63]);
    let group = |chunk: &[u8]| {
        let byte = |place| chunk.get(place).copied().map_or(0, u32::from);
        let number = byte(0) << 16 | byte(1) << 8 | byte(2);
        (0..=chunk.len()).map(move |place| digit(number, place)).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_name_that_express_gives_it() {
        // Length in hexadecimal digits, then the first 27 characters of the SHA-1 digest in base 64.
        assert_eq!(etag(b"Service not found"), HeaderValue::from_static("W/\"11-QToqL7XXxOtaJiAuUZTyuypoxuM\""));
    }

    #[test]
    fn tags_match_weakly() {
        let tag = HeaderValue::from_static("W/\"1-a\"");
        for known in ["\"1-a\"", "W/\"1-a\"", "\"x\", W/\"1-a\"", "*"] {
            assert!(has_tag(&HeaderValue::from_static(known), &tag), "{known}");
        }
        assert!(!has_tag(&HeaderValue::from_static("\"1-b\""), &tag));
    }
}
