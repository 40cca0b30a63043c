//! Feeds of changes, in every format that readers know.
//!
//! A format is a row of [`FORMATS`]; all are written from one [`Feed`]. [`write_compatible`] writes Atom letter for
//! letter as Open Terms Archive's engine does, and [`opml()`] lists feeds.

mod atom;
mod compatible;
mod json;
mod opml;
mod rss;
mod text;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod validator;

use chrono::{DateTime, Utc};

pub use compatible::{CompatibleEntry, CompatibleFeed, write_compatible};
pub use opml::{Outline, opml};
pub use text::legal;

/// Changes, newest first, and what is to be said about all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// A URI that never changes.
    pub id: String,
    pub title: String,
    pub subtitle: Option<String>,
    /// The language of titles and summaries, as in `en`.
    pub language: String,
    /// Who says that something changed.
    pub author: String,
    pub logo: Option<String>,
    /// When the newest entry was; the epoch where there is none.
    pub updated: DateTime<Utc>,
    /// Where this very feed is.
    pub url: String,
    /// Where people see the same.
    pub page: String,
    /// The same feed in other formats.
    pub alternates: Vec<Link>,
    /// The WebSub hub that tells of new entries.
    pub hub: Option<String>,
    pub paging: Paging,
    pub entries: Vec<Entry>,
}

/// Where the rest of a feed is: archived feeds of RFC 5005, section 4.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paging {
    /// Set in archives: the feed that has the newest entries.
    pub current: Option<String>,
    /// The archive with entries before these.
    pub previous: Option<String>,
    /// The archive with entries after these.
    pub next: Option<String>,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// A URI that never changes.
    pub id: String,
    pub title: String,
    /// Where people see the change.
    pub url: String,
    pub date: DateTime<Utc>,
    /// What changed, in a sentence or two of plain text.
    pub summary: String,
    /// What changed, as HTML without anything active.
    pub html: String,
    pub categories: Vec<Category>,
    pub links: Vec<Link>,
}

/// What an entry is filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// A URI that says what kind of term it is.
    pub scheme: String,
    pub term: String,
    /// The term for people.
    pub label: String,
}

/// Where something else is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub rel: &'static str,
    pub mime: &'static str,
    pub href: String,
    pub title: String,
}

/// A format of feeds.
pub struct Format {
    /// Its name in addresses, as in `feeds/changes.atom`.
    pub extension: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What is told of it in `Content-Type`, without a charset.
    pub mime: &'static str,
    pub write: fn(&Feed) -> String,
}

/// All formats, the first being the one to take if none is asked for.
pub static FORMATS: &[Format] = &[
    Format { extension: "atom", name: "Atom", mime: "application/atom+xml", write: atom::write },
    Format { extension: "rss", name: "RSS", mime: "application/rss+xml", write: rss::write },
    Format { extension: "json", name: "JSON Feed", mime: "application/feed+json", write: json::write },
];

impl Format {
    /// The format that addresses name so.
    pub fn named(extension: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.extension == extension)
    }
}

impl Paging {
    /// Whether the feed is an archive, which says nothing of new entries.
    pub fn is_archive(&self) -> bool {
        self.current.is_some()
    }

    /// Links between the pages of a feed, as relation and address.
    fn links(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let pages = [("current", &self.current), ("prev-archive", &self.previous), ("next-archive", &self.next)];
        pages.into_iter().filter_map(|(rel, page)| Some((rel, page.as_deref()?)))
    }
}
