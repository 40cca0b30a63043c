//! The proxies that the environment names, and which requests go through them.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

/// The proxies that the environment names, by scheme of the document's URL.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    pub http: Option<String>,
    pub https: Option<String>,
    /// Hosts that are asked directly, as `NO_PROXY` lists them.
    pub except: Option<String>,
}

/// A proxy, taken apart.
#[derive(Clone, PartialEq, Eq)]
pub struct Way {
    pub host: String,
    pub port: u16,
    /// User and password, if the proxy wants any.
    pub credentials: Option<(String, String)>,
    /// Whether the proxy itself is spoken to over TLS.
    pub is_tls: bool,
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

    /// The proxies in use, without credentials, as people may read them.
    pub fn shown(&self) -> Vec<String> {
        let ways = [("http", &self.http), ("https", &self.https)];
        let shown = |(scheme, proxy): (&str, &Option<String>)| {
            let proxy = proxy.as_deref()?;
            let way = Way::parse(proxy).map_or("a proxy that is no URL".to_owned(), |way| format!("{way:?}"));
            Some(format!("{scheme}: {way}"))
        };
        ways.into_iter().filter_map(shown).collect()
    }
}

impl Way {
    /// Takes a proxy apart, with or without `http://` in front.
    pub fn parse(proxy: &str) -> Option<Self> {
        let url =
            Url::parse(proxy).ok().filter(Url::has_host).or_else(|| Url::parse(&format!("http://{proxy}")).ok())?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let credentials = (!url.username().is_empty())
            .then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default())));
        Some(Self {
            host: url.host_str()?.to_owned(),
            port: url.port_or_known_default()?,
            credentials,
            is_tls: url.scheme() == "https",
        })
    }
}

/// Never shows credentials.
impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = if self.credentials.is_some() { " with credentials" } else { "" };
        write!(f, "{}:{}{with}", self.host, self.port)
    }
}

/// Never shows credentials.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.shown()).finish()
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

    #[test]
    fn credentials_are_read_and_never_shown() {
        let proxies = Proxies { http: Some("ada:l%40velace@proxy.example:3128".to_owned()), ..Proxies::default() };

        let way = Way::parse(proxies.http.as_deref().unwrap()).unwrap();

        assert_eq!(way.credentials, Some(("ada".to_owned(), "l@velace".to_owned())));
        assert_eq!(format!("{proxies:?}"), r#"["http: proxy.example:3128 with credentials"]"#);
    }
}
