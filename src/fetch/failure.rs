//! The kinds of failure: what each means, whether it may pass, and what a person can do about it.

/// Of which kind a failure to fetch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailureKind {
    Blocked,
    BotCheck,
    SignInWall,
    RateLimited,
    Robots,
    Withheld,
    NotFound,
    Gone,
    ServerError,
    UnexpectedStatus,
    TimedOut,
    NameUnknown,
    NameService,
    Refused,
    Unreachable,
    ConnectionLost,
    Certificate,
    RedirectLoop,
    PrivateAddress,
    LeavesTheWeb,
    TooLarge,
    Empty,
    NotText,
    NotUnderstood,
    NoBrowser,
    BrowserFailed,
}

/// What there is to say of a kind of failure.
struct Row {
    name: &'static str,
    about: &'static str,
    is_transient: bool,
    advice: &'static str,
}

impl FailureKind {
    /// Every kind, those by the server first.
    pub const ALL: [Self; 26] = [
        Self::Blocked,
        Self::BotCheck,
        Self::SignInWall,
        Self::RateLimited,
        Self::Robots,
        Self::Withheld,
        Self::NotFound,
        Self::Gone,
        Self::ServerError,
        Self::UnexpectedStatus,
        Self::TimedOut,
        Self::NameUnknown,
        Self::NameService,
        Self::Refused,
        Self::Unreachable,
        Self::ConnectionLost,
        Self::Certificate,
        Self::RedirectLoop,
        Self::PrivateAddress,
        Self::LeavesTheWeb,
        Self::TooLarge,
        Self::Empty,
        Self::NotText,
        Self::NotUnderstood,
        Self::NoBrowser,
        Self::BrowserFailed,
    ];

    /// Its name in files, lower case with hyphens.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What happened, in a few words.
    pub fn about(self) -> &'static str {
        self.row().about
    }

    /// Whether it may pass by itself, so that a second try a little later is worth while.
    pub fn is_transient(self) -> bool {
        self.row().is_transient
    }

    /// What a person can do about it, as an act.
    pub fn advice(self) -> &'static str {
        self.row().advice
    }

    /// All kinds as a Markdown table, as `docs/fetching.md` prints it.
    pub fn table() -> String {
        let row = |kind: Self| {
            let again = if kind.is_transient() { "yes" } else { "no" };
            format!("| `{}` | {} | {again} | {} |\n", kind.name(), kind.about(), kind.advice())
        };
        let head = "| Kind | What happened | Tried again | What you can do |\n|---|---|---|---|\n";
        head.chars().chain(Self::ALL.into_iter().map(row).collect::<String>().chars()).collect()
    }

    /// The one table of what there is to say; its length is that of the list.
    fn row(self) -> Row {
        match self {
            Self::Blocked => passing(
                "blocked",
                "the server refuses the request",
                "try again later, or from another address; perhaps set `executeClientScripts` to true",
            ),
            Self::BotCheck => passing(
                "bot-check",
                "a service that keeps robots out stands before the page",
                "set `executeClientScripts` to true; if it stays, ask the service to let fineprint in",
            ),
            Self::SignInWall => lasting(
                "sign-in-wall",
                "the page is shown to people who signed in only",
                "look for a public address of the same text",
            ),
            Self::RateLimited => passing(
                "rate-limited",
                "the server asks for fewer requests, or later ones",
                "raise `fetcher.hostDelay`, or track this service less often",
            ),
            Self::Robots => lasting(
                "robots",
                "the site's robots.txt asks robots not to fetch this page, and `fetcher.robots` is `obey`",
                "ask the service, or set `fetcher.robots` to `report`",
            ),
            Self::Withheld => lasting(
                "withheld",
                "the page is withheld for legal reasons, often by country",
                "fetch from an address in another country",
            ),
            Self::NotFound => {
                lasting("not-found", "there is no such page", "look for the document's new address, and declare it")
            }
            Self::Gone => lasting(
                "gone",
                "the page was taken away for good",
                "look for the document's new address, or end the tracking of this terms",
            ),
            Self::ServerError => passing(
                "server-error",
                "the server failed",
                "wait; if it lasts for days, look whether the service still exists",
            ),
            Self::UnexpectedStatus => lasting(
                "unexpected-status",
                "the server answered with a status that no document comes with",
                "open the address in a browser, and see where it leads",
            ),
            Self::TimedOut => passing(
                "timed-out",
                "the answer did not come, or not to its end, in time",
                "wait; if it lasts, raise `fetcher.navigationTimeout`",
            ),
            Self::NameUnknown => lasting(
                "name-unknown",
                "the host name does not exist",
                "check the spelling of the host name, and whether the service still exists",
            ),
            Self::NameService => {
                passing("name-service", "the name service did not answer", "check the network of this machine")
            }
            Self::Refused => passing(
                "refused",
                "nothing listens at this address",
                "wait; if it lasts, look whether the service still exists",
            ),
            Self::Unreachable => {
                passing("unreachable", "no way leads to this address", "check the network of this machine")
            }
            Self::ConnectionLost => passing(
                "connection-lost",
                "the connection ended before the answer did",
                "wait; if it lasts, the service may refuse robots this way: set `executeClientScripts` to true",
            ),
            Self::Certificate => lasting(
                "certificate",
                "the server could not prove that it is the one asked for",
                "wait until the service renews its certificate, or check the host name",
            ),
            Self::RedirectLoop => lasting(
                "redirect-loop",
                "redirects lead on and on",
                "open the address in a browser, and declare the one it ends at",
            ),
            Self::PrivateAddress => lasting(
                "private-address",
                "the address, or one it leads to, is not on the public internet",
                "set `fetcher.allowPrivateAddresses` to true if this collection tracks your own network",
            ),
            Self::LeavesTheWeb => lasting(
                "leaves-the-web",
                "a redirect leads to something else than a web page",
                "declare the address of the page itself",
            ),
            Self::TooLarge => lasting(
                "too-large",
                "the answer is larger than any terms",
                "declare the address of the text itself, or raise `fetcher.maxMegabytes`",
            ),
            Self::Empty => passing(
                "empty",
                "the server sent nothing",
                "set `executeClientScripts` to true, or look for the document's new address",
            ),
            Self::NotText => lasting(
                "not-text",
                "what came is neither text nor a PDF file",
                "declare the address of the text itself",
            ),
            Self::NotUnderstood => lasting(
                "not-understood",
                "the answer is not what HTTP allows",
                "open the address in a browser; tell us if it shows there",
            ),
            Self::NoBrowser => lasting(
                "no-browser",
                "the page needs a browser, and none is installed",
                "install Chromium (`apt-get install chromium`); `fineprint doctor` tells what is found",
            ),
            Self::BrowserFailed => passing(
                "browser-failed",
                "the browser broke down over this page",
                "run `fineprint doctor`; if other pages work, set `executeClientScripts` to false",
            ),
        }
    }
}

const fn passing(name: &'static str, about: &'static str, advice: &'static str) -> Row {
    Row { name, about, is_transient: true, advice }
}

const fn lasting(name: &'static str, about: &'static str, advice: &'static str) -> Row {
    Row { name, about, is_transient: false, advice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in FailureKind::ALL {
            assert_eq!(FailureKind::named(kind.name()), Some(kind));
        }
    }
}
