//! By which fetcher a text is looked for first, where a declaration leaves it open.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::ChecksError;
use super::ledger::{Ledger, find_terms, number_terms, read_terms};
use crate::domain::TermsKey;

impl Ledger {
    /// The terms that are to be read by a browser first, as was found out at that instant or later.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn browser_first(&self, since: DateTime<Utc>) -> Result<BTreeSet<TermsKey>, ChecksError> {
        self.ask(move |db| {
            let query = "SELECT service, terms_type FROM browser_first JOIN terms ON terms.id = browser_first.terms \
                         WHERE since >= ?";
            db.prepare_cached(query)?.query_map([since.timestamp()], |row| read_terms(row, 0))?.collect()
        })
    }

    /// Notes that a browser was shown the text of a terms, and HTTP something else.
    pub fn put_browser_first(&self, terms: &TermsKey, since: DateTime<Utc>) {
        let terms = terms.clone();
        self.note(move |db| {
            let statement = "INSERT OR REPLACE INTO browser_first (terms, since) VALUES (?, ?)";
            let number = number_terms(db, &terms)?;
            db.prepare_cached(statement)?.execute(params![number, since.timestamp()]).map(drop)
        });
    }

    /// Notes that HTTP gives the text of a terms, and a browser is shown something else.
    pub fn put_http_first(&self, terms: &TermsKey) {
        let terms = terms.clone();
        self.note(move |db| match find_terms(db, &terms)? {
            Some(number) => db.execute("DELETE FROM browser_first WHERE terms = ?", [number]).map(drop),
            None => Ok(()),
        });
    }
}
