//! Tells how a file is set: the size of its body and of its headings, how far lines are apart.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::lines::Line;

/// A heading is larger than the body by this factor at least.
const LARGER: f32 = 1.12;

/// Two sizes within this factor are the same.
const SAME_SIZE: f32 = 1.06;

const DEEPEST_HEADING: usize = 6;

/// How the file is set: what size the body has, which sizes are headings', how far lines are apart.
pub(super) struct Typography {
    body_size: f32,
    /// Largest first.
    heading_sizes: Vec<f32>,
    /// Of lines of one paragraph, in font sizes.
    pub widest_leading: f32,
    /// Whether bold text stands out.
    is_bold_rare: bool,
}

impl Typography {
    pub(super) fn of(pages: &[Vec<Line>]) -> Self {
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

    /// Whether a line is set larger than the body.
    pub(super) fn is_large(&self, line: &Line) -> bool {
        line.size >= LARGER * self.body_size
    }

    /// The level of a heading set like this line, if headings are set like this.
    pub(super) fn heading_level(&self, line: &Line) -> Option<usize> {
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
    let most = weights.into_iter().max_by_key(|(value, weight)| (*weight, Reverse(*value)));
    most.map_or(0, |(value, _)| value)
}

pub(super) fn is_same_size(a: f32, b: f32) -> bool {
    a.max(b) <= SAME_SIZE * a.min(b)
}
