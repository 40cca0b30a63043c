//! How documents are fetched, and the bounds that hold for every fetch.

use std::time::Duration;

/// Redirects that one fetch follows at most.
pub const MAX_REDIRECTS: usize = 20;

/// Largest body that is accepted, in bytes after decompression.
pub const MAX_BODY_BYTES: usize = 50 * 1024 * 1024;

/// Header lines that one response may carry; longer heads are refused.
pub const MAX_HEADERS: usize = 200;

/// Settings under `fetcher`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `fetcher.waitForElementsTimeout`, in milliseconds in files: how long a browser waits for selected elements.
    pub wait_for_elements_timeout: Duration,
    /// `fetcher.navigationTimeout`, in milliseconds in files: how long a whole fetch may take.
    pub navigation_timeout: Duration,
    /// `fetcher.language`: the value of `Accept-Language`, with or without `;q=` weights.
    pub language: String,
    /// `fetcher.hostDelay`, in milliseconds in files: least time between two requests to one host.
    pub host_delay: Duration,
    /// `fetcher.parallelHosts`: how many hosts are asked at once.
    pub parallel_hosts: usize,
    /// `fetcher.allowPrivateAddresses`: whether a declared URL may lead to a loopback or private address.
    pub allow_private_addresses: bool,
}

/// The proxies that the environment names, by scheme of the document's URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    pub http: Option<String>,
    pub https: Option<String>,
    /// Hosts that are asked directly, as `NO_PROXY` lists them.
    pub except: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            wait_for_elements_timeout: Duration::from_secs(10),
            navigation_timeout: Duration::from_secs(30),
            language: "en".to_owned(),
            host_delay: Duration::from_secs(1),
            parallel_hosts: 8,
            allow_private_addresses: false,
        }
    }
}

impl Proxies {
    /// Reads the usual variables; lower case wins, and HTTPS goes the way of HTTP where it has none of its own.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let read =
            |name: &str| variable(&name.to_lowercase()).or_else(|| variable(name)).filter(|value| !value.is_empty());
        let http = read("HTTP_PROXY");
        let https = read("HTTPS_PROXY").or_else(|| http.clone());
        Self { http, https, except: read("NO_PROXY") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_goes_through_the_http_proxy_where_it_has_none() {
        let proxies = Proxies::from_variables(|name| (name == "HTTP_PROXY").then(|| "http://proxy:3128".to_owned()));

        assert_eq!(proxies.https.as_deref(), Some("http://proxy:3128"));
    }
}
