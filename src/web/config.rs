//! How the collection is served.

use std::net::{IpAddr, Ipv4Addr};

/// Settings under `collection-api`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `address`: where to listen.
    pub address: IpAddr,
    /// `port`: where to listen; 0 takes any that is free.
    pub port: usize,
    /// `basePath`: what stands before `/v1`.
    pub base_path: String,
    pub feed: FeedConfig,
}

/// Settings under `collection-api.feed`.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedConfig {
    /// `limit`: how many entries a feed has.
    pub limit: usize,
    /// `versionUrlTemplate`: where readers see a version; `%VERSION_ID` is its id.
    pub version_url_template: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 3000,
            base_path: "/".to_owned(),
            feed: FeedConfig { limit: 100, version_url_template: None },
        }
    }
}

impl Config {
    /// Where the interface is mounted, such as `/collection-api/v1`, with single slashes.
    pub fn base(&self) -> String {
        let parts = self.base_path.split('/').filter(|part| !part.is_empty());
        parts.chain(["v1"]).fold(String::new(), |base, part| base + "/" + part)
    }
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
