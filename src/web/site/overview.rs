//! What the archive holds, at a glance: counted once, and brought up to date with what is recorded since.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::kinds;
use crate::domain::{ChangeKind, Kind, RecordId, Renames, TermsKey, Version};
use crate::records::{Order, RecordEntry, RecordFilter, RecordStore, RecordsError};

/// How many records are read at once to count all.
const AT_ONCE: usize = 2_000;

/// After more new records than this, all are counted again.
const MOST_NEW: usize = 1_000;

/// What rules and people say of records that were judged before may be missing for as long, while others are recorded.
const BETWEEN_COUNTS: Duration = Duration::from_secs(10);

/// Of all time, the part that counting may take: one in this many.
const SHARE_OF_TIME: u32 = 20;

/// All terms with versions under the names they have today, and what happened when.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overview {
    pub terms: BTreeMap<TermsKey, Arc<Summary>>,
    /// By the first day of each month.
    pub months: BTreeMap<NaiveDate, Month>,
    pub first: Option<DateTime<Utc>>,
    /// What was recorded last.
    last: Option<RecordId>,
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
    /// Whether it is more than the first text of its terms.
    pub is_change: bool,
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
    /// Held by whoever brings it up to date: others wait for what comes of it.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Clone)]
struct Kept {
    /// Where the archive stood, and what was declared.
    position: Option<String>,
    renames: Renames,
    overview: Arc<Overview>,
    /// When all was counted, and how long that took.
    counted: Instant,
    took: Duration,
    /// Whether something was recorded since.
    is_continued: bool,
}

impl Overviews {
    /// The overview of an archive that stands at `position`, if it is at hand.
    pub fn at_hand(&self, position: Option<&str>) -> Option<Arc<Overview>> {
        let kept = self.kept();
        let current = kept.as_ref().filter(|kept| position.is_some() && kept.position.as_deref() == position)?;
        Some(Arc::clone(&current.overview))
    }

    /// Held by whoever brings the overview up to date.
    pub fn turn(&self) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(&self.turn)
    }

    /// Whether it is time to count all again.
    pub fn is_to_be_counted(&self) -> bool {
        self.kept().as_ref().is_some_and(|kept| {
            kept.is_continued && kept.counted.elapsed() > BETWEEN_COUNTS.max(kept.took * SHARE_OF_TIME)
        })
    }

    /// Brings the overview up to date with an archive that stands at `position` or has gone on since.
    pub fn brought_up(
        &self,
        store: &dyn RecordStore<Version>,
        position: Option<String>,
        renames: &Renames,
    ) -> Result<Arc<Overview>, RecordsError> {
        let known = self.kept().clone().filter(|kept| kept.renames == *renames);
        let continued = known.map(|kept| Ok(kept.overview.continued(store, renames)?.map(|overview| (kept, overview))));
        let Some((kept, overview)) = continued.transpose()?.flatten() else {
            return self.counted(store, position, renames);
        };
        Ok(self.keep(Kept { position, overview: Arc::new(overview), is_continued: true, ..kept }))
    }

    /// Counts all, in an archive that stands at `position` or has gone on since.
    pub fn counted(
        &self,
        store: &dyn RecordStore<Version>,
        position: Option<String>,
        renames: &Renames,
    ) -> Result<Arc<Overview>, RecordsError> {
        let counted = Instant::now();
        let overview = Arc::new(Overview::counted(store, renames)?);
        let (renames, took) = (renames.clone(), counted.elapsed());
        Ok(self.keep(Kept { position, renames, overview, counted, took, is_continued: false }))
    }

    fn keep(&self, kept: Kept) -> Arc<Overview> {
        let overview = Arc::clone(&kept.overview);
        *self.kept() = Some(kept);
        overview
    }

    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Overview {
    /// Counts all records.
    fn counted(store: &dyn RecordStore<Version>, renames: &Renames) -> Result<Self, RecordsError> {
        let mut overview = Self { last: newest(store, 1)?.pop().map(|entry| entry.id), ..Self::default() };
        let mut courses: BTreeMap<TermsKey, Summary> = BTreeMap::new();
        let mut next = RecordFilter { order: Order::OldestFirst, limit: Some(AT_ONCE), ..RecordFilter::default() };
        loop {
            let entries = store.list(&next)?;
            for entry in &entries {
                courses.entry(renames.current(&entry.terms, entry.date)).or_default().add(entry);
            }
            match entries.last() {
                Some(last) if entries.len() == AT_ONCE => next.after = Some(last.id.clone()),
                _ => break,
            }
        }
        courses.into_iter().for_each(|(terms, summary)| overview.put(terms, summary));
        Ok(overview)
    }

    /// The same with what was recorded and judged since; `None` where that does not follow from it.
    fn continued(&self, store: &dyn RecordStore<Version>, renames: &Renames) -> Result<Option<Self>, RecordsError> {
        let mut new = newest(store, MOST_NEW)?;
        let Some(known) = new.iter().position(|entry| Some(&entry.id) == self.last.as_ref()) else { return Ok(None) };
        new.truncate(known);
        let mut overview = self.clone();
        overview.last = new.first().map(|entry| entry.id.clone()).or(overview.last);
        let new = new.iter().map(|entry| renames.current(&entry.terms, entry.date));
        let unjudged =
            self.terms.iter().filter(|(_, summary)| summary.moments.iter().any(|moment| moment.kind.is_none()));
        let terms: BTreeSet<TermsKey> = new.chain(unjudged.map(|(terms, _)| terms.clone())).collect();
        for terms in terms {
            let entries = store.list(&RecordFilter { order: Order::OldestFirst, ..RecordFilter::of(&terms) })?;
            let mut summary = Summary::default();
            let own = entries.iter().filter(|entry| renames.current(&entry.terms, entry.date) == terms);
            own.for_each(|entry| summary.add(entry));
            overview.put(terms, summary);
        }
        Ok(Some(overview))
    }

    /// Takes the versions of a terms in place of those that were known.
    fn put(&mut self, terms: TermsKey, summary: Summary) {
        self.first = self.first.into_iter().chain(summary.first()).min();
        for moment in &summary.moments {
            let month = self.months.entry(month_of(moment.date)).or_default();
            month.all += usize::from(moment.is_change);
            month.counting += usize::from(moment.counts);
        }
        let Some(former) = self.terms.insert(terms, Arc::new(summary)) else { return };
        for moment in &former.moments {
            let month = self.months.entry(month_of(moment.date)).or_default();
            month.all -= usize::from(moment.is_change);
            month.counting -= usize::from(moment.counts);
        }
    }

    /// The newest changes that count of some terms.
    pub fn latest(&self, is_meant: impl Fn(&TermsKey) -> bool, most: usize) -> Vec<RecordId> {
        let meant = self.terms.iter().filter(|(terms, _)| is_meant(terms));
        let mut newest: Vec<&Moment> = meant
            .flat_map(|(_, summary)| summary.moments.iter().rev().filter(|moment| moment.counts).take(most))
            .collect();
        newest.sort_by_key(|moment| Reverse(moment.date));
        newest.into_iter().take(most).map(|moment| moment.id.clone()).collect()
    }

    pub fn services(&self) -> usize {
        let mut services: Vec<&str> = self.terms.keys().map(|terms| terms.service.as_str()).collect();
        services.dedup();
        services.len()
    }
}

