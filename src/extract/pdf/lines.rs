//! Joins the characters that stand next to each other on one baseline.

use super::glyphs::{Glyph, Page, Turn};
use super::words;

/// A piece of text on one baseline, with no gap in it wide enough to be a column's or a table cell's.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub text: String,
    pub x0: f32,
    pub x1: f32,
    /// The baseline, growing downwards.
    pub y: f32,
    /// Of its largest character.
    pub size: f32,
    /// Whether all of it is bold.
    pub bold: bool,
    pub turn: Turn,
    /// Where on the page the baseline is, from 0 at the top to 1 at the bottom.
    pub place: f32,
}

/// A gap wider than this, in font sizes, parts words. Fonts kern by less and set spaces wider.
const WORD_GAP: f32 = 0.13;

/// A gap wider than this, in font sizes, parts columns and table cells.
const COLUMN_GAP: f32 = 2.2;

/// A list marker may stand this far, in font sizes, before its text.
const MARKER_GAP: f32 = 8.0;

/// How far a character may stand before the end of the one before it, in font sizes: kerning and accents.
const OVERLAP: f32 = 0.5;

/// How far a character may leave the baseline, in font sizes: superscripts and subscripts.
const SHIFT: f32 = 0.4;

/// The lines of a page in the order in which they are drawn.
pub(super) fn of(page: Page) -> Vec<Line> {
    let mut runs: Vec<Run> = Vec::new();
    for glyph in page.glyphs {
        match runs.last_mut() {
            Some(run) if run.takes(&glyph) => run.push(glyph),
            _ => runs.push(Run::starting_with(glyph)),
        }
    }
    runs.retain(Run::has_ink);
    let runs = rejoined(runs);
    runs.into_iter().map(|run| run.into_line(page.height)).collect()
}

/// A line in the making.
struct Run {
    glyphs: Vec<Inked>,
    x0: f32,
    x1: f32,
    y: f32,
    size: f32,
    turn: Turn,
    space_ahead: bool,
}

struct Inked {
    glyph: Glyph,
    /// From the end of the glyph before, in font sizes; 0 for the first.
    gap: f32,
    after_space: bool,
}

impl Run {
    fn starting_with(glyph: Glyph) -> Self {
        let mut run = Self {
            glyphs: Vec::new(),
            x0: glyph.x,
            x1: glyph.x,
            y: glyph.y,
            size: glyph.size,
            turn: glyph.turn,
            space_ahead: false,
        };
        run.push(glyph);
        run
    }

    fn has_ink(&self) -> bool {
        !self.glyphs.is_empty()
    }

    fn takes(&self, glyph: &Glyph) -> bool {
        let size = self.size.max(glyph.size);
        let gap = glyph.x - self.x1;
        glyph.turn == self.turn
            && (glyph.y - self.y).abs() <= SHIFT * size
            && gap >= -OVERLAP * size
            && gap <= self.widest_gap(COLUMN_GAP) * size
    }

    fn widest_gap(&self, otherwise: f32) -> f32 {
        const MARKER_GLYPHS: usize = 8;
        let is_marker = self.glyphs.len() <= MARKER_GLYPHS && words::is_marker(&self.text());
        if is_marker { MARKER_GAP } else { otherwise }
    }

    fn push(&mut self, mut glyph: Glyph) {
        if self.repeats(&glyph) {
            return;
        }
        let (x, width) = (glyph.x, glyph.width);
        glyph.text = words::clean(&glyph.text);
        if glyph.text.trim().is_empty() {
            self.space_ahead |= !glyph.text.is_empty();
        } else {
            self.push_ink(glyph);
        }
        self.x1 = self.x1.max(x + width);
    }

    fn push_ink(&mut self, glyph: Glyph) {
        let gap = (glyph.x - self.x1) / glyph.size;
        if !self.has_ink() {
            (self.x0, self.x1, self.y, self.size) = (glyph.x, glyph.x, glyph.y, glyph.size);
        } else if glyph.size > self.size {
            (self.y, self.size) = (glyph.y, glyph.size);
        }
        self.glyphs.push(Inked { gap, after_space: self.space_ahead, glyph });
        self.space_ahead = false;
    }

    /// Whether this is the same character once more at almost the same place, which some programs draw to look bold.
    fn repeats(&self, glyph: &Glyph) -> bool {
        const NEARLY: f32 = 0.1;
        self.glyphs.last().is_some_and(|Inked { glyph: last, .. }| {
            let apart = (last.x - glyph.x).abs().max((last.y - glyph.y).abs());
            last.text == words::clean(&glyph.text) && apart < NEARLY * glyph.size && glyph.width > 2.0 * apart
        })
    }

    fn append(&mut self, other: Self) {
        let gap = other.x0 - self.x1;
        self.space_ahead |= gap > WORD_GAP * other.size;
        for inked in other.glyphs {
            self.space_ahead |= inked.after_space;
            self.push(inked.glyph);
        }
    }

    fn text(&self) -> String {
        let tracking = self.tracking();
        let mut text = String::new();
        for Inked { glyph, gap, after_space } in &self.glyphs {
            let is_apart = *gap > tracking + WORD_GAP;
            if (is_apart || *after_space) && !text.is_empty() && !text.ends_with(' ') {
                text.push(' ');
            }
            text.push_str(&glyph.text);
        }
        text.trim().to_owned()
    }

    /// The distance put between all characters of a text that is set wide, in font sizes; else 0.
    fn tracking(&self) -> f32 {
        const FEWEST: usize = 6;
        let mut gaps: Vec<f32> = self.glyphs.iter().skip(1).map(|inked| inked.gap).collect();
        if gaps.len() < FEWEST {
            return 0.0;
        }
        gaps.sort_by(f32::total_cmp);
        let median = gaps[gaps.len() / 2];
        if median > WORD_GAP { median } else { 0.0 }
    }

    fn into_line(self, page_height: f32) -> Line {
        Line {
            text: self.text(),
            bold: self.glyphs.iter().all(|inked| inked.glyph.bold),
            turn: self.turn,
            place: self.y / page_height.max(1.0),
            x0: self.x0,
            x1: self.x1,
            y: self.y,
            size: self.size,
        }
    }
}

/// Joins pieces of one line that were not drawn one after another, such as all bold words first.
fn rejoined(runs: Vec<Run>) -> Vec<Run> {
    let mut numbered: Vec<(usize, Run)> = runs.into_iter().enumerate().collect();
    numbered.sort_by(|(_, a), (_, b)| a.turn.cmp(&b.turn).then(a.y.total_cmp(&b.y)).then(a.x0.total_cmp(&b.x0)));
    let mut joined: Vec<(usize, Run)> = Vec::new();
    for (number, run) in numbered {
        match joined.last_mut() {
            Some((first, last)) if last.touches(&run) => {
                *first = number.min(*first);
                last.append(run);
            }
            _ => joined.push((number, run)),
        }
    }
    joined.sort_by_key(|(number, _)| *number);
    joined.into_iter().map(|(_, run)| run).collect()
}

impl Run {
    fn touches(&self, next: &Self) -> bool {
        const SAME_BASELINE: f32 = 0.1;
        const SPACE: f32 = 0.6;
        let size = self.size.max(next.size);
        let gap = next.x0 - self.x1;
        self.turn == next.turn
            && (self.y - next.y).abs() <= SAME_BASELINE * size
            && (-0.1 * size..=self.widest_gap(SPACE) * size).contains(&gap)
    }
}
