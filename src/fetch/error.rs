//! Why a document could not be fetched.
//!
//! Texts begin as those of Open Terms Archive where it has one for the case, since issue trackers, labels and
//! scripts of collections match on them.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::{Exchange, FailureKind, MAX_REDIRECTS};

/// Why a document could not be fetched, and what was said on the wire until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchError {
    /// The document's location, as declared.
    pub url: Url,
    pub fault: Fault,
    pub exchange: Box<Exchange>,
}

/// What kept a document from being fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A status that is no success.
    Status {
        code: u16,
        /// What stands before the page and keeps robots out, where it is known.
        bot_check: Option<&'static str>,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// The server asked to wait for longer than a run does, so it was not asked at all.
    AskedToWait {
        left: Duration,
    },
    Empty,
    /// Nothing, or not all, came within this time.
    TimedOut {
        after: Duration,
    },
    /// The host name has no address; `is_temporary` where the name service did not answer.
    Name {
        is_temporary: bool,
    },
    /// `code` is a system error as Node.js names it: `ECONNREFUSED`, `EHOSTUNREACH`, …
    Network {
        code: &'static str,
    },
    /// The body ended before its announced length.
    CutShort,
    /// The operator's own proxy did not pass the request on.
    Proxy {
        reason: String,
    },
    Certificate {
        reason: String,
    },
    Redirects,
    PrivateAddress {
        target: String,
    },
    Scheme {
        scheme: String,
    },
    /// The body exceeds so many megabytes.
    TooLarge {
        megabytes: usize,
    },
    HeadTooLarge,
    NotText {
        found: String,
    },
    Robots,
    Protocol {
        reason: String,
    },
    NoBrowser {
        reason: String,
    },
    Browser {
        reason: String,
    },
}

/// Statuses of servers that may answer a browser, or a second try: what the reference takes for signs of a robot check.
const BOT_CODES: [u16; 3] = [403, 406, 502];

impl FetchError {
    pub(super) fn new(url: &Url, fault: Fault, exchange: Exchange) -> Self {
        Self { url: url.clone(), fault, exchange: Box::new(exchange) }
    }

    /// Of which kind the failure is.
    pub fn kind(&self) -> FailureKind {
        self.fault.kind()
    }

    /// Whether the server said how long it wants to be left alone.
    pub fn asks_to_wait(&self) -> bool {
        matches!(self.fault, Fault::Status { retry_after: Some(_), .. })
    }

    /// Whether no request was made, since the host had said that it wants none yet.
    pub fn is_unasked(&self) -> bool {
        matches!(self.fault, Fault::AskedToWait { .. })
    }

    /// Whether a second try a little later may succeed.
    pub fn is_transient(&self) -> bool {
        self.kind().is_transient()
    }

    /// Whether the server may have answered so because it took the request for a robot's, so that a browser may
    /// get what HTTP did not.
    pub fn may_be_bot_check(&self) -> bool {
        match &self.fault {
            Fault::Status { code, bot_check, .. } => bot_check.is_some() || BOT_CODES.contains(code),
            Fault::Network { code } => *code == "ECONNRESET",
            _ => false,
        }
    }

    /// The same fault without its URL, to group failures by.
    pub fn summary(&self) -> String {
        match &self.fault {
            Fault::Status { code, .. } => format!("HTTP code {code}"),
            Fault::Network { code } => format!("network error {code}"),
            Fault::Empty => "empty content".to_owned(),
            Fault::TimedOut { .. } => "timed out".to_owned(),
            fault => fault.kind().about().to_owned(),
        }
    }

    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        self.kind().advice()
    }
}

