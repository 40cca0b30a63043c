//! Turns a PDF file into Markdown: its text laid out again as headings, paragraphs and lists.
//!
//! Only text that the file itself holds is read; there is no recognition of scanned images. The steps are one file
//! each: `glyphs` interprets the pages, `lines` joins what stands on one baseline, `order` puts the lines into
//! reading order, `blocks` finds paragraphs, headings and lists, `write` writes them.

mod blocks;
mod furniture;
mod glyphs;
mod lines;
mod order;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
mod typography;
mod words;
mod write;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use glyphs::Budget;
use lines::Line;

/// How much a PDF file may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Pages beyond this many make the file too large.
    pub pages: usize,
    /// Characters shown on all pages.
    pub characters: usize,
    /// Drawing operations on all pages: characters, paths, images, clips.
    pub operations: usize,
    /// Time to interpret all pages.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pages: 2_000, characters: 5_000_000, operations: 20_000_000, time: Duration::from_secs(20) }
    }
}

/// Why a PDF file gives no Markdown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// The file is damaged, encrypted with a password, or no PDF at all.
    #[error("Can't parse PDF file")]
    Unreadable,
    /// The file can be read, and shows no character.
    #[error("the PDF file contains no text")]
    NoText,
    /// The file asks for more than the limits allow.
    #[error("the PDF file needs more than {0}")]
    TooLarge(String),
}

/// The interpreter nests objects, forms and fonts up to fixed depths of its own, which this stack holds with room.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// The text of a PDF file as Markdown, without a final newline.
///
/// Nothing in the file can take the process down: it is read on a thread with a large stack, and a panic
/// of the PDF library counts as a damaged file.
pub fn markdown(content: &[u8], limits: &Limits) -> Result<String, PdfError> {
    thread::scope(|scope| {
        let reader = thread::Builder::new().name("pdf".to_owned()).stack_size(STACK_BYTES);
        let reader = reader.spawn_scoped(scope, || read_guarded(content, limits));
        reader.map_err(|_| PdfError::Unreadable)?.join().map_err(|_| PdfError::Unreadable)?
    })
}

fn read_guarded(content: &[u8], limits: &Limits) -> Result<String, PdfError> {
    let budget = Budget::new(limits);
    let attempt = catch_unwind(AssertUnwindSafe(|| read(content, &budget)));
    match budget.exceeded() {
        Some(limit) => Err(PdfError::TooLarge(limit)),
        None => attempt.unwrap_or(Err(PdfError::Unreadable)),
    }
}

fn read(content: &[u8], budget: &Budget) -> Result<String, PdfError> {
    let mut pages: Vec<Vec<Line>> = Vec::new();
    glyphs::each_page(content, budget, |page| pages.push(order::in_reading_order(lines::of(page))))?;
    if pages.iter().all(Vec::is_empty) {
        return Err(PdfError::NoText);
    }
    let furniture = furniture::take_from(&mut pages);
    let blocks = blocks::of(&pages, furniture);
    Ok(write::markdown(&blocks))
}
