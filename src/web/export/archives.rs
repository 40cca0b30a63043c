//! Which archives of feeds (RFC 5005) a copy has: those that tell of records with pages of their own.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use url::form_urlencoded::Serializer;

use super::manifest::digest;
use super::places::Scope;
use crate::checks::Event;
use crate::records::{Order, RecordEntry, RecordFilter};
use crate::web::feeds::{Selection, archives};
use crate::web::{ReadError, Served};

/// An archive that is copied, and what it is made from, as one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    pub of: Scope,
    pub number: usize,
    pub made_from: String,
}

/// The archives of all feeds with anything that is not older than `reach`.
pub async fn since(served: &Served, reach: DateTime<Utc>) -> Result<Vec<Archive>, ReadError> {
    let filter = RecordFilter { order: Order::OldestFirst, ..selection(&Scope::default()).filter() };
    let records = served.versions(move |versions| versions.list(&filter)).await?;
    let (declared, events, limit) = (served.declared(), served.events(), served.config().feed.limit);
    let mut told: BTreeMap<Scope, Vec<&RecordEntry>> = BTreeMap::new();
    for record in &records {
        let terms = declared.renames.current(&record.terms, record.date);
        Scope::all_of(&terms).into_iter().for_each(|scope| told.entry(scope).or_default().push(record));
    }
    for terms in declared.terms() {
        for scope in Scope::all_of(&terms) {
            told.entry(scope).or_default();
        }
    }
    let of_scope = |(scope, records): (Scope, Vec<&RecordEntry>)| {
        let events = selection(&scope).events(&events);
        divided(&scope, &records, &events, limit, reach)
    };
    Ok(told.into_iter().flat_map(of_scope).collect())
}

/// The feed of everything that counts in a scope, as it is asked for without further parameters.
fn selection(scope: &Scope) -> Selection {
    let query = Serializer::new(String::new()).extend_pairs(scope.parameters()).finish();
    Selection::read(&query).expect("names of services and types are parameters of feeds")
}

/// `records` and `events` are the oldest first; archives hold `limit` of both.
fn divided(
    scope: &Scope,
    records: &[&RecordEntry],
    events: &[Event],
    limit: usize,
    reach: DateTime<Utc>,
) -> Vec<Archive> {
    let last = archives(records.len() + events.len(), limit);
    let passed_events = events.partition_point(|event| event.at < reach);
    let passed = records.partition_point(|record| record.date < reach) + passed_events;
    let archive = |number: usize| {
        // An event among them moves records back by one place.
        let start = ((number - 1) * limit).saturating_sub(events.len()).min(records.len());
        let end = (number * limit).min(records.len());
        let made_from = format!("{} {events:?} {:?}", number == last, &records[start..end]);
        Archive { of: scope.clone(), number, made_from: digest([made_from.as_bytes()]) }
    };
    (passed / limit + 1..=last).map(archive).collect()
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
            let version =
                Version { terms, fetched_at: day(number), snapshots: Vec::new(), markdown: format!("Day {number}.") };
            versions.save(New::tracked(version)).unwrap();
        }
        versions.list(&RecordFilter { order: Order::OldestFirst, ..RecordFilter::default() }).unwrap()
    }

    fn day(number: usize) -> DateTime<Utc> {
        format!("2026-01-{number:02}T00:00:00Z").parse().unwrap()
    }

    /// The archives of ten entries each that reach back to a day.
    fn of_ten(records: &[RecordEntry], since: usize) -> Vec<Archive> {
        let records: Vec<&RecordEntry> = records.iter().collect();
        divided(&Scope::default(), &records, &[], 10, day(since))
    }

    fn numbers(archives: &[Archive]) -> Vec<usize> {
        archives.iter().map(|archive| archive.number).collect()
    }

    #[test]
    fn a_feed_that_holds_everything_has_no_archives() {
        assert_eq!(of_ten(&records(10), 1), []);
    }

    #[test]
    fn archives_reach_as_far_back_as_pages_do() {
        let records = records(25);

        assert_eq!(numbers(&of_ten(&records, 1)), [1, 2]);
        assert_eq!(numbers(&of_ten(&records, 10)), [1, 2], "the tenth is the last of the first archive");
        assert_eq!(numbers(&of_ten(&records, 11)), [2]);
        assert_eq!(of_ten(&records, 26), []);
    }

    #[test]
    fn an_archive_that_has_a_successor_stays_as_it_is() {
        let (before, after) = (of_ten(&records(21), 1), of_ten(&records(29), 1));

        assert_eq!(before, after);
        assert_eq!(of_ten(&records(31), 1)[0], before[0]);
    }
}
