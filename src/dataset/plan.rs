//! Which entries of a dataset become records, and in which order.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::{EntryName, Refusal, Refused, Source};
use crate::domain::{RecordId, TermsKey, TermsType};
use crate::records::RecordEntry;

/// The entries of a dataset in the order in which they are to be recorded.
#[derive(Debug, Default)]
pub struct Plan {
    pub entries: Vec<Planned>,
    pub refused: Vec<Refused>,
    /// Entries of a time up to which the archive holds their terms already.
    pub past: Vec<Past>,
}

/// An entry that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planned {
    pub name: EntryName,
    /// Its place in the source.
    pub place: usize,
}

/// An entry that no record can be made of any more: records are only added after the last of their terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    pub entry: Planned,
    /// What the archive holds of its terms for its date.
    pub in_force: Option<RecordId>,
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

    /// Sets apart what is not later than the records that an archive holds of its terms.
    ///
    /// # Errors
    /// When the archive holds records that are of no entry.
    pub fn resume_after(&mut self, recorded: &[RecordEntry]) -> Result<(), OtherRecords> {
        let names: HashSet<(&TermsKey, DateTime<Utc>)> =
            self.entries.iter().map(|entry| (&entry.name.terms, entry.name.date)).collect();
        let mut others = recorded.iter().filter(|record| !names.contains(&(&record.terms, record.date)));
        if let Some(other) = others.next() {
            return Err(OtherRecords { count: 1 + others.count(), terms: other.terms.clone(), date: other.date });
        }
        self.set_apart(&by_terms(recorded));
        Ok(())
    }

    /// The terms types that occur, in order.
    pub fn terms_types(&self) -> BTreeSet<&TermsType> {
        self.entries.iter().map(|entry| &entry.name.terms.terms_type).collect()
    }

    fn set_apart(&mut self, courses: &Courses<'_>) {
        for entry in std::mem::take(&mut self.entries) {
            let course = courses.get(&entry.name.terms);
            match course.filter(|course| course.keys().next_back() >= Some(&entry.name.date)) {
                Some(course) => {
                    let in_force = course.range(..=entry.name.date).next_back().map(|(_, id)| (*id).clone());
                    self.past.push(Past { entry, in_force });
                }
                None => self.entries.push(entry),
            }
        }
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

/// The records of each terms, by their dates.
type Courses<'a> = HashMap<&'a TermsKey, BTreeMap<DateTime<Utc>, &'a RecordId>>;

fn by_terms(recorded: &[RecordEntry]) -> Courses<'_> {
    let mut courses = Courses::new();
    for record in recorded {
        courses.entry(&record.terms).or_default().insert(record.date, &record.id);
    }
    courses
}
