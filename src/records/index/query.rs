//! Questions to the index. Names are bound as parameters, so nothing in them is ever interpreted.

use chrono::{DateTime, Utc};
use git2::Oid;
use rusqlite::types::{Type, Value};
use rusqlite::{OptionalExtension, Params, params, params_from_iter};

use super::{Index, Row, kind_number, verdicts};
use crate::domain::{DocumentId, DocumentKey, Kind, RecordId, TermsKey, Verdict};
use crate::records::path::RecordPath;
use crate::records::{Order, RecordEntry, RecordFilter, RecordsError};

const COLUMNS: &str = "r.id, r.extension, r.kind, r.date, r.blob, r.engine, r.snapshots, \
                       s.service, s.terms_type, s.document";
const TABLES: &str = "FROM records r JOIN slots s ON s.id = r.slot";

/// What is read after a row's own columns.
const FIRST_VERDICT_COLUMN: usize = 10;

impl Index {
    /// The record of a slot that was made last.
    pub fn latest(&self, slot: &DocumentKey) -> Result<Option<Row>, RecordsError> {
        let Some(slot) = self.slot_number(slot).map_err(self.failed())? else { return Ok(None) };
        self.first_row(&format!("SELECT {COLUMNS} {TABLES} WHERE r.slot = ? ORDER BY r.seq DESC LIMIT 1"), [slot])
    }

    /// The id of the record of a slot that was made last.
    pub fn latest_id(&self, slot: &DocumentKey) -> Result<Option<RecordId>, RecordsError> {
        let found = self.slot_number(slot).and_then(|slot| {
            let query = "SELECT id FROM records WHERE slot = ? ORDER BY seq DESC LIMIT 1";
            self.connection.prepare_cached(query)?.query_row([slot], |row| row.get(0)).optional()
        });
        let id: Option<Vec<u8>> = found.map_err(self.failed())?;
        Ok(id.and_then(|id| Oid::from_bytes(&id).ok()).map(record_id))
    }

    /// The record of a slot with the highest date up to `date`; of several, the one made last.
    pub fn valid_at(&self, slot: &DocumentKey, date: DateTime<Utc>) -> Result<Option<Row>, RecordsError> {
        let Some(slot) = self.slot_number(slot).map_err(self.failed())? else { return Ok(None) };
        let order = "ORDER BY r.date DESC, r.seq DESC LIMIT 1";
        let query = format!("SELECT {COLUMNS} {TABLES} WHERE r.slot = ? AND r.date <= ? {order}");
        self.first_row(&query, params![slot, date.timestamp()])
    }

    pub fn find(&self, id: Oid) -> Result<Option<Row>, RecordsError> {
        self.first_row(&format!("SELECT {COLUMNS} {TABLES} WHERE r.id = ?"), [id.as_bytes()])
    }

    pub fn list(&self, filter: &RecordFilter) -> Result<Vec<RecordEntry>, RecordsError> {
        let (conditions, mut values) = conditions(filter);
        let Some((after, place)) = self.continuation(filter)? else { return Ok(Vec::new()) };
        values.extend(place);
        let order = match filter.order {
            Order::NewestFirst => "r.date DESC, r.seq DESC",
            Order::OldestFirst => "r.date, r.seq",
            Order::LastRecordedFirst => "r.seq DESC",
        };
        let limit = filter.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        // Numbers are bound like names, so that one question is prepared once wherever it goes on from.
        values.extend([limit, i64::try_from(filter.offset).unwrap_or(i64::MAX)].map(Value::from));
        let (extra, tables) = (verdicts::COLUMNS, verdicts::TABLES);
        let query = format!(
            "SELECT {COLUMNS}, {extra} {TABLES} {tables} {conditions}{after} ORDER BY {order} LIMIT ? OFFSET ?"
        );
        let rows = self.connection.prepare_cached(&query).and_then(|mut statement| {
            let rows = statement.query_map(params_from_iter(values), |columns| {
                Ok(entry(row(columns)?, verdicts::verdict(columns, FIRST_VERDICT_COLUMN)?))
            })?;
            rows.collect()
        });
        rows.map_err(self.failed())
    }

