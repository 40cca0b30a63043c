//! RSS 2.0, with the modules that readers know: content, atom links, archives.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rss::extension::{Extension, ExtensionMap};

use super::text::{legal, one_line};
use super::{Entry, Feed};

const ATOM: &str = "http://www.w3.org/2005/Atom";
const CONTENT: &str = "http://purl.org/rss/1.0/modules/content/";
const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const HISTORY: &str = "http://purl.org/syndication/history/1.0";

pub fn write(feed: &Feed) -> String {
    let title = one_line(&feed.title);
    let description = feed.subtitle.as_deref().map(one_line).filter(|text| !text.is_empty());
    rss::Channel {
        description: description.unwrap_or_else(|| title.clone()),
        title,
        link: legal(&feed.page),
        language: Some(legal(&feed.language)),
        last_build_date: (!feed.entries.is_empty()).then(|| date(feed.updated)),
        generator: Some(concat!("fineprint ", env!("CARGO_PKG_VERSION")).to_owned()),
        docs: Some("https://www.rssboard.org/rss-specification".to_owned()),
        items: feed.entries.iter().map(|entry| item(entry, feed)).collect(),
        extensions: extensions(feed),
        namespaces: namespaces(),
        ..rss::Channel::default()
    }
    .to_string()
}

fn item(entry: &Entry, feed: &Feed) -> rss::Item {
    let creator = rss::extension::dublincore::DublinCoreExtension {
        creators: vec![one_line(&feed.author)],
        ..Default::default()
    };
    rss::Item {
        title: Some(one_line(&entry.title)),
        link: Some(legal(&entry.url)),
        description: Some(legal(&entry.summary)),
        guid: Some(rss::Guid { value: legal(&entry.id), permalink: false }),
        pub_date: Some(date(entry.date)),
        categories: entry.categories.iter().map(category).collect(),
        content: Some(in_sections(&legal(&entry.html))),
        dublin_core_ext: Some(creator),
        ..rss::Item::default()
    }
}

fn category(category: &super::Category) -> rss::Category {
    rss::Category { name: one_line(&category.label), domain: Some(legal(&category.scheme)) }
}

/// The library writes content as one CDATA section, which this sequence would end.
fn in_sections(html: &str) -> String {
    html.replace("]]>", "]]&gt;")
}

fn extensions(feed: &Feed) -> ExtensionMap {
    let own = atom_link("self", &feed.url, Some("application/rss+xml"));
    let hub = feed.hub.iter().map(|hub| atom_link("hub", hub, None));
    let pages = feed.paging.links().map(|(rel, href)| atom_link(rel, href, Some("application/rss+xml")));
    let others = feed.alternates.iter().filter(|other| other.mime != "application/rss+xml");
    let others = others.map(|other| atom_link(other.rel, &other.href, Some(other.mime)));
    let links = [own].into_iter().chain(others).chain(hub).chain(pages).collect();
    let mut extensions = BTreeMap::from([("atom".to_owned(), BTreeMap::from([("link".to_owned(), links)]))]);
    if feed.paging.is_archive() {
        let mark = Extension { name: "fh:archive".to_owned(), ..Extension::default() };
        extensions.insert("fh".to_owned(), BTreeMap::from([("archive".to_owned(), vec![mark])]));
    }
    extensions
}

fn atom_link(rel: &str, href: &str, mime: Option<&str>) -> Extension {
    let mut attrs = BTreeMap::from([("rel".to_owned(), rel.to_owned()), ("href".to_owned(), legal(href))]);
    attrs.extend(mime.map(|mime| ("type".to_owned(), mime.to_owned())));
    Extension { name: "atom:link".to_owned(), attrs, ..Extension::default() }
}

fn namespaces() -> BTreeMap<String, String> {
    let used = [("atom", ATOM), ("content", CONTENT), ("dc", DUBLIN_CORE), ("fh", HISTORY)];
    used.into_iter().map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned())).collect()
}

fn date(date: DateTime<Utc>) -> String {
    date.to_rfc2822()
}
