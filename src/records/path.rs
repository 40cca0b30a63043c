//! Where a record lies in a repository: `<service>/<terms type>[ #<document>].<extension>`.

use super::RecordsError;
use crate::domain::{DocumentId, DocumentKey, TermsKey};

/// Longest file name that every common file system holds, in bytes.
const MAX_FILE_NAME_BYTES: usize = 255;

/// Separates a terms type from the id of one of its documents.
const DOCUMENT_SEPARATOR: &str = " #";

/// The path of a record, in parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordPath {
    pub slot: DocumentKey,
    pub extension: String,
}

impl RecordPath {
    /// The path of a record about to be written, unless no file could have that name.
    pub fn new(slot: DocumentKey, extension: &str) -> Result<Self, RecordsError> {
        let path = Self { slot: normal(slot), extension: extension.to_owned() };
        if path.file_name().len() > MAX_FILE_NAME_BYTES {
            return Err(RecordsError::NameTooLong { path: path.to_string(), limit: MAX_FILE_NAME_BYTES });
        }
        Ok(path)
    }

    /// Reads a path in a repository; `None` for whatever is not a record's.
    pub fn read(folder: &[u8], file_name: &[u8]) -> Option<Self> {
        let service = std::str::from_utf8(folder).ok()?.parse().ok()?;
        let (stem, extension) = std::str::from_utf8(file_name).ok()?.rsplit_once('.')?;
        if extension.is_empty() {
            return None;
        }
        let (terms_type, document) = match stem.split_once(DOCUMENT_SEPARATOR) {
            Some((terms_type, document)) => (terms_type, Some(DocumentId::from_file_name(document))),
            None => (stem, None),
        };
        let terms = TermsKey::new(service, terms_type.parse().ok()?);
        Some(Self { slot: DocumentKey { terms, document }, extension: extension.to_owned() })
    }

    pub fn folder(&self) -> &str {
        self.slot.terms.service.as_str()
    }

    pub fn file_name(&self) -> String {
        format!("{}.{}", file_stem(&self.slot), self.extension)
    }
}

impl std::fmt::Display for RecordPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.folder(), self.file_name())
    }
}

/// The file name without extension that all records of a slot share.
pub fn file_stem(slot: &DocumentKey) -> String {
    let terms_type = &slot.terms.terms_type;
    match &slot.document {
        Some(document) if !document.as_str().is_empty() => format!("{terms_type}{DOCUMENT_SEPARATOR}{document}"),
        _ => terms_type.to_string(),
    }
}

/// A slot as its path tells it: the document at the root of a host has an empty id, which paths do not show.
pub fn normal(slot: DocumentKey) -> DocumentKey {
    DocumentKey { document: slot.document.filter(|document| !document.as_str().is_empty()), ..slot }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_back_as_written() {
        for (folder, file) in [
            ("Acme", "Privacy Policy.md"),
            ("X (formerly Twitter)", "Terms of Service #en-tos.html"),
            ("Île", "Imprint #v1.0 #2.pdf"),
        ] {
            let path = RecordPath::read(folder.as_bytes(), file.as_bytes()).unwrap();

            assert_eq!(path.to_string(), format!("{folder}/{file}"));
            assert_eq!(RecordPath::new(path.slot.clone(), &path.extension).unwrap(), path);
        }
    }

    #[test]
    fn files_that_are_not_records_are_left_out() {
        for (folder, file) in [(".github", "ci.yml"), ("Acme", "LICENSE"), ("Acme", ".md"), ("Acme", "Terms.")] {
            assert_eq!(RecordPath::read(folder.as_bytes(), file.as_bytes()), None, "{folder}/{file}");
        }
    }

    #[test]
    fn an_empty_document_id_leaves_no_trace_in_the_path() {
        let terms = TermsKey::new("Acme".parse().unwrap(), "Imprint".parse().unwrap());
        let slot = DocumentKey { terms, document: Some(DocumentId::from_file_name("")) };

        assert_eq!(RecordPath::new(slot, "html").unwrap().to_string(), "Acme/Imprint.html");
    }
}
