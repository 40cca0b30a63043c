//! What is thought of each record: the verdicts of rules, and above them what people said.

use std::collections::BTreeMap;

use chrono::DateTime;
use git2::Oid;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::Index;
use super::query::{kind, name, oid, record_id, unreadable};
use crate::domain::{ChangeKind, DocumentKey, RecordId, ServiceId, TermsKey, Verdict};
use crate::records::{Judged, RecordsError, Step};

/// The tables, where they are missing.
pub const SCHEMA: &str = include_str!("verdicts.sql");

/// The columns of the verdict that counts, for a query over [`TABLES`].
pub const COLUMNS: &str = "COALESCE(c.kind, v.kind), COALESCE(c.significant, v.significant), \
                           COALESCE(c.weight, v.weight), COALESCE(c.reasons, v.reasons), \
                           CASE WHEN c.id IS NULL THEN v.rules ELSE 0 END";
pub const TABLES: &str = "LEFT JOIN verdicts v ON v.seq = r.seq LEFT JOIN corrections c ON c.id = r.id";
pub const KIND: &str = "COALESCE(c.kind, v.kind)";
pub const SIGNIFICANT: &str = "COALESCE(c.significant, v.significant)";

impl Index {
    /// The terms with a record that has no verdict by the rules of this number.
    pub fn terms_to_judge(&self, rules: u32) -> Result<Vec<TermsKey>, RecordsError> {
        let query = "SELECT s.service, s.terms_type FROM slots s WHERE s.document = '' AND EXISTS (
                         SELECT 1 FROM records r LEFT JOIN verdicts v ON v.seq = r.seq
                         WHERE r.slot = s.id AND v.rules IS NOT ?)
                     ORDER BY s.service, s.terms_type";
        let read = || -> rusqlite::Result<Vec<TermsKey>> {
            let mut statement = self.connection.prepare_cached(query)?;
            statement.query_map([rules], |row| Ok(TermsKey::new(name(row, 0)?, name(row, 1)?)))?.collect()
        };
        read().map_err(self.failed())
    }

    /// The records of some slots in their order, each with the name it is under and what rules thought of it.
    pub fn course(&self, slots: &[DocumentKey]) -> Result<Vec<(TermsKey, Step)>, RecordsError> {
        let query =
            "SELECT r.id, r.kind, r.date, r.blob, v.gist, v.kind, v.significant, v.weight, v.reasons, v.rules, r.slot
                     FROM records r LEFT JOIN verdicts v ON v.seq = r.seq WHERE r.slot IN (";
        let read = || -> rusqlite::Result<Vec<(TermsKey, Step)>> {
            let mut names = BTreeMap::new();
            for slot in slots {
                names.extend(self.slot_number(slot)?.map(|number| (number, &slot.terms)));
            }
            let query = format!("{query}{}) ORDER BY r.seq", vec!["?"; names.len()].join(", "));
            let mut statement = self.connection.prepare_cached(&query)?;
            let steps = statement.query_map(params_from_iter(names.keys()), |columns| {
                Ok((names[&columns.get::<_, i64>(10)?].clone(), step(columns)?))
            })?;
            steps.collect()
        };
        read().map_err(self.failed())
    }

    /// A text that changes whenever there are other records of some services, or other verdicts of rules on them.
    pub fn stand_of(&self, services: &[ServiceId]) -> Result<String, RecordsError> {
        let query = format!(
            "SELECT max(r.seq), count(*), count(v.seq), total(v.rules) FROM slots s JOIN records r ON r.slot = s.id
             LEFT JOIN verdicts v ON v.seq = r.seq WHERE s.service IN ({})",
            vec!["?"; services.len()].join(", ")
        );
        let stand = |row: &rusqlite::Row| {
            let (last, records, judged) = (row.get::<_, Option<i64>>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?);
            Ok(format!("{last:?} {records} {judged} {}", row.get::<_, f64>(3)?))
        };
        let read = || -> rusqlite::Result<String> {
            let services = params_from_iter(services.iter().map(ServiceId::as_str));
            self.connection.prepare_cached(&query)?.query_row(services, stand)
        };
        read().map_err(self.failed())
    }

    /// Where the notes stood when corrections were read from them.
    pub fn notes_position(&self) -> Result<Option<Oid>, RecordsError> {
        let query = "SELECT value FROM meta WHERE key = 'notes'";
        let found = self
            .connection
            .prepare_cached(query)
            .and_then(|mut query| query.query_row([], |row| row.get::<_, Vec<u8>>(0)).optional());
        Ok(found.map_err(self.failed())?.and_then(|id| Oid::from_bytes(&id).ok()))
    }

    /// Takes the corrections of people in place of those that were known.
    pub fn replace_corrections(
        &mut self,
        position: Option<Oid>,
        corrections: &[(Oid, Verdict)],
    ) -> Result<(), RecordsError> {
        self.begin()?;
        let replace = |connection: &Connection| {
            connection.execute_batch("DELETE FROM corrections; DELETE FROM meta WHERE key = 'notes'")?;
            let mut insert = connection.prepare_cached("INSERT OR REPLACE INTO corrections VALUES (?, ?, ?, ?, ?)")?;
            for (id, verdict) in corrections {
                let Verdict { kind, significant, weight, .. } = verdict;
                insert.execute(params![id.as_bytes(), kind.name(), significant, weight, reasons_as_text(verdict)])?;
            }
            if let Some(position) = position {
                connection.execute("INSERT INTO meta VALUES ('notes', ?)", [position.as_bytes()])?;
            }
            Ok(())
        };
        replace(&self.connection).map_err(self.failed())
    }

    pub fn remember_verdicts(&mut self, judged: &[(RecordId, Judged)]) -> Result<(), RecordsError> {
        self.begin()?;
        let insert = |connection: &Connection| {
            let mut statement = connection.prepare_cached(
                "INSERT OR REPLACE INTO verdicts SELECT seq, ?2, ?3, ?4, ?5, ?6, ?7 FROM records WHERE id = ?1",
            )?;
            for (id, Judged { verdict, gist }) in judged {
                let id = Oid::from_str(id.as_str()).expect("a record id is forty hexadecimal digits");
                let Verdict { kind, significant, weight, rules, .. } = verdict;
                let (reasons, gist) = (reasons_as_text(verdict), gist.cast_signed());
                statement.execute(params![id.as_bytes(), kind.name(), significant, weight, reasons, rules, gist])?;
            }
            Ok(())
        };
        insert(&self.connection).map_err(self.failed())
    }
}

