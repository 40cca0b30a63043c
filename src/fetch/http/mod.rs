//! Fetches with reqwest, without running scripts.

mod body;
mod bot_check;
mod client;
mod cookies;
mod explain;
mod inflow;
pub(super) mod retry_after;
mod room;
mod stopwatch;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use url::Url;

use super::addresses::{Names, SystemNames, private_target};
use super::{
    Answer, Config, Exchange, Fault, FetchError, Fetched, Fetcher, MAX_REDIRECTS, Proxies, Request, Validators, content,
};
use crate::domain::{FetcherKind, MimeType};
use cookies::Jar;
use explain::{explain, explain_behind};
use room::Room;
use stopwatch::Stopwatch;

pub use bot_check::{in_page as guard_in_page, may_be as may_be_guarded};
pub use client::{HttpSetupError, tls, trusted_roots};
pub use explain::system_code;

/// How much is read of a page that comes with a failure.
const FAILURE_BYTES: usize = 64 * 1024;

/// How much is read of a small file beside the documents: what RFC 9309 asks of readers of robots.txt.
const SMALL_BYTES: usize = 500 * 1024;

/// How long a small file beside the documents may take.
const SMALL_TIMEOUT: Duration = Duration::from_secs(10);

/// Fetches over HTTP and HTTPS.
pub struct HttpFetcher {
    client: Client,
    /// How long a whole fetch may take.
    timeout: Duration,
    max_megabytes: usize,
    allow_private: bool,
    proxies: Proxies,
    /// For bodies beyond the usual size.
    room: Room,
    names: Arc<dyn Names>,
}

impl HttpFetcher {
    /// Makes a fetcher that keeps connections between fetches, and nothing else.
    ///
    /// # Errors
    /// When the language, the name or a proxy cannot be used as configured.
    pub fn new(config: &Config, proxies: &Proxies) -> Result<Self, HttpSetupError> {
        Self::with_names(config, proxies, Arc::new(SystemNames))
    }

    fn with_names(config: &Config, proxies: &Proxies, names: Arc<dyn Names>) -> Result<Self, HttpSetupError> {
        Ok(Self {
            client: client::build(config, proxies, Arc::clone(&names))?,
            timeout: config.navigation_timeout,
            max_megabytes: config.max_megabytes,
            allow_private: config.allow_private_addresses,
            proxies: proxies.clone(),
            room: Room::new(),
            names,
        })
    }

    /// The document, or `None` if it is what it was.
    async fn load(
        &self,
        request: Request<'_>,
        exchange: &mut Exchange,
        watch: &Stopwatch,
    ) -> Result<Option<(Vec<u8>, MimeType)>, Fault> {
        let mut response = self.follow(request.validators, exchange).await?;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED && those_of(&exchange.final_url, request.validators).is_some() {
            return Ok(None);
        }
        let bot_check = bot_check::in_headers(response.headers());
        if !status.is_success() || bot_check.is_some() {
            return Err(refusal(&mut response, bot_check).await);
        }
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        let body = self.read(response, exchange, watch).await?;
        content::read(body, &content_type).map(Some)
    }

    /// A small file of text at `url`; `None` if there is none.
    ///
    /// # Errors
    /// When the server does not answer, or says it cannot.
    pub(super) async fn small_text(&self, url: &Url) -> Result<Option<String>, Fault> {
        let mut exchange = Exchange::begin(FetcherKind::HtmlOnly, url);
        let after = self.timeout.min(SMALL_TIMEOUT);
        let reading = async {
            let mut response = self.follow(None, &mut exchange).await?;
            match response.status() {
                status if status.is_success() => Ok(Some(body::beginning(&mut response, SMALL_BYTES).await)),
                status if status.is_client_error() => Ok(None),
                _ => Err(refusal(&mut response, None).await),
            }
        };
        tokio::time::timeout(after, reading).await.unwrap_or(Err(Fault::TimedOut { after }))
    }

