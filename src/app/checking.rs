//! Opens the record of checks, and tells from it and the archive what is due.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use super::{App, explained, hinted};
use crate::checks::{ChecksError, Declared, Ledger};
use crate::config::Config;
use crate::declarations::{self, Diagnostic};
use crate::domain::{Collection, Kind, ServiceId, TermsKey, Version};
use crate::records::{GitStore, RecordEntry, RecordFilter, RecordStore, RecordsError};
use crate::tracker::Past;

/// How the files of a service end after its id, which may have dots itself.
const ENDINGS: [&str; 4] = [".filters.history.js", ".filters.js", ".history.json", ".json"];

impl App {
    /// The record of checks, to add to; what is older than is kept has been removed.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn ledger(&self, now: DateTime<Utc>) -> anyhow::Result<Ledger> {
        let ledger = checks_for_writing(&self.config)?;
        let kept = TimeDelta::from_std(self.config.checks.keep).unwrap_or(TimeDelta::MAX);
        if let Some(until) = now.checked_sub_signed(kept).filter(|_| !kept.is_zero()) {
            ledger.forget_before(until).map_err(unreadable)?;
        }
        Ok(ledger)
    }

    /// A record of checks that starts where the real one stands and forgets what is added.
    ///
    /// # Errors
    /// When the real one cannot be read.
    pub fn rehearsed_ledger(&self) -> anyhow::Result<Ledger> {
        Ledger::rehearsal(&self.config.checks_path()).map_err(unreadable)
    }

    /// When the last run over all terms began, as far as is known.
    pub fn last_whole_run(&self) -> Option<DateTime<Utc>> {
        checks_for_reading(&self.config).ok()?.last_whole_run().ok().flatten()
    }

    /// When each declared terms is due at its own pace, the earliest first.
    ///
    /// # Errors
    /// When the archive or the record of checks cannot be read.
    pub fn dues(&self, now: DateTime<Utc>) -> anyhow::Result<Vec<(DateTime<Utc>, TermsKey)>> {
        let mut pasts = self.pasts()?;
        let pace = &self.config.tracker.pace;
        let mut dues: Vec<_> = self
            .collection
            .terms()
            .map(|terms| (pace.due(&terms.key, &pasts.remove(&terms.key).unwrap_or_default(), now), terms.key.clone()))
            .collect();
        dues.sort();
        Ok(dues)
    }

    fn pasts(&self) -> anyhow::Result<BTreeMap<TermsKey, Past>> {
        let mut pasts: BTreeMap<TermsKey, Past> = BTreeMap::new();
        for (terms, date) in self.changes()? {
            pasts.entry(terms).or_default().changes.push(date);
        }
        match Ledger::open_for_reading(&self.config.checks_path()) {
            Ok(ledger) => {
                for status in ledger
                    .statuses(&declared_to_checks(&self.collection, &self.faults, &self.config))
                    .map_err(unreadable)?
                {
                    let past = pasts.entry(status.terms).or_default();
                    past.last_check = status.last_check;
                    past.is_troubled = status.failing.is_some() || status.held.is_some();
                }
            }
            Err(ChecksError::Missing { .. }) => {}
            Err(error) => return Err(unreadable(error)),
        }
        Ok(pasts)
    }

    /// When versions were recorded that say something new of their service.
    fn changes(&self) -> anyhow::Result<Vec<(TermsKey, DateTime<Utc>)>> {
        let git = &self.config.recorder.versions;
        let versions = match GitStore::<Version>::open_for_reading(&git.path, git) {
            Err(RecordsError::NoRepository { .. }) => return Ok(Vec::new()),
            opened => opened.map_err(explained)?,
        };
        let filter = RecordFilter { kinds: vec![Kind::First, Kind::Change], ..RecordFilter::default() };
        let entries = versions.list(&filter).map_err(explained)?;
        let today = |entry: RecordEntry| (git.renames.current(&entry.terms, entry.date), entry.date);
        Ok(entries.into_iter().map(today).collect())
    }

    /// What is declared, and of which services some of it may be missing for a fault.
    pub(super) fn declared_terms(&self, ledger: &Ledger, now: DateTime<Utc>) -> anyhow::Result<Declared> {
        let collection = self.collection.clone().tracked_at(now);
        Ok(Declared {
            ran_out: self.ran_out(ledger.terms().map_err(unreadable)?, now),
            ..declared_to_checks(&collection, &self.faults, &self.config)
        })
    }

    /// Until when terms were declared that are so no more, as their declarations or the histories of these tell.
    fn ran_out(&self, known: Vec<TermsKey>, now: DateTime<Utc>) -> BTreeMap<TermsKey, DateTime<Utc>> {
        let declared: BTreeMap<&TermsKey, Option<DateTime<Utc>>> =
            self.collection.terms().map(|terms| (&terms.key, terms.valid_until)).collect();
        let until = |terms: &TermsKey| match declared.get(terms) {
            Some(until) => *until,
            None => declarations::history(&self.config.collection_path, &terms.service).last_of(&terms.terms_type),
        };
        let ended = known.into_iter().filter_map(|terms| until(&terms).map(|until| (terms, until)));
        ended.filter(|(_, until)| *until < now).collect()
    }

    /// What is wrong with the files of a service.
    pub fn faults_of(&self, service: &str) -> Vec<&Diagnostic> {
        self.faults.iter().filter(|fault| service_of(fault) == Some(service)).collect()
    }
}

/// What is declared, for the record of checks.
pub fn declared_to_checks(collection: &Collection, faults: &[Diagnostic], config: &Config) -> Declared {
    let terms = collection.terms().map(|terms| terms.key.clone()).collect();
    let services = collection.services.iter().map(|service| service.id.clone()).collect();
    let renames = config.recorder.versions.renames.clone();
    Declared { terms, uncertain: uncertain(faults), services, renames, ..Declared::default() }
}

/// The services whose files have a fault.
pub(super) fn uncertain(faults: &[Diagnostic]) -> BTreeSet<ServiceId> {
    let faulty = faults.iter().filter(|fault| fault.is_error());
    faulty.filter_map(|fault| service_of(fault)?.parse().ok()).collect()
}

/// The id of the service whose file has a fault.
pub fn service_of(fault: &Diagnostic) -> Option<&str> {
    let file = Path::new(&fault.file).file_name()?.to_str()?;
    ENDINGS.iter().find_map(|ending| file.strip_suffix(ending))
}

/// The record of checks of the collection with this configuration, beside whoever may be writing it.
///
/// # Errors
/// When there is none yet, or it cannot be read.
pub fn checks_for_reading(config: &Config) -> anyhow::Result<Ledger> {
    Ledger::open_for_reading(&config.checks_path()).map_err(unreadable)
}

/// The same, to add to it beside whoever may be writing it.
///
/// # Errors
/// When it cannot be used.
pub fn checks_for_writing(config: &Config) -> anyhow::Result<Ledger> {
    Ledger::open(&config.checks_path()).map_err(unreadable)
}

fn unreadable(error: ChecksError) -> anyhow::Error {
    hinted(&error, error.hint())
}
