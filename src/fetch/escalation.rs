//! Fetches as the declaration says: over HTTP, by a browser, or by a browser where HTTP is taken for a robot.

use async_trait::async_trait;
use tracing::info;

use super::{Answer, FailureKind, FetchError, Fetcher, Request};
use crate::domain::FetcherKind;

/// A fetcher over HTTP, and one that runs scripts, of which the declaration chooses.
pub struct Escalation<H, B> {
    http: H,
    browser: B,
}

impl<H, B> Escalation<H, B> {
    pub fn new(http: H, browser: B) -> Self {
        Self { http, browser }
    }
}

#[async_trait]
impl<H: Fetcher, B: Fetcher> Fetcher for Escalation<H, B> {
    async fn fetch(&self, request: Request<'_>) -> Result<Answer, FetchError> {
        let declared = request.document.execute_client_scripts.map(|scripts| match scripts {
            true => FetcherKind::FullDom,
            false => FetcherKind::HtmlOnly,
        });
        match request.only_by.or(declared) {
            Some(FetcherKind::FullDom) => self.browser.fetch(request).await,
            Some(FetcherKind::HtmlOnly) => self.http.fetch(request).await,
            None => self.escalate(request).await,
        }
    }
}

impl<H: Fetcher, B: Fetcher> Escalation<H, B> {
    async fn escalate(&self, request: Request<'_>) -> Result<Answer, FetchError> {
        let refused = match self.http.fetch(request).await {
            Err(error) if error.may_be_bot_check() => error,
            answer => return answer,
        };
        if refused.asks_to_wait() {
            return Err(refused);
        }
        info!("{refused}; trying with a browser");
        match self.browser.fetch(request).await {
            // Without a browser, what the server said is all there is to say.
            Err(error) if error.kind() == FailureKind::NoBrowser => Err(refused),
            answer => answer,
        }
    }
}
