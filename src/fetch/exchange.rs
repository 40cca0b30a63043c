//! What was said on the wire while a document was fetched, whatever came of it.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::HeaderMap;
use url::Url;

use super::Validators;
use crate::domain::FetcherKind;

/// Headers of the last answer that are kept: what tells states apart, what the content claims to be, who answered.
const KEPT_HEADERS: [&str; 13] = [
    "age",
    "cache-control",
    "cf-mitigated",
    "content-disposition",
    "content-language",
    "content-length",
    "content-type",
    "date",
    "etag",
    "last-modified",
    "retry-after",
    "server",
    "x-robots-tag",
];

/// Longest value of a header that is kept, in bytes; longer ones are left out.
const MAX_VALUE_BYTES: usize = 1_000;

/// What was said on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    pub fetcher: FetcherKind,
    /// The last status, where a server answered at all.
    pub status: Option<u16>,
    /// The redirects followed, in order.
    pub redirects: Vec<Redirect>,
    /// The address that was asked last: where the redirects led.
    pub final_url: Url,
    /// Headers of the last answer that are worth keeping, by name in lower case.
    pub headers: BTreeMap<&'static str, String>,
    /// Size of the body, decompressed and before its charset was converted; up to where reading ended.
    pub bytes: u64,
    /// From the first request to the last byte, waiting for a turn left out.
    pub duration: Duration,
    /// Whether the host's robots.txt allows fineprint this document; `None` where it was not asked or did not answer.
    pub allowed_by_robots: Option<bool>,
}

/// A redirect that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    pub status: u16,
    /// The address that answered with it.
    pub from: Url,
}

impl Exchange {
    /// An exchange that is about to begin with a request to `url`.
    pub fn begin(fetcher: FetcherKind, url: &Url) -> Self {
        Self {
            fetcher,
            status: None,
            redirects: Vec::new(),
            final_url: url.clone(),
            headers: BTreeMap::new(),
            bytes: 0,
            duration: Duration::ZERO,
            allowed_by_robots: None,
        }
    }

    /// What the server would tell this state of the document by, if anything.
    pub fn validators(&self) -> Option<Validators> {
        let value = |name| self.headers.get(name).cloned();
        let (etag, last_modified) = (value("etag"), value("last-modified"));
        (etag.is_some() || last_modified.is_some()).then(|| Validators {
            url: self.final_url.clone(),
            etag,
            last_modified,
        })
    }

    pub(super) fn keep_headers(&mut self, headers: &HeaderMap) {
        let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        self.keep_values(value);
    }

    /// Keeps what is worth keeping of the headers that `value` looks up by name in lower case.
    pub(super) fn keep_values(&mut self, value: impl Fn(&str) -> Option<String>) {
        let kept = KEPT_HEADERS.into_iter().filter_map(|name| Some((name, value(name)?)));
        self.headers = kept.filter(|(_, value)| value.len() <= MAX_VALUE_BYTES).collect();
    }

    /// Notes that an answer sent the request on to `next`.
    pub(super) fn redirect(&mut self, status: u16, next: Url) {
        let from = std::mem::replace(&mut self.final_url, next);
        self.redirects.push(Redirect { status, from });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validators_belong_to_the_address_that_gave_them() {
        let declared = Url::parse("https://acme.example/terms").unwrap();
        let moved = Url::parse("https://acme.example/legal").unwrap();
        let mut exchange = Exchange::begin(FetcherKind::HtmlOnly, &declared);
        assert_eq!(exchange.validators(), None);

        exchange.redirect(301, moved.clone());
        exchange.keep_values(|name| (name == "etag").then(|| "\"1\"".to_owned()));

        let validators = exchange.validators().unwrap();
        assert_eq!(validators.url, moved);
        assert_eq!(exchange.redirects, [Redirect { status: 301, from: declared }]);
    }
}