    /// How many records match, whatever the limit and where the list begins.
    pub fn count(&self, filter: &RecordFilter) -> Result<usize, RecordsError> {
        let (conditions, values) = conditions(filter);
        // To look up the verdict on every record takes most of the time.
        let needs_verdicts = filter.significant.is_some() || !filter.change_kinds.is_empty();
        let verdicts = if needs_verdicts { verdicts::TABLES } else { "" };
        let query = format!("SELECT count(*) {TABLES} {verdicts} {conditions}");
        let counted = self
            .connection
            .prepare_cached(&query)
            .and_then(|mut statement| statement.query_row(params_from_iter(values), |row| row.get::<_, i64>(0)));
        counted.map(|count| usize::try_from(count).unwrap_or(0)).map_err(self.failed())
    }

    /// The condition that leaves out all up to the record after which a list begins, with the values in it; `None` if
    /// that record is unknown.
    fn continuation(&self, filter: &RecordFilter) -> Result<Option<(&'static str, Vec<Value>)>, RecordsError> {
        let Some(after) = &filter.after else { return Ok(Some(("", Vec::new()))) };
        let id = Oid::from_str(after.as_str()).expect("a record id is forty hexadecimal digits");
        let place =
            self.connection.prepare_cached("SELECT date, seq FROM records WHERE id = ?").and_then(|mut found| {
                found.query_row([id.as_bytes()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))).optional()
            });
        let condition = |(date, seq): (i64, i64)| match filter.order {
            Order::NewestFirst => (" AND r.date <= ? AND (r.date, r.seq) < (?, ?)", vec![date, date, seq]),
            Order::OldestFirst => (" AND r.date >= ? AND (r.date, r.seq) > (?, ?)", vec![date, date, seq]),
            Order::LastRecordedFirst => (" AND r.seq < ?", vec![seq]),
        };
        let bound =
            |(condition, values): (&'static str, Vec<i64>)| (condition, values.into_iter().map(Value::from).collect());
        Ok(place.map_err(self.failed())?.map(condition).map(bound))
    }

    fn first_row(&self, query: &str, params: impl Params) -> Result<Option<Row>, RecordsError> {
        let found =
            self.connection.prepare_cached(query).and_then(|mut statement| statement.query_row(params, row).optional());
        found.map_err(self.failed())
    }
}

/// The id of a commit as that of a record.
pub fn record_id(id: Oid) -> RecordId {
    id.to_string().parse().expect("a commit id is forty hexadecimal digits")
}

