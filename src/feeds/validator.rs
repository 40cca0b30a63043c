//! The rules of the W3C feed validator that apply, one row each, over every format; and feeds as readers parse them.

use feed_rs::model::Feed as Parsed;
use serde_json::Value;

use super::fixture::awkward;
use super::{FORMATS, Feed, Paging};

fn written(extension: &str, feed: &Feed) -> String {
    (super::Format::named(extension).unwrap().write)(feed)
}

fn parsed(extension: &str, feed: &Feed) -> Parsed {
    feed_rs::parser::parse(written(extension, feed).as_bytes()).unwrap()
}

#[test]
fn every_format_parses_as_readers_parse_it() {
    for format in FORMATS {
        let feed = parsed(format.extension, &awkward());

        let entry = &feed.entries[0];
        assert_eq!(feed.title.unwrap().content, "Demo <b>& \"co\"</b> ]]>", "{}", format.name);
        assert_eq!(entry.id, "tag:fineprint,2026:version:demo:git:0123", "{}", format.name);
        assert_eq!(entry.title.as_ref().unwrap().content, "Acme <script>: Privacy & \"Policy\"", "{}", format.name);
        assert_eq!(entry.published.unwrap().to_rfc3339(), "2026-06-25T00:30:24+00:00", "{}", format.name);
        assert!(entry.links.iter().any(|link| link.href == "https://demo.example/diff/a/b?x=1&y=2"), "{}", format.name);
        assert_eq!(
            entry.summary.as_ref().unwrap().content.replace('\u{1b}', ""),
            "1 < 2 & ]]> done",
            "{}",
            format.name
        );
        let html = entry.content.as_ref().unwrap().body.as_ref().unwrap();
        assert!(html.contains("<p>You may <ins>not</ins> say <del>]]&gt;</del>"), "{}: {html}", format.name);
        assert!(html.contains("条😀</p>"), "{}: {html}", format.name);
    }
}

/// A rule of the validator, by its name there, and whether a document keeps it.
type Rule = (&'static str, &'static str, fn(&str) -> bool);

