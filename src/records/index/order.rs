//! Records by their number in the order of history, for what is made from all of them, one after the other.

use git2::Oid;
use rusqlite::{OptionalExtension, Params, params, params_from_iter};

use super::Index;
use super::query::{name, oid};
use crate::domain::TermsKey;
use crate::records::RecordsError;

/// A place in the order of history: the record with that number, which is to have that id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub number: i64,
    pub id: Oid,
}

/// A record and its place.
#[derive(Debug, Clone)]
pub struct Placed {
    pub position: Position,
    pub terms: TermsKey,
    /// Seconds since 1970.
    pub date: i64,
    pub blob: Oid,
}

impl Index {
    /// The last record.
    pub fn end(&self) -> Result<Option<Position>, RecordsError> {
        let query = "SELECT seq, id FROM records ORDER BY seq DESC LIMIT 1";
        let position = |row: &rusqlite::Row| Ok(Position { number: row.get(0)?, id: oid(row, 1)? });
        self.connection.query_row(query, [], position).optional().map_err(self.failed())
    }

    /// Whether a record still has the number it had.
    pub fn holds(&self, position: Position) -> Result<bool, RecordsError> {
        let query = "SELECT 1 FROM records WHERE seq = ? AND id = ?";
        let found = self.connection.query_row(query, params![position.number, position.id.as_bytes()], |_| Ok(()));
        found.optional().map(|found| found.is_some()).map_err(self.failed())
    }

    /// The terms that there are records of, by the names they were recorded under.
    pub fn all_terms(&self) -> Result<Vec<TermsKey>, RecordsError> {
        let query = "SELECT DISTINCT s.service, s.terms_type FROM slots s
                     WHERE EXISTS (SELECT 1 FROM records r WHERE r.slot = s.id) ORDER BY s.service, s.terms_type";
        let rows = self.connection.prepare_cached(query).and_then(|mut statement| {
            let rows = statement.query_map([], |row| Ok(TermsKey::new(name(row, 0)?, name(row, 1)?)))?;
            rows.collect()
        });
        rows.map_err(self.failed())
    }

    /// The records under any of these names with numbers after one and up to another, the first so many.
    pub fn span_of(
        &self,
        names: &[TermsKey],
        (after, up_to): (i64, i64),
        limit: usize,
    ) -> Result<Vec<Placed>, RecordsError> {
        let is_of_one = "SELECT id FROM slots WHERE service = ? AND terms_type = ?";
        let is_of_any = vec![is_of_one; names.len()].join(" UNION ALL ");
        let condition = format!("r.slot IN ({is_of_any}) AND r.seq > {after} AND r.seq <= {up_to}");
        let values = names.iter().flat_map(|terms| [terms.service.as_str(), terms.terms_type.as_str()]);
        self.placed(&condition, params_from_iter(values), limit)
    }

    /// The records after a number, the first so many.
    pub fn after(&self, number: i64, limit: usize) -> Result<Vec<Placed>, RecordsError> {
        self.placed("r.seq > ?", [number], limit)
    }

    fn placed(&self, condition: &str, params: impl Params, limit: usize) -> Result<Vec<Placed>, RecordsError> {
        let query = format!(
            "SELECT r.seq, r.id, s.service, s.terms_type, r.date, r.blob FROM records r JOIN slots s ON s.id = r.slot
             WHERE {condition} ORDER BY r.seq LIMIT {limit}"
        );
        let rows = self.connection.prepare_cached(&query).and_then(|mut statement| {
            let rows = statement.query_map(params, placed)?;
            rows.collect()
        });
        rows.map_err(self.failed())
    }
}

fn placed(row: &rusqlite::Row) -> rusqlite::Result<Placed> {
    Ok(Placed {
        position: Position { number: row.get(0)?, id: oid(row, 1)? },
        terms: TermsKey::new(name(row, 2)?, name(row, 3)?),
        date: row.get(4)?,
        blob: oid(row, 5)?,
    })
}
