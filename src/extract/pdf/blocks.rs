//! Finds headings, paragraphs and list items in the lines of a file.

use super::lines::Line;
use super::typography::{Typography, is_same_size};
use super::words::{self, Marker, Vocabulary};

/// A part of the text that Markdown sets apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Heading {
        level: usize,
        text: String,
    },
    Paragraph(String),
    /// `depth` counts from 0.
    Item {
        marker: Marker,
        depth: usize,
        text: String,
    },
}

/// Longer texts are no headings, however they are set.
const HEADING_CHARS: usize = 200;

/// What leads from a title to its page number in a table of contents.
const LEADER: &str = "....";

/// The lines of a heading may be this far apart, in font sizes.
const HEADING_LEADING: f32 = 2.0;

/// Finds the blocks of all pages; the furniture comes last, as paragraphs.
pub(super) fn of(pages: &[Vec<Line>], furniture: Vec<Line>) -> Vec<Block> {
    let typography = Typography::of(pages);
    let vocabulary = Vocabulary::of(pages.iter().flatten().map(|line| line.text.as_str()));
    let mut parts: Vec<Part> = Vec::new();
    for page in pages {
        let edges = right_edges(page, &typography);
        for (index, line) in page.iter().enumerate() {
            let place = Placed { line, right_edge: edges[index], starts_page: index == 0 };
            match parts.last_mut() {
                Some(part) if part.continues_with(&place, &typography) => part.push(place),
                _ => parts.push(Part::starting_with(place)),
            }
        }
    }
    let mut blocks = Blocks { typography: &typography, vocabulary: &vocabulary, item_edges: Vec::new(), item_end: 0.0 };
    let body: Vec<Block> = parts.iter().map(|part| blocks.block(part)).collect();
    let furniture = furniture.into_iter().map(|line| Block::Paragraph(line.text));
    body.into_iter().chain(furniture).collect()
}

/// A line with what its neighbours tell about it.
#[derive(Clone, Copy)]
struct Placed<'a> {
    line: &'a Line,
    /// How far the lines around it reach.
    right_edge: f32,
    starts_page: bool,
}

/// Lines that belong together.
struct Part<'a> {
    lines: Vec<Placed<'a>>,
}

impl<'a> Part<'a> {
    fn starting_with(line: Placed<'a>) -> Self {
        Self { lines: vec![line] }
    }

    fn push(&mut self, line: Placed<'a>) {
        self.lines.push(line);
    }

    fn first(&self) -> &'a Line {
        self.lines[0].line
    }

    fn last(&self) -> Placed<'a> {
        self.lines[self.lines.len() - 1]
    }

    fn continues_with(&self, next: &Placed<'_>, typography: &Typography) -> bool {
        let last = self.last();
        let (above, below) = (last.line, next.line);
        let same_weight = above.bold == below.bold || self.is_mixed();
        if !is_same_size(above.size, below.size) || !same_weight || above.turn != below.turn || self.is_new_item(below)
        {
            return false;
        }
        let is_heading_like = self.is_heading_like(typography);
        if next.starts_page || next.line.y < last.line.y {
            return !is_heading_like && runs_on(&last, next);
        }
        let widest = if is_heading_like && starts_low(next.line) { HEADING_LEADING } else { typography.widest_leading };
        self.is_next_line(next.line, widest) && (is_full(&last, next.line) || is_heading_like)
    }

    /// Whether bold and regular lines alternate, as they do where a bold passage ends at a line's end.
    fn is_mixed(&self) -> bool {
        let last = self.last();
        is_unfinished(&last.line.text) && !self.lines.iter().all(|placed| placed.line.bold)
    }

    fn is_heading_like(&self, typography: &Typography) -> bool {
        typography.is_large(self.first())
    }

    fn is_next_line(&self, next: &Line, widest_leading: f32) -> bool {
        let last = self.last().line;
        let gap = (next.y - last.y) / last.size;
        let overlaps = next.x0 < last.x1 && last.x0 < next.x1;
        let is_indented = next.x0 > last.x0 + last.size && (self.lines.len() > 1 || !self.is_item());
        gap > 0.5 && gap <= widest_leading && overlaps && !is_indented
    }

    fn is_item(&self) -> bool {
        words::begins_with_marker(&self.first().text)
    }

    fn is_new_item(&self, next: &Line) -> bool {
        const ALIGNED: f32 = 1.0;
        if matches!(words::list_item(&next.text), Some((Marker::Bullet, _))) {
            return true;
        }
        // A line may begin with a number by chance; an item's stands where the items before it stand.
        let is_at_edge = !is_unfinished(&self.last().line.text) || next.x0 <= self.first().x0 + ALIGNED;
        words::begins_with_marker(&next.text) && is_at_edge
    }
}

