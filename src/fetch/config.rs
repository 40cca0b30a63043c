//! How documents are fetched, and the bounds that hold for every fetch.

use std::time::Duration;

use super::Robots;

/// Redirects that one fetch follows at most.
pub const MAX_REDIRECTS: usize = 20;

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
    /// `fetcher.maxMegabytes`: largest document that is accepted, decompressed.
    pub max_megabytes: usize,
    /// `fetcher.userAgent`: what fineprint calls itself over HTTP, instead of its name and `contact`.
    pub user_agent: Option<String>,
    /// `fetcher.contact`: a page or address where operators of sites find the people behind this collection.
    pub contact: Option<String>,
    /// `fetcher.browser`: the Chromium to start, instead of the first one found.
    pub browser: Option<String>,
    /// `fetcher.parallelPages`: how many pages the browser has open at once.
    pub parallel_pages: usize,
    /// `fetcher.robots`: whether robots.txt is read, and obeyed.
    pub robots: Robots,
    /// Whether the browser goes without its sandbox; set by the environment.
    pub no_sandbox: bool,
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
            max_megabytes: 50,
            user_agent: None,
            contact: None,
            browser: None,
            parallel_pages: 2,
            robots: Robots::Report,
            no_sandbox: false,
        }
    }
}

impl Config {
    /// What fineprint calls itself over HTTP, and where the people behind it are found.
    pub fn user_agent(&self) -> String {
        let name = concat!("fineprint/", env!("CARGO_PKG_VERSION"));
        match (&self.user_agent, &self.contact) {
            (Some(user_agent), _) => user_agent.clone(),
            (None, Some(contact)) => format!("{name} (terms-of-service change tracker; +{contact})"),
            (None, None) => format!("{name} (terms-of-service change tracker)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fineprint_says_who_it_is_unless_told_otherwise() {
        let mut config = Config { contact: Some("https://terms.example/about".to_owned()), ..Config::default() };
        assert!(config.user_agent().starts_with("fineprint/"));
        assert!(config.user_agent().ends_with("; +https://terms.example/about)"));

        config.user_agent = Some("Acme Reader".to_owned());
        assert_eq!(config.user_agent(), "Acme Reader");
    }
}