/// The records made last, the last first.
fn newest(store: &dyn RecordStore<Version>, limit: usize) -> Result<Vec<RecordEntry>, RecordsError> {
    store.list(&RecordFilter { order: Order::LastRecordedFirst, limit: Some(limit), ..RecordFilter::default() })
}

impl Summary {
    /// Adds the next version.
    fn add(&mut self, entry: &RecordEntry) {
        let counts = counts(entry);
        self.counting += usize::from(counts);
        if counts {
            self.last_counting = Some((entry.date, entry.id.clone()));
        }
        self.moments.push(Moment {
            date: entry.date,
            id: entry.id.clone(),
            kind: kinds::kind_of(entry),
            counts,
            is_change: counts || entry.kind != Kind::First,
        });
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::New;
    use crate::records::MemoryStore;

    fn record(store: &MemoryStore<Version>, service: &str, day: usize) {
        let terms = TermsKey::new(service.parse().unwrap(), "Imprint".parse().unwrap());
        let fetched_at = format!("2026-01-{day:02}T00:00:00Z").parse().unwrap();
        let version = Version { terms, fetched_at, snapshots: Vec::new(), markdown: format!("Day {day}.") };
        store.save(New::tracked(version)).unwrap();
    }

    fn brought_up(overviews: &Overviews, store: &MemoryStore<Version>) -> Arc<Overview> {
        overviews.brought_up(store, store.position().unwrap(), &Renames::default()).unwrap()
    }

    #[test]
    fn what_is_recorded_later_is_as_if_all_had_been_counted_again() {
        let (store, overviews) = (MemoryStore::new(), Overviews::default());
        [("Acme", 5), ("Lumio", 6), ("Acme", 7)].into_iter().for_each(|(service, day)| record(&store, service, day));
        brought_up(&overviews, &store);
        [("Acme", 8), ("Else", 3), ("Acme", 9)].into_iter().for_each(|(service, day)| record(&store, service, day));

        let continued = brought_up(&overviews, &store);

        assert_eq!(*continued, Overview::counted(&store, &Renames::default()).unwrap());
        assert_eq!(continued.months.values().map(|month| month.all).sum::<usize>(), 3, "three are first texts");
    }

    #[test]
    fn the_newest_changes_are_those_of_the_terms_that_are_meant() {
        let store = MemoryStore::new();
        for (service, day) in [("Acme", 1), ("Lumio", 2), ("Acme", 3), ("Lumio", 4), ("Acme", 5), ("Acme", 6)] {
            record(&store, service, day);
        }
        let overview = Overview::counted(&store, &Renames::default()).unwrap();
        let days = |is_meant: fn(&TermsKey) -> bool| {
            let ids = overview.latest(is_meant, 3);
            let entries = store.list(&RecordFilter { among: Some(ids), ..RecordFilter::default() }).unwrap();
            entries.iter().map(|entry| entry.date.day()).collect::<Vec<_>>()
        };

        assert_eq!(days(|_| true), [6, 5, 4]);
        assert_eq!(days(|terms| terms.service.as_str() == "Lumio"), [4], "the first is no change");
    }

    #[test]
    fn an_overview_is_at_hand_until_the_archive_goes_on() {
        let (store, overviews) = (MemoryStore::new(), Overviews::default());
        record(&store, "Acme", 5);
        brought_up(&overviews, &store);
        let position = store.position().unwrap();

        assert!(overviews.at_hand(position.as_deref()).is_some());
        assert!(overviews.at_hand(Some("further")).is_none());
        assert!(overviews.at_hand(None).is_none(), "where it stands is not known");
    }
}