/// Reads a verdict from five columns, the first of which is its kind.
pub fn verdict(columns: &rusqlite::Row, first: usize) -> rusqlite::Result<Option<Verdict>> {
    let Some(kind) = columns.get::<_, Option<String>>(first)? else { return Ok(None) };
    let reasons: String = columns.get(first + 3)?;
    Ok(Some(Verdict {
        kind: kind.parse::<ChangeKind>().map_err(|error| unreadable(first, Type::Text, error))?,
        significant: columns.get(first + 1)?,
        weight: columns.get(first + 2)?,
        reasons: serde_json::from_str(&reasons).map_err(|error| unreadable(first + 3, Type::Text, error))?,
        rules: columns.get(first + 4)?,
    }))
}

fn step(columns: &rusqlite::Row) -> rusqlite::Result<Step> {
    let verdict = verdict(columns, 5)?;
    let gist: Option<i64> = columns.get(4)?;
    let date = DateTime::from_timestamp_secs(columns.get(2)?).unwrap_or_default();
    let content = oid(columns, 3)?.as_bytes().try_into().map_err(|error| unreadable(3, Type::Blob, error))?;
    Ok(Step {
        id: record_id(oid(columns, 0)?),
        kind: kind(columns.get(1)?),
        date,
        content,
        judged: verdict.zip(gist).map(|(verdict, gist)| Judged { verdict, gist: gist.cast_unsigned() }),
    })
}

fn reasons_as_text(verdict: &Verdict) -> String {
    serde_json::to_string(&verdict.reasons).expect("reasons are lists of texts")
}
