//! What the archive holds, at a glance: counted once for each state of the archive, kept until the next.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::kinds;
use crate::domain::{ChangeKind, Kind, RecordId, Renames, TermsKey, Version};
use crate::records::{Order, RecordEntry, RecordFilter, RecordStore, RecordsError};

/// For how long an overview is good enough after the archive has gone on, while the next is being made.
const GOOD_ENOUGH: Duration = Duration::from_secs(30);

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
    /// Where the archive stood, and what was declared.
    position: Option<String>,
    seen: Instant,
    overview: Arc<Overview>,
}

/// How good the overview is that is at hand.
pub enum Found {
    Current(Arc<Overview>),
    /// Good enough while a new one is made.
    Passable(Arc<Overview>),
    Missing,
}

impl Overviews {
    /// What is at hand for an archive that stands at `position`.
    pub fn at_hand(&self, position: Option<&str>) -> Found {
        let mut kept = self.kept();
        let Some(kept) = kept.as_mut() else { return Found::Missing };
        if position.is_some() && kept.position.as_deref() == position {
            kept.seen = Instant::now();
            return Found::Current(Arc::clone(&kept.overview));
        }
        if kept.seen.elapsed() > GOOD_ENOUGH {
            return Found::Missing;
        }
        let overview = Arc::clone(&kept.overview);
        match self.is_being_made.swap(true, Ordering::AcqRel) {
            true => Found::Current(overview),
            false => Found::Passable(overview),
        }
    }

    /// Counts all that the archive holds, which stood at `position` or has gone on since.
    pub fn count(
        &self,
        store: &dyn RecordStore<Version>,
        position: Option<String>,
        renames: &Renames,
    ) -> Result<Arc<Overview>, RecordsError> {
        let all = RecordFilter { order: Order::OldestFirst, ..RecordFilter::default() };
        let entries = store.list(&all);
        let overview = entries.map(|entries| Arc::new(Overview::of(&entries, renames)));
        if let Ok(overview) = &overview {
            *self.kept() = Some(Kept { position, seen: Instant::now(), overview: Arc::clone(overview) });
        }
        self.is_being_made.store(false, Ordering::Release);
        overview
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
