//! A feed that holds what feeds stumble over.

use super::{Category, Entry, Feed, Link, Paging};

/// One entry full of markup, quotes, a CDATA end and characters that XML cannot hold.
pub fn awkward() -> Feed {
    let category = |scheme: &str, term: &str| Category {
        scheme: format!("tag:fineprint,2026:scheme:{scheme}"),
        term: term.to_owned(),
        label: term.to_owned(),
    };
    let link = |rel, mime, href: &str, title: &str| Link { rel, mime, href: href.to_owned(), title: title.to_owned() };
    Feed {
        id: "tag:fineprint,2026:feed:demo".to_owned(),
        title: "Demo <b>& \"co\"</b> ]]>\u{1}".to_owned(),
        subtitle: Some("Terms\nof demos".to_owned()),
        language: "en".to_owned(),
        author: "Demo".to_owned(),
        logo: Some("https://demo.example/logo.png".to_owned()),
        updated: "2026-06-25T00:30:24Z".parse().unwrap(),
        url: "https://demo.example/v1/feeds/changes.atom?a=1&b=2".to_owned(),
        page: "https://demo.example/".to_owned(),
        alternates: vec![link("alternate", "application/rss+xml", "https://demo.example/v1/feeds/changes.rss", "RSS")],
        hub: Some("https://hub.example/".to_owned()),
        paging: Paging {
            current: None,
            previous: Some("https://demo.example/v1/feeds/changes.atom?archive=3".to_owned()),
            next: None,
        },
        entries: vec![Entry {
            id: "tag:fineprint,2026:version:demo:git:0123".to_owned(),
            title: "Acme <script>: Privacy & \"Policy\"\u{0}".to_owned(),
            url: "https://demo.example/diff/a/b?x=1&y=2".to_owned(),
            date: "2026-06-25T00:30:24Z".parse().unwrap(),
            summary: "1 < 2 & ]]> \u{1b}done".to_owned(),
            html: "<p>You may <ins>not</ins> say <del>]]&gt;</del> ]]> \u{8}&amp; 条😀</p>".to_owned(),
            categories: vec![category("service", "Acme"), category("kind", "substantive")],
            links: vec![link("related", "text/markdown", "https://demo.example/v1/version/0123.md", "the version")],
        }],
    }
}
