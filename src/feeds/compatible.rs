//! Atom letter for letter as Open Terms Archive's engine writes it, so that subscribers notice no change.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};

use super::text::legal;

/// A feed of the compatible interface.
#[derive(Debug, Clone, PartialEq)]
pub struct CompatibleFeed {
    pub title: String,
    pub id: String,
    pub updated: DateTime<Utc>,
    pub url: String,
    pub subtitle: Option<String>,
    pub logo: Option<String>,
    pub entries: Vec<CompatibleEntry>,
}

/// A record in it.
#[derive(Debug, Clone, PartialEq)]
pub struct CompatibleEntry {
    pub id: String,
    pub url: String,
    /// The type of what is at `url`.
    pub mime: &'static str,
    pub title: String,
    pub updated: DateTime<Utc>,
    /// Terms with the last part of their scheme.
    pub categories: Vec<(&'static str, String)>,
}

/// The whole document, without a final newline.
pub fn write_compatible(feed: &CompatibleFeed) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    element(&mut out, 1, "title", &feed.title);
    element(&mut out, 1, "id", &feed.id);
    element(&mut out, 1, "updated", &date(feed.updated));
    line(&mut out, 1, &format!("<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>", attribute(&feed.url)));
    line(&mut out, 1, "<author>");
    element(&mut out, 2, "name", "Open Terms Archive engine");
    line(&mut out, 1, "</author>");
    if let Some(subtitle) = &feed.subtitle {
        element(&mut out, 1, "subtitle", subtitle);
    }
    if let Some(logo) = &feed.logo {
        element(&mut out, 1, "logo", logo);
    }
    feed.entries.iter().for_each(|entry| write_entry(&mut out, entry));
    out + "</feed>"
}

fn write_entry(out: &mut String, entry: &CompatibleEntry) {
    line(out, 1, "<entry>");
    element(out, 2, "id", &entry.id);
    let href = attribute(&entry.url);
    line(out, 2, &format!("<link rel=\"alternate\" type=\"{}\" href=\"{href}\"/>", entry.mime));
    element(out, 2, "title", &entry.title);
    element(out, 2, "updated", &date(entry.updated));
    for (scheme, term) in &entry.categories {
        let term = attribute(term);
        line(out, 2, &format!("<category term=\"{term}\" scheme=\"tag:opentermsarchive.org,2026:scheme:{scheme}\"/>"));
    }
    line(out, 1, "</entry>");
}

fn element(out: &mut String, depth: usize, name: &str, text: &str) {
    line(out, depth, &format!("<{name}>{}</{name}>", content(text)));
}

fn line(out: &mut String, depth: usize, text: &str) {
    writeln!(out, "{:1$}{text}", "", depth * 2).expect("a String takes all that is written");
}

fn content(text: &str) -> String {
    legal(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn attribute(text: &str) -> String {
    content(text).replace('"', "&quot;")
}

fn date(date: DateTime<Utc>) -> String {
    date.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_written_letter_for_letter() {
        let feed = CompatibleFeed {
            title: "Demo & <more>".to_owned(),
            id: "tag:opentermsarchive.org,2026:feed:demo:My Service".to_owned(),
            updated: "2026-06-25T00:30:24Z".parse().unwrap(),
            url: "http://localhost:3000/v1/feed/My%20Service".to_owned(),
            subtitle: Some("Terms of demos".to_owned()),
            logo: None,
            entries: vec![CompatibleEntry {
                id: "tag:opentermsarchive.org,2026:version:demo:git:0123".to_owned(),
                url: "https://example.com/?a=\"1\"&b".to_owned(),
                mime: "text/html",
                title: "First record of My Service Privacy Policy".to_owned(),
                updated: "2026-06-25T00:30:24Z".parse().unwrap(),
                categories: vec![("service", "My \"Service\"".to_owned()), ("record-type", "First record".to_owned())],
            }],
        };

        let expected = r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>Demo &amp; &lt;more&gt;</title>
  <id>tag:opentermsarchive.org,2026:feed:demo:My Service</id>
  <updated>2026-06-25T00:30:24.000Z</updated>
  <link rel="self" type="application/atom+xml" href="http://localhost:3000/v1/feed/My%20Service"/>
  <author>
    <name>Open Terms Archive engine</name>
  </author>
  <subtitle>Terms of demos</subtitle>
  <entry>
    <id>tag:opentermsarchive.org,2026:version:demo:git:0123</id>
    <link rel="alternate" type="text/html" href="https://example.com/?a=&quot;1&quot;&amp;b"/>
    <title>First record of My Service Privacy Policy</title>
    <updated>2026-06-25T00:30:24.000Z</updated>
    <category term="My &quot;Service&quot;" scheme="tag:opentermsarchive.org,2026:scheme:service"/>
    <category term="First record" scheme="tag:opentermsarchive.org,2026:scheme:record-type"/>
  </entry>
</feed>"#;
        assert_eq!(write_compatible(&feed), expected);
    }
}
