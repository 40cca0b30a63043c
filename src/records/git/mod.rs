//! Keeps records in a git repository: one commit each.
//!
//! What is saved waits in memory, chained commit to commit, until `flush` packs it, syncs it and moves the
//! branch. `save` may pack early to bound memory, but never moves the branch: only the caller knows when
//! what a record names is safe as well.

#[cfg(test)]
mod adopted;
mod branch;
pub mod commit;
#[cfg(test)]
mod crash;
pub mod desk;
mod gather;
#[cfg(test)]
mod interrupted;
mod judged;
mod lock;
mod names;
mod notes;
pub mod objects;
mod pack;
pub mod packs;
mod program;
mod publish;
#[cfg(test)]
mod repacked;
mod repository;
mod signature;
mod signing;
mod survey;
#[cfg(test)]
pub mod tests;
pub mod tree;
mod verify;
mod worktree;

use std::marker::PhantomData;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use git2::Oid;

use super::index::{Index, Row};
use super::message::{self, Notes, Reading};
use super::{Extractions, GitConfig, RecordEntry, RecordFilter, RecordStore, Recordable, RecordsError, Tally};
use crate::domain::{New, Record, RecordId, Renames, Saved, ServiceId, Snapshot, TermsKey, TermsName, Version};
use desk::{Desk, Newest};
use names::Names;

pub use notes::Correction;
pub use publish::{Published, rehearse as rehearse_publishing};
pub use signature::{Signature, SignatureCheck, SignatureKind};
pub use survey::{Habits, Held, Skipped, Survey, survey};
pub use verify::{Fault, Signatures, Verification};

/// What the message of an imported version says in place of its snapshots.
const IMPORTED: &str = "This version was imported from a dataset, which does not tell what it was extracted from";

/// A [`RecordStore`] with a git repository behind it.
pub struct GitStore<T> {
    desk: Mutex<Desk>,
    snapshot_template: String,
    renames: Renames,
    of: PhantomData<fn() -> T>,
}

impl<T: Recordable> GitStore<T> {
    /// Opens the repository in `path` to record in it, and begins one where there is none.
    ///
    /// Nobody else can record in it until the store is dropped. Working files of records are brought up to the
    /// last commit, others are left alone.
    pub fn open(path: &Path, config: &GitConfig) -> Result<Self, RecordsError> {
        Ok(Self::at(Desk::open_for_writing(path, config, T::HOLDING)?, config))
    }

    /// Opens the repository in `path` to read it, also while somebody records in it.
    pub fn open_for_reading(path: &Path, config: &GitConfig) -> Result<Self, RecordsError> {
        Ok(Self::at(Desk::open_for_reading(path, config, T::HOLDING)?, config))
    }

    /// Pushes what was recorded to where the branch is configured to go, trying again for a while.
    ///
    /// # Errors
    /// When there is no remote, when it has commits that are not here, or when git gives up.
    pub fn publish(&self) -> Result<Published, RecordsError> {
        let folder = {
            // Reading goes on while git pushes.
            let desk = self.desk();
            if desk.head().is_none() {
                return Ok(Published::UpToDate);
            }
            desk.objects().folder().to_owned()
        };
        publish::publish(&folder)
    }

    fn at(desk: Desk, config: &GitConfig) -> Self {
        let (snapshot_template, renames) = (config.snapshot_template.clone(), config.renames.clone());
        Self { desk: Mutex::new(desk), snapshot_template, renames, of: PhantomData }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where records of a key lie, under today's name and under former ones.
    fn names(&self, key: &T::Key) -> Names {
        Names::of(T::slot(key), &self.renames)
    }

    /// The record that a question to the index finds.
    fn found(
        &self,
        question: impl Fn(&Index) -> Result<Option<Row>, RecordsError>,
    ) -> Result<Option<Record<T>>, RecordsError> {
        let mut desk = self.desk();
        match desk.ask(question)? {
            Some(row) => record(&desk, row).map(Some),
            None => Ok(None),
        }
    }
}

impl<T: Recordable> RecordStore<T> for GitStore<T> {
    fn save(&self, new: New<T>) -> Result<Saved, RecordsError> {
        let names = self.names(&new.content.key());
        self.desk().save(&new, &new.content.notes(&self.snapshot_template), names.before())
    }

