//! What servers tell states of a document by, so that they can be asked whether it changed.

use rusqlite::{OptionalExtension, params};

use super::ChecksError;
use super::ledger::{Ledger, find_terms, number_terms};
use crate::domain::{DocumentId, DocumentKey};

/// What a server said of the state of a document that the archive holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredValidators {
    /// What the archive called that state; if it is in another one now, these mean nothing.
    pub snapshot_state: String,
    /// The address that gave them.
    pub url: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

impl Ledger {
    /// Keeps the validators of the document's latest snapshot, in place of earlier ones; without any, forgets them.
    pub fn keep_validators(&self, document: &DocumentKey, validators: Option<StoredValidators>) {
        let document = document.clone();
        self.note(move |db| {
            let terms = number_terms(db, &document.terms)?;
            let name = document.document.as_ref().map_or("", DocumentId::as_str);
            match validators {
                Some(StoredValidators { snapshot_state, url, etag, last_modified }) => {
                    let statement = "INSERT OR REPLACE INTO validators \
                                     (terms, document, snapshot_state, url, etag, last_modified) \
                                     VALUES (?, ?, ?, ?, ?, ?)";
                    db.prepare_cached(statement)?.execute(params![
                        terms,
                        name,
                        snapshot_state,
                        url,
                        etag,
                        last_modified
                    ])?
                }
                None => {
                    let statement = "DELETE FROM validators WHERE terms = ? AND document = ?";
                    db.prepare_cached(statement)?.execute(params![terms, name])?
                }
            };
            Ok(())
        });
    }

    /// The validators that go with the latest snapshot of a document, as far as is known.
    pub fn validators(&self, document: &DocumentKey) -> Result<Option<StoredValidators>, ChecksError> {
        let document = document.clone();
        self.ask(move |db| {
            let Some(terms) = find_terms(db, &document.terms)? else { return Ok(None) };
            let query = "SELECT snapshot_state, url, etag, last_modified FROM validators \
                         WHERE terms = ? AND document = ?";
            let name = document.document.as_ref().map_or("", DocumentId::as_str);
            let read = |row: &rusqlite::Row<'_>| {
                Ok(StoredValidators {
                    snapshot_state: row.get(0)?,
                    url: row.get(1)?,
                    etag: row.get(2)?,
                    last_modified: row.get(3)?,
                })
            };
            db.prepare_cached(query)?.query_row(params![terms, name], read).optional()
        })
    }
}
