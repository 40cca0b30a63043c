//! A passage with its insertions and deletions marked, as `<ins>` and `<del>`.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd, html};

use super::escaped;
use super::events::{Placed, harmless, raw};

/// What became of a run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Kept,
    Inserted,
    Deleted,
}

/// A run of Markdown of one fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    pub mark: Mark,
    pub text: &'a str,
}

/// Pieces of one passage, in order, as HTML with its blocks.
///
/// The pieces are read as one text, so that emphasis and links around a change stay what they are.
pub fn marked(pieces: &[Piece]) -> String {
    rendered(pieces, |_| true)
}

/// As [`marked`], without paragraphs, headings and lists around: for a line in a list.
pub fn inline(pieces: &[Piece]) -> String {
    rendered(pieces, is_inline)
}

fn rendered(pieces: &[Piece], wanted: impl Fn(&Event) -> bool) -> String {
    let text: String = pieces.iter().map(|piece| piece.text).collect();
    let marks = Marks::of(pieces);
    let events = harmless(&text).filter(|(event, _)| wanted(event)).flat_map(|placed| marks.cut(placed));
    let mut out = String::with_capacity(text.len() * 2);
    html::push_html(&mut out, events);
    out
}

/// Where in the whole text each fate ends.
struct Marks {
    ends: Vec<(usize, Mark)>,
}

impl Marks {
    fn of(pieces: &[Piece]) -> Self {
        let mut end = 0;
        let ends = pieces.iter().map(|piece| {
            end += piece.text.len();
            (end, piece.mark)
        });
        Self { ends: ends.collect() }
    }

    fn cut<'a>(&self, (event, place): Placed<'a>) -> Vec<Event<'a>> {
        match event {
            Event::Text(text) => {
                self.runs(&text, place).into_iter().map(|(mark, run)| wrapped(mark, &escaped(&run))).collect()
            }
            Event::Code(text) => vec![wrapped(self.at(place.start), &format!("<code>{}</code>", escaped(&text)))],
            event => vec![event],
        }
    }

    /// A text cut where fates change. What the parser rewrote, such as an entity, is of one fate.
    fn runs<'t>(&self, text: &'t CowStr<'_>, place: Range<usize>) -> Vec<(Mark, String)> {
        let text: &'t str = text;
        if text.len() != place.len() {
            return vec![(self.at(place.start), text.to_owned())];
        }
        let mut runs = Vec::new();
        let mut from = place.start;
        while from < place.end {
            let (end, mark) = self.run_at(from);
            let to = end.min(place.end);
            runs.push((mark, text[from - place.start..to - place.start].to_owned()));
            from = to;
        }
        runs
    }

    fn at(&self, place: usize) -> Mark {
        self.run_at(place).1
    }

    fn run_at(&self, place: usize) -> (usize, Mark) {
        let index = self.ends.partition_point(|(end, _)| *end <= place);
        self.ends.get(index).copied().unwrap_or((usize::MAX, Mark::Kept))
    }
}

fn wrapped(mark: Mark, html: &str) -> Event<'static> {
    match mark {
        Mark::Kept => raw(html.to_owned()),
        Mark::Inserted => raw(format!("<ins>{html}</ins>")),
        Mark::Deleted => raw(format!("<del>{html}</del>")),
    }
}

fn is_inline(event: &Event) -> bool {
    let tag = match event {
        Event::Start(tag) => tag.to_end(),
        Event::End(tag) => *tag,
        Event::Rule => return false,
        _ => return true,
    };
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough)
        || matches!(event, Event::Start(Tag::Link { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(mark: Mark, text: &str) -> Piece<'_> {
        Piece { mark, text }
    }

    #[test]
    fn changed_words_are_marked_within_their_sentence() {
        let html = marked(&[
            piece(Mark::Kept, "We "),
            piece(Mark::Deleted, "do not "),
            piece(Mark::Kept, "use **your "),
            piece(Mark::Inserted, "private "),
            piece(Mark::Kept, "messages**."),
        ]);

        assert_eq!(html, "<p>We <del>do not </del>use <strong>your <ins>private </ins>messages</strong>.</p>\n");
    }

    #[test]
    fn a_mark_never_crosses_an_element() {
        let html = marked(&[piece(Mark::Kept, "a "), piece(Mark::Inserted, "b *c* d\n\ne"), piece(Mark::Kept, " f")]);

        assert_eq!(html, "<p>a <ins>b </ins><em><ins>c</ins></em><ins> d</ins></p>\n<p><ins>e</ins> f</p>\n");
    }

    #[test]
    fn a_line_has_no_blocks_and_nothing_that_acts() {
        let html = inline(&[piece(Mark::Kept, "*   **Fee** "), piece(Mark::Inserted, "<i>9 €</i> [x](javascript:1)")]);

        assert_eq!(
            html,
            "<strong>Fee</strong> <ins>&lt;i&gt;</ins><ins>9 €</ins><ins>&lt;/i&gt;</ins><ins> </ins><ins>x</ins>"
        );
    }
}
