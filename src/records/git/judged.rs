//! Verdicts on the versions of a repository: read and kept in its index, and corrected by people in notes.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use git2::Oid;

use super::GitStore;
use super::notes::{self, Correction};
use crate::domain::{ChangeKind, RecordId, TermsKey, Version};
use crate::records::index::Index;
use crate::records::{ContentHash, Judged, RecordsError, Step, Verdicts};

impl Verdicts for GitStore<Version> {
    fn terms_to_judge(&self, rules: u32) -> Result<Vec<TermsKey>, RecordsError> {
        let mut terms = self.desk().ask(|index| index.terms_to_judge(rules))?;
        if self.renames.is_empty() {
            return Ok(terms);
        }
        terms = terms.iter().flat_map(|terms| self.renames.meanings(terms)).collect();
        for renamed in self.renamed_terms()? {
            if self.course(&renamed)?.iter().any(|step| !step.is_judged_by(rules)) {
                terms.push(renamed);
            }
        }
        terms.sort();
        terms.dedup();
        Ok(terms)
    }

    fn course(&self, terms: &TermsKey) -> Result<Vec<Step>, RecordsError> {
        let names = self.names(terms);
        let steps = self.desk().ask(|index| index.course(&names.slots()))?;
        let Some(today) = names.today() else { return Ok(Vec::new()) };
        let is_meant = |(name, step): &(TermsKey, Step)| self.renames.current(name, step.date) == *today;
        let mut course: Vec<Step> = Vec::with_capacity(steps.len());
        for (_, mut step) in steps.into_iter().filter(is_meant) {
            // What was taken for the first of all, before it was known to go on from another name, is judged again.
            let is_stale = step.judged.as_ref().is_some_and(|judged| judged.verdict.kind == ChangeKind::First);
            if is_stale && !course.is_empty() {
                step.judged = None;
            }
            course.push(step);
        }
        Ok(course)
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
    /// The terms that records under other names are of as well.
    fn renamed_terms(&self) -> Result<BTreeSet<TermsKey>, RecordsError> {
        let all = self.desk().ask(Index::all_terms)?;
        let meanings =
            |terms: &TermsKey| self.renames.meanings(terms).into_iter().filter(|other| other != terms).collect();
        Ok(all.iter().flat_map::<Vec<TermsKey>, _>(meanings).collect())
    }

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

    /// Takes back what a person said of a record; whether there was anything.
    ///
    /// # Errors
    /// When git does not know who does so, or the notes cannot be written.
    pub fn withdraw_correction(&self, id: &RecordId, now: DateTime<Utc>) -> Result<bool, RecordsError> {
        let id = Oid::from_str(id.as_str()).expect("a record id is forty hexadecimal digits");
        let mut desk = self.desk();
        let was_there = notes::remove(desk.objects().repository(), id, now)?;
        desk.follow_notes()?;
        Ok(was_there)
    }
}
