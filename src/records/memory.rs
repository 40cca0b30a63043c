//! Keeps records in memory, for previews and tests. Nothing outlives the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::path::RecordPath;
use super::recordable::kind_of;
use super::{Extractions, Order, RecordEntry, RecordFilter, RecordStore, Recordable, RecordsError};
use crate::domain::{DocumentKey, ENGINE, New, Record, RecordId, Saved, ServiceId, TermsKey, Version};

/// A [`RecordStore`] without a disk behind it. Its ids count from one.
pub struct MemoryStore<T> {
    held: Mutex<Held<T>>,
}

struct Held<T> {
    records: Vec<(DocumentKey, Record<T>)>,
    extractions: HashMap<TermsKey, String>,
}

impl<T: Recordable> MemoryStore<T> {
    pub fn new() -> Self {
        Self { held: Mutex::new(Held { records: Vec::new(), extractions: HashMap::new() }) }
    }

    fn held(&self) -> MutexGuard<'_, Held<T>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Recordable> Default for MemoryStore<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Recordable> RecordStore<T> for MemoryStore<T> {
    fn save(&self, new: New<T>) -> Result<Saved, RecordsError> {
        let path = RecordPath::new(T::slot(&new.content.key()), new.content.extension())?;
        let mut held = self.held();
        let latest = held.of(&path.slot).last();
        if let Some(latest) = latest.filter(|latest| is_same_file(&latest.content, &new.content)) {
            return Ok(Saved::Unchanged { latest: latest.id.clone() });
        }
        let kind = kind_of(new.cause, latest.is_some());
        let id = numbered(held.records.len() + 1);
        let record = Record { id: id.clone(), kind, engine: Some(ENGINE.to_owned()), content: new.content };
        held.records.push((path.slot, record));
        Ok(Saved::Recorded { id, kind })
    }

    fn latest(&self, key: &T::Key) -> Result<Option<Record<T>>, RecordsError> {
        Ok(self.held().of(&T::slot(key)).last().cloned())
    }

    fn latest_id(&self, key: &T::Key) -> Result<Option<RecordId>, RecordsError> {
        Ok(self.held().of(&T::slot(key)).last().map(|record| record.id.clone()))
    }

    fn valid_at(&self, key: &T::Key, date: DateTime<Utc>) -> Result<Option<Record<T>>, RecordsError> {
        let held = self.held();
        let slot = T::slot(key);
        let dated = held.of(&slot).filter(|record| record.content.fetched_at() <= date);
        // Of several with the same date, the one recorded last: `max_by_key` keeps the last of equals.
        Ok(dated.max_by_key(|record| record.content.fetched_at()).cloned())
    }

    fn find(&self, id: &RecordId) -> Result<Option<Record<T>>, RecordsError> {
        Ok(self.held().records.iter().map(|(_, record)| record).find(|record| &record.id == id).cloned())
    }

    fn list(&self, filter: &RecordFilter) -> Result<Vec<RecordEntry>, RecordsError> {
        let held = self.held();
        let mut entries: Vec<RecordEntry> =
            held.records.iter().rev().map(entry).filter(|e| matches(filter, e)).collect();
        match filter.order {
            Order::NewestFirst => entries.sort_by_key(|entry| std::cmp::Reverse(entry.date)),
            Order::OldestFirst => {
                entries.reverse();
                entries.sort_by_key(|entry| entry.date);
            }
            Order::LastRecordedFirst => {}
        }
        if let Some(after) = &filter.after {
            let place = entries.iter().position(|entry| entry.id == *after).map_or(entries.len(), |place| place + 1);
            entries.drain(..place);
        }
        entries.drain(..filter.offset.min(entries.len()));
        entries.truncate(filter.limit.unwrap_or(usize::MAX));
        Ok(entries)
    }

    fn position(&self) -> Result<Option<String>, RecordsError> {
        Ok(Some(self.held().records.len().to_string()))
    }

    fn position_of(&self, service: &ServiceId) -> Result<Option<String>, RecordsError> {
        let filter = RecordFilter { service: Some(service.clone()), ..RecordFilter::default() };
        Ok(Some(self.count(&filter)?.to_string()))
    }

    fn flush(&self) -> Result<(), RecordsError> {
        Ok(())
    }
}

impl Extractions for MemoryStore<Version> {
    fn extraction_fingerprint(&self, terms: &TermsKey) -> Result<Option<String>, RecordsError> {
        Ok(self.held().extractions.get(terms).cloned())
    }

    fn remember_extraction(&self, terms: &TermsKey, fingerprint: &str) -> Result<(), RecordsError> {
        self.held().extractions.insert(terms.clone(), fingerprint.to_owned());
        Ok(())
    }
}

impl<T> Held<T> {
    fn of<'a>(&'a self, slot: &'a DocumentKey) -> impl DoubleEndedIterator<Item = &'a Record<T>> {
        self.records.iter().filter(move |(of, _)| of == slot).map(|(_, record)| record)
    }
}

fn is_same_file<T: Recordable>(a: &T, b: &T) -> bool {
    a.extension() == b.extension() && a.content() == b.content()
}

fn numbered(number: usize) -> RecordId {
    format!("{number:040x}").parse().expect("forty digits are a record id")
}

fn entry<T: Recordable>((slot, record): &(DocumentKey, Record<T>)) -> RecordEntry {
    RecordEntry {
        id: record.id.clone(),
        terms: slot.terms.clone(),
        document: slot.document.clone(),
        kind: record.kind,
        date: record.content.fetched_at(),
        engine: record.engine.clone(),
        snapshots: record.content.snapshots().to_vec(),
        verdict: None,
    }
}

fn is_named(filter: &RecordFilter, entry: &RecordEntry) -> bool {
    if !filter.names.is_empty() {
        return filter.names.iter().any(|name| name.is_of(&entry.terms, entry.date));
    }
    filter.service.as_ref().is_none_or(|service| *service == entry.terms.service)
        && filter.terms_type.as_ref().is_none_or(|terms_type| *terms_type == entry.terms.terms_type)
}

fn matches(filter: &RecordFilter, entry: &RecordEntry) -> bool {
    is_named(filter, entry)
        && filter.since.is_none_or(|since| entry.date >= since)
        && filter.until.is_none_or(|until| entry.date <= until)
        && filter.id_start.as_ref().is_none_or(|start| entry.id.as_str().starts_with(start.as_str()))
        && filter.among.as_ref().is_none_or(|among| among.contains(&entry.id))
        && filter.engine.as_ref().is_none_or(|start| entry.engine.as_ref().is_some_and(|e| e.starts_with(start)))
        && filter.significant.is_none_or(|meant| entry.verdict.as_ref().is_some_and(|v| v.significant == meant))
        && is_of_kind(filter, entry)
}

fn is_of_kind(filter: &RecordFilter, entry: &RecordEntry) -> bool {
    (filter.kinds.is_empty() && filter.change_kinds.is_empty())
        || filter.kinds.contains(&entry.kind)
        || entry.verdict.as_ref().is_some_and(|verdict| filter.change_kinds.contains(&verdict.kind))
}
