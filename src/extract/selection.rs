//! What a declaration leaves out of a page, and what it keeps.

use super::css::Css;
use super::deadline::Deadline;
use super::error::UNDECLARED;
use super::fragment::Fragment;
use super::range::{self, Range};
use super::{Config, ExtractError, Page};
use crate::domain::{Selector, SourceDocument};

/// Takes out of the page what matches. All is found before any is taken out.
pub(super) fn remove(page: &mut Page, selectors: &[Selector], deadline: &Deadline) -> Result<(), ExtractError> {
    let mut elements = Vec::new();
    let mut ranges = Vec::new();
    for selector in selectors {
        match selector {
            Selector::Css(css) => elements.extend(Css::parse(css)?.all(page, deadline)?),
            Selector::Range { start, end, declared } => {
                ranges.push(Range::find(page, (start, end, declared), deadline)?);
            }
        }
    }
    for id in elements {
        range::remove(page, id, &mut ranges);
    }
    while let Some((range, others)) = ranges.split_first_mut() {
        range.delete(page, others);
        ranges.remove(0);
    }
    deadline.check()
}

/// Copies what the document's selectors match, in declared order, each match as often as it is found.
pub(super) fn select(
    page: &Page,
    document: &SourceDocument,
    config: &Config,
    deadline: &Deadline,
) -> Result<Fragment, ExtractError> {
    let mut fragment = Fragment::with_limit(config.max_selected_nodes);
    let mut is_reversed = false;
    for selector in &document.select {
        match selector {
            Selector::Css(css) => {
                for id in Css::parse(css)?.all(page, deadline)? {
                    fragment.copy(page, id)?;
                }
            }
            Selector::Range { start, end, declared } => {
                let range = Range::find(page, (start, end, declared), deadline)?;
                is_reversed |= range.is_reversed;
                range.copy_into(page, &mut fragment)?;
            }
        }
    }
    if !fragment.has_element() {
        let (selectors, location) = (declared(document), document.location.to_string());
        return Err(match is_reversed {
            true => ExtractError::RangeReversed { selectors, location },
            false => ExtractError::NoMatch { selectors, location },
        });
    }
    Ok(fragment)
}

/// The error for a selection without any text.
pub(super) fn empty_match(document: &SourceDocument) -> ExtractError {
    ExtractError::EmptyMatch { selectors: declared(document), location: document.location.to_string() }
}

/// The selectors as messages show them: as declared, a list as JSON.
fn declared(document: &SourceDocument) -> String {
    if let ([selector], false) = (document.select.as_slice(), document.select_is_list) {
        return selector.to_string();
    }
    if document.select.is_empty() && !document.select_is_list {
        return UNDECLARED.to_owned();
    }
    let listed: Vec<_> = document.select.iter().map(as_json).collect();
    format!("[{}]", listed.join(","))
}

fn as_json(selector: &Selector) -> String {
    match selector {
        Selector::Css(css) => serde_json::Value::from(css.as_str()).to_string(),
        Selector::Range { declared, .. } => declared.clone(),
    }
}
