//! Fetches with reqwest, without running scripts.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, NoProxy, Proxy, Response, redirect};
use tracing::info;
use url::Url;

use super::addresses::{PrivateTarget, Resolver, UnknownHost, is_localhost, private_literal, private_name};
use super::{Config, FetchError, Fetched, Fetcher, MAX_BODY_BYTES, MAX_HEADERS, MAX_REDIRECTS, Proxies, charset};
use crate::domain::{FetcherKind, MimeType, SourceDocument};

const USER_AGENT: &str = concat!("fineprint/", env!("CARGO_PKG_VERSION"), " (terms-of-service change tracker)");

/// Fetches over HTTP and HTTPS.
pub struct HttpFetcher {
    client: Client,
    timeout: Duration,
    allow_private: bool,
}

/// Why no HTTP client could be made from the settings.
#[derive(Debug, thiserror::Error)]
pub enum HttpSetupError {
    #[error("`fetcher.language` holds `{0}`, which cannot stand in an HTTP header")]
    Language(String),
    #[error("cannot set up HTTP: {0}")]
    Client(#[from] reqwest::Error),
}

#[derive(Debug, thiserror::Error)]
#[error("too many redirects")]
struct RedirectLoop;

impl HttpFetcher {
    /// Makes a fetcher that keeps connections between fetches.
    ///
    /// # Errors
    /// When the language or a proxy cannot be used as configured.
    pub fn new(config: &Config, proxies: &Proxies) -> Result<Self, HttpSetupError> {
        let trusted: Vec<String> =
            [&proxies.http, &proxies.https].into_iter().flatten().filter_map(|proxy| host_of(proxy)).collect();
        let resolver = Resolver { allow_private: config.allow_private_addresses, trusted: trusted.clone() };
        let mut client = Client::builder()
            .tls_backend_preconfigured(tls())
            .user_agent(USER_AGENT)
            .default_headers(headers(&config.language)?)
            .redirect(redirects(config.allow_private_addresses, trusted))
            .http1_max_headers(MAX_HEADERS)
            .dns_resolver(Arc::new(resolver))
            .no_proxy();
        let except = proxies.except.as_deref().and_then(NoProxy::from_string);
        if let Some(proxy) = &proxies.http {
            client = client.proxy(Proxy::http(proxy)?.no_proxy(except.clone()));
        }
        if let Some(proxy) = &proxies.https {
            client = client.proxy(Proxy::https(proxy)?.no_proxy(except));
        }
        Ok(Self {
            client: client.build()?,
            timeout: config.navigation_timeout,
            allow_private: config.allow_private_addresses,
        })
    }

