//! What each change says in one line, and who signed it. Versions never change, so what was found once is kept, up
//! to a bound.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::tongue;
use crate::diff::{self, Counts, Headline};
use crate::domain::{RecordId, TermsKey, Version};
use crate::records::{Order, RecordFilter, RecordStore, RecordsError, Signature, SignatureCheck};

/// How many are kept; at some 500 bytes each, two megabytes.
const MOST_KEPT: usize = 4_000;

/// A change in short.
#[derive(Debug, Clone)]
pub struct Told {
    pub headline: Option<Arc<Headline>>,
    pub counts: Counts,
    /// The tag of the language of the text, where that can be told.
    pub lang: Option<&'static str>,
    /// Whether the texts were compared in haste, so that it is not to be kept.
    is_hasty: bool,
}

/// What changes say, by the version they led to; `None` for first versions.
#[derive(Default)]
pub struct Quotes(Mutex<HashMap<RecordId, Option<Told>>>);

impl Quotes {
    pub fn of(&self, store: &dyn RecordStore<Version>, id: &RecordId) -> Result<Option<Told>, RecordsError> {
        if let Some(told) = self.kept().get(id) {
            return Ok(told.clone());
        }
        let told = told(store, id)?;
        if told.as_ref().is_some_and(|told| told.is_hasty) {
            return Ok(told);
        }
        let mut kept = self.kept();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(id.clone(), told.clone());
        Ok(told)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<RecordId, Option<Told>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who signed which record. A key that becomes known to git later is noticed once the server is started again.
#[derive(Default)]
pub struct Signatures(Mutex<HashMap<RecordId, Option<Signature>>>);

impl Signatures {
    /// Who signed a record, as it was found before, or else as it is found now.
    pub fn of(
        &self,
        id: &RecordId,
        find: impl FnOnce() -> Result<Option<Signature>, RecordsError>,
    ) -> Result<Option<Signature>, RecordsError> {
        if let Some(signature) = self.kept().get(id) {
            return Ok(signature.clone());
        }
        let signature = find()?;
        if signature.as_ref().is_some_and(|signature| signature.check == SignatureCheck::OutOfTime) {
            return Ok(signature);
        }
        let mut kept = self.kept();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(id.clone(), signature.clone());
        Ok(signature)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<RecordId, Option<Signature>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn told(store: &dyn RecordStore<Version>, id: &RecordId) -> Result<Option<Told>, RecordsError> {
    let Some(version) = store.find(id)? else { return Ok(None) };
    let Some(previous) = before(store, &version.content.terms, id)? else { return Ok(None) };
    let Some(before) = store.find(&previous)? else { return Ok(None) };
    let diff = diff::between(&before.content.markdown, &version.content.markdown);
    let lang = tongue::of(&version.content.markdown);
    let is_hasty = diff.is_hasty();
    Ok(Some(Told { headline: diff.headline().map(Arc::new), counts: diff.counts, lang, is_hasty }))
}

/// The version recorded right before one.
pub fn before(
    store: &dyn RecordStore<Version>,
    terms: &TermsKey,
    id: &RecordId,
) -> Result<Option<RecordId>, RecordsError> {
    let (order, after) = (Order::LastRecordedFirst, Some(id.clone()));
    let filter = RecordFilter { order, after, limit: Some(1), ..RecordFilter::of(terms) };
    Ok(store.list(&filter)?.pop().map(|entry| entry.id))
}

/// The versions recorded right before and after one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Neighbours {
    pub before: Option<RecordId>,
    pub after: Option<RecordId>,
    pub is_latest: bool,
}

pub fn neighbours(
    store: &dyn RecordStore<Version>,
    terms: &TermsKey,
    id: &RecordId,
) -> Result<Neighbours, RecordsError> {
    let course = store.list(&RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::of(terms) })?;
    let Some(at) = course.iter().position(|entry| entry.id == *id) else { return Ok(Neighbours::default()) };
    Ok(Neighbours {
        before: course.get(at + 1).map(|entry| entry.id.clone()),
        after: at.checked_sub(1).map(|after| course[after].id.clone()),
        is_latest: at == 0,
    })
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;
    use crate::records::SignatureKind;

    #[test]
    fn a_signature_that_there_was_no_time_to_check_is_checked_again() {
        let (signatures, id) = (Signatures::default(), RecordId::from_str(&"1".repeat(40)).unwrap());
        let of = |check| signatures.of(&id, || Ok(Some(Signature { kind: SignatureKind::Ssh, key: None, check })));
        let found = |check| of(check).unwrap().unwrap().check;

        let checks = [SignatureCheck::OutOfTime, SignatureCheck::Good, SignatureCheck::OutOfTime].map(found);

        assert_eq!(checks, [SignatureCheck::OutOfTime, SignatureCheck::Good, SignatureCheck::Good]);
    }
}
