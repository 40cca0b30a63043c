//! Gets source documents from the web.
//!
//! A [`Fetcher`] is a seam: HTTP behind it, pacing around it, canned pages in tests. What came of a fetch
//! is a [`Fetched`] document or a [`FetchError`] that says whether trying again can help.

mod addresses;
mod charset;
mod config;
mod error;
mod http;
mod throttle;

use async_trait::async_trait;
use url::Url;

use crate::domain::{FetcherKind, MimeType, SourceDocument};

pub use config::{Config, MAX_BODY_BYTES, MAX_HEADERS, MAX_REDIRECTS, Proxies};
pub use error::FetchError;
pub use http::{HttpFetcher, HttpSetupError};
pub use throttle::Throttle;

/// Gets one source document.
#[async_trait]
pub trait Fetcher: Send + Sync {
    /// Fetches `document` from its location.
    ///
    /// # Errors
    /// Whatever kept the document from being read, in a form a person can act on.
    async fn fetch(&self, document: &SourceDocument) -> Result<Fetched, FetchError>;
}

/// A document as the web gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// UTF-8 for `text/*`, else the bytes as they came. Never empty.
    pub content: Vec<u8>,
    pub mime: MimeType,
    /// Where redirects led.
    pub final_url: Url,
    pub fetcher: FetcherKind,
}
