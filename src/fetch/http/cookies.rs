//! Keeps cookies from one hop to the next within one fetch, as sites want that set one and redirect (RFC 6265).
//!
//! A jar lives for seconds and never leaves its fetch, so dates and paths of cookies are left aside.

use reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};
use url::{Host, Url};

/// Cookies that one fetch keeps at most, as RFC 6265 asks for each host.
const MAX_COOKIES: usize = 50;

/// Longest cookie that is kept, name and value, in bytes.
const MAX_COOKIE_BYTES: usize = 4096;

/// The cookies of one fetch.
#[derive(Default)]
pub struct Jar {
    cookies: Vec<Cookie>,
}

struct Cookie {
    /// `name=value`.
    pair: String,
    host: String,
    /// Whether hosts below `host` get it too.
    is_for_hosts_below: bool,
    is_for_https_only: bool,
}

impl Jar {
    /// Keeps what an answer from `url` sets.
    pub fn keep(&mut self, url: &Url, headers: &HeaderMap) {
        let lines = headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        for cookie in lines.filter_map(|line| Cookie::parse(line, url)) {
            self.cookies.retain(|kept| !(kept.name() == cookie.name() && kept.host == cookie.host));
            if self.cookies.len() < MAX_COOKIES {
                self.cookies.push(cookie);
            }
        }
    }

    /// The value of `Cookie` for a request to `url`, if there is any cookie for it.
    pub fn header(&self, url: &Url) -> Option<HeaderValue> {
        let pairs: Vec<&str> =
            self.cookies.iter().filter(|cookie| cookie.is_for(url)).map(|c| c.pair.as_str()).collect();
        (!pairs.is_empty()).then(|| HeaderValue::from_str(&pairs.join("; ")).ok()).flatten()
    }
}

impl Cookie {
    fn parse(line: &str, url: &Url) -> Option<Self> {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let pair = pair.trim();
        if pair.len() > MAX_COOKIE_BYTES || pair.split_once('=')?.0.is_empty() {
            return None;
        }
        let attribute = |name: &str| {
            let of_name = |part: &str| {
                let (found, value) = part.split_once('=').unwrap_or((part, ""));
                found.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_ascii_lowercase())
            };
            attributes.split(';').find_map(of_name)
        };
        let own = url.host_str()?;
        let domain = attribute("domain").map(|domain| domain.trim_start_matches('.').to_owned());
        let domain = domain.filter(|domain| !domain.is_empty());
        if domain.as_ref().is_some_and(|domain| !may_set(url, domain)) {
            return None;
        }
        Some(Self {
            pair: pair.to_owned(),
            host: domain.clone().unwrap_or_else(|| own.to_owned()),
            is_for_hosts_below: domain.is_some(),
            is_for_https_only: attribute("secure").is_some(),
        })
    }

    fn name(&self) -> &str {
        self.pair.split('=').next().unwrap_or_default()
    }

    fn is_for(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let is_for_host = host == self.host || (self.is_for_hosts_below && is_below(host, &self.host));
        is_for_host && (!self.is_for_https_only || url.scheme() == "https")
    }
}

/// Whether a host may set cookies for `domain`: itself, or a name above it that is no top-level one.
fn may_set(url: &Url, domain: &str) -> bool {
    match url.host() {
        Some(Host::Domain(own)) => own == domain || (domain.contains('.') && is_below(own, domain)),
        _ => url.host_str() == Some(domain),
    }
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(from: &str, lines: &[&str]) -> Jar {
        let mut jar = Jar::default();
        let headers = lines.iter().map(|line| (SET_COOKIE, HeaderValue::from_str(line).unwrap())).collect();
        jar.keep(&Url::parse(from).unwrap(), &headers);
        jar
    }

    fn sent(jar: &Jar, to: &str) -> String {
        let header = jar.header(&Url::parse(to).unwrap());
        header.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_cookie_goes_back_to_its_host_and_no_other() {
        let jar = jar("https://acme.example/", &["seen=1; Path=/", "lang=fr"]);

        assert_eq!(sent(&jar, "https://acme.example/terms"), "seen=1; lang=fr");
        assert_eq!(sent(&jar, "https://www.acme.example/"), "");
        assert_eq!(sent(&jar, "https://other.example/"), "");
    }

    #[test]
    fn a_cookie_for_a_domain_goes_to_hosts_below_it() {
        let jar =
            jar("https://www.acme.example/", &["a=1; Domain=.acme.example", "b=2; domain=example", "c=3; Domain=x.y"]);

        assert_eq!(sent(&jar, "https://legal.acme.example/"), "a=1");
        assert_eq!(sent(&jar, "https://notacme.example/"), "");
    }

    #[test]
    fn a_secure_cookie_is_not_sent_in_the_open_and_a_later_one_replaces_it() {
        let jar = jar("https://acme.example/", &["a=1; Secure", "a=2; Secure"]);

        assert_eq!(sent(&jar, "https://acme.example/"), "a=2");
        assert_eq!(sent(&jar, "http://acme.example/"), "");
    }
}
