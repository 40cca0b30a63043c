//! Sets up the HTTP client: names, roots of trust, proxies and bounds.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use reqwest::{Client, NoProxy, Proxy, redirect};

use crate::fetch::addresses::{Names, Resolver};
use crate::fetch::proxies::Named;
use crate::fetch::{Config, MAX_HEADERS, Proxies, ProxyError};

/// Longest silence of a server, before and amid its answer.
const IDLE: Duration = Duration::from_secs(15);

/// Largest list of headers that an HTTP/2 answer may carry, in bytes.
const MAX_HEAD_BYTES: u32 = 256 * 1024;

/// How answers may be packed.
const ENCODINGS: HeaderValue = HeaderValue::from_static("gzip, deflate, br, zstd");

/// Why no HTTP client could be made from the settings.
#[derive(Debug, thiserror::Error)]
pub enum HttpSetupError {
    #[error("`fetcher.language` holds `{0}`, which cannot stand in an HTTP header")]
    Language(String),
    #[error("`fetcher.userAgent` holds `{0}`, which cannot stand in an HTTP header")]
    UserAgent(String),
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    #[error("cannot set up HTTP: {0}")]
    Client(#[from] reqwest::Error),
}

impl HttpSetupError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Proxy(error) => Some(error.hint()),
            Self::Language(_) | Self::UserAgent(_) | Self::Client(_) => None,
        }
    }
}

/// A client that follows no redirects by itself and keeps no cookies.
pub fn build(config: &Config, proxies: &Proxies, names: Arc<dyn Names>) -> Result<Client, HttpSetupError> {
    proxies.check()?;
    let ways = [&proxies.http, &proxies.https].into_iter().flatten().filter_map(Named::way);
    let trusted: Vec<String> = ways.map(|way| way.host).collect();
    let resolver = Resolver { names, allow_private: config.allow_private_addresses, trusted };
    let user_agent = config.user_agent();
    let mut client = Client::builder()
        .tls_backend_preconfigured(tls())
        .user_agent(HeaderValue::from_str(&user_agent).map_err(|_| HttpSetupError::UserAgent(user_agent))?)
        .default_headers(headers(&config.language)?)
        .redirect(redirect::Policy::none())
        .read_timeout(IDLE)
        // Unpacked here, within a bound that the client does not know.
        .zstd(false)
        .http1_max_headers(MAX_HEADERS)
        .http2_max_header_list_size(MAX_HEAD_BYTES)
        .dns_resolver(Arc::new(resolver))
        .no_proxy();
    let except = proxies.except.as_deref().and_then(NoProxy::from_string);
    if let Some(proxy) = &proxies.http {
        client = client.proxy(Proxy::http(&proxy.address)?.no_proxy(except.clone()));
    }
    if let Some(proxy) = &proxies.https {
        client = client.proxy(Proxy::https(&proxy.address)?.no_proxy(except));
    }
    Ok(client.build()?)
}

/// Trusts the roots compiled in and those of the machine, so that both bare containers and private authorities work.
pub fn tls() -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the ring provider supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// How many authorities are trusted: those compiled in, and those of the machine.
pub fn trusted_roots() -> (usize, usize) {
    (webpki_roots::TLS_SERVER_ROOTS.len(), rustls_native_certs::load_native_certs().certs.len())
}

fn headers(language: &str) -> Result<HeaderMap, HttpSetupError> {
    let language = HeaderValue::from_str(language).map_err(|_| HttpSetupError::Language(language.to_owned()))?;
    let accepted =
        [(ACCEPT, HeaderValue::from_static("*/*")), (ACCEPT_ENCODING, ENCODINGS), (ACCEPT_LANGUAGE, language)];
    Ok(accepted.into_iter().collect())
}