impl Fault {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Status { code, bot_check, .. } => kind_of_status(*code, bot_check.is_some()),
            Self::AskedToWait { .. } => FailureKind::RateLimited,
            Self::Empty => FailureKind::Empty,
            Self::TimedOut { .. } | Self::Network { code: "ETIMEDOUT" } => FailureKind::TimedOut,
            Self::Name { is_temporary: true } => FailureKind::NameService,
            Self::Name { is_temporary: false } => FailureKind::NameUnknown,
            Self::Network { code: "ECONNREFUSED" } => FailureKind::Refused,
            Self::Network { code: "EHOSTUNREACH" | "ENETUNREACH" } => FailureKind::Unreachable,
            Self::Network { .. } | Self::CutShort => FailureKind::ConnectionLost,
            Self::Proxy { .. } => FailureKind::Proxy,
            Self::Certificate { .. } => FailureKind::Certificate,
            Self::Redirects => FailureKind::RedirectLoop,
            Self::PrivateAddress { .. } => FailureKind::PrivateAddress,
            Self::Scheme { .. } => FailureKind::LeavesTheWeb,
            Self::TooLarge { .. } | Self::HeadTooLarge => FailureKind::TooLarge,
            Self::NotText { .. } => FailureKind::NotText,
            Self::Robots => FailureKind::Robots,
            Self::Protocol { .. } => FailureKind::NotUnderstood,
            Self::NoBrowser { .. } => FailureKind::NoBrowser,
            Self::Browser { .. } => FailureKind::BrowserFailed,
        }
    }
}

fn kind_of_status(code: u16, is_bot_check: bool) -> FailureKind {
    match code {
        _ if is_bot_check => FailureKind::BotCheck,
        401 => FailureKind::SignInWall,
        403 | 406 => FailureKind::Blocked,
        404 => FailureKind::NotFound,
        407 => FailureKind::Proxy,
        408 | 504 => FailureKind::TimedOut,
        410 => FailureKind::Gone,
        425 | 429 => FailureKind::RateLimited,
        451 => FailureKind::Withheld,
        500.. => FailureKind::ServerError,
        _ => FailureKind::UnexpectedStatus,
    }
}

impl std::error::Error for FetchError {}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = &self.url;
        f.write_str("Fetch failed: ")?;
        match &self.fault {
            Fault::Status { code, bot_check, .. } => {
                write!(f, "Received HTTP code {code} when trying to fetch '{url}'")?;
                bot_check.map_or(Ok(()), |name| write!(f, ", behind {name}"))
            }
            Fault::AskedToWait { left } => {
                write!(f, "'{url}' was not asked, for its host wants no request in the next {} seconds", left.as_secs())
            }
            Fault::Empty => write!(f, "Received an empty content when fetching '{url}'"),
            Fault::TimedOut { after } => {
                write!(f, "Timed out after {} seconds when trying to fetch '{url}'", after.as_secs_f32())
            }
            Fault::Name { is_temporary } => {
                let code = if *is_temporary { "EAI_AGAIN" } else { "ENOTFOUND" };
                write!(f, "Network system error {code} occurred when trying to fetch '{url}'")
            }
            Fault::Network { code } => {
                write!(f, "Network system error {code} occurred when trying to fetch '{url}'")
            }
            Fault::CutShort => write!(f, "the answer ended too early when trying to fetch '{url}'"),
            Fault::Proxy { reason } => write!(f, "the proxy failed when trying to fetch '{url}': {reason}"),
            Fault::Certificate { reason } => {
                write!(f, "certificate refused when trying to fetch '{url}': {reason}")
            }
            Fault::Redirects => write!(f, "maximum redirect reached at '{url}' after {MAX_REDIRECTS} redirects"),
            Fault::PrivateAddress { target } => {
                write!(f, "'{url}' leads to {target}, an address that is not on the public internet")
            }
            Fault::Scheme { scheme } => write!(f, "'{url}' leads to a `{scheme}:` address"),
            Fault::TooLarge { megabytes } => write!(f, "'{url}' is larger than {megabytes} MB"),
            Fault::HeadTooLarge => write!(f, "the answer's headers are too large when trying to fetch '{url}'"),
            Fault::NotText { found } => write!(f, "'{url}' is neither text nor a PDF file, but {found}"),
            Fault::Robots => write!(f, "the robots.txt of '{url}' asks robots not to fetch it"),
            Fault::Protocol { reason } => write!(f, "{reason} when trying to fetch '{url}'"),
            Fault::NoBrowser { reason } => write!(f, "no browser to fetch '{url}' with: {reason}"),
            Fault::Browser { reason } => write!(f, "the browser failed when trying to fetch '{url}': {reason}"),
        }
    }
}
