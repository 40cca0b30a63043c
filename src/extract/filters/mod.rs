//! Changes to a page that a declaration asks for by name, before anything is removed or selected.
//!
//! Each built-in filter is a row of [`BUILT_IN`] and a function. Names that are not there may be functions of the
//! service's own module; as in the reference, a name that is nowhere is passed over.

pub(super) mod javascript;
mod links;

use serde_json::Value;

use super::{ExtractError, Page};
use crate::domain::{FilterUse, SourceDocument};

/// A filter that every declaration may name.
pub struct BuiltIn {
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// What its parameters are; empty where it takes none.
    pub parameters: &'static str,
    apply: fn(&mut Page, Option<&Value>) -> Result<(), String>,
}

/// The filters that every declaration may name.
pub const BUILT_IN: &[BuiltIn] = &[BuiltIn {
    name: "removeQueryParams",
    summary: "Drops named query parameters from the addresses of links and images.",
    parameters: "a parameter name, or a list of them",
    apply: links::remove_query_params,
}];

/// Whether the document names filters that only its service's own module can have.
pub(super) fn need_scripts(document: &SourceDocument) -> bool {
    document.filters_module.is_some() && first_script(document).is_some()
}

/// The first filter that is not built in.
pub(super) fn first_script(document: &SourceDocument) -> Option<&FilterUse> {
    document.filters.iter().find(|filter| BUILT_IN.iter().all(|row| row.name != filter.name))
}

/// Applies the built-in filters that the document declares, in order.
pub(super) fn apply(mut page: Page, document: &SourceDocument) -> Result<Page, ExtractError> {
    for filter in &document.filters {
        if let Some(built_in) = BUILT_IN.iter().find(|row| row.name == filter.name) {
            (built_in.apply)(&mut page, filter.params.as_ref())
                .map_err(|reason| ExtractError::FilterFailed { filter: filter.name.clone(), reason })?;
        }
    }
    Ok(page)
}
