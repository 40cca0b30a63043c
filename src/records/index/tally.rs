//! Counts records by month as they are added, so that nobody has to go through all of them to count.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use rusqlite::{Connection, params};

use super::query::{kind, name};
use super::{Index, kind_number};
use crate::domain::{Kind, TermsKey};
use crate::records::{RecordsError, Tally};

const ADD: &str = "INSERT INTO months VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
                   records = records + excluded.records, first = min(first, excluded.first), last = max(last, excluded.last)";

/// What is counted together: slot, month since the year 0, and kind.
type Key = (i64, i32, i64);

/// Counts that are not in the file yet.
#[derive(Default)]
pub struct Counts(BTreeMap<Key, Count>);

struct Count {
    records: i64,
    first: i64,
    last: i64,
}

impl Counts {
    /// Counts a record of a slot.
    pub fn count(&mut self, slot: i64, of: Kind, date: i64) {
        let day = DateTime::from_timestamp_secs(date).unwrap_or_default();
        let key = (slot, day.year() * 12 + day.month0().cast_signed(), kind_number(of));
        let count = self.0.entry(key).or_insert(Count { records: 0, first: date, last: date });
        count.records += 1;
        (count.first, count.last) = (count.first.min(date), count.last.max(date));
    }

    /// Adds them to those in the file.
    pub fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        let mut add = connection.prepare_cached(ADD)?;
        for ((slot, month, kind), Count { records, first, last }) in self.0 {
            add.execute(params![slot, month, kind, records, first, last])?;
        }
        Ok(())
    }
}

impl Index {
    /// How many records there are of each terms, month and kind, by the names they were recorded under.
    ///
    /// Of a month in which a name is `split`, since it came to mean something else, each record is counted alone.
    pub fn tallies(&self, split: impl Fn(&Tally) -> bool) -> Result<Vec<Tally>, RecordsError> {
        let read = || -> rusqlite::Result<Vec<Tally>> {
            let query = "SELECT s.service, s.terms_type, m.kind, m.records, m.first, m.last, m.slot
                         FROM months m JOIN slots s ON s.id = m.slot";
            let mut tallies = Vec::new();
            for counted in self.connection.prepare_cached(query)?.query_map([], |row| Ok((tally(row)?, row.get(6)?)))? {
                match counted? {
                    (month, slot) if split(&month) => tallies.extend(self.one_by_one(&month, slot)?),
                    (month, _) => tallies.push(month),
                }
            }
            Ok(tallies)
        };
        read().map_err(self.failed())
    }

    fn one_by_one(&self, month: &Tally, slot: i64) -> rusqlite::Result<Vec<Tally>> {
        let query = "SELECT date FROM records WHERE slot = ? AND kind = ? AND date BETWEEN ? AND ?";
        let bounds = params![slot, kind_number(month.kind), month.first.timestamp(), month.last.timestamp()];
        let mut statement = self.connection.prepare_cached(query)?;
        let dates = statement.query_map(bounds, |row| date(row, 0))?;
        dates.map(|date| date.map(|date| Tally { records: 1, first: date, last: date, ..month.clone() })).collect()
    }
}

fn tally(row: &rusqlite::Row) -> rusqlite::Result<Tally> {
    Ok(Tally {
        terms: TermsKey::new(name(row, 0)?, name(row, 1)?),
        kind: kind(row.get(2)?),
        records: usize::try_from(row.get::<_, i64>(3)?).unwrap_or_default(),
        first: date(row, 4)?,
        last: date(row, 5)?,
    })
}

fn date(row: &rusqlite::Row, column: usize) -> rusqlite::Result<DateTime<Utc>> {
    row.get(column).map(|date| DateTime::from_timestamp_secs(date).unwrap_or_default())
}
