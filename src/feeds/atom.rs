//! Atom (RFC 4287), with archives (RFC 5005).

use std::collections::BTreeMap;

use atom_syndication as atom;
use atom_syndication::extension::{Extension, ExtensionMap};
use chrono::{DateTime, FixedOffset, Utc};

use super::text::{legal, one_line};
use super::{Category, Entry, Feed, Link};

const HISTORY: &str = "http://purl.org/syndication/history/1.0";

pub fn write(feed: &Feed) -> String {
    atom::Feed {
        title: atom::Text::plain(one_line(&feed.title)),
        id: legal(&feed.id),
        updated: date(feed.updated),
        authors: vec![person(&feed.author)],
        links: links(feed),
        logo: feed.logo.as_deref().map(legal),
        subtitle: feed.subtitle.as_deref().map(|subtitle| atom::Text::plain(one_line(subtitle))),
        generator: Some(generator()),
        entries: feed.entries.iter().map(entry).collect(),
        namespaces: BTreeMap::from([("fh".to_owned(), HISTORY.to_owned())]),
        extensions: archive_mark(feed),
        lang: Some(legal(&feed.language)),
        ..atom::Feed::default()
    }
    .to_string()
}

fn entry(entry: &Entry) -> atom::Entry {
    let own = atom_link("alternate", &entry.url, Some("text/html"), None);
    let others = entry.links.iter().map(link);
    atom::Entry {
        title: atom::Text::plain(one_line(&entry.title)),
        id: legal(&entry.id),
        updated: date(entry.date),
        published: Some(date(entry.date)),
        categories: entry.categories.iter().map(category).collect(),
        links: [own].into_iter().chain(others).collect(),
        summary: Some(atom::Text::plain(legal(&entry.summary))),
        content: Some(atom::Content {
            content_type: Some("html".to_owned()),
            value: Some(legal(&entry.html)),
            ..atom::Content::default()
        }),
        ..atom::Entry::default()
    }
}

fn links(feed: &Feed) -> Vec<atom::Link> {
    let own = atom_link("self", &feed.url, Some("application/atom+xml"), None);
    let page = atom_link("alternate", &feed.page, Some("text/html"), None);
    let hub = feed.hub.iter().map(|hub| atom_link("hub", hub, None, None));
    let pages = feed.paging.links().map(|(rel, href)| atom_link(rel, href, Some("application/atom+xml"), None));
    let alternates = feed.alternates.iter().filter(|other| other.mime != "application/atom+xml").map(link);
    [own, page].into_iter().chain(alternates).chain(hub).chain(pages).collect()
}

fn link(link: &Link) -> atom::Link {
    atom_link(link.rel, &link.href, Some(link.mime), Some(&link.title))
}

fn atom_link(rel: &str, href: &str, mime: Option<&str>, title: Option<&str>) -> atom::Link {
    atom::Link {
        rel: rel.to_owned(),
        href: legal(href),
        mime_type: mime.map(str::to_owned),
        title: title.map(one_line),
        ..atom::Link::default()
    }
}

fn category(category: &Category) -> atom::Category {
    atom::Category {
        term: one_line(&category.term),
        scheme: Some(legal(&category.scheme)),
        label: Some(one_line(&category.label)),
    }
}

fn person(name: &str) -> atom::Person {
    atom::Person { name: one_line(name), ..atom::Person::default() }
}

fn generator() -> atom::Generator {
    atom::Generator { value: "fineprint".to_owned(), uri: None, version: Some(env!("CARGO_PKG_VERSION").to_owned()) }
}

/// `<fh:archive/>` in archives, by which readers know that they need not come back.
fn archive_mark(feed: &Feed) -> ExtensionMap {
    if !feed.paging.is_archive() {
        return ExtensionMap::default();
    }
    let mark = Extension { name: "fh:archive".to_owned(), ..Extension::default() };
    BTreeMap::from([("fh".to_owned(), BTreeMap::from([("archive".to_owned(), vec![mark])]))])
}

fn date(date: DateTime<Utc>) -> DateTime<FixedOffset> {
    date.fixed_offset()
}