    fn latest(&self, key: &T::Key) -> Result<Option<Record<T>>, RecordsError> {
        let mut desk = self.desk();
        let mut row = match desk.newest(&self.names(key))? {
            Some(Newest::Record(row)) => row,
            Some(Newest::File(row)) => return file(&desk, row).map(Some),
            None => return Ok(None),
        };
        // People may have put another content there since, such as that of an earlier record.
        if let Some((path, blob)) = desk.file_at_tip(&row.path)? {
            (row.path, row.blob) = (path, blob);
        }
        record(&desk, row).map(Some)
    }

    fn latest_state(&self, key: &T::Key) -> Result<Option<String>, RecordsError> {
        let mut desk = self.desk();
        let Some(newest) = desk.newest(&self.names(key))? else { return Ok(None) };
        let Newest::Record(row) = newest else { return Ok(Some(format!("unrecorded {}", newest.row().blob))) };
        let blob = desk.file_at_tip(&row.path)?.map(|(_, blob)| blob.to_string());
        Ok(Some(format!("{} {}", row.id, blob.unwrap_or_default())))
    }

    fn latest_id(&self, key: &T::Key) -> Result<Option<RecordId>, RecordsError> {
        let newest = self.desk().newest(&self.names(key))?;
        Ok(newest.map(|newest| super::index::record_id(newest.row().id)))
    }

    fn valid_at(&self, key: &T::Key, date: DateTime<Utc>) -> Result<Option<Record<T>>, RecordsError> {
        let names = self.names(key);
        self.found(|index| names.valid_at(index, date))
    }

    fn find(&self, id: &RecordId) -> Result<Option<Record<T>>, RecordsError> {
        let id = Oid::from_str(id.as_str()).expect("a record id is forty hexadecimal digits");
        self.found(|index| index.find(id))
    }

    fn list(&self, filter: &RecordFilter) -> Result<Vec<RecordEntry>, RecordsError> {
        let filter = self.with_former_names(filter);
        self.desk().ask(|index| index.list(&filter))
    }

    fn count(&self, filter: &RecordFilter) -> Result<usize, RecordsError> {
        let filter = self.with_former_names(filter);
        self.desk().ask(|index| index.count(&filter))
    }

    fn position(&self) -> Result<Option<String>, RecordsError> {
        self.desk().position()
    }

    fn position_of(&self, service: &ServiceId) -> Result<Option<String>, RecordsError> {
        let mut services: Vec<ServiceId> =
            self.renames.names(Some(service), None).into_iter().filter_map(|name| name.service).collect();
        services.push(service.clone());
        self.desk().position_of(&services)
    }

    fn tallies(&self) -> Result<Vec<Tally>, RecordsError> {
        let today = |tally: &Tally, date| self.renames.current(&tally.terms, date);
        let is_split = |tally: &Tally| today(tally, tally.first) != today(tally, tally.last);
        let mut tallies = self.desk().ask(|index| index.tallies(is_split))?;
        for tally in &mut tallies {
            tally.terms = today(tally, tally.first);
        }
        Ok(tallies)
    }

    fn signature(&self, id: &RecordId) -> Result<Option<Signature>, RecordsError> {
        let id = Oid::from_str(id.as_str()).expect("a record id is forty hexadecimal digits");
        let (commit, repository) = {
            let desk = self.desk();
            (desk.objects().read(id)?, desk.objects().repository().path().to_owned())
        };
        let checked = |signature| Signature { check: signature::check(&repository, id), ..signature };
        Ok(signature::read(&commit).map(checked))
    }

    fn name_today(&self, terms: &TermsKey, date: DateTime<Utc>) -> TermsKey {
        self.renames.current(terms, date)
    }

    fn terms(&self) -> Result<Vec<TermsKey>, RecordsError> {
        self.desk().ask(Index::all_terms)
    }

