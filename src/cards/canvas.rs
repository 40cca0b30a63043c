//! The image: shapes and texts on paper, in the colours of the site.

use png::{BitDepth, ColorType, Compression, Encoder};
use tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Transform};

use super::Ink;
use super::lines::Line;

/// Red, green and blue, as in the site's style.
pub type Tone = [u8; 3];

pub const INK: Tone = [0x1c, 0x1b, 0x19];
pub const SOFT: Tone = [0x5d, 0x5a, 0x54];
pub const LINE: Tone = [0xde, 0xda, 0xd1];
pub const ACCENT: Tone = [0x1d, 0x4f, 0x91];
const PAPER: Tone = [0xfb, 0xfa, 0xf7];
const SHEET: Tone = [0xff, 0xff, 0xff];
/// Where letters are missing.
const BAR: Tone = [0xc9, 0xc4, 0xb9];
const INSERTED: (Tone, Tone) = ([0x0d, 0x4d, 0x28], [0xdc, 0xf2, 0xe3]);
const DELETED: (Tone, Tone) = ([0x7d, 0x1d, 0x14], [0xfb, 0xe1, 0xdd]);

/// How far a quarter of a circle bends (the usual approximation by a cubic curve).
const BEND: f32 = 0.552_285;

/// An image that is being drawn.
pub struct Canvas {
    pixmap: Pixmap,
}

impl Canvas {
    /// A sheet of paper.
    pub fn new((width, height): (u32, u32)) -> Self {
        let mut pixmap = Pixmap::new(width, height).expect("a card has a size");
        pixmap.fill(color(PAPER));
        Self { pixmap }
    }

    pub fn rectangle(&mut self, x: f32, y: f32, width: f32, height: f32, tone: Tone) {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            self.pixmap.fill_rect(rect, &paint(tone), Transform::identity(), None);
        }
    }

    /// A frame with round ends.
    pub fn pill(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.rounded(x, y, width, height, height / 2.0, LINE);
        self.rounded(x + 2.0, y + 2.0, width - 4.0, height - 4.0, height / 2.0 - 2.0, SHEET);
    }

    pub fn rounded(&mut self, x: f32, y: f32, width: f32, height: f32, radius: f32, tone: Tone) {
        if let Some(path) = rounded(x, y, width, height, radius.min(width / 2.0).min(height / 2.0)) {
            self.fill(&path, 0.0, 0.0, tone);
        }
    }

    /// A disc, or a ring.
    pub fn disc(&mut self, x: f32, y: f32, radius: f32, is_full: bool) {
        let Some(outer) = PathBuilder::from_circle(x, y, radius) else { return };
        self.fill(&outer, 0.0, 0.0, if is_full { ACCENT } else { SOFT });
        let inner = PathBuilder::from_circle(x, y, radius - 3.0).filter(|_| !is_full);
        if let Some(inner) = inner {
            self.fill(&inner, 0.0, 0.0, PAPER);
        }
    }

    /// A line of text with its beginning at `x`; what came or went is marked by ground, colour and a stroke.
    pub fn line_of_text(&mut self, line: &Line, x: f32, baseline: f32, tone: Tone) {
        for (at, word) in line.words.iter().enumerate() {
            let next = line.words.get(at + 1).filter(|next| next.ink == word.ink);
            let end = next.map_or(word.x + word.drawn.width, |next| next.x);
            self.mark(word.ink, x + word.x, end - word.x, baseline, line.size);
        }
        for word in &line.words {
            let tone = tones(word.ink).map_or(tone, |(ink, _)| ink);
            if let Some(letters) = &word.drawn.letters {
                self.fill(letters, x + word.x, baseline, tone);
            }
            for (from, width) in &word.drawn.bars {
                self.rounded(x + word.x + from, baseline - 0.52 * line.size, *width, 0.42 * line.size, 6.0, BAR);
            }
        }
        for (at, word) in line.words.iter().enumerate() {
            let next = line.words.get(at + 1).filter(|next| next.ink == word.ink);
            let end = next.map_or(word.x + word.drawn.width, |next| next.x);
            self.stroke(word.ink, x + word.x, end - word.x, baseline, line.size);
        }
    }

    /// The ground of what came or went.
    fn mark(&mut self, ink: Ink, x: f32, width: f32, baseline: f32, size: f32) {
        if let Some((_, ground)) = tones(ink) {
            self.rectangle(x - 2.0, baseline - 0.84 * size, width + 4.0, 1.16 * size, ground);
        }
    }

    /// What came is underlined, what went is struck through.
    fn stroke(&mut self, ink: Ink, x: f32, width: f32, baseline: f32, size: f32) {
        let Some((tone, _)) = tones(ink) else { return };
        let y = if ink == Ink::Inserted { baseline + 0.14 * size } else { baseline - 0.25 * size };
        self.rectangle(x - 2.0, y, width + 4.0, (size / 14.0).max(2.0), tone);
    }

    fn fill(&mut self, path: &Path, x: f32, y: f32, tone: Tone) {
        self.pixmap.fill_path(path, &paint(tone), FillRule::Winding, Transform::from_translate(x, y), None);
    }

    /// The image as a PNG file.
    pub fn png(&self) -> Vec<u8> {
        let pixels: Vec<u8> =
            self.pixmap.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, self.pixmap.width(), self.pixmap.height());
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Balanced);
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
        written.expect("a vector takes all that is written, and the image has its size");
        file
    }
}

fn tones(ink: Ink) -> Option<(Tone, Tone)> {
    match ink {
        Ink::Kept => None,
        Ink::Inserted => Some(INSERTED),
        Ink::Deleted => Some(DELETED),
    }
}

fn color([red, green, blue]: Tone) -> Color {
    Color::from_rgba8(red, green, blue, u8::MAX)
}

fn paint(tone: Tone) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(color(tone));
    paint
}

fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Option<Path> {
    let (right, bottom, bend) = (x + width, y + height, radius * (1.0 - BEND));
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.cubic_to(right - bend, y, right, y + bend, right, y + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(right, bottom - bend, right - bend, bottom, right - radius, bottom);
    path.line_to(x + radius, bottom);
    path.cubic_to(x + bend, bottom, x, bottom - bend, x, bottom - radius);
    path.line_to(x, y + radius);
    path.cubic_to(x, y + bend, x + bend, y, x + radius, y);
    path.close();
    path.finish()
}
