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
    /// Of most of its characters.
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
    glyphs: Vec<Glyph>,
    x0: f32,
    x1: f32,
    y: f32,
    size: f32,
    text: String,
    ends_in_space: bool,
}

impl Run {
    fn starting_with(glyph: Glyph) -> Self {
        let mut run = Self {
            x0: glyph.x,
            x1: glyph.x,
            y: glyph.y,
            size: glyph.size,
            glyphs: Vec::new(),
            text: String::new(),
            ends_in_space: true,
        };
        run.push(glyph);
        run
    }

    fn has_ink(&self) -> bool {
        !self.text.trim().is_empty()
    }

    fn turn(&self) -> Turn {
        self.glyphs.first().map_or(Turn::None, |glyph| glyph.turn)
    }

    fn takes(&self, glyph: &Glyph) -> bool {
        let size = self.size.max(glyph.size);
        let gap = glyph.x - self.x1;
        let widest = if words::is_list_marker(self.text.trim()) { MARKER_GAP } else { COLUMN_GAP };
        glyph.turn == self.turn()
            && (glyph.y - self.y).abs() <= SHIFT * size
            && gap >= -OVERLAP * size
            && gap <= widest * size
    }

    fn push(&mut self, glyph: Glyph) {
        let clean = words::clean(&glyph.text);
        if self.repeats(&glyph) {
            return;
        }
        if clean.trim().is_empty() {
            self.push_space(&clean);
        } else {
            self.push_ink(&glyph, &clean);
        }
        self.x1 = self.x1.max(glyph.x + glyph.width);
        self.glyphs.push(glyph);
    }

    fn push_space(&mut self, clean: &str) {
        if !clean.is_empty() && !self.ends_in_space {
            self.text.push(' ');
            self.ends_in_space = true;
        }
    }

    fn push_ink(&mut self, glyph: &Glyph, clean: &str) {
        let gap = glyph.x - self.x1;
        if gap > WORD_GAP * glyph.size {
            self.push_space(" ");
        }
        if !self.has_ink() {
            (self.x0, self.x1, self.y, self.size) = (glyph.x, glyph.x, glyph.y, glyph.size);
        } else if glyph.size > self.size {
            (self.y, self.size) = (glyph.y, glyph.size);
        }
        self.text.push_str(clean);
        self.ends_in_space = clean.ends_with(' ');
    }

    /// Whether this is the same character once more at almost the same place, which some programs draw to look bold.
    fn repeats(&self, glyph: &Glyph) -> bool {
        const NEARLY: f32 = 0.1;
        self.glyphs.last().is_some_and(|last| {
            let apart = (last.x - glyph.x).abs().max((last.y - glyph.y).abs());
            last.text == glyph.text && apart < NEARLY * glyph.size && glyph.width > 2.0 * apart
        })
    }

    fn append(&mut self, other: Self) {
        for glyph in other.glyphs {
            self.push(glyph);
        }
    }

    fn into_line(self, page_height: f32) -> Line {
        let inked = || self.glyphs.iter().filter(|glyph| !glyph.text.trim().is_empty());
        Line {
            bold: inked().all(|glyph| glyph.bold),
            turn: self.turn(),
            place: self.y / page_height.max(1.0),
            text: self.text.trim().to_owned(),
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
    numbered.sort_by(|(_, a), (_, b)| {
        a.turn().cmp(&b.turn()).then(a.y.total_cmp(&b.y)).then(a.x0.total_cmp(&b.x0))
    });
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
        let widest = if words::is_list_marker(self.text.trim()) { MARKER_GAP } else { SPACE };
        self.turn() == next.turn()
            && (self.y - next.y).abs() <= SAME_BASELINE * size
            && (-0.1 * size..=widest * size).contains(&gap)
    }
}
