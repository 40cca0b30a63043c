//! Makes the records that runs would have made, had fineprint fetched what a dataset holds on its dates.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::plan::Past;
use super::{Plan, Refusal, Refused, Source};
use crate::domain::{Kind, Saved, Version};
use crate::records::{RecordStore, RecordsError};

/// What came of an import.
#[derive(Debug, Default)]
pub struct Imported {
    pub records: BTreeMap<Kind, usize>,
    /// Entries whose text the archive held already.
    pub resumed: usize,
    /// Entries with the text of the entry before: a run would have recorded nothing.
    pub unchanged: usize,
    pub oldest: Option<DateTime<Utc>>,
    pub newest: Option<DateTime<Utc>>,
    /// Entries that were left out.
    pub refused: Vec<Refused>,
}

/// Why an import ended early.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("cannot record {entry}: {source}")]
    Records { entry: String, source: RecordsError },

    #[error("the dataset holds more than {} GiB", limit >> 30)]
    TooLarge { limit: u64 },
}

/// Most that is unpacked of a dataset in all, used or not; the largest published holds some 2 GB.
const MAX_BYTES: u64 = 64 << 30;

/// Hands every entry of the plan to `record`, the oldest first, and compares those of the past with what `archive` holds.
/// An entry that cannot be read stops no other.
///
/// # Errors
/// When the archive cannot be written; what was recorded until then stays, and the next import goes on after it.
pub fn import(
    source: &mut Source,
    plan: Plan,
    archive: &dyn RecordStore<Version>,
    record: impl FnMut(Version) -> Result<Saved, RecordsError>,
) -> Result<Imported, ImportError> {
    import_from(Texts::of(source, MAX_BYTES), plan, archive, record)
}

/// The same, of texts within a bound.
pub(super) fn import_from(
    mut texts: Texts<'_>,
    plan: Plan,
    archive: &dyn RecordStore<Version>,
    mut record: impl FnMut(Version) -> Result<Saved, RecordsError>,
) -> Result<Imported, ImportError> {
    let mut imported = Imported { refused: plan.refused, ..Imported::default() };
    for past in plan.past {
        let text = texts.read(past.entry.place)?;
        match text.and_then(|text| past.look_up(&text, archive)) {
            Ok(()) => imported.resumed += 1,
            Err(why) => imported.refused.push(Refused::new(&past.entry.name.to_string(), why)),
        }
    }
    for entry in plan.entries {
        let name = entry.name.to_string();
        let markdown = match texts.read(entry.place)? {
            Ok(markdown) => markdown,
            Err(why) => {
                imported.refused.push(Refused::new(&name, why));
                continue;
            }
        };
        let fetched_at = entry.name.date;
        let version = Version { terms: entry.name.terms, fetched_at, snapshots: Vec::new(), markdown };
        match record(version) {
            Ok(saved) => imported.count(&saved, fetched_at),
            Err(error) if error.is_of_one_record() => {
                imported.refused.push(Refused::new(&name, Refusal::NotRecorded(error)));
            }
            Err(source) => return Err(ImportError::Records { entry: name, source }),
        }
    }
    Ok(imported)
}

/// The texts of a dataset, of which so many bytes may be unpacked.
pub(super) struct Texts<'a> {
    source: &'a mut Source,
    unpacked: u64,
    limit: u64,
}

impl<'a> Texts<'a> {
    pub(super) fn of(source: &'a mut Source, limit: u64) -> Self {
        Self { source, unpacked: 0, limit }
    }

    fn read(&mut self, place: usize) -> Result<Result<String, Refusal>, ImportError> {
        let text = self.source.text(place, &mut self.unpacked);
        if self.unpacked > self.limit {
            return Err(ImportError::TooLarge { limit: self.limit });
        }
        Ok(text)
    }
}

impl Past {
    /// Whether the archive holds this text for the date of the entry, or why not.
    fn look_up(&self, text: &str, archive: &dyn RecordStore<Version>) -> Result<(), Refusal> {
        let Some(id) = &self.in_force else { return Err(Refusal::NotAmongRecords) };
        match archive.find(id) {
            Ok(Some(record)) if record.content.markdown == text => Ok(()),
            Ok(_) => Err(Refusal::NotAmongRecords),
            Err(error) => Err(Refusal::NotRecorded(error)),
        }
    }
}

impl Imported {
    /// How many records were made.
    pub fn recorded(&self) -> usize {
        self.records.values().sum()
    }

    fn count(&mut self, saved: &Saved, date: DateTime<Utc>) {
        let Saved::Recorded { kind, .. } = saved else {
            self.unchanged += 1;
            return;
        };
        *self.records.entry(*kind).or_default() += 1;
        // Entries come in the order of their dates.
        self.oldest = self.oldest.or(Some(date));
        self.newest = Some(date);
    }
}
