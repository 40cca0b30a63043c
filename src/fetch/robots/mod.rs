//! Reads the robots.txt of each host once, and says what it has to say to fineprint.
//!
//! It is told and not obeyed unless `fetcher.robots` is `obey`: `docs/fetching.md` says why.

mod rules;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::OnceCell;
use tracing::info;
use url::Url;

use super::{Answer, Exchange, Fault, FetchError, Fetcher, HttpFetcher, Request};
use crate::domain::FetcherKind;
use rules::Rules;

/// What robots.txt is to fineprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Robots {
    /// It is not read.
    Ignore,
    /// It is read, and what it says is told.
    Report,
    /// It is read, and what it asks not to be fetched is not.
    Obey,
}

/// A fetcher that looks into robots.txt beside or before another.
pub struct RobotsReader<F> {
    inner: F,
    http: Arc<HttpFetcher>,
    robots: Robots,
    /// What the robots.txt of each origin says; `None` where the server did not answer.
    known: Mutex<HashMap<String, Arc<OnceCell<Option<Rules>>>>>,
}

impl Robots {
    pub const ALL: [Self; 3] = [Self::Ignore, Self::Report, Self::Obey];

    pub fn name(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Report => "report",
            Self::Obey => "obey",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|robots| robots.name() == name)
    }
}

impl<F> RobotsReader<F> {
    /// Reads robots.txt with `http` before or while `inner` fetches.
    pub fn new(inner: F, http: Arc<HttpFetcher>, robots: Robots) -> Self {
        Self { inner, http, robots, known: Mutex::default() }
    }

    /// Whether robots.txt allows fineprint this URL; `None` where it could not be read.
    async fn allows(&self, url: &Url) -> Option<bool> {
        let origin = url.origin().ascii_serialization();
        let known = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.entry(origin).or_default().clone()
        };
        let rules = known.get_or_init(|| self.read(url)).await;
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        rules.as_ref().map(|rules| rules.allow(path))
    }

    async fn read(&self, url: &Url) -> Option<Rules> {
        let text = self.http.small_text(&url.join("/robots.txt").ok()?).await.ok()?;
        // A host without the file forbids nothing.
        Some(text.map(|text| Rules::parse(&text)).unwrap_or_default())
    }
}

#[async_trait]
impl<F: Fetcher> Fetcher for RobotsReader<F> {
    async fn fetch(&self, request: Request<'_>) -> Result<Answer, FetchError> {
        let url = request.url();
        match self.robots {
            Robots::Ignore => self.inner.fetch(request).await,
            Robots::Report => {
                // Beside the fetch: what is only told of must not cost every host the time of another answer.
                let (allowed, mut answer) = tokio::join!(self.allows(url), self.inner.fetch(request));
                if allowed == Some(false) {
                    info!(%url, "robots.txt asks robots not to fetch this; see docs/fetching.md");
                }
                exchange_of(&mut answer).allowed_by_robots = allowed;
                answer
            }
            Robots::Obey => {
                let allowed = self.allows(url).await;
                // RFC 9309, section 2.3.1.4: where robots.txt cannot be reached, nothing is allowed.
                let mut answer = match allowed {
                    Some(true) => self.inner.fetch(request).await,
                    _ => Err(FetchError::new(url, Fault::Robots, Exchange::begin(FetcherKind::HtmlOnly, url))),
                };
                exchange_of(&mut answer).allowed_by_robots = allowed;
                answer
            }
        }
    }
}

fn exchange_of(answer: &mut Result<Answer, FetchError>) -> &mut Exchange {
    match answer {
        Ok(Answer::Fetched(fetched)) => &mut fetched.exchange,
        Ok(Answer::NotModified(exchange)) => exchange,
        Err(error) => &mut error.exchange,
    }
}
