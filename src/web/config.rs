//! How the collection is served.

use std::net::{IpAddr, Ipv4Addr};

use super::{Listed, TrustedProxies};

/// Settings under `collection-api`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `address`: where to listen.
    pub address: IpAddr,
    /// `port`: where to listen; 0 takes any that is free.
    pub port: usize,
    /// `basePath`: what stands before `/v1`.
    pub base_path: String,
    /// `publicUrl`: scheme and host by which clients reach this server, if requests do not tell.
    pub public_url: Option<String>,
    /// `trustedProxies`: whose word for the client counts.
    pub trusted_proxies: TrustedProxies,
    pub rate_limit: RateLimit,
    /// `maxConnections`: most connections at once, of which one client has a quarter at most.
    pub max_connections: usize,
    /// `metricsPort`: where figures are served, to this machine only; 0 for nowhere.
    pub metrics_port: usize,
    pub feed: FeedConfig,
    pub federation: FederationConfig,
}

/// Settings under `collection-api.federation`.
#[derive(Debug, Clone, PartialEq)]
pub struct FederationConfig {
    /// `basePath`: what stands before `/v1` in addresses of the federation.
    pub base_path: String,
    /// `collections`: those that are searched together; none for no federation.
    pub collections: Vec<Listed>,
}

impl Default for FederationConfig {
    fn default() -> Self {
        Self { base_path: "/federation-api".to_owned(), collections: Vec::new() }
    }
}

/// Settings under `collection-api.rateLimit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// `perMinute`: how many requests a client has on average; 0 for any number.
    pub per_minute: usize,
    /// `burst`: how many of them at once.
    pub burst: usize,
}

/// Settings under `collection-api.feed`.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedConfig {
    /// `limit`: how many entries a feed has.
    pub limit: usize,
    /// `versionUrlTemplate`: where readers see a version; `%VERSION_ID` is its id.
    pub version_url_template: Option<String>,
    /// `hub`: the WebSub hub that subscribers are sent to.
    pub hub: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 3000,
            base_path: "/".to_owned(),
            public_url: None,
            trusted_proxies: TrustedProxies::default(),
            rate_limit: RateLimit { per_minute: 600, burst: 120 },
            max_connections: 1_000,
            metrics_port: 0,
            feed: FeedConfig { limit: 100, version_url_template: None, hub: None },
            federation: FederationConfig::default(),
        }
    }
}

impl Config {
    /// Where the interface is mounted, such as `/collection-api/v1`, with single slashes.
    pub fn base(&self) -> String {
        base_at(&self.base_path)
    }

    /// Where the federation is mounted, if there is one.
    pub fn federation_base(&self) -> Option<String> {
        (!self.federation.collections.is_empty()).then(|| base_at(&self.federation.base_path))
    }
}

fn base_at(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.chain(["v1"]).fold(String::new(), |base, part| base + "/" + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_of_the_base_path_collapse() {
        for (base_path, base) in [("/", "/v1"), ("api", "/api/v1"), ("//collection-api//", "/collection-api/v1")] {
            let config = Config { base_path: base_path.to_owned(), ..Config::default() };

            assert_eq!(config.base(), base);
        }
    }
}
