//! Answers queries.

use std::ops::Range;

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::{Passages, Progress, Query};
use crate::domain::{RecordId, ServiceId, TermsKey, TermsName, TermsType};
use crate::records::RecordsError;
use crate::records::index::{Index, name, oid, record_id};

/// Which passages are looked through, and which of those found are told. The default tells all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PassageFilter {
    /// Of any of these services; of all where none is named.
    pub services: Vec<ServiceId>,
    /// Of any of these types; of all where none is named.
    pub terms_types: Vec<TermsType>,
    /// There at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// There at this time or earlier; with `since`, at some time between the two.
    pub until: Option<DateTime<Utc>>,
    /// How many of those found come before the first that is told.
    pub offset: usize,
    pub limit: Option<usize>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How many passages there are, told or not.
    pub total: usize,
    /// Those that came last first.
    pub passages: Vec<Passage>,
    /// Of how many records the passages were looked through.
    pub progress: Progress,
}

/// A passage of a terms, and when it was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub terms: TermsKey,
    /// As it reads, without the marks of Markdown and the addresses of links.
    pub text: String,
    /// The bytes of the text that were looked for, in order and apart from each other.
    pub places: Vec<Range<usize>>,
    /// The version where it first appeared.
    pub first: Seen,
    /// The last version that holds it; the latest of all, if it stands.
    pub last: Seen,
    /// The version where it was missing; absent if it stands in the latest version.
    pub gone: Option<Seen>,
    /// When it was missing in between, the earliest first.
    pub absences: Vec<Absence>,
}

/// A time for which a passage was missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// The version where it was missing.
    pub gone: Seen,
    /// The version where it was there again.
    pub back: Seen,
}

/// A version in which something was seen, or missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub record: RecordId,
    pub date: DateTime<Utc>,
}

impl Passages {
    /// The passages that a query finds, in what was taken in so far.
    ///
    /// # Errors
    /// When the file of passages cannot be read.
    pub fn search(&mut self, query: &Query, filter: &PassageFilter) -> Result<Found, RecordsError> {
        match self.look_up(query, filter) {
            Err(error) if Index::is_damage(&error) => {
                tracing::warn!(%error, "the passages are damaged and made anew from git");
                self.file.replace()?;
                self.look_up(query, filter)
            }
            found => found,
        }
    }

    fn look_up(&mut self, query: &Query, filter: &PassageFilter) -> Result<Found, RecordsError> {
        let progress = self.progress()?;
        let (total, passages) =
            find(&self.file.connection, query, &self.under_names_of_today(filter)).map_err(self.file.failed())?;
        Ok(Found { total, passages, progress })
    }
}

impl Passages {
    /// The filter by the names that passages are kept under: a former one is as good as today's to ask by.
    fn under_names_of_today(&self, filter: &PassageFilter) -> PassageFilter {
        let services: Vec<ServiceId> = filter
            .services
            .iter()
            .map(|id| self.today(Some(id), None).and_then(|name| name.service).unwrap_or_else(|| id.clone()))
            .collect();
        let of_service = if let [service] = services.as_slice() { Some(service) } else { None };
        let terms_types = filter.terms_types.iter().map(|name| {
            self.today(of_service, Some(name)).and_then(|name| name.terms_type).unwrap_or_else(|| name.clone())
        });
        PassageFilter { terms_types: terms_types.collect(), services, ..filter.clone() }
    }

    fn today(&self, service: Option<&ServiceId>, terms_type: Option<&TermsType>) -> Option<TermsName> {
        self.renames.names(service, terms_type).into_iter().next()
    }
}

