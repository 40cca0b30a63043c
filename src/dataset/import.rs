//! Makes the records that runs would have made, had fineprint fetched what a dataset holds on its dates.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Plan, Refusal, Refused, Source};
use crate::domain::{Kind, Saved, Version};
use crate::records::RecordsError;

/// What came of an import.
#[derive(Debug, Default)]
pub struct Imported {
    pub records: BTreeMap<Kind, usize>,
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

/// Hands every entry of the plan to `record`, the oldest first. An entry that cannot be read stops no other.
///
/// # Errors
/// When the archive cannot be written; what was recorded until then stays, and the next import goes on after it.
pub fn import(
    source: &mut Source,
    plan: Plan,
    record: impl FnMut(Version) -> Result<Saved, RecordsError>,
) -> Result<Imported, ImportError> {
    import_within(MAX_BYTES, source, plan, record)
}

/// The same, of a dataset that may hold so many bytes.
pub(super) fn import_within(
    limit: u64,
    source: &mut Source,
    plan: Plan,
    mut record: impl FnMut(Version) -> Result<Saved, RecordsError>,
) -> Result<Imported, ImportError> {
    let mut imported = Imported { refused: plan.refused, ..Imported::default() };
    let mut unpacked = 0;
    for entry in plan.entries {
        let name = entry.name.to_string();
        let text = source.text(entry.place, &mut unpacked);
        if unpacked > limit {
            return Err(ImportError::TooLarge { limit });
        }
        let markdown = match text {
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
