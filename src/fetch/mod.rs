//! Gets source documents from the web.
//!
//! A [`Fetcher`] is a seam: HTTP behind it, pacing around it, canned pages in tests. What came of a [`Request`]
//! is an [`Answer`], or a [`FetchError`] that says of which [`FailureKind`] it is, and whether trying again can help.
//! All of them carry the [`Exchange`]: what was said on the wire.

mod addresses;
mod browser;
mod charset;
mod config;
mod content;
mod error;
mod escalation;
mod exchange;
mod failure;
mod http;
mod proxies;
#[cfg(test)]
mod rebinding;
mod request;
mod robots;
mod throttle;

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::MimeType;

pub use browser::{BrowserFetcher, Chromium, is_sandboxed};
pub use config::{Config, MAX_HEADERS, MAX_REDIRECTS};
pub use error::{Fault, FetchError};
pub use escalation::Escalation;
pub use exchange::{Exchange, Redirect};
pub use failure::FailureKind;
pub use http::{HttpFetcher, HttpSetupError, tls, trusted_roots};
pub use proxies::{Proxies, ProxyError};
pub use request::{Request, Validators};
pub use robots::{Robots, RobotsReader};
pub use throttle::Throttle;

/// Gets one source document.
#[async_trait]
pub trait Fetcher: Send + Sync {
    /// Fetches a document from its location.
    ///
    /// # Errors
    /// Whatever kept the document from being read, in a form a person can act on.
    async fn fetch(&self, request: Request<'_>) -> Result<Answer, FetchError>;
}

#[async_trait]
impl<F: Fetcher + ?Sized> Fetcher for Arc<F> {
    async fn fetch(&self, request: Request<'_>) -> Result<Answer, FetchError> {
        self.as_ref().fetch(request).await
    }
}

/// What a server had to say of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Fetched(Fetched),
    /// The document is what it was when the request's [`Validators`] were given; never the answer to a request
    /// without any.
    NotModified(Exchange),
}

/// A document as the web gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// UTF-8 for texts, else the bytes as they came. Never empty.
    pub content: Vec<u8>,
    pub mime: MimeType,
    pub exchange: Exchange,
}

impl Answer {
    /// The document, if the server sent it.
    pub fn fetched(self) -> Option<Fetched> {
        match self {
            Self::Fetched(fetched) => Some(fetched),
            Self::NotModified(_) => None,
        }
    }

    /// What was said on the wire.
    pub fn exchange(&self) -> &Exchange {
        match self {
            Self::Fetched(fetched) => &fetched.exchange,
            Self::NotModified(exchange) => exchange,
        }
    }
}
