//! Addresses that are handed out: from where clients see this server, and names within them.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Served;
use super::client::is_behind_trusted_proxy;
use super::copy::{ORIGIN, StaticCopy};

/// Longest name of a host, with a port.
const MAX_HOST_BYTES: usize = 262;

/// What stays as it is within one part of an address, as in JavaScript's `encodeURIComponent`.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A name as one part of an address.
pub fn encoded(name: &str) -> String {
    utf8_percent_encode(name, COMPONENT).to_string()
}

/// Scheme and host under which a client sees this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The whole address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    fn of(parts: &Parts, served: &Served) -> Self {
        if parts.extensions.get::<StaticCopy>().is_some() {
            return Self(ORIGIN.to_owned());
        }
        if let Some(url) = &served.config().public_url {
            return Self(url.trim_end_matches('/').to_owned());
        }
        let is_trusted = is_behind_trusted_proxy(&parts.extensions, &served.config().trusted_proxies);
        let header = |name: &str| parts.headers.get(name)?.to_str().ok()?.split(',').next().map(str::trim);
        let forwarded = |name: &str| header(name).filter(|_| is_trusted);
        let scheme = forwarded("x-forwarded-proto").filter(|scheme| *scheme == "https").unwrap_or("http");
        let host = forwarded("x-forwarded-host").or_else(|| header(HOST.as_str())).filter(|host| is_host(host));
        Self(format!("{scheme}://{}", host.unwrap_or("localhost")))
    }
}

impl FromRequestParts<Served> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, served: &Served) -> Result<Self, Infallible> {
        Ok(Self::of(parts, served))
    }
}

/// Whether a client's word for a host can be one; it goes into feeds.
fn is_host(host: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (1..=MAX_HOST_BYTES).contains(&host.len()) && host.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_as_scripts_encode_them() {
        assert_eq!(encoded("Booking.com (UK) & Co/é"), "Booking.com%20(UK)%20%26%20Co%2F%C3%A9");
        assert_eq!(encoded("2026-06-25T00:30:24Z"), "2026-06-25T00%3A30%3A24Z");
    }

    #[test]
    fn a_host_is_a_name_and_a_port() {
        for host in ["localhost:3000", "[::1]:80", "terms.example"] {
            assert!(is_host(host), "{host}");
        }
        for host in ["", "a/b", "a\"b", "a<b", "user@host", &"a".repeat(300)] {
            assert!(!is_host(host), "{host}");
        }
    }
}
