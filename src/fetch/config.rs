//! How documents are fetched.

use std::time::Duration;

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
