//! What a fictional platform is made of: pages whose contents and answers depend on the revision.

use std::ops::RangeInclusive;
use std::time::Duration;

/// A content that holds from a revision on, until the next one in its list.
pub(super) struct Since {
    pub(super) revision: usize,
    pub(super) content: &'static str,
}

/// Lists files with the revision from which each holds: `since![1 "terms/01.html", 4 "terms/04.html"]`.
macro_rules! since {
    ($($revision:literal $file:literal),* $(,)?) => {
        &[$($crate::demo::platform::Since { revision: $revision, content: include_str!($file) }),*]
    };
}
pub(super) use since;

/// A fictional platform, found under its own host name.
pub(super) struct Platform {
    /// The first label of the host, as in `<host>.localhost`.
    pub(super) host: &'static str,
    /// The id of the service, which names its declaration files.
    pub(super) service: &'static str,
    /// What stands around every page: menu, banners, footer. The page goes where it says `{{page}}`.
    pub(super) frame: &'static [Since],
    pub(super) pages: &'static [Page],
    pub(super) declaration: &'static [Since],
    pub(super) history: &'static [Since],
}

/// A page of a platform. Other than HTML pages, PDF files are written as text with `#` headings.
pub(super) struct Page {
    pub(super) path: &'static str,
    pub(super) format: Format,
    pub(super) contents: &'static [Since],
    /// What every second visitor sees instead, where a platform tries two texts at once.
    pub(super) alternative: &'static [Since],
    /// Revisions at which the page does not simply show its contents.
    pub(super) answers: &'static [(RangeInclusive<usize>, Answer)],
    pub(super) delay: Duration,
}

/// How a page is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Html,
    /// HTML in the old Western encoding, which only the page's own `<meta>` declares.
    HtmlInWindows1252,
    Pdf,
}

/// What a page answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Contents,
    /// An error page with this status.
    Error(u16),
    /// A permanent redirection to another path of the platform.
    MovedTo(&'static str),
    /// A redirection for now, such as to a sign-in page.
    SeeOther(&'static str),
    /// Success, and not one byte.
    Nothing,
}

impl Page {
    /// An HTML page that always shows its contents, at once.
    pub(super) const fn html(path: &'static str, contents: &'static [Since]) -> Self {
        Self { path, format: Format::Html, contents, alternative: &[], answers: &[], delay: Duration::ZERO }
    }

    /// The contents at a revision, for the visitor with that number.
    pub(super) fn content(&self, revision: usize, visit: usize) -> Option<&'static str> {
        let alternative = at(self.alternative, revision).filter(|_| visit.is_multiple_of(2));
        alternative.or_else(|| at(self.contents, revision))
    }

    pub(super) fn answer(&self, revision: usize) -> Answer {
        let special = self.answers.iter().find(|(revisions, _)| revisions.contains(&revision));
        special.map_or(Answer::Contents, |(_, answer)| *answer)
    }
}

/// The content that holds at a revision.
pub(super) fn at(contents: &'static [Since], revision: usize) -> Option<&'static str> {
    contents.iter().rev().find(|since| since.revision <= revision).map(|since| since.content)
}
