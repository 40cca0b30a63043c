//! Blocks of a comparison as HTML: what people read of them, with `<ins>` and `<del>`.

use super::words::Words;
use crate::diff::{Block, BlockKind, Fate, Headline, Ink, Piece, Relink, Span};
use crate::markup::escaped;
use crate::web::span;

/// The element that a block is shown as.
pub fn element(block: &Block) -> &'static str {
    match block.kind {
        // Of a text in pieces, no heading is known to be below another that is shown.
        BlockKind::Heading => "h2",
        BlockKind::Code => "pre",
        BlockKind::Quote => "blockquote",
        _ => "p",
    }
}

/// The text of a block, which is read as these spans. Whole blocks that came or went are marked as a whole.
pub fn html(block: &Block, spans: &[Span]) -> String {
    let text = spans.iter().map(span::html).collect::<String>();
    let text = text.trim();
    let mark = match block.kind {
        BlockKind::ListItem => "•\u{2002}",
        _ => "",
    };
    format!("{mark}{text}")
}

/// One side of a block: the old text with deletions, or the new with insertions.
pub fn side(spans: &[Span], is_old: bool) -> String {
    let other = |ink: &Ink| matches!((ink, is_old), (Ink::Inserted, true) | (Ink::Deleted, false));
    let text: String = spans.iter().filter(|span| !other(&span.ink)).map(span::html).collect();
    text.trim().to_owned()
}

/// Whether one side of a comparison has this block.
pub fn is_on(block: &Block, is_old: bool) -> bool {
    match block.fate {
        Fate::Inserted | Fate::Moved => !is_old,
        Fate::Deleted | Fate::MovedAway => is_old,
        Fate::Kept | Fate::Changed => true,
    }
}

/// The changes of links in a block, in words.
pub fn link_changes(block: &Block, words: Words) -> Vec<String> {
    let values = |link: Relink| [("label", link.label), ("old", link.old), ("new", link.new)];
    let changes = block.relinked().into_iter().map(values);
    changes.map(|values| words.say_of("link-changed", values.map(|(name, text)| (name, text.into())))).collect()
}

/// The one line that tells a change. Of a row of a table, the cells stand apart by dots.
pub fn quote(headline: &Headline) -> String {
    let line: String = headline.pieces.iter().map(piece).collect();
    // Of a long row only its beginning is quoted.
    let is_row = bare(&line).starts_with("| ");
    if is_row { cells(&line) } else { line }
}

/// A line without the marks of what came and went.
fn bare(line: &str) -> String {
    let marks = ["<ins>", "</ins>", "<del>", "</del>"];
    marks.iter().fold(line.to_owned(), |line, mark| line.replace(mark, "")).trim().to_owned()
}

/// Cells, marked as they were. Bars at the ends go, also within marks.
fn cells(line: &str) -> String {
    let is_whole = bare(line).ends_with('|');
    let (first, last) = (line.find('|'), line.rfind('|').filter(|_| is_whole));
    let inner: String =
        line.char_indices().filter(|(at, _)| Some(*at) != first && Some(*at) != last).map(|(_, c)| c).collect();
    let mut inner = inner.trim().replace(" | ", " · ");
    for mark in ["ins", "del"] {
        if let Some(rest) = inner.strip_prefix(&format!("<{mark}> ")) {
            inner = format!("<{mark}>{rest}");
        }
        if let Some(rest) = inner.strip_suffix(&format!(" </{mark}>")) {
            inner = format!("{rest}</{mark}>");
        }
    }
    inner
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Kept { text } => escaped(text),
        Piece::Deleted { text } => format!("<del>{}</del>", escaped(text)),
        Piece::Inserted { text } => format!("<ins>{}</ins>", escaped(text)),
        Piece::Relinked { label, old, new } => {
            format!("{} (<del>{}</del> <ins>{}</ins>)", escaped(label), escaped(old), escaped(new))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_a_row_stand_apart_by_dots() {
        let row = "| Account | <del>€9</del><ins>€12</ins> a month |";
        assert_eq!(cells(row), "Account · <del>€9</del><ins>€12</ins> a month");
        assert_eq!(cells("| Messages | <ins>to reach you</ins> and…"), "Messages · <ins>to reach you</ins> and…");
        assert_eq!(cells("<ins>| Glimpse | Measuring |</ins>"), "<ins>Glimpse · Measuring</ins>");
    }
}
