//! What the archive promises whatever its stores do.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};

use super::{Archive, Tracker};
use crate::checks::{Declared, Ledger};
use crate::domain::{
    Clock, New, Record, RecordId, Saved, Selector, Snapshot, SourceDocument, Terms, TermsKey, Version,
};
use crate::extract::{self, Extractor};
use crate::fetch::Fetcher;
use crate::gate;
use crate::records::{MemoryStore, RecordEntry, RecordFilter, RecordStore, Recordable, RecordsError};

mod meanwhile;
mod second_look;

/// A terms of one document.
fn terms() -> Arc<Terms> {
    let key = TermsKey::new("Acme".parse().unwrap(), "Imprint".parse().unwrap());
    let select = vec![Selector::Css("main".to_owned())];
    let document = SourceDocument { select, ..SourceDocument::at("https://acme.example/imprint") };
    Arc::new(Terms { key, documents: vec![document], valid_until: None })
}

/// A tracker of that terms, which keeps all it records in memory.
fn tracker(fetcher: Arc<dyn Fetcher>, snapshots: Arc<dyn RecordStore<Snapshot>>) -> Tracker {
    let versions = Arc::new(MemoryStore::<Version>::new());
    Tracker {
        fetcher,
        archive: Archive::new(snapshots, versions.clone(), versions),
        extractor: Arc::new(Extractor::new(extract::Config::default())),
        clock: Clock::fixed("2026-01-01T06:00:00Z".parse().unwrap()),
        parallel_hosts: 1,
        ledger: Arc::new(Ledger::rehearsal(Path::new("/nowhere/checks.sqlite")).unwrap()),
        gate: gate::Config::default(),
        declared: Arc::new(Declared { terms: BTreeSet::from([terms().key.clone()]), ..Declared::default() }),
        egress: None,
    }
}

/// A store that counts flushes, and lets the first so many of them fail.
struct Flaky<T> {
    inner: MemoryStore<T>,
    failures: usize,
    flushes: AtomicUsize,
}

impl<T: Recordable> Flaky<T> {
    fn failing(failures: usize) -> Arc<Self> {
        Arc::new(Self { inner: MemoryStore::new(), failures, flushes: AtomicUsize::new(0) })
    }
}

impl<T: Recordable> RecordStore<T> for Flaky<T> {
    fn save(&self, new: New<T>) -> Result<Saved, RecordsError> {
        self.inner.save(new)
    }

    fn latest(&self, key: &T::Key) -> Result<Option<Record<T>>, RecordsError> {
        self.inner.latest(key)
    }

    fn latest_id(&self, key: &T::Key) -> Result<Option<RecordId>, RecordsError> {
        self.inner.latest_id(key)
    }

    fn valid_at(&self, key: &T::Key, date: DateTime<Utc>) -> Result<Option<Record<T>>, RecordsError> {
        self.inner.valid_at(key, date)
    }

    fn find(&self, id: &RecordId) -> Result<Option<Record<T>>, RecordsError> {
        self.inner.find(id)
    }

    fn list(&self, filter: &RecordFilter) -> Result<Vec<RecordEntry>, RecordsError> {
        self.inner.list(filter)
    }

    fn flush(&self) -> Result<(), RecordsError> {
        match self.flushes.fetch_add(1, Ordering::SeqCst) {
            earlier if earlier < self.failures => {
                Err(RecordsError::BranchMoved { path: "snapshots".into(), branch: "main".to_owned() })
            }
            _ => Ok(()),
        }
    }
}

#[test]
fn versions_are_never_flushed_once_their_snapshots_could_not_be() {
    let snapshots = Flaky::<Snapshot>::failing(1);
    let versions = Flaky::<Version>::failing(0);
    let archive = Archive::new(snapshots.clone(), versions.clone(), Arc::new(MemoryStore::<Version>::new()));

    assert!(archive.flush().is_err());
    assert!(archive.flush().is_ok());

    assert_eq!(versions.flushes.load(Ordering::SeqCst), 0);
}
