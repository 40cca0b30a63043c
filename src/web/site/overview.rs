//! What the archive holds, at a glance: counted once for each state of the archive, kept until the next.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::domain::{ChangeKind, Kind, RecordId, TermsKey, Version};
use crate::records::{Order, RecordEntry, RecordFilter, RecordStore, RecordsError};

/// All terms with versions, and what happened when.
#[derive(Debug, Default, PartialEq)]
pub struct Overview {
    pub terms: BTreeMap<TermsKey, Summary>,
    /// By the first day of each month.
    pub months: BTreeMap<NaiveDate, Month>,
    pub first: Option<DateTime<Utc>>,
}

/// The versions of one terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    pub versions: usize,
    /// Changes that count.
    pub counting: usize,
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
    pub last_id: RecordId,
    pub last_counting: Option<(DateTime<Utc>, RecordId)>,
}

/// What happened in a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Month {
    pub counting: usize,
    pub all: usize,
}

/// The overview of the archive as it was last seen.
#[derive(Default)]
pub struct Overviews(Mutex<Option<(State, Arc<Overview>)>>);

/// What an overview depends on: the last record, how many are known to count, and how many not to.
type State = (RecordId, usize, usize);

impl Overviews {
    pub fn of(&self, store: &dyn RecordStore<Version>) -> Result<Arc<Overview>, RecordsError> {
        let newest = RecordFilter { order: Order::LastRecordedFirst, limit: Some(1), ..RecordFilter::default() };
        let Some(head) = store.list(&newest)?.pop() else { return Ok(Arc::default()) };
        let judged =
            |significant| store.count(&RecordFilter { significant: Some(significant), ..RecordFilter::default() });
        let state = (head.id, judged(true)?, judged(false)?);
        if let Some((_, overview)) = self.kept().as_ref().filter(|(known, _)| *known == state) {
            return Ok(Arc::clone(overview));
        }
        let all = RecordFilter { order: Order::OldestFirst, ..RecordFilter::default() };
        let overview = Arc::new(Overview::of(&store.list(&all)?));
        *self.kept() = Some((state, Arc::clone(&overview)));
        Ok(overview)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<(State, Arc<Overview>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Overview {
    /// Counts entries, the oldest first.
    fn of(entries: &[RecordEntry]) -> Self {
        let mut overview = Self { first: entries.first().map(|entry| entry.date), ..Self::default() };
        for entry in entries {
            overview.add(entry);
        }
        overview
    }

    fn add(&mut self, entry: &RecordEntry) {
        let counts = counts(entry);
        let month = self.months.entry(month_of(entry.date)).or_default();
        month.all += usize::from(counts || entry.kind != Kind::First);
        month.counting += usize::from(counts);
        let summary = self.terms.entry(entry.terms.clone()).or_insert_with(|| Summary::beginning(entry));
        summary.versions += 1;
        summary.counting += usize::from(counts);
        (summary.last, summary.last_id) = (entry.date, entry.id.clone());
        if counts {
            summary.last_counting = Some((entry.date, entry.id.clone()));
        }
    }

    pub fn services(&self) -> usize {
        let mut services: Vec<&str> = self.terms.keys().map(|terms| terms.service.as_str()).collect();
        services.dedup();
        services.len()
    }
}

impl Summary {
    fn beginning(entry: &RecordEntry) -> Self {
        Self {
            versions: 0,
            counting: 0,
            first: entry.date,
            last: entry.date,
            last_id: entry.id.clone(),
            last_counting: None,
        }
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
