//! Why a document could not be fetched.
//!
//! Texts begin as those of Open Terms Archive where it has one for the case, since issue trackers, labels and
//! scripts of collections match on them.

use std::time::Duration;

use url::Url;

use super::{MAX_BODY_BYTES, MAX_REDIRECTS};

/// Why a document could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("Fetch failed: Received HTTP code {code} when trying to fetch '{url}'")]
    Status { code: u16, url: Url },
    #[error("Fetch failed: Received an empty content when fetching '{url}'")]
    Empty { url: Url },
    #[error("Fetch failed: Timed out after {} seconds when trying to fetch '{url}'", .after.as_secs_f32())]
    TimedOut { after: Duration, url: Url },
    /// `code` is a system error name as Node.js writes it: `ECONNREFUSED`, `ENOTFOUND`, …
    #[error("Fetch failed: Network system error {code} occurred when trying to fetch '{url}'")]
    Network { code: &'static str, url: Url },
    #[error("Fetch failed: certificate refused when trying to fetch '{url}': {reason}")]
    Certificate { reason: String, url: Url },
    #[error("Fetch failed: maximum redirect reached at '{url}' after {MAX_REDIRECTS} redirects")]
    Redirects { url: Url },
    #[error("Fetch failed: '{url}' leads to {target}, an address that is not on the public internet")]
    PrivateAddress { url: Url, target: String },
    #[error("Fetch failed: '{url}' leads to a `{scheme}:` address")]
    Scheme { url: Url, scheme: String },
    #[error("Fetch failed: '{url}' is larger than {} MB", MAX_BODY_BYTES / 1024 / 1024)]
    TooLarge { url: Url },
    #[error("Fetch failed: {reason} when trying to fetch '{url}'")]
    Protocol { reason: String, url: Url },
}

/// Answers that often give way to a second try: server trouble, and refusals of what looks like a robot.
const TRANSIENT_CODES: [u16; 6] = [403, 406, 500, 502, 503, 504];

impl FetchError {
    /// Whether a second try a little later may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Status { code, .. } => TRANSIENT_CODES.contains(code),
            Self::TimedOut { .. } => true,
            Self::Network { code, .. } => matches!(*code, "EAI_AGAIN" | "ETIMEDOUT" | "ECONNRESET"),
            _ => false,
        }
    }

    /// The same fault without its URL, to group failures by.
    pub fn summary(&self) -> String {
        match self {
            Self::Status { code, .. } => format!("HTTP code {code}"),
            Self::Empty { .. } => "empty content".to_owned(),
            Self::TimedOut { .. } => "timed out".to_owned(),
            Self::Network { code, .. } => format!("network error {code}"),
            Self::Certificate { .. } => "certificate refused".to_owned(),
            Self::Redirects { .. } => "too many redirects".to_owned(),
            Self::PrivateAddress { .. } => "private address".to_owned(),
            Self::Scheme { .. } => "leads away from the web".to_owned(),
            Self::TooLarge { .. } => "too large".to_owned(),
            Self::Protocol { .. } => "answer not understood".to_owned(),
        }
    }

    /// What a person can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Status { code: 404 | 410, .. } => Some("the document has moved: look for its new address"),
            Self::Status { code: 401 | 403 | 406 | 429, .. } => {
                Some("the site refuses robots: try again later, or from another address")
            }
            Self::Network { code: "ENOTFOUND", .. } => Some("check the spelling of the host name"),
            Self::PrivateAddress { .. } => {
                Some("set `fetcher.allowPrivateAddresses` to true if this collection tracks your own network")
            }
            _ => None,
        }
    }
}
