//! Finds headings, paragraphs and list items in the lines of a file.

use std::collections::HashMap;

use super::lines::Line;
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

/// A heading is larger than the body by this factor at least.
const LARGER: f32 = 1.12;

/// Two sizes within this factor are the same.
const SAME_SIZE: f32 = 1.06;

/// Longer texts are no headings, however they are set.
const HEADING_CHARS: usize = 200;

const DEEPEST_HEADING: usize = 6;

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
    let mut blocks = Blocks { typography: &typography, vocabulary: &vocabulary, item_edges: Vec::new() };
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
        let same_style = is_same_size(last.line.size, next.line.size) && last.line.bold == next.line.bold;
        if !same_style && !(self.is_mixed() && is_same_size(last.line.size, next.line.size)) {
            return false;
        }
        if self.is_new_item(next.line) || last.line.turn != next.line.turn {
            return false;
        }
        if next.starts_page {
            return is_unfinished(&last.line.text) && next.line.text.starts_with(char::is_lowercase);
        }
        self.is_next_line(next.line, typography) && (is_full(&last, next.line) || self.is_heading_like(typography))
    }

    /// Whether bold and regular lines alternate, as they do where a bold passage ends at a line's end.
    fn is_mixed(&self) -> bool {
        let last = self.last();
        is_unfinished(&last.line.text) && !self.lines.iter().all(|placed| placed.line.bold)
    }

    fn is_heading_like(&self, typography: &Typography) -> bool {
        self.first().size >= LARGER * typography.body_size
    }

    fn is_next_line(&self, next: &Line, typography: &Typography) -> bool {
        let last = self.last().line;
        let gap = (next.y - last.y) / last.size;
        let overlaps = next.x0 < last.x1 && last.x0 < next.x1;
        let is_indented = next.x0 > last.x0 + last.size && (self.lines.len() > 1 || !self.is_item());
        gap > 0.5 && gap <= typography.widest_leading && overlaps && !is_indented
    }

    fn is_item(&self) -> bool {
        words::list_item(&self.first().text).is_some()
    }

    fn is_new_item(&self, next: &Line) -> bool {
        match words::list_item(&next.text) {
            None => false,
            Some((Marker::Bullet, _)) => true,
            Some((Marker::Number(_), _)) => !is_unfinished(&self.last().line.text) || next.x0 <= self.first().x0 + 1.0,
        }
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

fn is_unfinished(text: &str) -> bool {
    !text.trim_end_matches(['"', '”', '»', ')', ' ']).ends_with(['.', ':', ';', '!', '?'])
}

fn is_same_size(a: f32, b: f32) -> bool {
    a.max(b) <= SAME_SIZE * a.min(b)
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

/// How the file is set: what size the body has, which sizes are headings', how far lines are apart.
struct Typography {
    body_size: f32,
    /// Largest first.
    heading_sizes: Vec<f32>,
    /// Of lines of one paragraph, in font sizes.
    widest_leading: f32,
    /// Whether bold text stands out.
    is_bold_rare: bool,
}

impl Typography {
    fn of(pages: &[Vec<Line>]) -> Self {
        let lines = || pages.iter().flatten();
        let characters = |line: &Line| line.text.chars().count();
        let body_size = most_frequent(lines().map(|line| (half_points(line.size), characters(line)))) as f32 / 2.0;
        let bold: usize = lines().filter(|line| line.bold).map(characters).sum();
        let all: usize = lines().map(characters).sum();
        Self {
            body_size,
            heading_sizes: heading_sizes(lines(), body_size),
            widest_leading: widest_leading(pages),
            is_bold_rare: bold * 3 < all,
        }
    }

    fn heading_level(&self, line: &Line) -> Option<usize> {
        let rank = self.heading_sizes.iter().position(|size| is_same_size(*size, line.size));
        match rank {
            Some(rank) => Some((rank + 1).min(DEEPEST_HEADING)),
            None if line.bold && self.is_bold_rare => Some((self.heading_sizes.len() + 1).min(DEEPEST_HEADING)),
            None => None,
        }
    }
}

fn heading_sizes<'a>(lines: impl Iterator<Item = &'a Line>, body_size: f32) -> Vec<f32> {
    let mut sizes: Vec<f32> = lines
        .filter(|line| line.size >= LARGER * body_size && line.text.chars().any(char::is_alphanumeric))
        .map(|line| half_points(line.size) as f32 / 2.0)
        .collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    sizes.dedup_by(|a, b| is_same_size(*a, *b));
    sizes
}

fn half_points(size: f32) -> u32 {
    (size * 2.0).round() as u32
}

/// The distance of baselines seen most often, with room for rounding.
fn widest_leading(pages: &[Vec<Line>]) -> f32 {
    const STEPS: f32 = 20.0;
    const ROOM: f32 = 1.18;
    const PLAUSIBLE: std::ops::Range<f32> = 0.8..2.6;
    let pairs = pages.iter().flat_map(|page| page.windows(2));
    let leadings = pairs
        .filter(|pair| is_same_size(pair[0].size, pair[1].size))
        .map(|pair| (pair[1].y - pair[0].y) / pair[0].size)
        .filter(|leading| PLAUSIBLE.contains(leading))
        .map(|leading| ((leading * STEPS).round() as u32, 1));
    match most_frequent(leadings) {
        0 => 1.2 * ROOM,
        steps => steps as f32 / STEPS * ROOM,
    }
}

/// The value with the greatest weight; the smaller of equals.
fn most_frequent(values: impl Iterator<Item = (u32, usize)>) -> u32 {
    let mut weights: HashMap<u32, usize> = HashMap::new();
    for (value, weight) in values {
        *weights.entry(value).or_default() += weight;
    }
    let most = weights.into_iter().max_by_key(|(value, weight)| (*weight, std::cmp::Reverse(*value)));
    most.map_or(0, |(value, _)| value)
}

struct Blocks<'a> {
    typography: &'a Typography,
    vocabulary: &'a Vocabulary,
    /// Where the items of the current list begin, outermost first.
    item_edges: Vec<f32>,
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
        if is_bulleted || !is_short || is_sentence || !has_letters {
            return None;
        }
        self.typography.heading_level(part.first())
    }

    fn depth_at(&mut self, line: &Line) -> usize {
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
