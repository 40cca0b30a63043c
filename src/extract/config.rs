//! What one page may cost.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::pdf;

/// Bounds on the work for one document, so that no page exhausts the machine.
///
/// The defaults are far above what real terms need: the largest of 1,079 real pages has 1.6 MB.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// Largest document, in bytes.
    pub max_document_bytes: usize,
    /// Most nodes that parsing may create. Unclosed formatting elements can multiply a small page.
    pub max_nodes: usize,
    /// Deepest nesting of elements.
    pub max_depth: usize,
    /// Most nodes that all selectors together may select. Nested matches are selected repeatedly.
    pub max_selected_nodes: usize,
    /// Largest Markdown, in bytes.
    pub max_markdown_bytes: usize,
    /// Most bytes written on the way to the Markdown: each list item, quote or table is written into what holds it.
    pub max_written_bytes: usize,
    /// Longest time for one document.
    pub max_duration: Duration,
    /// Longest time for the JavaScript filters of one document.
    pub filter_duration: Duration,
    /// Most memory for the JavaScript filters of one document, in bytes.
    pub filter_memory_bytes: usize,
    /// The program that runs as the filter worker; this very program where there is none.
    pub worker_program: Option<PathBuf>,
    /// What a PDF file may cost.
    pub pdf: pdf::Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_document_bytes: 64 << 20,
            max_nodes: 4_000_000,
            max_depth: 4_000,
            max_selected_nodes: 4_000_000,
            max_markdown_bytes: 64 << 20,
            max_written_bytes: 2 << 30,
            max_duration: Duration::from_secs(30),
            filter_duration: Duration::from_secs(5),
            filter_memory_bytes: 256 << 20,
            worker_program: None,
            pdf: pdf::Limits::default(),
        }
    }
}
