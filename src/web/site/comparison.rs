//! Two texts compared, as rows to read and as a map of where they differ.

use super::block;
use super::change::Asked;
use super::words::Words;
use crate::diff::{self, Block, Diff, Fate, Span};

/// Unchanged blocks shown on either side of a change.
const CONTEXT: usize = 1;

/// What stands in the column of the text.
pub enum Row {
    Block(Shown),
    Fold { count: usize, html: String },
}

/// A block of the comparison.
pub struct Shown {
    /// Which change it is, from 1; none for context.
    pub number: Option<usize>,
    pub element: &'static str,
    pub class: &'static str,
    pub html: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub note: Option<String>,
    pub links: Vec<String>,
    pub section: Option<String>,
}

/// A change on the map of the text, in percent of its length.
pub struct Stroke {
    pub y: String,
    pub height: String,
    pub class: &'static str,
    pub number: usize,
}

/// The changes in their surroundings, what did not change folded.
pub fn rows(diff: &Diff, asked: &Asked, words: Words) -> Vec<Row> {
    let context = if asked.whole.is_empty() { CONTEXT } else { diff.blocks.len() };
    let (mut number, mut at) = (0, 0);
    let mut rows = Vec::new();
    for region in diff.readable_regions(context) {
        rows.extend(fold(&diff.blocks[at..at + region.folded]));
        at += region.folded + region.blocks.len();
        let told = region.blocks.iter().map(|block| (block, block.spans()));
        for (place, (block, spans)) in told.filter(|(block, spans)| is_shown(block, spans, asked)).enumerate() {
            number += usize::from(block.is_readable_change());
            let mut shown = shown(block, &spans, asked, diff, words);
            shown.number = block.is_readable_change().then_some(number);
            shown.section = section_over(block).filter(|_| place == 0 && region.folded > 0);
            shown.section = shown.section.map(|title| words.say_it("in-section", title));
            rows.push(Row::Block(shown));
        }
    }
    rows.extend(fold(&diff.blocks[at..]));
    rows
}

/// The title over a block that is none itself.
fn section_over(block: &Block) -> Option<String> {
    let is_title = block.kind == diff::BlockKind::Heading;
    block.section().last().filter(|_| !is_title).cloned()
}

fn is_shown(block: &Block, spans: &[Span], asked: &Asked) -> bool {
    let is_of_links = block.touches == Some(diff::Touch::Links) && block.fate == Fate::Changed;
    let is_left_out = asked.links == "off" && is_of_links;
    !is_blank(spans) && !is_left_out
}

fn is_blank(spans: &[Span]) -> bool {
    spans.iter().all(|span| span.text.trim().is_empty())
}

fn fold(blocks: &[Block]) -> Option<Row> {
    let (mut count, mut html) = (0, String::new());
    for block in blocks {
        let spans = block.spans();
        if !is_blank(&spans) {
            let element = block::element(block);
            html.push_str(&format!("<{element}>{}</{element}>\n", block::html(block, &spans)));
            count += 1;
        }
    }
    (count > 0).then_some(Row::Fold { count, html })
}

fn shown(block: &Block, spans: &[Span], asked: &Asked, diff: &Diff, words: Words) -> Shown {
    let on = |is_old| block::is_on(block, is_old).then(|| block::side(block, spans, is_old));
    let (old, new) = if asked.is_in_sides() { (on(true), on(false)) } else { (None, None) };
    Shown {
        number: None,
        element: block::element(block),
        class: class_of(block.fate),
        html: block::html(block, spans),
        old,
        new,
        note: note(block, diff, words),
        links: block::link_changes(block, words),
        section: None,
    }
}

fn class_of(fate: Fate) -> &'static str {
    match fate {
        Fate::Kept => "kept",
        Fate::Changed => "changed",
        Fate::Inserted => "inserted",
        Fate::Deleted => "deleted",
        Fate::Moved => "moved",
        Fate::MovedAway => "moved away",
    }
}

/// Where a moved block came from, or went.
fn note(block: &Block, diff: &Diff, words: Words) -> Option<String> {
    let place = |place: &Option<diff::Place>| place.as_ref().and_then(|place| place.section.last().cloned());
    let told = |name: &str, section: Option<String>| match section {
        Some(section) => words.say_it(name, section),
        None => words.say(&format!("{name}-plain")),
    };
    match block.fate {
        Fate::Moved => Some(told("block-moved", place(&block.old))),
        Fate::MovedAway => Some(told("block-moved-away", diff.counterpart(block).and_then(|other| place(&other.new)))),
        _ => None,
    }
}

/// Where in the text the changes are.
#[expect(clippy::cast_precision_loss, reason = "a map is a few hundred points high")]
pub fn map(diff: &Diff, asked: &Asked) -> Vec<Stroke> {
    let length = |block: &Block| {
        block.pieces.iter().map(|piece| piece.new_text().len().max(piece.old_text().len())).sum::<usize>()
    };
    let whole = diff.blocks.iter().map(length).sum::<usize>().max(1) as f64;
    let (mut from, mut number) = (0, 0);
    let mut strokes = Vec::new();
    for block in &diff.blocks {
        let height = length(block);
        if block.is_readable_change() && is_shown(block, &block.spans(), asked) {
            number += 1;
            strokes.push(Stroke {
                y: format!("{:.2}", 100.0 * from as f64 / whole),
                height: format!("{:.2}", (100.0 * height as f64 / whole).max(0.6)),
                class: class_of(block.fate),
                number,
            });
        }
        from += height;
    }
    strokes
}