    /// Asks for the document, and again wherever a redirect leads.
    async fn follow(&self, validators: Option<&Validators>, exchange: &mut Exchange) -> Result<Response, Fault> {
        let mut jar = Jar::default();
        loop {
            let url = exchange.final_url.clone();
            if !self.allow_private
                && let Some(target) = private_target(self.names.as_ref(), &url, self.is_proxied()).await
            {
                return Err(Fault::PrivateAddress { target });
            }
            let asked = conditional(self.client.get(url.clone()), those_of(&url, validators));
            let response = jar.send_with(asked, &url).send().await;
            let response = response.map_err(|error| self.explain(&error, &url))?;
            exchange.status = Some(response.status().as_u16());
            exchange.keep_headers(response.headers());
            jar.keep(&url, response.headers());
            let Some(next) = next_hop(&response, &url)? else { return Ok(response) };
            if exchange.redirects.len() == MAX_REDIRECTS {
                return Err(Fault::Redirects);
            }
            exchange.redirect(response.status().as_u16(), next);
        }
    }

    /// Whether names are resolved elsewhere, so that they have to be looked at before they are asked for.
    fn is_proxied(&self) -> bool {
        self.proxies.http.is_some() || self.proxies.https.is_some()
    }

    /// What kept the answer of `url` from beginning.
    fn explain(&self, error: &reqwest::Error, url: &Url) -> Fault {
        match self.proxies.to(url.scheme(), url.host_str().unwrap_or_default()) {
            Some(proxy) => explain_behind(proxy, error),
            None => explain(error),
        }
    }
}

#[async_trait]
impl Fetcher for HttpFetcher {
    async fn fetch(&self, request: Request<'_>) -> Result<Answer, FetchError> {
        let watch = Stopwatch::start(self.timeout);
        let mut exchange = Exchange::begin(FetcherKind::HtmlOnly, request.url());
        let loaded = watch.until_time_is_up(self.load(request, &mut exchange, &watch)).await;
        exchange.duration = watch.elapsed();
        match loaded {
            Ok(Some((content, mime))) => Ok(Answer::Fetched(Fetched { content, mime, exchange })),
            Ok(None) => Ok(Answer::NotModified(exchange)),
            Err(fault) => Err(FetchError::new(request.url(), fault, exchange)),
        }
    }
}

/// The validators, if they are those of `url`.
fn those_of<'a>(url: &Url, validators: Option<&'a Validators>) -> Option<&'a Validators> {
    validators.filter(|validators| validators.url == *url)
}

fn conditional(asked: RequestBuilder, validators: Option<&Validators>) -> RequestBuilder {
    let Some(validators) = validators else { return asked };
    let value = |text: &Option<String>| text.as_deref().and_then(|text| HeaderValue::from_str(text).ok());
    let headers = [(IF_NONE_MATCH, value(&validators.etag)), (IF_MODIFIED_SINCE, value(&validators.last_modified))];
    headers.into_iter().fold(asked, |asked, (name, value)| match value {
        Some(value) => asked.header(name, value),
        None => asked,
    })
}

impl Jar {
    fn send_with(&self, asked: RequestBuilder, url: &Url) -> RequestBuilder {
        match self.header(url) {
            Some(cookies) => asked.header(COOKIE, cookies),
            None => asked,
        }
    }
}

/// Where a redirect leads; `None` for every other answer.
fn next_hop(response: &Response, url: &Url) -> Result<Option<Url>, Fault> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let Some(location) = response.headers().get(LOCATION).filter(|_| is_redirect) else { return Ok(None) };
    let location = String::from_utf8_lossy(location.as_bytes());
    let next = url.join(&location).map_err(|_| Fault::Protocol { reason: "redirected to no address".to_owned() })?;
    match next.scheme() {
        "http" | "https" => Ok(Some(next)),
        scheme => Err(Fault::Scheme { scheme: scheme.to_owned() }),
    }
}

/// Why the server did not send the document.
async fn refusal(response: &mut Response, bot_check: Option<&'static str>) -> Fault {
    let code = response.status().as_u16();
    let retry_after = retry_after::read(response.headers());
    let bot_check = match bot_check {
        None if bot_check::may_be(code) => bot_check::in_page(&body::beginning(response, FAILURE_BYTES).await),
        found => found,
    };
    Fault::Status { code, bot_check, retry_after }
}
