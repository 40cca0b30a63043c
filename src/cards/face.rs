//! Fonts: which letters they have, and how a text looks in them.

use std::sync::LazyLock;

use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use harfrust::{Buffer, Direction, Font, GlyphId, ShapeOptions, ShaperFont, shape};
use tiny_skia::{Path, PathBuilder};
use unicode_width::UnicodeWidthChar;

pub static SERIF: LazyLock<Face> = LazyLock::new(|| Face::new(include_bytes!("fonts/serif-regular.ttf")));
pub static SERIF_BOLD: LazyLock<Face> = LazyLock::new(|| Face::new(include_bytes!("fonts/serif-semibold.ttf")));
pub static SANS: LazyLock<Face> = LazyLock::new(|| Face::new(include_bytes!("fonts/sans-regular.ttf")));
pub static SIGNS: LazyLock<Face> = LazyLock::new(|| Face::new(include_bytes!("fonts/signs.ttf")));

/// How wide a letter is drawn that the font has not, in ems, for each column it takes on a terminal.
const EMS_OF_MISSING: f32 = 0.5;

/// A font.
pub struct Face {
    font: Font,
}

/// A text as it is drawn, with its baseline at 0.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    pub letters: Option<Path>,
    /// Where letters are missing: from where, and how wide.
    pub bars: Vec<(f32, f32)>,
    pub width: f32,
}

impl Face {
    fn new(bytes: &'static [u8]) -> Self {
        Self { font: Font::new(bytes, 0).expect("the fonts are part of the program") }
    }

    pub fn has(&self, letter: char) -> bool {
        self.font.charmap().map_unicode(letter).is_some()
    }

    /// A text without line breaks.
    pub fn drawn(&self, text: &str, size: f32) -> Drawn {
        let mut pen = Pen { path: PathBuilder::new(), x: 0.0, y: 0.0 };
        let mut drawn = Drawn::default();
        let letters: Vec<char> = text.chars().collect();
        for stretch in letters.chunk_by(|a, b| self.has(*a) == self.has(*b)) {
            match self.has(stretch[0]) {
                true => self.add_letters(&stretch.iter().collect::<String>(), size, &mut drawn, &mut pen),
                false => add_bar(stretch, size, &mut drawn),
            }
        }
        drawn.letters = pen.path.finish();
        drawn
    }

    #[expect(clippy::cast_precision_loss, reason = "coordinates of fonts are small")]
    fn add_letters(&self, text: &str, size: f32, drawn: &mut Drawn, pen: &mut Pen) {
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        // No script that is written the other way has letters here.
        buffer.set_direction(Direction::LeftToRight);
        if shape(&ShaperFont::new(&self.font), &mut buffer, ShapeOptions::new()).is_err() {
            return;
        }
        let scale = size / f32::from(self.font.units_per_em());
        for (glyph, place) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            pen.x = drawn.width + place.x_offset as f32 * scale;
            pen.y = -(place.y_offset as f32) * scale;
            self.draw(GlyphId::new(glyph.glyph_id), size, pen);
            drawn.width += place.x_advance as f32 * scale;
        }
    }

    fn draw(&self, glyph: GlyphId, size: f32, pen: &mut Pen) {
        let Some(outline) = self.font.outline_glyphs().get(glyph) else { return };
        let options = DrawOptions::new().with_ppem(Some(size));
        // The fonts are part of the program: each of their outlines can be drawn, which a test sees to.
        let _ = outline.draw(&options, DrawMemory::default(), pen);
    }
}

fn add_bar(missing: &[char], size: f32, drawn: &mut Drawn) {
    let columns: u16 = missing
        .iter()
        .map(|letter| letter.width().map_or(0, |width| u16::from(width > 0) + u16::from(width > 1)))
        .sum();
    let width = f32::from(columns) * EMS_OF_MISSING * size;
    if width > 0.0 {
        let gap = size * 0.06;
        drawn.bars.push((drawn.width + gap, width - 2.0 * gap));
    }
    drawn.width += width;
}

/// Collects outlines; fonts count upwards, images downwards.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
}

impl PathSink for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, self.y - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, self.y - y);
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + cx0, self.y - cy0, self.x + x, self.y - y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (left, top) = (self.x, self.y);
        self.path.cubic_to(left + cx0, top - cy0, left + cx1, top - cy1, left + x, top - y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_three_scripts_and_all_signs_are_there() {
        for letter in "Aéßłűœ“”’…–—€ΑάωЯёїґ0123456789".chars() {
            assert!(SERIF.has(letter) && SERIF_BOLD.has(letter) && SANS.has(letter), "{letter}");
        }
        for kind in crate::domain::ChangeKind::ALL {
            assert!(!kind.name().is_empty());
        }
        for sign in "★●◐◇▭▢#⇅▲▽↺↩⚙○".chars() {
            assert!(SIGNS.drawn(&sign.to_string(), 20.0).letters.is_some(), "{sign}");
        }
    }

    #[test]
    fn letters_are_kerned() {
        let apart: f32 = ["A", "V"].iter().map(|letter| SERIF.drawn(letter, 100.0).width).sum();

        assert!(SERIF.drawn("AV", 100.0).width < apart);
    }

    #[test]
    fn what_has_no_letters_is_a_bar_of_its_length() {
        let drawn = SERIF.drawn("利用規約", 10.0);

        assert!(drawn.letters.is_none());
        assert_eq!((drawn.bars.len(), drawn.width), (1, 40.0));
    }
}
