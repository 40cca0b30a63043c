//! Goes through the motions of recording on top of a real archive, and forgets: for dry runs and previews.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::path::RecordPath;
use super::recordable::kind_of;
use super::{Extractions, RecordEntry, RecordFilter, RecordStore, Recordable, RecordsError};
use crate::domain::{ENGINE, Kind, New, Record, RecordId, Saved, TermsKey, Version};

/// A [`RecordStore`] that reads from another and writes nowhere: what is saved is the latest until it is dropped.
pub struct Rehearsal<T: Recordable> {
    kept: Option<Arc<dyn RecordStore<T>>>,
    made: Mutex<HashMap<T::Key, Record<T>>>,
}

impl<T: Recordable> Rehearsal<T> {
    /// Rehearses on `kept`, or on an empty archive.
    pub fn on(kept: Option<Arc<dyn RecordStore<T>>>) -> Self {
        Self { kept, made: Mutex::default() }
    }

    fn made(&self) -> MutexGuard<'_, HashMap<T::Key, Record<T>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Recordable> RecordStore<T> for Rehearsal<T> {
    fn save(&self, new: New<T>) -> Result<Saved, RecordsError> {
        let key = new.content.key();
        RecordPath::new(T::slot(&key), new.content.extension())?;
        let latest = self.latest(&key)?;
        let same = latest.as_ref().filter(|latest| latest.content.content() == new.content.content());
        if let Some(same) = same.filter(|same| same.content.key() == key) {
            return Ok(Saved::Unchanged { latest: same.id.clone() });
        }
        let kind = match same {
            // Under a former name: only the name is another.
            Some(_) => Kind::TechnicalUpgrade,
            None => kind_of(new.cause, latest.is_some()),
        };
        let mut made = self.made();
        let id = invented(made.len() + 1);
        made.insert(key, Record { id: id.clone(), kind, engine: Some(ENGINE.to_owned()), content: new.content });
        Ok(Saved::Recorded { id, kind })
    }

    fn latest(&self, key: &T::Key) -> Result<Option<Record<T>>, RecordsError> {
        if let Some(made) = self.made().get(key) {
            return Ok(Some(made.clone()));
        }
        self.kept.as_ref().map_or(Ok(None), |kept| kept.latest(key))
    }

    fn latest_id(&self, key: &T::Key) -> Result<Option<RecordId>, RecordsError> {
        if let Some(made) = self.made().get(key) {
            return Ok(Some(made.id.clone()));
        }
        self.kept.as_ref().map_or(Ok(None), |kept| kept.latest_id(key))
    }

    fn valid_at(&self, key: &T::Key, date: DateTime<Utc>) -> Result<Option<Record<T>>, RecordsError> {
        self.kept.as_ref().map_or(Ok(None), |kept| kept.valid_at(key, date))
    }

    fn find(&self, id: &RecordId) -> Result<Option<Record<T>>, RecordsError> {
        self.kept.as_ref().map_or(Ok(None), |kept| kept.find(id))
    }

    fn list(&self, filter: &RecordFilter) -> Result<Vec<RecordEntry>, RecordsError> {
        self.kept.as_ref().map_or(Ok(Vec::new()), |kept| kept.list(filter))
    }

    fn let_go(&self, key: &T::Key) {
        self.made().remove(key);
    }

    fn flush(&self) -> Result<(), RecordsError> {
        Ok(())
    }
}

impl Extractions for Rehearsal<Version> {
    /// Nothing is remembered, so that a rehearsal extracts everything.
    fn extraction_fingerprint(&self, _: &TermsKey) -> Result<Option<String>, RecordsError> {
        Ok(None)
    }

    fn remember_extraction(&self, _: &TermsKey, _: &str) -> Result<(), RecordsError> {
        Ok(())
    }
}

/// An id that no commit has.
fn invented(number: usize) -> RecordId {
    format!("{:040x}", (1_u128 << 127) | number as u128).parse().expect("forty digits are a record id")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::MemoryStore;

    fn version(markdown: &str) -> Version {
        let terms = TermsKey::new("Acme".parse().unwrap(), "Imprint".parse().unwrap());
        Version { terms, fetched_at: DateTime::UNIX_EPOCH, snapshots: vec![], markdown: markdown.to_owned() }
    }

    #[test]
    fn a_rehearsal_tells_what_would_be_recorded_and_leaves_the_archive_alone() {
        let kept = Arc::new(MemoryStore::new());
        kept.save(New::tracked(version("one"))).unwrap();
        let rehearsal = Rehearsal::on(Some(kept.clone() as Arc<dyn RecordStore<Version>>));

        let same = rehearsal.save(New::tracked(version("one"))).unwrap();
        let changed = rehearsal.save(New::tracked(version("two"))).unwrap();

        assert!(matches!(same, Saved::Unchanged { .. }));
        assert!(matches!(changed, Saved::Recorded { kind: Kind::Change, .. }));
        assert_eq!(kept.latest(&version("").terms).unwrap().unwrap().content.markdown, "one");
        assert_eq!(rehearsal.latest(&version("").terms).unwrap().unwrap().content.markdown, "two");
    }
}
