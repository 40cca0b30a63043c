//! Whether the source documents of a terms can be kept beside each other.

use std::collections::HashMap;

use crate::domain::{DocumentId, SourceDocument, Terms};
use crate::records::RecordsError;

/// Fails where two source documents of a terms would share one snapshot file, though other pages are behind them: each run
/// would record both, and put one text twice into the version. An anchor alone makes no other page.
pub(super) fn files_of_their_own(terms: &Terms) -> Result<(), RecordsError> {
    let page = |document: &SourceDocument| {
        let mut location = document.location.clone();
        location.set_fragment(None);
        location
    };
    let mut first_of: HashMap<Option<&DocumentId>, &SourceDocument> = HashMap::new();
    for document in &terms.documents {
        let first = *first_of.entry(document.id.as_ref()).or_insert(document);
        if page(first) != page(document) {
            let [first, second] = [first, document].map(|document| document.declared_location.clone());
            return Err(RecordsError::SharedFile { key: Box::new(terms.document_key(document)), first, second });
        }
    }
    Ok(())
}
