//! A body as it is kept: what is short as it is, all else in gzip, which takes a tenth of the room and is what most
//! clients read.

use std::io::{Read, Write};

use axum::body::Bytes;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, VARY};
use axum::http::{HeaderMap, HeaderValue};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// Shorter bodies are kept and sent as they are, in bytes.
const LEAST: usize = 1 << 10;

/// As much as what is zipped on the way gets: whoever asks first waits for it.
const LEVEL: Compression = Compression::new(4);

/// A body, packed.
#[derive(Clone)]
pub enum Packed {
    /// As it is: it is short, or takes as much in gzip.
    Plain(Bytes),
    Zipped {
        gzip: Bytes,
        /// How long it is otherwise, in bytes.
        length: usize,
    },
}

impl Packed {
    /// Packs a body, on a thread that may block where that takes a moment.
    pub async fn of(body: &Bytes) -> Self {
        // What was written piece by piece may hold on to more room than it fills.
        let exact = |body: &Bytes| Self::Plain(Bytes::copy_from_slice(body));
        if body.len() < LEAST {
            return exact(body);
        }
        let text = body.clone();
        match tokio::task::spawn_blocking(move || zipped(&text)).await {
            Ok(gzip) if gzip.len() < body.len() => Self::Zipped { gzip, length: body.len() },
            _ => exact(body),
        }
    }

    /// How much memory it takes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Plain(body) => body.len(),
            Self::Zipped { gzip, .. } => gzip.len(),
        }
    }
}

fn zipped(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), LEVEL);
    let written = encoder.write_all(body).and_then(|()| encoder.finish());
    written.expect("a vector takes all that is written").into_boxed_slice().into()
}

/// The body again, on a thread that may block; it is as long as it was.
pub async fn unzipped(gzip: Bytes, length: usize) -> Bytes {
    let unzip = move || {
        let mut body = Vec::with_capacity(length);
        GzDecoder::new(&*gzip).read_to_end(&mut body).expect("what was zipped here is whole");
        Bytes::from(body.into_boxed_slice())
    };
    tokio::task::spawn_blocking(unzip).await.expect("nothing in it panics or stops it")
}

/// Whether a client reads gzip, and likes nothing better.
pub fn is_read(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| coding.trim().eq_ignore_ascii_case("gzip"))
}

/// Tells that an answer's body is in gzip.
pub fn mark(headers: &mut HeaderMap) {
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.append(VARY, HeaderValue::from_static("accept-encoding"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_long_is_kept_in_gzip_and_comes_back() {
        let body = Bytes::from("We keep what you give us. ".repeat(200));

        let Packed::Zipped { gzip, length } = Packed::of(&body).await else { panic!("it is not in gzip") };

        assert!(gzip.len() < body.len() / 10);
        assert_eq!(unzipped(gzip, length).await, body);
    }

    #[tokio::test]
    async fn what_is_short_or_gains_nothing_is_kept_as_it_is() {
        let (mut state, mut noise) = (1_u64, Vec::new());
        for _ in 0..4_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            noise.push(state.to_be_bytes()[0]);
        }

        for body in [Bytes::from("short"), Bytes::from(noise)] {
            assert!(matches!(Packed::of(&body).await, Packed::Plain(kept) if kept == body));
        }
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