fn find(connection: &Connection, query: &Query, filter: &PassageFilter) -> rusqlite::Result<(usize, Vec<Passage>)> {
    let (conditions, values) = conditions(query, filter);
    let matching =
        format!("FROM words JOIN passages p ON p.id = words.rowid JOIN terms t ON t.id = p.terms WHERE {conditions}");
    let count = format!("SELECT count(*) {matching}");
    let total: i64 = connection.prepare_cached(&count)?.query_row(params_from_iter(&values), |row| row.get(0))?;
    let limit = filter.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
    let page = format!(
        "WITH page AS (SELECT p.*, t.service, t.terms_type, t.latest {matching}
                       ORDER BY p.first_date DESC, p.id DESC LIMIT {limit} OFFSET {})
         SELECT page.service, page.terms_type, texts.text, f.record, f.date, l.record, l.date, g.record, g.date, page.id
         FROM page
         JOIN texts ON texts.passage = page.id
         JOIN versions f ON f.id = page.first
         JOIN versions l ON l.id = coalesce(page.last, page.latest)
         LEFT JOIN versions g ON g.id = page.gone
         ORDER BY page.first_date DESC, page.id DESC",
        filter.offset
    );
    let mut statement = connection.prepare_cached(&page)?;
    let found = statement.query_map(params_from_iter(&values), |row| {
        Ok(Passage { absences: absences(connection, row.get(9)?)?, ..passage(row, query)? })
    })?;
    Ok((usize::try_from(total).unwrap_or_default(), found.collect::<rusqlite::Result<_>>()?))
}

fn conditions(query: &Query, filter: &PassageFilter) -> (String, Vec<Value>) {
    let mut conditions = vec!["words MATCH ?".to_owned()];
    let mut values: Vec<Value> = vec![query.expression().into()];
    let services = filter.services.iter().map(ServiceId::as_str).collect::<Vec<_>>();
    let terms_types = filter.terms_types.iter().map(TermsType::as_str).collect::<Vec<_>>();
    for (column, names) in [("t.service", services), ("t.terms_type", terms_types)] {
        if !names.is_empty() {
            conditions.push(format!("{column} IN ({})", vec!["?"; names.len()].join(", ")));
            values.extend(names.into_iter().map(|name| Value::from(name.to_owned())));
        }
    }
    if let Some(since) = filter.since {
        // A version stands until the next one.
        conditions.push("(p.gone IS NULL OR p.gone_date > ?)".to_owned());
        values.push(since.timestamp().into());
    }
    if let Some(until) = filter.until {
        conditions.push("p.first_date <= ?".to_owned());
        values.push(until.timestamp().into());
    }
    if let (Some(since), Some(until)) = (filter.since, filter.until) {
        // It may have come and gone before, and come back after.
        let missing = "SELECT 1 FROM absences a JOIN gaps ON gaps.id = a.gap
                       WHERE a.passage = p.id AND gaps.gone_date <= ? AND gaps.back_date > ?";
        conditions.push(format!("NOT EXISTS ({missing})"));
        values.extend([since.timestamp(), until.timestamp()].map(Value::from));
    }
    (conditions.join(" AND "), values)
}

fn passage(row: &Row, query: &Query) -> rusqlite::Result<Passage> {
    let text: String = row.get(2)?;
    let places = query.places(&text);
    Ok(Passage {
        terms: TermsKey::new(name(row, 0)?, name(row, 1)?),
        text,
        places,
        first: seen(row, 3)?,
        last: seen(row, 5)?,
        gone: row.get::<_, Option<i64>>(8)?.map(|_| seen(row, 7)).transpose()?,
        absences: Vec::new(),
    })
}

fn absences(connection: &Connection, passage: i64) -> rusqlite::Result<Vec<Absence>> {
    let query = "SELECT g.record, g.date, b.record, b.date FROM absences JOIN gaps ON gaps.id = absences.gap
                 JOIN versions g ON g.id = gaps.gone JOIN versions b ON b.id = gaps.back
                 WHERE absences.passage = ? ORDER BY gaps.gone";
    let mut statement = connection.prepare_cached(query)?;
    let absences = statement.query_map([passage], |row| Ok(Absence { gone: seen(row, 0)?, back: seen(row, 2)? }))?;
    absences.collect()
}

/// The version whose id and date are in two columns.
fn seen(row: &Row, column: usize) -> rusqlite::Result<Seen> {
    let date = DateTime::from_timestamp_secs(row.get(column + 1)?).unwrap_or_default();
    Ok(Seen { record: record_id(oid(row, column)?), date })
}
