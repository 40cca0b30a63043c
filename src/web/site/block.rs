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
    let text = written(block, spans.iter());
    let text = text.trim();
    let mark = match block.kind {
        BlockKind::ListItem => "•\u{2002}",
        _ => "",
    };
    format!("{mark}{text}")
}

/// One side of a block: the old text with deletions, or the new with insertions.
pub fn side(block: &Block, spans: &[Span], is_old: bool) -> String {
    let other = |ink: &Ink| matches!((ink, is_old), (Ink::Inserted, true) | (Ink::Deleted, false));
    written(block, spans.iter().filter(|span| !other(&span.ink))).trim().to_owned()
}

/// What stands between two cells of a row: rows are read as lines, since a cell can be a text of its own.
const BETWEEN_CELLS: &str = " <span class=\"cell\">·</span> ";

/// Spans, one after the other. Of a row of a table, the bars of Markdown are not to be read.
fn written<'a>(block: &Block, spans: impl Iterator<Item = &'a Span>) -> String {
    if block.kind != BlockKind::TableRow {
        return spans.map(span::html).collect();
    }
    let (mut html, mut is_next_cell) = (String::new(), false);
    for span in spans {
        let cells = cells_in(&span.text);
        let last = cells.len() - 1;
        for (at, text) in cells.into_iter().enumerate() {
            is_next_cell |= at > 0;
            let text = if is_next_cell { text.trim_start() } else { text };
            let text = if at < last { text.trim_end() } else { text };
            if text.is_empty() {
                continue;
            }
            if std::mem::take(&mut is_next_cell) && !html.is_empty() {
                html.push_str(BETWEEN_CELLS);
            }
            html.push_str(&span::html(&Span { text: text.to_owned(), ..span.clone() }));
        }
    }
    html
}

/// A part of a row, divided at its bars. A bar within a word is a part of it.
fn cells_in(text: &str) -> Vec<&str> {
    let is_apart = |at: usize| {
        let (before, after) = (text[..at].chars().next_back(), text[at + 1..].chars().next());
        before.is_none_or(char::is_whitespace) && after.is_none_or(char::is_whitespace)
    };
    let mut cells = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices('|').filter(|(at, _)| is_apart(*at)) {
        cells.push(&text[start..at]);
        start = at + 1;
    }
    cells.push(&text[start..]);
    cells
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
    use crate::diff;

    #[test]
    fn a_row_is_read_without_its_bars() {
        let (old, new) = ("| Account | red | €9 |  |\n", "| Account | A|B | €12 a month |  |\n");
        let table = |row: &str| format!("| Plan | Name | Price | |\n| --- | --- | --- | --- |\n{row}");

        let diff = diff::between(&table(old), &table(new));

        let block = diff.changes().next().unwrap();
        let bare = |html: String| bare(&html.replace(BETWEEN_CELLS, " · "));
        assert_eq!(bare(side(block, &block.spans(), true)), "Account · red · €9");
        assert_eq!(bare(side(block, &block.spans(), false)), "Account · A|B · €12 a month");
        let whole = bare(html(block, &block.spans()));
        assert!(whole.starts_with("Account · ") && !whole.contains("| ") && !whole.contains(" |"), "{whole}");
    }

    #[test]
    fn cells_of_a_row_stand_apart_by_dots() {
        let row = "| Account | <del>€9</del><ins>€12</ins> a month |";
        assert_eq!(cells(row), "Account · <del>€9</del><ins>€12</ins> a month");
        assert_eq!(cells("| Messages | <ins>to reach you</ins> and…"), "Messages · <ins>to reach you</ins> and…");
        assert_eq!(cells("<ins>| Glimpse | Measuring |</ins>"), "<ins>Glimpse · Measuring</ins>");
    }
}