const RULES: &[Rule] = &[
    ("atom", "MissingElement feed/id", |xml| count(xml, "<id>tag:fineprint,2026:feed:") == 1),
    ("atom", "MissingElement feed/title", |xml| count(xml, "<title>") == 2),
    ("atom", "MissingElement feed/updated", |xml| count(xml, "<updated>2026-06-25T00:30:24+00:00</updated>") == 2),
    ("atom", "MissingSelf", |xml| count(xml, "rel=\"self\"") == 1),
    ("atom", "SelfDoesntMatchLocation", |xml| {
        xml.contains("href=\"https://demo.example/v1/feeds/changes.atom?a=1&amp;b=2\"")
    }),
    ("atom", "MissingAlternate", |xml| {
        xml.contains("<link href=\"https://demo.example/\" rel=\"alternate\" type=\"text/html\"")
    }),
    ("atom", "DuplicateAtomLink", |xml| count(xml, "type=\"text/html\"") == 2),
    ("atom", "MissingAuthor", |xml| xml.contains("<author><name>Demo</name></author>")),
    ("atom", "MissingTextualContent or MissingSummary", |xml| xml.contains("<summary>")),
    ("atom", "InvalidContent type", |xml| xml.contains("<content type=\"html\">")),
    ("atom", "UnexpectedWhitespace in titles", |xml| !xml.contains("<title>\n")),
    ("atom", "InvalidTAG in ids", |xml| !xml.contains("<id>tag:fineprint,2026:feed:demo ")),
    ("atom", "InvalidXml", |xml| !xml.contains(['\u{0}', '\u{1}', '\u{8}', '\u{1b}'])),
    ("atom", "MissingNamespace", |xml| xml.contains("xmlns=\"http://www.w3.org/2005/Atom\"")),
    ("atom", "InvalidLanguage", |xml| xml.contains("xml:lang=\"en\"")),
    ("atom", "InvalidRFC3339Date", |xml| !xml.contains("<published>2026-06-25 ")),
    ("atom", "DuplicateAtomLink in entries: one alternate each", |xml| {
        let entry = xml.split("<entry>").nth(1).unwrap();
        count(entry, "rel=\"alternate\"") == 1
    }),
    ("atom", "UnregisteredAtomLinkRel", |xml| {
        let rels = xml.split("rel=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let known = ["self", "alternate", "related", "hub", "current", "prev-archive", "next-archive"];
        rels.into_iter().all(|rel| known.contains(&rel))
    }),
    ("atom", "InvalidURI in schemes of categories", |xml| count(xml, "scheme=\"tag:") == count(xml, "<category ")),
    ("atom", "InvalidMIMEType", |xml| count(xml, "type=\"text/markdown\"") == 1),
    ("atom", "ContainsRelRef, ContainsSystemEntity", |xml| !xml.contains("href=\"/") && !xml.contains("<!")),
    ("atom", "NotUTF8", |xml| !xml.contains("encoding=") || xml.contains("encoding=\"utf-8\"")),
    ("rss", "MissingRssVersion", |xml| xml.contains("<rss version=\"2.0\"")),
    ("rss", "InvalidLanguage", |xml| xml.contains("<language>en</language>")),
    ("rss", "ContainsRelRef", |xml| !xml.contains("href=\"/") && !xml.contains("<link>/")),
    ("rss", "DuplicateElement in items", |xml| {
        let item = xml.split("<item>").nth(1).unwrap();
        ["<title>", "<description>", "<pubDate>", "<link>", "<content:encoded>"]
            .into_iter()
            .all(|name| count(item, name) == 1)
    }),
    ("rss", "UseZeroForMidnight, InvalidLastBuildDate", |xml| count(xml, "<lastBuildDate>") == 1),
    ("rss", "MissingGuid", |xml| count(xml, "<guid isPermaLink=\"false\">") == 1),
    ("rss", "MissingChannelLink", |xml| xml.contains("<link>https://demo.example/</link>")),
    ("rss", "MissingDescription", |xml| xml.contains("<description>Terms of demos</description>")),
    ("rss", "MissingAtomSelfLink", |xml| count(xml, "rel=\"self\"") == 1),
    ("rss", "InvalidRFC2822Date", |xml| count(xml, "Thu, 25 Jun 2026 00:30:24 +0000") == 2),
    ("rss", "UndefinedElement dc, atom, content, fh", |xml| count(xml, "xmlns:") == 4),
    ("rss", "InvalidContact: creators rather than addresses", |xml| {
        xml.contains("<dc:creator>") && !xml.contains("<author>")
    }),
    ("rss", "SAXError: sections end once", |xml| count(xml, "<![CDATA[") == count(xml, "]]>")),
    ("rss", "InvalidXml", |xml| !xml.contains(['\u{0}', '\u{1}', '\u{8}', '\u{1b}'])),
    ("json", "version", |json| value(json)["version"] == "https://jsonfeed.org/version/1.1"),
    ("json", "every item has an id and content", |json| {
        value(json)["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["id"].is_string() && item["content_html"].is_string())
    }),
    ("json", "items have no HTML in their titles that is meant as such", |json| {
        value(json)["items"][0]["title"] == "Acme <script>: Privacy & \"Policy\""
    }),
    ("json", "dates are those of RFC 3339", |json| value(json)["items"][0]["date_published"] == "2026-06-25T00:30:24Z"),
    ("json", "hubs have a type and a URL", |json| value(json)["hubs"][0]["type"] == "WebSub"),
    ("json", "older entries are at next_url", |json| value(json)["next_url"].as_str().unwrap().ends_with("archive=3")),
    ("json", "extensions begin with an underscore", |json| {
        let known = ["id", "url", "title", "summary", "content_html", "date_published", "tags"];
        let items = value(json)["items"].clone();
        items[0].as_object().unwrap().keys().all(|key| key.starts_with('_') || known.contains(&key.as_str()))
    }),
];

#[test]
fn every_rule_of_the_validator_is_kept() {
    for (extension, rule, is_kept) in RULES {
        let document = written(extension, &awkward());

        assert!(is_kept(&document), "{extension}: {rule}\n{document}");
    }
}

#[test]
fn archives_are_marked_and_linked() {
    let paging = Paging {
        current: Some("https://demo.example/now".to_owned()),
        previous: None,
        next: Some("https://demo.example/4".to_owned()),
    };
    let archive = Feed { paging, ..awkward() };

    for extension in ["atom", "rss"] {
        let document = written(extension, &archive);

        assert!(document.contains("<fh:archive"), "{document}");
        assert!(document.contains("rel=\"current\""), "{document}");
        assert!(document.contains("rel=\"next-archive\""), "{document}");
        assert!(!document.contains("prev-archive"), "{document}");
    }
}

#[test]
fn a_feed_without_entries_is_a_feed() {
    let empty = Feed { entries: Vec::new(), updated: chrono::DateTime::UNIX_EPOCH, ..awkward() };

    for format in FORMATS {
        assert_eq!(parsed(format.extension, &empty).entries.len(), 0, "{}", format.name);
    }
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}
