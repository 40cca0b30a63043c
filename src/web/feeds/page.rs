//! One page of a feed: records and what became of tracking, in one row by date.

use std::hash::{Hash, Hasher};

use chrono::{DateTime, Utc};

use crate::checks::Event;
use crate::domain::{TermsKey, Version};
use crate::records::{Order, RecordEntry, RecordFilter, RecordStore, RecordsError};

/// What an entry is made from.
#[derive(Debug, Clone)]
pub enum Item {
    Record(RecordEntry),
    Tracking(Event),
}

impl Item {
    pub fn date(&self) -> DateTime<Utc> {
        match self {
            Self::Record(record) => record.date,
            Self::Tracking(event) => event.at,
        }
    }

    pub fn terms(&self) -> &TermsKey {
        match self {
            Self::Record(record) => &record.terms,
            Self::Tracking(event) => &event.terms,
        }
    }
}

impl Hash for Item {
    /// All that an entry is written from.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        match self {
            Self::Record(record) => {
                record.id.hash(hasher);
                if let Some(verdict) = &record.verdict {
                    (verdict.kind, verdict.significant, verdict.rules).hash(hasher);
                    verdict.reasons.iter().for_each(|reason| (&reason.rule, &reason.seen).hash(hasher));
                }
            }
            Self::Tracking(event) => (&event.terms, event.at, event.kind.name()).hash(hasher),
        }
    }
}

/// The newest so many, the newest first. `events` are the oldest first.
pub fn newest(
    versions: &dyn RecordStore<Version>,
    filter: &RecordFilter,
    events: &[Event],
    limit: usize,
) -> Result<Vec<Item>, RecordsError> {
    let mut records = versions.list(&RecordFilter { limit: Some(limit), ..filter.clone() })?;
    records.reverse();
    let events = &events[events.len().saturating_sub(limit)..];
    let mut items = in_one_row(records, events);
    items.reverse();
    items.truncate(limit);
    Ok(items)
}

/// So many after the first `offset`, counted from the oldest; the newest of them first.
///
/// An event moves the records after it back by one place, so reading begins earlier by as many as there are events.
pub fn from_oldest(
    versions: &dyn RecordStore<Version>,
    filter: &RecordFilter,
    events: &[Event],
    offset: usize,
    limit: usize,
) -> Result<Vec<Item>, RecordsError> {
    let passed = offset.saturating_sub(events.len());
    let order = Order::OldestFirst;
    let records = RecordFilter { order, offset: passed, limit: Some(limit + offset - passed), ..filter.clone() };
    let records = versions.list(&records)?;
    let first = records.first().map(|record| record.date).filter(|_| passed > 0);
    let events_passed = first.map_or(0, |first| events.partition_point(|event| event.at <= first));
    let items = in_one_row(records, &events[events_passed..]);
    let mut page: Vec<Item> = items.into_iter().skip(offset - passed - events_passed).take(limit).collect();
    page.reverse();
    Ok(page)
}

/// All by date, the oldest first; of one instant, events before records.
fn in_one_row(records: Vec<RecordEntry>, events: &[Event]) -> Vec<Item> {
    let events = events.iter().cloned().map(Item::Tracking);
    let mut items: Vec<Item> = events.chain(records.into_iter().map(Item::Record)).collect();
    items.sort_by_key(Item::date);
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::EventKind;
    use crate::domain::New;
    use crate::records::MemoryStore;

    fn day(day: usize) -> DateTime<Utc> {
        format!("2026-01-{day:02}T00:00:00Z").parse().unwrap()
    }

    fn terms() -> TermsKey {
        TermsKey::new("Acme".parse().unwrap(), "Imprint".parse().unwrap())
    }

    /// Records on some days and events on others.
    fn made(records: &[usize], events: &[usize]) -> (MemoryStore<Version>, Vec<Event>) {
        let versions = MemoryStore::new();
        for number in records {
            let markdown = format!("Day {number}.");
            let version = Version { terms: terms(), fetched_at: day(*number), snapshots: Vec::new(), markdown };
            versions.save(New::tracked(version)).unwrap();
        }
        let event =
            |number: &usize| Event { at: day(*number), terms: terms(), kind: EventKind::TrackedAgain, reason: None };
        (versions, events.iter().map(event).collect())
    }

    fn days(items: &[Item]) -> Vec<usize> {
        items.iter().map(|item| item.date().format("%d").to_string().parse().unwrap()).collect()
    }

    #[test]
    fn archives_from_the_oldest_on_have_all_once_and_in_order() {
        for (records, events) in [
            (vec![1, 3, 4, 6, 7, 9], vec![2, 5, 8]),
            (vec![1, 2, 3, 4, 5, 6], vec![7, 8, 9]),
            (vec![4, 5, 6, 7, 8, 9], vec![1, 2, 3]),
            (vec![1, 2, 3, 4, 5, 6, 7, 8, 9], vec![]),
            (vec![], vec![1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ] {
            let (versions, events) = made(&records, &events);
            let page = |offset| from_oldest(&versions, &RecordFilter::default(), &events, offset, 3).unwrap();

            assert_eq!(days(&page(0)), [3, 2, 1], "{records:?}");
            assert_eq!(days(&page(3)), [6, 5, 4], "{records:?}");
            assert_eq!(days(&page(6)), [9, 8, 7], "{records:?}");
            let newest = newest(&versions, &RecordFilter::default(), &events, 4).unwrap();
            assert_eq!(days(&newest), [9, 8, 7, 6], "{records:?}");
        }
    }
}