    fn flush(&self) -> Result<(), RecordsError> {
        self.desk().flush()
    }
}

impl<T: Recordable> GitStore<T> {
    /// The filter, with all that the names in it were called before.
    fn with_former_names(&self, filter: &RecordFilter) -> RecordFilter {
        let is_named = filter.service.is_some() || filter.terms_type.is_some() || !filter.names.is_empty();
        if self.renames.is_empty() || !is_named {
            return filter.clone();
        }
        let all = |name: &TermsName| self.renames.names(name.service.as_ref(), name.terms_type.as_ref());
        RecordFilter { names: filter.asked_names().iter().flat_map(all).collect(), ..filter.clone() }
    }
}

impl GitStore<Version> {
    /// Records a version of the dataset with this name, which tells no snapshots; the message says so.
    ///
    /// # Errors
    /// As with [`save`](RecordStore::save).
    pub fn import(&self, version: Version, dataset: &str) -> Result<Saved, RecordsError> {
        let notes = Notes {
            paragraphs: vec![IMPORTED.to_owned()],
            imported_from: Some(dataset.to_owned()),
            ..version.notes(&self.snapshot_template)
        };
        self.desk().save(&New::tracked(version), &notes, &[])
    }

    /// Checks all versions, and that the snapshots they name are in `snapshots`, if given; `now` is the present.
    ///
    /// The head is noted if nothing is wrong, so that the next check sees whether history was rewritten since.
    ///
    /// # Errors
    /// When the repository cannot be read at all; what is wrong with single records is told in the result.
    pub fn verify(
        &self,
        snapshots: Option<&dyn RecordStore<Snapshot>>,
        now: DateTime<Utc>,
    ) -> Result<Verification, RecordsError> {
        let listed = snapshots.map(|snapshots| snapshots.list(&RecordFilter::default())).transpose()?;
        let known = listed.map(|entries| entries.into_iter().map(|entry| entry.id).collect());
        verify::verify(&mut self.desk(), known.as_ref(), now)
    }
}

impl GitStore<Snapshot> {
    /// Checks all snapshots; `now` is the present.
    ///
    /// # Errors
    /// When the repository cannot be read at all; what is wrong with single records is told in the result.
    pub fn verify(&self, now: DateTime<Utc>) -> Result<Verification, RecordsError> {
        verify::verify(&mut self.desk(), None, now)
    }
}

impl Extractions for GitStore<Version> {
    fn extraction_fingerprint(&self, terms: &TermsKey) -> Result<Option<String>, RecordsError> {
        self.desk().ask(|index| index.extraction(&Version::slot(terms)))
    }

    fn remember_extraction(&self, terms: &TermsKey, fingerprint: &str) -> Result<(), RecordsError> {
        self.desk().remember_extraction(&Version::slot(terms), fingerprint)
    }
}

/// What a file holds that no record is of, as the record that it would be.
fn file<T: Recordable>(desk: &Desk, row: Row) -> Result<Record<T>, RecordsError> {
    let content = desk.objects().read(row.blob)?;
    let date = DateTime::from_timestamp_secs(row.date).unwrap_or_default();
    let reading = Reading { kind: row.kind, engine: None, fetcher: None, location: None, snapshots: Vec::new() };
    let content = T::from_record(row.path, date, reading, content);
    Ok(Record { id: super::index::record_id(row.id), kind: row.kind, engine: None, content })
}

/// Puts a record together from its commit and its content.
fn record<T: Recordable>(desk: &Desk, row: Row) -> Result<Record<T>, RecordsError> {
    let of_record = super::index::record_id(row.id);
    assembled(desk, row).map_err(|error| error.of_record(of_record))
}

fn assembled<T: Recordable>(desk: &Desk, row: Row) -> Result<Record<T>, RecordsError> {
    let objects = desk.objects();
    let unreadable = || objects.damaged(row.id, "it is not the commit of a record");
    let commit = commit::read(&objects.read(row.id)?).ok_or_else(unreadable)?;
    let reading = message::read(&commit.message).ok_or_else(unreadable)?;
    let content = objects.read(row.blob)?;
    let date = DateTime::from_timestamp_secs(row.date).unwrap_or_default();
    Ok(Record {
        id: super::index::record_id(row.id),
        kind: row.kind,
        engine: row.engine,
        content: T::from_record(row.path, date, reading, content),
    })
}
