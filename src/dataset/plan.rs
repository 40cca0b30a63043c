//! Which entries of a dataset become records, and in which order.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::{EntryName, Refusal, Refused, Source};
use crate::domain::{TermsKey, TermsType};
use crate::records::RecordEntry;

/// The entries of a dataset in the order in which they are to be recorded.
#[derive(Debug, Default)]
pub struct Plan {
    pub entries: Vec<Planned>,
    pub refused: Vec<Refused>,
    /// How many entries an earlier import recorded already.
    pub resumed: usize,
}

/// An entry that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planned {
    pub name: EntryName,
    /// Its place in the source.
    pub place: usize,
}

/// An archive holds records that the dataset has not: what was fetched since must not be mixed with it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{count} records of the archive are not in the dataset; one is of {terms}, {}", date.to_rfc3339())]
pub struct OtherRecords {
    pub count: usize,
    pub terms: TermsKey,
    pub date: DateTime<Utc>,
}

impl Plan {
    /// Sorts the entries of a dataset by date; `now` is the present.
    pub fn of(source: &Source, now: DateTime<Utc>) -> Self {
        let mut plan = Self::default();
        for (place, path) in source.paths().into_iter().enumerate() {
            match path {
                Ok(path) if path.ends_with('/') => {}
                Ok(path) => plan.add(place, &path, now),
                Err(shown) => plan.refused.push(Refused::new(&shown, Refusal::NameNotUtf8)),
            }
        }
        plan.keep_one_of_a_second();
        plan
    }

    /// Leaves out what the records of an archive show to be imported already.
    ///
    /// # Errors
    /// When the archive holds anything else.
    pub fn resume_after(&mut self, recorded: &[RecordEntry]) -> Result<(), OtherRecords> {
        let places: HashMap<(&TermsKey, DateTime<Utc>), usize> =
            self.entries.iter().enumerate().map(|(at, entry)| ((&entry.name.terms, entry.name.date), at)).collect();
        let place_of = |record: &RecordEntry| places.get(&(&record.terms, record.date)).copied();
        let mut others = recorded.iter().filter(|record| place_of(record).is_none());
        if let Some(other) = others.next() {
            return Err(OtherRecords { count: 1 + others.count(), terms: other.terms.clone(), date: other.date });
        }
        self.resumed = recorded.iter().filter_map(place_of).max().map_or(0, |last| last + 1);
        self.entries.drain(..self.resumed);
        Ok(())
    }

    /// The terms types that occur, in order.
    pub fn terms_types(&self) -> BTreeSet<&TermsType> {
        self.entries.iter().map(|entry| &entry.name.terms.terms_type).collect()
    }

    fn add(&mut self, place: usize, path: &str, now: DateTime<Utc>) {
        match EntryName::read(path) {
            Ok(Some(name)) if name.date > now => self.refused.push(Refused::new(path, Refusal::InTheFuture)),
            Ok(Some(name)) if name.date.timestamp() < 0 => self.refused.push(Refused::new(path, Refusal::BeforeGit)),
            Ok(Some(name)) => self.entries.push(Planned { name, place }),
            Ok(None) => {}
            Err(why) => self.refused.push(Refused::new(path, why)),
        }
    }

    /// Of several entries of a terms and second, the last one counts, as it does when a ZIP file is unpacked.
    fn keep_one_of_a_second(&mut self) {
        self.entries.sort();
        let mut kept: Vec<Planned> = Vec::with_capacity(self.entries.len());
        for entry in std::mem::take(&mut self.entries) {
            match kept.last_mut().filter(|last| last.name == entry.name) {
                Some(last) => {
                    self.refused.push(Refused::new(&entry.name.to_string(), Refusal::SameDate));
                    *last = entry;
                }
                None => kept.push(entry),
            }
        }
        self.entries = kept;
    }
}
