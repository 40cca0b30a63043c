//! Answers in gzip, compressed once for all who read that.

use std::io::Write;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::OnceCell;

/// Smaller bodies are sent as they are, in bytes.
const LEAST: usize = 1 << 10;

/// More than what is zipped for one client gets: this is sent to many.
const LEVEL: Compression = Compression::new(6);

/// What part of a body it takes up at most, zipped, in most cases: one in this many.
const SHARE: usize = 4;

/// A body in gzip, once somebody asked for it.
#[derive(Clone, Default)]
pub struct Zipped(Arc<OnceCell<Bytes>>);

impl Zipped {
    /// About how much a body of this size takes.
    pub fn bytes_of(body: usize) -> usize {
        if body < LEAST { 0 } else { body / SHARE }
    }

    /// A body in gzip; `None` if it is as good as it is.
    pub async fn of(&self, body: &Bytes) -> Option<Bytes> {
        if body.len() < LEAST {
            return None;
        }
        let zip = async || {
            let body = body.clone();
            tokio::task::spawn_blocking(move || zipped(&body)).await
        };
        self.0.get_or_try_init(zip).await.ok().cloned()
    }
}

fn zipped(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / SHARE), LEVEL);
    let written = encoder.write_all(body).and_then(|()| encoder.finish());
    written.expect("a vector takes all that is written").into()
}

/// Whether a client reads gzip, and likes nothing better.
pub fn is_read(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| coding.trim().eq_ignore_ascii_case("gzip"))
}

/// Tells that an answer's body is in gzip.
pub fn mark(response: &mut Response) {
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.append(VARY, HeaderValue::from_static("accept-encoding"));
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[tokio::test]
    async fn a_body_is_zipped_once() {
        let body = Bytes::from("We keep what you give us. ".repeat(200));
        let kept = Zipped::default();

        let (once, again) = (kept.of(&body).await.unwrap(), kept.of(&body).await.unwrap());

        let mut text = String::new();
        GzDecoder::new(&*once).read_to_string(&mut text).unwrap();
        assert_eq!(text.as_bytes(), body);
        assert_eq!(once.as_ptr(), again.as_ptr());
        assert!(kept.of(&Bytes::from("short")).await.is_none());
    }

    #[test]
    fn a_client_gets_what_it_likes_best() {
        for (accepted, is_gzip) in [
            ("gzip", true),
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP", true),
            ("br, gzip;q=0.5", false),
            ("gzip;q=0", false),
            ("zstd", false),
        ] {
            let headers = [(ACCEPT_ENCODING, HeaderValue::from_str(accepted).unwrap())].into_iter().collect();

            assert_eq!(is_read(&headers), is_gzip, "{accepted}");
        }
    }
}
