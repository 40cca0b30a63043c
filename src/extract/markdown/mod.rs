//! Turns selected nodes into Markdown, with the rules of turndown 7.2.1 and joplin-turndown-plugin-gfm 1.0.12.
//!
//! What these two give on a page decides byte for byte what a version is, so their quirks are kept; each is told
//! where it is kept. The way: an [`outline`] of the nodes with white space collapsed, one [`convert`] walk over it
//! that finds the rule of each element, and [`rules`] that wrap the Markdown of the children.

mod code;
mod convert;
mod escape;
mod lists;
mod number;
mod outline;
mod output;
mod rules;
mod space;
mod tables;
mod tag;

use super::deadline::Deadline;
use super::fragment::Fragment;
use super::{Config, ExtractError, Page};

/// The Markdown of what was selected, without line breaks at its ends.
pub(super) fn of(
    page: &Page,
    selected: &Fragment,
    config: &Config,
    deadline: &Deadline,
) -> Result<String, ExtractError> {
    let outline = outline::Outline::of(page, selected);
    let markdown = convert::convert(&outline, config, deadline)?;
    let trimmed = markdown.trim_start_matches(['\t', '\r', '\n']);
    Ok(trimmed.trim_end_matches(space::is_space).to_owned())
}

#[cfg(test)]
mod tests;