fn conditions(filter: &RecordFilter) -> (String, Vec<Value>) {
    let mut conditions = vec!["WHERE 1".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let (condition, names) = name_condition(filter);
    conditions.push(condition);
    values.extend(names);
    let mut add = |condition: &str, value: Value| {
        conditions.push(condition.to_owned());
        values.push(value);
    };
    if let Some(since) = filter.since {
        add("r.date >= ?", since.timestamp().into());
    }
    if let Some(until) = filter.until {
        add("r.date <= ?", until.timestamp().into());
    }
    if let Some(engine) = &filter.engine {
        add("instr(r.engine, ?) = 1", engine.clone().into());
    }
    if let Some(significant) = filter.significant {
        add(&format!("{} = ?", verdicts::SIGNIFICANT), i64::from(significant).into());
    }
    if let Some(start) = &filter.id_start {
        let id = |text: String| Oid::from_str(&text).map(|id| id.as_bytes().to_vec());
        // What is no beginning of an id is that of none.
        let (low, high) =
            (id(format!("{start:0<40}")).unwrap_or(vec![1]), id(format!("{start:f<40}")).unwrap_or(vec![0]));
        add("r.id >= ?", low.into());
        add("r.id <= ?", high.into());
    }
    if let Some(among) = &filter.among {
        // Ids are hexadecimal digits, so nothing in them needs to be bound.
        let ids: Vec<String> = among.iter().map(|id| format!("x'{id}'")).collect();
        conditions.push(format!("r.id IN ({})", ids.join(", ")));
    }
    conditions.extend(kind_condition(filter));
    (conditions.join(" AND "), values)
}

/// That a record is of one of the kinds asked for, or the change that it is. Numbers and names of kinds are ours, so
/// nothing in them needs to be bound.
fn kind_condition(filter: &RecordFilter) -> Option<String> {
    let numbers: Vec<String> = filter.kinds.iter().map(|kind| kind_number(*kind).to_string()).collect();
    let names: Vec<String> = filter.change_kinds.iter().map(|kind| format!("'{}'", kind.name())).collect();
    let of_record = (!numbers.is_empty()).then(|| format!("r.kind IN ({})", numbers.join(", ")));
    let of_change = (!names.is_empty()).then(|| format!("{} IN ({})", verdicts::KIND, names.join(", ")));
    let either: Vec<String> = of_record.into_iter().chain(of_change).collect();
    (!either.is_empty()).then(|| format!("({})", either.join(" OR ")))
}

/// That a record goes by one of the names asked for.
fn name_condition(filter: &RecordFilter) -> (String, Vec<Value>) {
    let mut alternatives = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    for name in filter.asked_names() {
        let mut conditions = vec!["1"];
        if let Some(service) = &name.service {
            conditions.push("s.service = ?");
            values.push(service.as_str().to_owned().into());
        }
        if let Some(terms_type) = &name.terms_type {
            conditions.push("s.terms_type = ?");
            values.push(terms_type.as_str().to_owned().into());
        }
        if let Some(until) = name.until {
            conditions.push("r.date <= ?");
            values.push(until.timestamp().into());
        }
        alternatives.push(conditions.join(" AND "));
    }
    (format!("({})", alternatives.join(" OR ")), values)
}

fn entry(row: Row, verdict: Option<Verdict>) -> RecordEntry {
    RecordEntry {
        id: record_id(row.id),
        date: DateTime::from_timestamp_secs(row.date).unwrap_or_default(),
        terms: row.path.slot.terms,
        document: row.path.slot.document,
        kind: row.kind,
        engine: row.engine,
        snapshots: row.snapshots,
        verdict,
    }
}

fn row(columns: &rusqlite::Row) -> rusqlite::Result<Row> {
    let terms = TermsKey::new(name(columns, 7)?, name(columns, 8)?);
    let document: String = columns.get(9)?;
    let document = (!document.is_empty()).then(|| DocumentId::from_file_name(&document));
    let snapshots: Vec<u8> = columns.get(6)?;
    Ok(Row {
        id: oid(columns, 0)?,
        path: RecordPath { slot: DocumentKey { terms, document }, extension: columns.get(1)? },
        kind: kind(columns.get(2)?),
        date: columns.get(3)?,
        blob: oid(columns, 4)?,
        engine: columns.get(5)?,
        snapshots: snapshots.chunks_exact(20).filter_map(|id| Oid::from_bytes(id).ok()).map(record_id).collect(),
    })
}

pub fn name<T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    columns: &rusqlite::Row,
    column: usize,
) -> rusqlite::Result<T> {
    let name: String = columns.get(column)?;
    name.parse().map_err(|error| unreadable(column, Type::Text, error))
}

pub fn oid(columns: &rusqlite::Row, column: usize) -> rusqlite::Result<Oid> {
    let bytes: Vec<u8> = columns.get(column)?;
    Oid::from_bytes(&bytes).map_err(|error| unreadable(column, Type::Blob, error))
}

pub(super) fn unreadable<E: std::error::Error + Send + Sync + 'static>(
    column: usize,
    of: Type,
    error: E,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, of, Box::new(error))
}

pub(super) fn kind(number: i64) -> Kind {
    match number {
        0 => Kind::First,
        2 => Kind::TechnicalUpgrade,
        _ => Kind::Change,
    }
}
