//! Verdicts on the versions of a repository: read and kept in its index, and corrected by people in notes.

use chrono::{DateTime, Utc};
use git2::Oid;

use super::GitStore;
use super::notes::{self, Correction};
use crate::domain::{RecordId, TermsKey, Version};
use crate::records::{ContentHash, Judged, Recordable, RecordsError, Step, Verdicts};

impl Verdicts for GitStore<Version> {
    fn terms_to_judge(&self, rules: u32) -> Result<Vec<TermsKey>, RecordsError> {
        self.desk().ask(|index| index.terms_to_judge(rules))
    }

    fn course(&self, terms: &TermsKey) -> Result<Vec<Step>, RecordsError> {
        self.desk().ask(|index| index.course(&Version::slot(terms)))
    }

    fn text(&self, content: ContentHash) -> Result<String, RecordsError> {
        let id = Oid::from_bytes(&content).expect("a hash has twenty bytes");
        let bytes = self.desk().objects().read(id)?;
        Ok(String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into()))
    }

    fn remember_verdicts(&self, judged: &[(RecordId, Judged)]) -> Result<(), RecordsError> {
        self.desk().remember_verdicts(judged)
    }
}

impl GitStore<Version> {
    /// Has a person's word count on a record, in place of the rules' and of what was said before.
    ///
    /// # Errors
    /// When git does not know who the person is, cannot sign, or cannot write the note.
    pub fn correct(&self, id: &RecordId, correction: &Correction, now: DateTime<Utc>) -> Result<(), RecordsError> {
        let id = Oid::from_str(id.as_str()).expect("a record id is forty hexadecimal digits");
        let mut desk = self.desk();
        notes::write(desk.objects().repository(), id, correction, now)?;
        desk.follow_notes()
    }
}
