//! Where the records of one terms or document lie: under today's name, and under those it went by before.

use chrono::{DateTime, Utc};

use crate::domain::{DocumentKey, Renames, TermsKey};
use crate::records::RecordsError;
use crate::records::index::{Index, Row};

/// The slots of one key, today's first.
pub struct Names {
    slots: Vec<Name>,
    /// Whether what was asked for goes by today's name.
    is_current: bool,
}

/// A slot, and until when its records are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub slot: DocumentKey,
    pub until: Option<DateTime<Utc>>,
}

impl Names {
    pub fn of(slot: DocumentKey, renames: &Renames) -> Self {
        let names = renames.names(Some(&slot.terms.service), Some(&slot.terms.terms_type));
        let slots: Vec<Name> = names
            .into_iter()
            .filter_map(|name| {
                let terms = TermsKey::new(name.service?, name.terms_type?);
                Some(Name { slot: DocumentKey { terms, document: slot.document.clone() }, until: name.until })
            })
            .collect();
        let is_current = slots.first().is_some_and(|first| first.slot == slot);
        Self { slots, is_current }
    }

    pub fn slots(&self) -> Vec<DocumentKey> {
        self.slots.iter().map(|name| name.slot.clone()).collect()
    }

    /// Today's name.
    pub fn today(&self) -> Option<&TermsKey> {
        self.slots.first().map(|name| &name.slot.terms)
    }

    /// The former names, of which a record under today's name is the continuation.
    pub fn before(&self) -> &[Name] {
        if self.is_current { self.slots.get(1..).unwrap_or_default() } else { &[] }
    }

    /// The record made last under today's name, or else the newest under a former one.
    pub fn newest(&self, index: &Index) -> Result<Option<Row>, RecordsError> {
        let Some((current, former)) = self.slots.split_first() else { return Ok(None) };
        match current.newest(index)? {
            None => newest_of(former, index),
            found => Ok(found),
        }
    }

    /// The record with the highest date up to `date`, whatever its name.
    pub fn valid_at(&self, index: &Index, date: DateTime<Utc>) -> Result<Option<Row>, RecordsError> {
        let mut best: Option<Row> = None;
        for name in &self.slots {
            let limit = name.until.map_or(date, |until| until.min(date));
            let found = index.valid_at(&name.slot, limit)?;
            best = found.filter(|found| best.as_ref().is_none_or(|best| found.date > best.date)).or(best);
        }
        Ok(best)
    }
}

impl Name {
    pub fn newest(&self, index: &Index) -> Result<Option<Row>, RecordsError> {
        match self.until {
            None => index.latest(&self.slot),
            Some(until) => index.valid_at(&self.slot, until),
        }
    }
}

/// The newest record under any of these names.
pub fn newest_of(names: &[Name], index: &Index) -> Result<Option<Row>, RecordsError> {
    let rows = names.iter().filter_map(|name| name.newest(index).transpose()).collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().max_by_key(|row| row.date))
}
