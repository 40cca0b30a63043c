//! Tells whether an extraction would be the same as the last: same engine, declaration, filters and snapshots.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::domain::{ENGINE, SourceDocument, Terms, hexadecimal};

/// What an extraction depends on, each part as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// The way of extracting: engine, declaration and filters.
    pub way: String,
    /// What is extracted.
    pub snapshots: String,
}

pub fn fingerprint(terms: &Terms, snapshots: &[String]) -> Fingerprint {
    let (mut way, mut of) = (Sha256::new(), Sha256::new());
    feed(&mut way, ENGINE);
    for (document, snapshot) in terms.documents.iter().zip(snapshots) {
        feed(&mut of, snapshot);
        feed_document(&mut way, document);
    }
    Fingerprint { way: hexadecimal(&way.finalize()), snapshots: hexadecimal(&of.finalize()) }
}

fn feed_document(hasher: &mut Sha256, document: &SourceDocument) {
    feed(hasher, document.location.as_str());
    for selector in &document.select {
        feed(hasher, format!("select {selector}"));
    }
    for selector in &document.remove {
        feed(hasher, format!("remove {selector}"));
    }
    for filter in &document.filters {
        let params = filter.params.as_ref().map(ToString::to_string).unwrap_or_default();
        feed(hasher, format!("filter {} {params}", filter.name));
    }
    if let Some(folder) = document.filters_module.as_deref().and_then(Path::parent)
        && !document.filters.is_empty()
    {
        feed_modules(hasher, folder);
    }
}

/// Takes in every filters module of the folder, since each may import from any other.
fn feed_modules(hasher: &mut Sha256, folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut modules: Vec<_> = entries.filter(|path| path.to_string_lossy().ends_with(".filters.js")).collect();
    modules.sort();
    for module in modules {
        feed(hasher, module.file_name().unwrap_or_default().as_encoded_bytes());
        match fs::read(&module) {
            Ok(source) => feed(hasher, &source),
            Err(error) => feed(hasher, format!("unreadable: {error}")),
        }
    }
}

/// Adds a text and its length, so that two texts never run together.
fn feed(hasher: &mut Sha256, text: impl AsRef<[u8]>) {
    let bytes = text.as_ref();
    hasher.update((bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_only_changes_its_name_changes_the_fingerprint() {
        let fed = |name: &str| {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(name), "export function f() {}").unwrap();
            let mut hasher = Sha256::new();
            feed_modules(&mut hasher, folder.path());
            hasher.finalize()
        };

        assert_eq!(fed("Common.filters.js"), fed("Common.filters.js"));
        assert_ne!(fed("Common.filters.js"), fed("Shared.filters.js"));
    }
}
