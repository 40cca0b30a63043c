//! A difference as HTML, for feeds, the API and pages: insertions and deletions marked, nothing active.

use super::site::Words;
use super::span;
use crate::diff::{Block, BlockKind, Diff, Fate, Ink, Region, Span};
use crate::markup::escaped;

/// Most bytes of HTML that a difference becomes; the rest is told to be elsewhere.
const MAX_HTML_BYTES: usize = 64 << 10;

/// Words shown of a block that did not change and is there for orientation.
const WORDS_OF_CONTEXT: usize = 40;

/// The regions that people read something new in, with `context` blocks around each, and remarks in some language.
pub fn html(diff: &Diff, context: usize, words: Words) -> String {
    let mut out = String::new();
    for region in diff.readable_regions(context) {
        if out.len() > MAX_HTML_BYTES {
            return out + &remark(words, "feed-more");
        }
        write_region(&mut out, &region, words);
    }
    if out.is_empty() && !diff.is_empty() {
        out.push_str(&remark(words, "feed-markup-only"));
    }
    out
}

fn remark(words: Words, name: &str) -> String {
    format!("<p><em>{}</em></p>\n", escaped(&words.say(name)))
}

fn write_region(out: &mut String, region: &Region<'_>, words: Words) {
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
        write_block(out, block, words);
    }
    if is_in_list {
        out.push_str("</ul>\n");
    }
}

fn write_block(out: &mut String, block: &Block, words: Words) {
    let element = match block.kind {
        BlockKind::Heading => "h5",
        BlockKind::ListItem => "li",
        BlockKind::Quote => "blockquote",
        BlockKind::Code => "pre",
        BlockKind::Rule => return,
        BlockKind::Paragraph | BlockKind::TableRow => "p",
    };
    let text = match block.fate {
        Fate::Kept => escaped(&shortened(&block.spans())),
        Fate::MovedAway => format!("<del>{}</del>", escaped(&plain(&block.spans()))),
        _ => block.spans().iter().map(marked).collect(),
    };
    if text.trim().is_empty() {
        return;
    }
    let moved = match block.fate {
        Fate::Moved => format!("<em>{}</em> ", escaped(&words.say("feed-moved-here"))),
        _ => String::new(),
    };
    out.push_str(&format!("<{element}>{moved}{}</{element}>\n", text.trim()));
}

/// A span; where a link leads elsewhere now, with both targets.
fn marked(span: &Span) -> String {
    let html = span::html(span);
    match &span.ink {
        Ink::Relinked { old, new } => format!("{html} (<del>{}</del> <ins>{}</ins>)", escaped(old), escaped(new)),
        _ => html,
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
    use crate::web::site::LANGUAGES;

    fn english() -> Words {
        Words::of(LANGUAGES[0])
    }

    #[test]
    fn words_that_went_and_came_are_marked() {
        let diff = between("# Privacy\n\nWe keep data for 30 days.", "# Privacy\n\nWe keep data for 90 days.");

        let html = html(&diff, 0, english());

        assert!(html.contains("<p>We keep data for <del>30</del><ins>90</ins> days.</p>"), "{html}");
    }

    #[test]
    fn whole_paragraphs_that_came_or_went_are_marked() {
        let diff = between("Be kind.\n\nBe **quick**.", "Be kind.\n\nYou owe us nothing at all.");

        let html = html(&diff, 0, english());

        assert!(html.contains("<del>"), "{html}");
        assert!(html.contains("<ins>You owe us nothing at all.</ins>"), "{html}");
    }

    #[test]
    fn remarks_are_in_the_language_asked_for() {
        let kept = |number: usize| format!("Clause {number} stays as it is.\n\n");
        let added = |number: usize| kept(number) + &format!("Addendum {number} says: {}\n\n", "you pay. ".repeat(40));
        let (old, new): (String, String) = ((0..300).map(kept).collect(), (0..300).map(added).collect());

        let diff = between(&old, &new);

        let french = html(&diff, 0, Words::of(LANGUAGES[1]));
        assert!(html(&diff, 0, english()).ends_with("<p><em>There is more than is shown here.</em></p>\n"));
        assert!(french.ends_with("<p><em>La suite n’est pas montrée ici.</em></p>\n"));
    }

    #[test]
    fn markup_in_terms_stays_text() {
        let diff = between("Be kind.", "Be kind.\n\n<script>alert(1)</script> & <img src=x onerror=y>");

        let html = html(&diff, 0, english());

        assert!(html.contains("&lt;script&gt;"), "{html}");
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    }
}