/// Whether the next line's first word would not have fitted on the last: the text was not broken on purpose.
fn is_full(last: &Placed<'_>, next: &Line) -> bool {
    const SPACE: f32 = 0.2;
    let word = next.text.split(' ').next().unwrap_or_default().chars().count();
    let all = next.text.chars().count().max(1);
    let word_width = (next.x1 - next.x0) * word as f32 / all as f32;
    last.line.x1 + word_width + SPACE * last.line.size > last.right_edge
}

/// Whether a paragraph goes on beyond the end of a page or column.
fn runs_on(last: &Placed<'_>, next: &Placed<'_>) -> bool {
    let is_full = is_full(last, next.line) && !last.line.bold;
    let starts_low = starts_low(next.line);
    is_unfinished(&last.line.text) && if next.starts_page { is_full || starts_low } else { is_full && starts_low }
}

fn starts_low(line: &Line) -> bool {
    line.text.starts_with(char::is_lowercase)
}

fn is_unfinished(text: &str) -> bool {
    !text.trim_end_matches(['"', '”', '»', ')', ' ']).ends_with(['.', ':', ';', '!', '?'])
}

/// For each line of a page, how far the lines of its column reach: those right above and below it.
fn right_edges(page: &[Line], typography: &Typography) -> Vec<f32> {
    let mut edges = Vec::with_capacity(page.len());
    for column in page.chunk_by(|a, b| is_same_column(a, b, typography)) {
        let edge = column.iter().map(|line| line.x1).fold(f32::MIN, f32::max);
        edges.resize(edges.len() + column.len(), edge);
    }
    edges
}

fn is_same_column(a: &Line, b: &Line, typography: &Typography) -> bool {
    const LARGEST_GAP: f32 = 3.0;
    let gap = b.y - a.y;
    let overlaps = a.x0 < b.x1 && b.x0 < a.x1;
    gap > 0.0 && gap < LARGEST_GAP * typography.widest_leading * a.size && overlaps && a.turn == b.turn
}

struct Blocks<'a> {
    typography: &'a Typography,
    vocabulary: &'a Vocabulary,
    /// Where the items of the current list begin, outermost first.
    item_edges: Vec<f32>,
    /// Where the last item ends; another column is another list.
    item_end: f32,
}

impl Blocks<'_> {
    fn block(&mut self, part: &Part<'_>) -> Block {
        let text = self.text(part);
        if let Some(level) = self.heading_level(part, &text) {
            self.item_edges.clear();
            return Block::Heading { level, text };
        }
        match words::list_item(&text) {
            Some((marker, rest)) => {
                let depth = self.depth_at(part.first());
                Block::Item { marker, depth, text: rest.to_owned() }
            }
            None => {
                self.item_edges.clear();
                Block::Paragraph(text)
            }
        }
    }

    fn text(&self, part: &Part<'_>) -> String {
        let mut text = String::new();
        for placed in &part.lines {
            self.vocabulary.join(&mut text, &placed.line.text);
        }
        text.replace('\u{ad}', "")
    }

    fn heading_level(&self, part: &Part<'_>, text: &str) -> Option<usize> {
        const LINES: usize = 3;
        let is_bulleted = matches!(words::list_item(text), Some((Marker::Bullet, _)));
        let is_short = part.lines.len() <= LINES && text.chars().count() <= HEADING_CHARS;
        let is_sentence = text.ends_with(['.', ';', ',']) && !part.is_heading_like(self.typography);
        let has_letters = text.chars().any(char::is_alphabetic);
        let is_contents_entry = text.contains(LEADER);
        if is_bulleted || !is_short || is_sentence || !has_letters || is_contents_entry {
            return None;
        }
        self.typography.heading_level(part.first())
    }

    fn depth_at(&mut self, line: &Line) -> usize {
        if line.x0 > self.item_end {
            self.item_edges.clear();
        }
        self.item_end = line.x1;
        let is_left_of = |edge: f32| line.x0 < edge - line.size / 2.0;
        while self.item_edges.last().is_some_and(|edge| is_left_of(*edge)) {
            self.item_edges.pop();
        }
        if self.item_edges.last().is_none_or(|edge| line.x0 > edge + line.size / 2.0) {
            self.item_edges.push(line.x0);
        }
        self.item_edges.len() - 1
    }
}