    async fn load(&self, url: &Url) -> Result<Fetched, FetchError> {
        if !self.allow_private
            && let Some(address) = private_literal(url)
        {
            return Err(FetchError::PrivateAddress { url: url.clone(), target: address.to_string() });
        }
        if !self.allow_private
            && let Some(target) = private_name(url).await
        {
            return Err(FetchError::PrivateAddress { url: url.clone(), target });
        }
        let response = self.client.get(url.clone()).send().await.map_err(|error| explain(&error, url))?;
        if !response.status().is_success() {
            return Err(unsuccessful(&response, url));
        }
        let content_type = header_text(&response);
        let final_url = response.url().clone();
        let body = read_body(response, url).await?;
        if body.is_empty() {
            return Err(FetchError::Empty { url: url.clone() });
        }
        let mime = mime_of(&content_type, &body);
        let content = if mime.is_text() { charset::decode(&body, &content_type).into_bytes() } else { body };
        Ok(Fetched { content, mime, final_url, fetcher: FetcherKind::HtmlOnly })
    }
}

#[async_trait]
impl Fetcher for HttpFetcher {
    async fn fetch(&self, document: &SourceDocument) -> Result<Fetched, FetchError> {
        let url = &document.location;
        if document.execute_client_scripts == Some(true) {
            info!(%url, "declared to run scripts, which needs a browser; fetched over HTTP instead");
        }
        tokio::time::timeout(self.timeout, self.load(url))
            .await
            .unwrap_or_else(|_| Err(FetchError::TimedOut { after: self.timeout, url: url.clone() }))
    }
}

/// Trusts the roots compiled in and those of the machine, so that both bare containers and private authorities work.
fn tls() -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the ring provider supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

fn headers(language: &str) -> Result<HeaderMap, HttpSetupError> {
    let language = HeaderValue::from_str(language).map_err(|_| HttpSetupError::Language(language.to_owned()))?;
    Ok([(ACCEPT, HeaderValue::from_static("*/*")), (ACCEPT_LANGUAGE, language)].into_iter().collect())
}

/// Follows redirects within the web. Behind a proxy names are resolved elsewhere, so those of this machine are refused
/// by name.
fn redirects(allow_private: bool, trusted: Vec<String>) -> redirect::Policy {
    redirect::Policy::custom(move |attempt| {
        if attempt.previous().len() > MAX_REDIRECTS {
            return attempt.error(RedirectLoop);
        }
        if allow_private {
            return attempt.follow();
        }
        let literal = private_literal(attempt.url()).map(|address| address.to_string());
        let own = attempt.url().host_str().filter(|host| is_localhost(host) || trusted.iter().any(|name| name == host));
        match literal.or(own.map(str::to_owned)) {
            Some(target) => attempt.error(PrivateTarget(target)),
            None => attempt.follow(),
        }
    })
}

/// The status, or where a redirect wants to leave the web, which reqwest leaves alone.
fn unsuccessful(response: &Response, url: &Url) -> FetchError {
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let target = location.and_then(|location| response.url().join(location).ok());
    match target {
        Some(target) if response.status().is_redirection() && !matches!(target.scheme(), "http" | "https") => {
            FetchError::Scheme { scheme: target.scheme().to_owned(), url: url.clone() }
        }
        _ => FetchError::Status { code: response.status().as_u16(), url: url.clone() },
    }
}

async fn read_body(mut response: Response, url: &Url) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error, url))? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(FetchError::TooLarge { url: url.clone() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn header_text(response: &Response) -> String {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// The declared type, or, where a server declares none, what the first bytes tell.
fn mime_of(content_type: &str, body: &[u8]) -> MimeType {
    if !content_type.trim().is_empty() {
        MimeType::from_content_type(content_type)
    } else if body.starts_with(b"%PDF-") {
        MimeType::pdf()
    } else {
        MimeType::html()
    }
}

fn host_of(proxy: &str) -> Option<String> {
    let url = Url::parse(proxy).or_else(|_| Url::parse(&format!("http://{proxy}"))).ok()?;
    url.host_str().map(str::to_owned)
}

/// Tells what went wrong from the chain of causes that reqwest hands on.
fn explain(error: &reqwest::Error, url: &Url) -> FetchError {
    let url = url.clone();
    if let Some(PrivateTarget(target)) = cause(error) {
        return FetchError::PrivateAddress { target: target.clone(), url };
    }
    if cause::<RedirectLoop>(error).is_some() {
        return FetchError::Redirects { url };
    }
    if let Some(unknown) = cause::<UnknownHost>(error) {
        return FetchError::Network { code: if unknown.is_temporary { "EAI_AGAIN" } else { "ENOTFOUND" }, url };
    }
    if let Some(refused) = cause::<rustls::Error>(error) {
        return FetchError::Certificate { reason: refused.to_string(), url };
    }
    match cause::<io::Error>(error).and_then(|io| system_code(io.kind())) {
        Some(code) => FetchError::Network { code, url },
        // A server that hangs up without a word is overloaded as often as not.
        None if innermost(error) == "connection closed before message completed" => {
            FetchError::Network { code: "ECONNRESET", url }
        }
        None => FetchError::Protocol { reason: innermost(error), url },
    }
}

/// The name that Node.js gives a system error.
fn system_code(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::ConnectionRefused => Some("ECONNREFUSED"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => Some("ECONNRESET"),
        io::ErrorKind::ConnectionAborted => Some("ECONNABORTED"),
        io::ErrorKind::BrokenPipe => Some("EPIPE"),
        io::ErrorKind::TimedOut => Some("ETIMEDOUT"),
        io::ErrorKind::HostUnreachable => Some("EHOSTUNREACH"),
        io::ErrorKind::NetworkUnreachable => Some("ENETUNREACH"),
        _ => None,
    }
}

fn cause<E: StdError + 'static>(error: &reqwest::Error) -> Option<&E> {
    causes(error).find_map(|cause| match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => inner.downcast_ref::<E>().or_else(|| cause.downcast_ref::<E>()),
        None => cause.downcast_ref::<E>(),
    })
}

fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |error: &&(dyn StdError + 'static)| (*error).source())
}
