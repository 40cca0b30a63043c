//! What a fetcher is asked for: a document, and what is known of it already.

use url::Url;

use crate::domain::{FetcherKind, SourceDocument};

/// A document to fetch.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub document: &'a SourceDocument,
    /// What the server said of the document last time, so that it may answer that nothing changed.
    pub validators: Option<&'a Validators>,
    /// How it must be fetched, whatever the declaration says; `None` leaves it to the declaration.
    pub only_by: Option<FetcherKind>,
}

/// What a server tells one state of a document from another by (RFC 9110, section 8.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// The URL that gave them, after redirects; they mean nothing to any other, and are sent to no other.
    pub url: Url,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

impl<'a> Request<'a> {
    /// Asks for a document as it is declared, whether it changed or not.
    pub fn of(document: &'a SourceDocument) -> Self {
        Self { document, validators: None, only_by: None }
    }

    /// Asks for the document only if it changed since the server gave these.
    pub fn if_changed(self, validators: Option<&'a Validators>) -> Self {
        Self { validators, ..self }
    }

    /// Asks for the document by this kind of fetcher and no other.
    pub fn only_by(self, fetcher: FetcherKind) -> Self {
        Self { only_by: Some(fetcher), ..self }
    }

    /// The document's location.
    pub fn url(&self) -> &'a Url {
        &self.document.location
    }
}
