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
    Proxy,
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
    kind: FailureKind,
    name: &'static str,
    about: &'static str,
    is_transient: bool,
    advice: &'static str,
}

/// Every kind, those by the server first, in the order in which they are declared.
const ROWS: [Row; 27] = [
    passing(
        FailureKind::Blocked,
        "blocked",
        "the server refuses the request",
        "try again later, or from another address; perhaps set `executeClientScripts` to true",
    ),
    passing(
        FailureKind::BotCheck,
        "bot-check",
        "a service that keeps robots out stands before the page",
        "set `executeClientScripts` to true; if it stays, ask the service to let fineprint in",
    ),
    lasting(
        FailureKind::SignInWall,
        "sign-in-wall",
        "the page is shown to people who signed in only",
        "look for a public address of the same text",
    ),
    passing(
        FailureKind::RateLimited,
        "rate-limited",
        "the server asks for fewer requests, or later ones",
        "raise `fetcher.hostDelay`, or track this service less often",
    ),
    lasting(
        FailureKind::Robots,
        "robots",
        "the site's robots.txt asks robots not to fetch this page, and `fetcher.robots` is `obey`",
        "ask the service, or set `fetcher.robots` to `report`",
    ),
    lasting(
        FailureKind::Withheld,
        "withheld",
        "the page is withheld for legal reasons, often by country",
        "fetch from an address in another country",
    ),
    lasting(
        FailureKind::NotFound,
        "not-found",
        "there is no such page",
        "look for the document's new address, and declare it",
    ),
    lasting(
        FailureKind::Gone,
        "gone",
        "the page was taken away for good",
        "look for the document's new address, or end the tracking of this terms",
    ),
    passing(
        FailureKind::ServerError,
        "server-error",
        "the server failed",
        "wait; if it lasts for days, look whether the service still exists",
    ),
    lasting(
        FailureKind::UnexpectedStatus,
        "unexpected-status",
        "the server answered with a status that no document comes with",
        "open the address in a browser, and see where it leads",
    ),
    passing(
        FailureKind::TimedOut,
        "timed-out",
        "the answer did not come, or not to its end, in time",
        "wait; if it lasts, raise `fetcher.navigationTimeout`",
    ),
    lasting(
        FailureKind::NameUnknown,
        "name-unknown",
        "the host name does not exist",
        "check the spelling of the host name, and whether the service still exists",
    ),
    passing(
        FailureKind::NameService,
        "name-service",
        "the name service did not answer",
        "check the network of this machine",
    ),
    passing(
        FailureKind::Proxy,
        "proxy",
        "the proxy that the environment names did not pass the request on",
        "check `HTTP_PROXY` and `HTTPS_PROXY`: the address, the user and the password in it",
    ),
    passing(
        FailureKind::Refused,
        "refused",
        "nothing listens at this address",
        "wait; if it lasts, look whether the service still exists",
    ),
    passing(
        FailureKind::Unreachable,
        "unreachable",
        "no way leads to this address",
        "check the network of this machine",
    ),
    passing(
        FailureKind::ConnectionLost,
        "connection-lost",
        "the connection ended before the answer did",
        "wait; if it lasts, the service may refuse robots this way: set `executeClientScripts` to true",
    ),
    lasting(
        FailureKind::Certificate,
        "certificate",
        "the server could not prove that it is the one asked for",
        "wait until the service renews its certificate, or check the host name",
    ),
    lasting(
        FailureKind::RedirectLoop,
        "redirect-loop",
        "redirects lead on and on",
        "open the address in a browser, and declare the one it ends at",
    ),
    lasting(
        FailureKind::PrivateAddress,
        "private-address",
        "the address, or one it leads to, is not on the public internet",
        "set `fetcher.allowPrivateAddresses` to true if this collection tracks your own network",
    ),
    lasting(
        FailureKind::LeavesTheWeb,
        "leaves-the-web",
        "a redirect leads to something else than a web page",
        "declare the address of the page itself",
    ),
    lasting(
        FailureKind::TooLarge,
        "too-large",
        "the answer is larger than any terms",
        "declare the address of the text itself, or raise `fetcher.maxMegabytes`",
    ),
    passing(
        FailureKind::Empty,
        "empty",
        "the server sent nothing",
        "set `executeClientScripts` to true, or look for the document's new address",
    ),
    lasting(
        FailureKind::NotText,
        "not-text",
        "what came is neither text nor a PDF file",
        "declare the address of the text itself",
    ),
    lasting(
        FailureKind::NotUnderstood,
        "not-understood",
        "the answer is not what HTTP allows",
        "open the address in a browser; tell us if it shows there",
    ),
    lasting(
        FailureKind::NoBrowser,
        "no-browser",
        "the page needs a browser, and none is installed",
        "install Chromium (`apt-get install chromium`); `fineprint doctor` tells what is found",
    ),
    passing(
        FailureKind::BrowserFailed,
        "browser-failed",
        "the browser broke down over this page",
        "run `fineprint doctor`; if other pages work, set `executeClientScripts` to false",
    ),
];

impl FailureKind {
    /// Every kind, those by the server first.
    pub const ALL: [Self; ROWS.len()] = {
        let mut all = [Self::Blocked; ROWS.len()];
        let mut place = 0;
        while place < ROWS.len() {
            all[place] = ROWS[place].kind;
            place += 1;
        }
        all
    };

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
        let head = "| Kind | What happened | Tried again | What you can do |\n|---|---|---|---|\n";
        let row = |row: &Row| {
            let again = if row.is_transient { "yes" } else { "no" };
            format!("| `{}` | {} | {again} | {} |\n", row.name, row.about, row.advice)
        };
        std::iter::once(head.to_owned()).chain(ROWS.iter().map(row)).collect()
    }

    fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }
}

const fn passing(kind: FailureKind, name: &'static str, about: &'static str, advice: &'static str) -> Row {
    Row { kind, name, about, is_transient: true, advice }
}

const fn lasting(kind: FailureKind, name: &'static str, about: &'static str, advice: &'static str) -> Row {
    Row { kind, name, about, is_transient: false, advice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_row_of_its_place_and_is_found_by_its_name() {
        for (place, kind) in FailureKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place, "{kind:?}");
            assert_eq!(FailureKind::named(kind.name()), Some(kind));
        }
    }
}
