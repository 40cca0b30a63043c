//! Tracks terms: one terms, one pass over many, technical upgrades, the schedule.
//!
//! A [`Tracker`] fetches source documents, has their snapshots and versions recorded, and returns an
//! [`Outcome`] for each terms. It prints nothing and decides nothing about when it runs.

mod assembly;
mod config;
mod documents;
mod error;
mod fetching;
mod fingerprint;
mod gatekeeper;
mod outcome;
mod pace;
mod pass;
mod pending;
mod releasing;
mod running;
mod schedule;
mod second_look;
mod stop;
#[cfg(test)]
mod tests;
mod upgrading;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::checks::{Declared, Ledger};
use crate::domain::{Clock, New, Saved, Snapshot, Version};
use crate::extract::Extractor;
use crate::fetch::Fetcher;
use crate::gate;
use crate::records::{Extractions, RecordStore, RecordsError};

pub use assembly::assembled;
pub use config::Config;
pub use error::TrackError;
pub use outcome::{Failure, Outcome, Tally};
pub use pace::{Pace, Past};
pub use pass::Observer;
pub use releasing::held_text;
pub use schedule::{FieldFault, Schedule, ScheduleError};
pub use stop::{Stop, Stopper};

/// Records that are made durable together, at most; a crash loses no more, and they are fetched anew.
const FLUSH_AFTER_RECORDS: usize = 100;

/// Longest that records wait to be made durable while others come in.
const FLUSH_AFTER: Duration = Duration::from_secs(5);

/// What tracking needs; cheap to clone.
#[derive(Clone)]
pub struct Tracker {
    pub fetcher: Arc<dyn Fetcher>,
    pub archive: Archive,
    pub extractor: Arc<Extractor>,
    pub clock: Clock,
    /// How many hosts are asked at once; at least one.
    pub parallel_hosts: usize,
    /// Where every check is noted.
    pub ledger: Arc<Ledger>,
    pub gate: gate::Config,
    /// All that is declared, whatever part of it is tracked.
    pub declared: Arc<Declared>,
    /// Where requests leave from, in a word, if somebody configured one.
    pub egress: Option<Arc<str>>,
}

/// The two stores of a collection, and what was last extracted from them; cheap to clone.
#[derive(Clone)]
pub struct Archive {
    pub snapshots: Arc<dyn RecordStore<Snapshot>>,
    pub versions: Arc<dyn RecordStore<Version>>,
    /// Which extractions need not be made again; a cache.
    pub extractions: Arc<dyn Extractions>,
    /// Whether it forgets what is saved, as dry runs and previews want.
    is_rehearsal: bool,
    settling: Arc<RwLock<Settling>>,
}

/// What was saved and does not yet survive a crash.
struct Settling {
    unsettled: AtomicUsize,
    since: Instant,
    /// Whether snapshots could not be made durable; versions that name them must then never be.
    is_broken: AtomicBool,
}

impl Settling {
    fn settled() -> Self {
        Self { unsettled: AtomicUsize::new(0), since: Instant::now(), is_broken: AtomicBool::new(false) }
    }
}

impl Archive {
    /// Puts two stores together.
    pub fn new(
        snapshots: Arc<dyn RecordStore<Snapshot>>,
        versions: Arc<dyn RecordStore<Version>>,
        extractions: Arc<dyn Extractions>,
    ) -> Self {
        let settling = Arc::new(RwLock::new(Settling::settled()));
        Self { snapshots, versions, extractions, is_rehearsal: false, settling }
    }

    /// Says that the stores forget what is saved, so that nobody tells it was recorded.
    pub fn as_rehearsal(self) -> Self {
        Self { is_rehearsal: true, ..self }
    }

    /// Whether it forgets what is saved.
    pub fn is_rehearsal(&self) -> bool {
        self.is_rehearsal
    }

    /// Makes all that was saved survive a crash: snapshots first, since versions name them.
    ///
    /// # Errors
    /// When either store cannot write.
    pub fn flush(&self) -> Result<(), RecordsError> {
        let mut settling = self.settling.write().unwrap_or_else(PoisonError::into_inner);
        if settling.is_broken.load(Ordering::Relaxed) {
            // Whoever broke it told why.
            return Ok(());
        }
        self.snapshots.flush().inspect_err(|_| settling.is_broken.store(true, Ordering::Relaxed))?;
        self.versions.flush()?;
        *settling = Settling::settled();
        Ok(())
    }

    fn save_snapshot(&self, new: New<Snapshot>) -> Result<Saved, RecordsError> {
        let saved = self.snapshots.save(new)?;
        self.count(&saved);
        self.flush_when_due()?;
        Ok(saved)
    }

    /// Saves a version at a moment when no flush is between the two stores: a version that is flushed thus has
    /// its snapshots flushed before it.
    fn save_version(&self, new: New<Version>) -> Result<Saved, RecordsError> {
        let saved = {
            let _between_flushes = self.settling.read().unwrap_or_else(PoisonError::into_inner);
            self.versions.save(new)?
        };
        self.count(&saved);
        self.flush_when_due()?;
        Ok(saved)
    }

    fn count(&self, saved: &Saved) {
        if matches!(saved, Saved::Recorded { .. }) {
            let settling = self.settling.read().unwrap_or_else(PoisonError::into_inner);
            settling.unsettled.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn flush_when_due(&self) -> Result<(), RecordsError> {
        let is_due = {
            let settling = self.settling.read().unwrap_or_else(PoisonError::into_inner);
            let unsettled = settling.unsettled.load(Ordering::Relaxed);
            unsettled >= FLUSH_AFTER_RECORDS || (unsettled > 0 && settling.since.elapsed() >= FLUSH_AFTER)
        };
        if is_due { self.flush() } else { Ok(()) }
    }
}
