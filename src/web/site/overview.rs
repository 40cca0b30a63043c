//! What the archive holds, at a glance: counted once for each state of the archive, kept until the next.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::kinds;
use crate::domain::{ChangeKind, Kind, RecordId, Renames, TermsKey, Version};
use crate::records::{Order, RecordEntry, RecordFilter, RecordStore, RecordsError};

/// How long an overview is taken for that of the archive without asking.
const TRUSTED: Duration = Duration::from_secs(1);

/// For how long one that is not any more is still good enough, while the next is being made.
const GOOD_ENOUGH: Duration = Duration::from_secs(60);

/// All terms with versions under the names they have today, and what happened when.
#[derive(Debug, Default, PartialEq)]
pub struct Overview {
    pub terms: BTreeMap<TermsKey, Summary>,
    /// By the first day of each month.
    pub months: BTreeMap<NaiveDate, Month>,
    pub first: Option<DateTime<Utc>>,
}

/// The versions of one terms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// Changes that count.
    pub counting: usize,
    pub last_counting: Option<(DateTime<Utc>, RecordId)>,
    /// All of them, the oldest first.
    pub moments: Vec<Moment>,
}

/// A version, as far as lists and drawings need it.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    pub date: DateTime<Utc>,
    pub id: RecordId,
    /// Absent until it is judged.
    pub kind: Option<ChangeKind>,
    pub counts: bool,
}

/// What happened in a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Month {
    pub counting: usize,
    pub all: usize,
}

/// The overview of the archive as it was last seen.
#[derive(Default)]
pub struct Overviews {
    kept: Mutex<Option<Kept>>,
    /// Whether somebody is making the next one.
    is_being_made: AtomicBool,
}

#[derive(Clone)]
struct Kept {
    state: State,
    /// When it was the archive's.
    seen: Instant,
    overview: Arc<Overview>,
}

/// What an overview depends on: the last record, how many are known to count, how many not to, and what is declared.
type State = (RecordId, usize, usize, u64);

/// How good the overview is that is at hand.
pub enum Found {
    Current(Arc<Overview>),
    /// Good enough while a new one is made.
    Passable(Arc<Overview>),
    Missing,
}

impl Overviews {
    /// What is at hand, without asking for more than whether it is still right.
    pub fn at_hand(&self, store: &dyn RecordStore<Version>, declared: u64) -> Result<Found, RecordsError> {
        let Some(kept) = self.kept().clone() else { return Ok(Found::Missing) };
        let age = kept.seen.elapsed();
        if age <= TRUSTED && kept.state.3 == declared {
            return Ok(Found::Current(kept.overview));
        }
        if state(store, declared)? == Some(kept.state.clone()) {
            *self.kept() = Some(Kept { seen: Instant::now(), ..kept.clone() });
            return Ok(Found::Current(kept.overview));
        }
        if age > GOOD_ENOUGH || kept.state.3 != declared {
            return Ok(Found::Missing);
        }
        let is_being_made = self.is_being_made.swap(true, Ordering::AcqRel);
        Ok(if is_being_made { Found::Current(kept.overview) } else { Found::Passable(kept.overview) })
    }

    /// Counts all that the archive holds.
    pub fn count(
        &self,
        store: &dyn RecordStore<Version>,
        declared: u64,
        renames: &Renames,
    ) -> Result<Arc<Overview>, RecordsError> {
        let overview = self.counted(store, declared, renames);
        self.is_being_made.store(false, Ordering::Release);
        overview
    }

    fn counted(
        &self,
        store: &dyn RecordStore<Version>,
        declared: u64,
        renames: &Renames,
    ) -> Result<Arc<Overview>, RecordsError> {
        let Some(state) = state(store, declared)? else { return Ok(Arc::default()) };
        let all = RecordFilter { order: Order::OldestFirst, ..RecordFilter::default() };
        let overview = Arc::new(Overview::of(&store.list(&all)?, renames));
        *self.kept() = Some(Kept { state, seen: Instant::now(), overview: Arc::clone(&overview) });
        Ok(overview)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `None` where nothing is recorded.
fn state(store: &dyn RecordStore<Version>, declared: u64) -> Result<Option<State>, RecordsError> {
    let newest = RecordFilter { order: Order::LastRecordedFirst, limit: Some(1), ..RecordFilter::default() };
    let Some(head) = store.list(&newest)?.pop() else { return Ok(None) };
    let judged = |significant| store.count(&RecordFilter { significant: Some(significant), ..RecordFilter::default() });
    Ok(Some((head.id, judged(true)?, judged(false)?, declared)))
}

impl Overview {
    /// Counts entries, the oldest first.
    fn of(entries: &[RecordEntry], renames: &Renames) -> Self {
        let mut overview = Self { first: entries.first().map(|entry| entry.date), ..Self::default() };
        for entry in entries {
            overview.add(entry, renames);
        }
        overview
    }

    fn add(&mut self, entry: &RecordEntry, renames: &Renames) {
        let counts = counts(entry);
        let month = self.months.entry(month_of(entry.date)).or_default();
        month.all += usize::from(counts || entry.kind != Kind::First);
        month.counting += usize::from(counts);
        let summary = self.terms.entry(renames.current(&entry.terms, entry.date)).or_default();
        summary.counting += usize::from(counts);
        if counts {
            summary.last_counting = Some((entry.date, entry.id.clone()));
        }
        summary.moments.push(Moment { date: entry.date, id: entry.id.clone(), kind: kinds::kind_of(entry), counts });
    }

    pub fn services(&self) -> usize {
        let mut services: Vec<&str> = self.terms.keys().map(|terms| terms.service.as_str()).collect();
        services.dedup();
        services.len()
    }
}

impl Summary {
    pub fn first(&self) -> Option<DateTime<Utc>> {
        self.moments.first().map(|moment| moment.date)
    }

    pub fn last(&self) -> Option<DateTime<Utc>> {
        self.moments.last().map(|moment| moment.date)
    }
}

impl Moment {
    pub fn is_first(&self) -> bool {
        self.kind == Some(ChangeKind::First)
    }
}

/// Whether a version is a change that people want to hear of. What is not judged yet is taken for one.
pub fn counts(entry: &RecordEntry) -> bool {
    match &entry.verdict {
        Some(verdict) => verdict.significant && verdict.kind != ChangeKind::First,
        None => entry.kind == Kind::Change,
    }
}

pub fn month_of(date: DateTime<Utc>) -> NaiveDate {
    date.date_naive().with_day(1).expect("every month has a first day")
}
