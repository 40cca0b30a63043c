//! Interprets the pages of a PDF file and notes every character shown, with its place.

use std::cell::{Cell, RefCell};
use std::panic::resume_unwind;
use std::time::Instant;

use hayro_interpret::font::{Glyph as Shown, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};

use super::{Limits, PdfError};

/// Glyph coordinates come in thousandths of the font size.
const UNITS_PER_EM: f64 = 1000.0;

/// The width assumed where a font tells none.
const DEFAULT_ADVANCE: f32 = 500.0;

/// The clock is read once in this many operations.
const OPERATIONS_PER_CLOCK_READING: usize = 256;

/// The characters of one page, in the order in which they are drawn.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub height: f32,
    pub glyphs: Vec<Glyph>,
}

/// One character, or the few that a ligature stands for, in points from the page's upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    pub text: String,
    /// Along the direction of writing.
    pub x: f32,
    /// The baseline, growing downwards.
    pub y: f32,
    pub width: f32,
    pub size: f32,
    pub bold: bool,
    pub turn: Turn,
}

/// In which direction a text runs, to the nearest quarter turn. `x` and `y` are told as if the page were turned back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    None,
    Down,
    UpsideDown,
    Up,
}

/// What is left of the limits while a file is read.
pub(super) struct Budget {
    limits: Limits,
    started: Instant,
    operations: Cell<usize>,
    characters: Cell<usize>,
    exceeded: RefCell<Option<String>>,
}

/// Reads the file and gives its pages, one after another, to `take`.
pub(super) fn each_page(content: &[u8], budget: &Budget, mut take: impl FnMut(Page)) -> Result<(), PdfError> {
    let pdf = Pdf::new(content.to_vec()).map_err(|_| PdfError::Unreadable)?;
    if pdf.pages().len() > budget.limits.pages {
        budget.exceed(format!("{} pages", budget.limits.pages));
    }
    let cache = InterpreterCache::new();
    for page in pdf.pages().iter() {
        take(read_page(&pdf, page, &cache, budget));
    }
    Ok(())
}

fn read_page<'a>(pdf: &'a Pdf, page: &PdfPage<'a>, cache: &InterpreterCache<'a>, budget: &Budget) -> Page {
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, width.into(), height.into());
    let upper_left = Affine::new(page.initial_transform(true).as_coeffs());
    let mut context = Context::new(upper_left, bounds, cache, pdf.xref(), InterpreterSettings::default());
    let mut reader = Reader { page: Page { height, glyphs: Vec::new() }, budget };
    interpret_page(page, &mut context, &mut reader);
    reader.page
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            started: Instant::now(),
            operations: Cell::new(0),
            characters: Cell::new(0),
            exceeded: RefCell::new(None),
        }
    }

    /// The limit that was exceeded, in words.
    pub(super) fn exceeded(&self) -> Option<String> {
        self.exceeded.borrow().clone()
    }

    fn spend_operation(&self) {
        let spent = self.operations.get() + 1;
        self.operations.set(spent);
        if spent > self.limits.operations {
            self.exceed(format!("{} drawing operations", self.limits.operations));
        }
        if spent.is_multiple_of(OPERATIONS_PER_CLOCK_READING) && self.started.elapsed() > self.limits.time {
            self.exceed(format!("{} s", self.limits.time.as_secs_f32()));
        }
    }

    fn spend_characters(&self, count: usize) {
        let spent = self.characters.get() + count;
        self.characters.set(spent);
        if spent > self.limits.characters {
            self.exceed(format!("{} characters", self.limits.characters));
        }
    }

    /// Leaves the interpreter. It offers no other way out than unwinding, which does not count as a panic here.
    fn exceed(&self, limit: String) -> ! {
        *self.exceeded.borrow_mut() = Some(limit);
        resume_unwind(Box::new(()))
    }
}

struct Reader<'b> {
    page: Page,
    budget: &'b Budget,
}

impl Reader<'_> {
    fn take(&mut self, shown: &Shown<'_>, transform: Affine, bold: bool) {
        let Some(text) = text_of(shown) else { return };
        self.budget.spend_characters(text.chars().count());
        let advance = advance_of(shown).unwrap_or(DEFAULT_ADVANCE);
        if let Some(glyph) = placed(text, transform, advance, bold) {
            self.page.glyphs.push(glyph);
        }
    }
}

impl<'a> Device<'a> for Reader<'_> {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let bold = run.glyphs().first().is_some_and(|glyph| is_bold(glyph));
        for glyph in run.glyphs() {
            self.budget.spend_operation();
            self.take(glyph, props.transform * glyph.transform(), bold);
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.budget.spend_operation();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.budget.spend_operation();
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.budget.spend_operation();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.budget.spend_operation();
    }

    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {
        self.budget.spend_operation();
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.budget.spend_operation();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

fn text_of(shown: &Shown<'_>) -> Option<String> {
    match shown.as_unicode()? {
        BfString::Char(character) => Some(character.to_string()),
        BfString::String(text) => Some(text),
    }
}

fn advance_of(shown: &Shown<'_>) -> Option<f32> {
    match shown {
        Shown::Outline(glyph) => glyph.advance_width(),
        Shown::Type3(glyph) => glyph.advance_width(),
    }
}

/// Whether the font's name or weight says bold; fonts that tell neither count as regular.
fn is_bold(shown: &Shown<'_>) -> bool {
    const BOLD_WEIGHT: u32 = 600;
    let Shown::Outline(glyph) = shown else { return false };
    let Some(font) = glyph.font_data() else { return false };
    let name = font.postscript_name.unwrap_or_default().to_ascii_lowercase();
    font.weight.is_some_and(|weight| weight >= BOLD_WEIGHT)
        || ["bold", "black", "heavy"].iter().any(|word| name.contains(word))
}

fn placed(text: String, transform: Affine, advance: f32, bold: bool) -> Option<Glyph> {
    let origin = transform * Point::ZERO;
    let along = transform * Point::new(UNITS_PER_EM, 0.0) - origin;
    let up = transform * Point::new(0.0, UNITS_PER_EM) - origin;
    let size = up.hypot() as f32;
    let width = advance / UNITS_PER_EM as f32 * along.hypot() as f32;
    let turn = turn_of(along.x, along.y);
    let (x, y) = turned_back(turn, origin.x as f32, origin.y as f32);
    let usable = [x, y, width, size].iter().all(|value| value.is_finite()) && size > 0.0;
    usable.then_some(Glyph { text, x, y, width, size, bold, turn })
}

fn turn_of(x: f64, y: f64) -> Turn {
    if x.abs() >= y.abs() {
        if x >= 0.0 { Turn::None } else { Turn::UpsideDown }
    } else if y > 0.0 {
        Turn::Down
    } else {
        Turn::Up
    }
}

fn turned_back(turn: Turn, x: f32, y: f32) -> (f32, f32) {
    match turn {
        Turn::None => (x, y),
        Turn::Down => (y, -x),
        Turn::UpsideDown => (-x, -y),
        Turn::Up => (-y, x),
    }
}
