//! Which archives of the collection's feed (RFC 5005) a copy has: those with records that have pages of their own.

use super::manifest::digest;
use crate::checks::Event;
use crate::records::{Order, RecordEntry, RecordFilter};
use crate::web::feeds::Selection;
use crate::web::{ReadError, Served};

/// An archive that is copied, and what it is made from, as one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    pub number: usize,
    pub made_from: String,
}

/// The archives that tell of the newest `most` changes; of all if that is not given.
pub async fn archives(served: &Served, most: Option<usize>) -> Result<Vec<Archive>, ReadError> {
    let selection = Selection::read("").expect("a feed of everything needs no parameters");
    let events = selection.events(&served.events());
    let filter = RecordFilter { order: Order::OldestFirst, ..selection.filter() };
    let records = served.versions(move |versions| versions.list(&filter)).await?;
    Ok(divided(&records, &events, served.config().feed.limit, most))
}

/// `records` and `events` are the oldest first; archives hold `limit` of both.
fn divided(records: &[RecordEntry], events: &[Event], limit: usize, most: Option<usize>) -> Vec<Archive> {
    let all = records.len() + events.len();
    let last = if all > limit { all / limit } else { 0 };
    let passed = most.map_or(0, |most| all.saturating_sub(most));
    let archive = |number: usize| {
        // An event among them moves records back by one place.
        let start = ((number - 1) * limit).saturating_sub(events.len()).min(records.len());
        let end = (number * limit).min(records.len());
        let made_from = format!("{} {events:?} {:?}", number == last, &records[start..end]);
        Archive { number, made_from: digest([made_from.as_bytes()]) }
    };
    (passed / limit.max(1) + 1..=last).map(archive).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{New, TermsKey, Version};
    use crate::records::{MemoryStore, RecordStore};

    fn records(count: usize) -> Vec<RecordEntry> {
        let versions = MemoryStore::new();
        for number in 1..=count {
            let terms = TermsKey::new("Acme".parse().unwrap(), "Imprint".parse().unwrap());
            let fetched_at = format!("2026-01-{number:02}T00:00:00Z").parse().unwrap();
            let version = Version { terms, fetched_at, snapshots: Vec::new(), markdown: format!("Day {number}.") };
            versions.save(New::tracked(version)).unwrap();
        }
        versions.list(&RecordFilter { order: Order::OldestFirst, ..RecordFilter::default() }).unwrap()
    }

    fn numbers(archives: &[Archive]) -> Vec<usize> {
        archives.iter().map(|archive| archive.number).collect()
    }

    #[test]
    fn a_feed_that_holds_everything_has_no_archives() {
        assert_eq!(divided(&records(10), &[], 10, None), []);
    }

    #[test]
    fn archives_reach_as_far_back_as_pages_do() {
        let records = records(25);

        assert_eq!(numbers(&divided(&records, &[], 10, None)), [1, 2]);
        assert_eq!(numbers(&divided(&records, &[], 10, Some(10))), [2]);
    }

    #[test]
    fn an_archive_that_has_a_successor_stays_as_it_is() {
        let (before, after) = (divided(&records(21), &[], 10, None), divided(&records(29), &[], 10, None));

        assert_eq!(before, after);
        assert_eq!(divided(&records(31), &[], 10, None)[0], before[0]);
    }
}
