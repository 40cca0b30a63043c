//! Turns the Markdown of terms into HTML that is harmless wherever it is shown.
//!
//! HTML in the Markdown is shown as the text it is, images become their alternative text, so that reading an
//! archive asks nothing of anybody else, and only links that a reader can follow remain links.

mod document;
mod events;
mod parts;
mod passage;

pub use document::{Contents, Document, document};
pub use parts::{Parts, parts, way_to};

/// Escapes text for HTML, in elements and in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    pulldown_cmark_escape::escape_html(&mut html, text).expect("a string takes whatever is written to it");
    html
}
