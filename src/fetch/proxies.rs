//! The proxies that the environment names, and which requests go through them.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use super::Fault;

/// The names of each variable; the first that is set wins.
const HTTP: [&str; 2] = ["http_proxy", "HTTP_PROXY"];
const HTTPS: [&str; 2] = ["https_proxy", "HTTPS_PROXY"];
const EXCEPT: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// How long a proxy is given to let somebody connect who only looks whether it is there.
const PATIENCE: Duration = Duration::from_secs(5);

/// The proxies that the environment names, by scheme of the document's URL.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    pub http: Option<Named>,
    pub https: Option<Named>,
    /// Hosts that are asked directly, as `NO_PROXY` lists them.
    pub except: Option<String>,
}

/// A proxy as a variable of the environment names it.
#[derive(Clone, PartialEq, Eq)]
pub struct Named {
    pub variable: &'static str,
    pub address: String,
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

/// Why what a variable holds is no proxy that can be used. What it holds is not shown, for it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    #[error("`{variable}` does not hold the address of a proxy")]
    NoAddress { variable: &'static str },
    #[error("`{variable}` names a proxy that speaks `{scheme}`, and only those that speak HTTP can be used")]
    Scheme { variable: &'static str, scheme: String },
}

impl ProxyError {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        "write it as `http://user:password@host:port`, or unset it"
    }
}

impl Proxies {
    /// Reads the usual variables; lower case wins, and HTTPS goes the way of HTTP where it has none of its own.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let read = |names: [&'static str; 2]| {
            let set = names.into_iter().find_map(|name| Some(Named { variable: name, address: variable(name)? }));
            set.filter(|named| !named.address.is_empty())
        };
        let http = read(HTTP);
        let https = read(HTTPS).or_else(|| http.clone());
        Self { http, https, except: read(EXCEPT).map(|named| named.address) }
    }

    /// Looks whether all can be used, as far as their addresses tell.
    ///
    /// # Errors
    /// When one is no address, or that of a proxy of another kind.
    pub fn check(&self) -> Result<(), ProxyError> {
        self.all().try_for_each(Named::check)
    }

    /// The proxies in use, without credentials, as people may read them.
    pub fn shown(&self) -> Vec<String> {
        let ways = [("http", &self.http), ("https", &self.https)];
        let shown = |(scheme, proxy): (&str, &Option<Named>)| Some(format!("{scheme}: {:?}", proxy.as_ref()?));
        ways.into_iter().filter_map(shown).collect()
    }

    /// The proxy by which a host is asked, if any.
    pub fn to(&self, scheme: &str, host: &str) -> Option<&Named> {
        if self.except.as_deref().is_some_and(|except| is_excepted(except, host)) {
            return None;
        }
        if scheme == "http" { self.http.as_ref() } else { self.https.as_ref() }
    }

    /// Connects to each, and says of those that nobody can connect to why.
    pub async fn unreachable(&self) -> Vec<String> {
        let mut told = Vec::new();
        for proxy in self.all() {
            if let Some(why) = proxy.try_out().await {
                told.push(proxy.cannot_be_reached(&why));
            }
        }
        told
    }

    /// Each proxy once, whatever goes through it.
    fn all(&self) -> impl Iterator<Item = &Named> {
        self.http.iter().chain(self.https.iter().filter(|https| Some(*https) != self.http.as_ref()))
    }
}

impl Named {
    /// The proxy taken apart, unless it is no address.
    pub fn way(&self) -> Option<Way> {
        Way::parse(&self.address)
    }

    /// What keeps requests from passing where nobody can connect to the proxy.
    pub fn lost(&self, why: &str) -> Fault {
        Fault::Proxy { reason: self.cannot_be_reached(why) }
    }

    fn cannot_be_reached(&self, why: &str) -> String {
        format!("{self:?}, which `{}` names, cannot be reached ({why})", self.variable)
    }

    fn check(&self) -> Result<(), ProxyError> {
        let variable = self.variable;
        let url = url(&self.address).ok_or(ProxyError::NoAddress { variable })?;
        match url.scheme() {
            "http" | "https" => self.way().map(drop).ok_or(ProxyError::NoAddress { variable }),
            scheme => Err(ProxyError::Scheme { variable, scheme: scheme.to_owned() }),
        }
    }

    /// Why nobody can connect to it, if so.
    async fn try_out(&self) -> Option<String> {
        let way = self.way()?;
        match timeout(PATIENCE, TcpStream::connect((way.host.as_str(), way.port))).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer within {} s", PATIENCE.as_secs())),
        }
    }
}

impl Way {
    /// Takes a proxy apart, with or without `http://` in front.
    pub fn parse(proxy: &str) -> Option<Self> {
        let url = url(proxy)?;
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
impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.way() {
            Some(way) => way.fmt(f),
            None => f.write_str("a proxy that is no URL"),
        }
    }
}

/// Never shows credentials.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.shown()).finish()
    }
}

/// The address of a proxy, with or without `http://` in front.
fn url(proxy: &str) -> Option<Url> {
    Url::parse(proxy).ok().filter(Url::has_host).or_else(|| Url::parse(&format!("http://{proxy}")).ok())
}

/// Whether a list of `NO_PROXY` names the host: itself, a domain above it, or `*`.
fn is_excepted(list: &str, host: &str) -> bool {
    let is_address = host.parse::<IpAddr>().is_ok();
    list.split(',').map(|entry| entry.trim().trim_start_matches('.')).filter(|entry| !entry.is_empty()).any(|entry| {
        let is_below = || !is_address && host.strip_suffix(entry).is_some_and(|rest| rest.ends_with('.'));
        entry == "*" || host == entry || is_below()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(address: &str) -> Named {
        Named { variable: "HTTP_PROXY", address: address.to_owned() }
    }

    #[test]
    fn some_hosts_are_asked_directly() {
        for host in ["acme.example", "www.acme.example", "10.0.0.1"] {
            assert!(is_excepted("localhost, .acme.example,10.0.0.1", host), "{host}");
        }
        assert!(!is_excepted("acme.example", "notacme.example"));
        assert!(is_excepted("*", "acme.example"));
    }

    #[test]
    fn what_is_no_proxy_for_http_is_told_by_its_variable() {
        for fit in ["http://proxy:3128", "https://ada:secret@proxy.example", "proxy:3128", "127.0.0.1:1", "[::1]:3128"]
        {
            assert_eq!(named(fit).check(), Ok(()), "{fit}");
        }

        let told = |address: &str| named(address).check().unwrap_err().to_string();

        assert_eq!(told("garbage::"), "`HTTP_PROXY` does not hold the address of a proxy");
        assert!(told("socks5://ada:secret@proxy").starts_with("`HTTP_PROXY` names a proxy that speaks `socks5`, "));
    }

    #[test]
    fn https_goes_through_the_http_proxy_where_it_has_none() {
        let proxies = Proxies::from_variables(|name| (name == "HTTP_PROXY").then(|| "http://proxy:3128".to_owned()));

        assert_eq!(proxies.https, Some(named("http://proxy:3128")));
    }

    #[test]
    fn credentials_are_read_and_never_shown() {
        let proxies = Proxies { http: Some(named("ada:l%40velace@proxy.example:3128")), ..Proxies::default() };

        let way = proxies.http.as_ref().unwrap().way().unwrap();

        assert_eq!(way.credentials, Some(("ada".to_owned(), "l@velace".to_owned())));
        assert_eq!(format!("{proxies:?}"), r#"["http: proxy.example:3128 with credentials"]"#);
    }
}
