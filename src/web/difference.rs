//! A difference as HTML, for feeds, the API and pages: insertions and deletions marked, nothing active.

use crate::diff::{Block, BlockKind, Diff, Fate, Ink, Region, Span};
use crate::markup::escaped;

/// Most bytes of HTML that a difference becomes; the rest is told to be elsewhere.
const MAX_HTML_BYTES: usize = 64 << 10;

/// Words shown of a block that did not change and is there for orientation.
const WORDS_OF_CONTEXT: usize = 40;

/// The regions that people read something new in, with `context` blocks around each.
pub fn html(diff: &Diff, context: usize) -> String {
    let mut out = String::new();
    for region in diff.readable_regions(context) {
        if out.len() > MAX_HTML_BYTES {
            return out + "<p>There is more than is shown here.</p>\n";
        }
        write_region(&mut out, &region);
    }
    if out.is_empty() && !diff.is_empty() {
        out.push_str("<p>Only white space or markup differs.</p>\n");
    }
    out
}

fn write_region(out: &mut String, region: &Region<'_>) {
    let section = region.section().join(" › ");
    if !section.is_empty() {
        out.push_str(&format!("<h4>{}</h4>\n", escaped(&section)));
    }
    let mut is_in_list = false;
    for block in region.blocks {
        let is_item = block.kind == BlockKind::ListItem;
        if is_item != is_in_list {
            out.push_str(if is_item { "<ul>\n" } else { "</ul>\n" });
            is_in_list = is_item;
        }
        write_block(out, block);
    }
    if is_in_list {
        out.push_str("</ul>\n");
    }
}

fn write_block(out: &mut String, block: &Block) {
    let element = match block.kind {
        BlockKind::Heading => "h5",
        BlockKind::ListItem => "li",
        BlockKind::Quote => "blockquote",
        BlockKind::Code => "pre",
        BlockKind::Rule => return,
        BlockKind::Paragraph | BlockKind::TableRow => "p",
    };
    let words = match block.fate {
        Fate::Kept => escaped(&shortened(&block.spans())),
        Fate::MovedAway => format!("<del>{}</del>", escaped(&plain(&block.spans()))),
        _ => block.spans().iter().map(|span| marked(span, block.fate)).collect(),
    };
    if words.trim().is_empty() {
        return;
    }
    let moved = if block.fate == Fate::Moved { "<em>moved here:</em> " } else { "" };
    out.push_str(&format!("<{element}>{moved}{}</{element}>\n", words.trim()));
}

fn marked(span: &Span, fate: Fate) -> String {
    let words = escaped(&span.text);
    let styled = if span.style.strong { format!("<strong>{words}</strong>") } else { words };
    match (&span.ink, fate) {
        _ if span.text.trim().is_empty() => styled,
        (Ink::Deleted, _) | (_, Fate::Deleted) => format!("<del>{styled}</del>"),
        (Ink::Inserted, _) | (_, Fate::Inserted) => format!("<ins>{styled}</ins>"),
        (Ink::Relinked { old, new }, _) => {
            format!("{styled} (<del>{}</del> <ins>{}</ins>)", escaped(old), escaped(new))
        }
        (Ink::Kept, _) => styled,
    }
}

fn plain(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

fn shortened(spans: &[Span]) -> String {
    let text = plain(spans);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= WORDS_OF_CONTEXT { words.join(" ") } else { words[..WORDS_OF_CONTEXT].join(" ") + " …" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::between;

    #[test]
    fn words_that_went_and_came_are_marked() {
        let diff = between("# Privacy\n\nWe keep data for 30 days.", "# Privacy\n\nWe keep data for 90 days.");

        let html = html(&diff, 0);

        assert!(html.contains("<p>We keep data for <del>30</del><ins>90</ins> days.</p>"), "{html}");
    }

    #[test]
    fn markup_in_terms_stays_text() {
        let diff = between("Be kind.", "Be kind.\n\n<script>alert(1)</script> & <img src=x onerror=y>");

        let html = html(&diff, 0);

        assert!(html.contains("&lt;script&gt;"), "{html}");
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    }
}
