//! Lists of feeds for readers to subscribe to at once: OPML 2.0.

use super::text::one_line;

/// A feed to subscribe to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub title: String,
    /// Where the feed is.
    pub feed: String,
    /// Where people see the same.
    pub page: String,
    /// Feeds of parts of it.
    pub parts: Vec<Outline>,
}

/// A list of feeds.
pub fn opml(title: &str, outlines: &[Outline]) -> String {
    let title = escaped(title);
    let body: String = outlines.iter().map(|outline| outline_element(outline, 2)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>{title}</title>\n  \
         </head>\n  <body>\n{body}  </body>\n</opml>\n"
    )
}

fn outline_element(outline: &Outline, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let title = escaped(&outline.title);
    // Readers take an outline for a feed if it has the type `rss`, whatever the format of the feed.
    let start = format!(
        "{indent}<outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{}\" htmlUrl=\"{}\"",
        escaped(&outline.feed),
        escaped(&outline.page),
    );
    if outline.parts.is_empty() {
        return start + "/>\n";
    }
    let parts: String = outline.parts.iter().map(|part| outline_element(part, depth + 1)).collect();
    format!("{start}>\n{parts}{indent}</outline>\n")
}

fn escaped(text: &str) -> String {
    one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_the_list() {
        let part = Outline { title: "\"><x>".into(), feed: "f?a=1&b=2".into(), page: "p".into(), parts: vec![] };
        let all = Outline { title: "All".into(), feed: "all".into(), page: "p".into(), parts: vec![part] };

        let list = opml("A & B\u{0}", &[all]);

        assert!(list.contains("<title>A &amp; B</title>"), "{list}");
        assert!(list.contains("text=\"&quot;&gt;&lt;x&gt;\""), "{list}");
        assert!(list.contains("xmlUrl=\"f?a=1&amp;b=2\""), "{list}");
        assert!(list.contains("    </outline>\n  </body>"), "{list}");
    }
}
