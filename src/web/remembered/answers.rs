//! Answers that were given, within bounds on bytes: packed, and those asked for of late as they are sent besides.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::ETAG;
use axum::response::Response;

use super::packed::{self, Packed, unzipped};
use super::{Asked, Part};
use crate::web::cache::{Cache, Kept};
use crate::web::conditional;

/// How much of what was answered is kept packed, in bytes.
const PACKED_BYTES: usize = 24 << 20;

/// How much of it is at hand as it is sent to clients that read no gzip, in bytes.
const AT_HAND_BYTES: usize = 12 << 20;

/// What headers take in memory, roughly.
const BYTES_OF_HEADERS: usize = 1 << 10;

/// Answers by what was asked.
pub struct Answers {
    packed: Cache<Remembered>,
    at_hand: Cache<Bytes>,
    /// How many bodies were kept.
    count: AtomicU64,
}

/// An answer with the status 200, from when the archive and all else stood at a position.
#[derive(Clone)]
pub struct Remembered {
    pub(super) begun: Instant,
    pub(super) position: Arc<str>,
    /// All that it depends on, if that is known to be less than everything.
    pub(super) of: Option<Arc<Part>>,
    pub(super) body: Body,
}

/// What is sent.
#[derive(Clone)]
pub struct Body {
    headers: HeaderMap,
    packed: Packed,
    /// What it is called among those at hand.
    pub(super) number: u64,
}

impl Kept for Remembered {
    fn bytes(&self) -> usize {
        BYTES_OF_HEADERS + self.body.packed.bytes()
    }
}

impl Default for Answers {
    fn default() -> Self {
        Self { packed: Cache::new(PACKED_BYTES), at_hand: Cache::new(AT_HAND_BYTES), count: AtomicU64::default() }
    }
}

impl Answers {
    pub fn get(&self, what: &str) -> Option<Remembered> {
        self.packed.get(what)
    }

    /// Keeps an answer, and gives it back.
    pub fn put(&self, what: &str, answer: Remembered) -> Remembered {
        self.packed.put(what, answer)
    }

    /// A body that was not kept before.
    pub(super) async fn packed(&self, headers: HeaderMap, body: Bytes) -> Body {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let packed = Packed::of(&body).await;
        if let Packed::Zipped { .. } = packed {
            self.at_hand.put(&number.to_string(), Bytes::copy_from_slice(&body));
        }
        Body { headers, packed, number }
    }

    /// Sends an answer as a client reads it, or tells that the client has it.
    pub(super) async fn response(&self, answer: Remembered, asked: &Asked) -> Response {
        let Body { mut headers, packed, number } = answer.body;
        if conditional::is_named(&asked.headers, &headers) {
            return conditional::not_modified(headers);
        }
        let body = match packed {
            Packed::Plain(body) => body,
            Packed::Zipped { gzip, .. } if packed::is_read(&asked.headers) => {
                packed::mark(&mut headers);
                gzip
            }
            Packed::Zipped { gzip, length } => self.plain(number, gzip, length).await,
        };
        let mut response = Response::new(axum::body::Body::from(body));
        *response.headers_mut() = headers;
        response
    }

    async fn plain(&self, number: u64, gzip: Bytes, length: usize) -> Bytes {
        let name = number.to_string();
        match self.at_hand.get(&name) {
            Some(body) => body,
            None => self.at_hand.put(&name, unzipped(gzip, length).await),
        }
    }
}

impl Remembered {
    /// Whether its body has the same name as one with these headers.
    pub fn is_same(&self, headers: &HeaderMap) -> bool {
        self.body.headers.get(ETAG).is_some_and(|etag| headers.get(ETAG) == Some(etag))
    }

    /// The same body with other headers.
    pub fn with(self, headers: HeaderMap) -> Body {
        Body { headers, ..self.body }
    }
}
