//! The record itself: opened for writing, for reading beside a writer, or to forget what is written.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::reader::{self, Reader};
use super::writer::Writer;
use super::{ChecksError, schema};
use crate::domain::TermsKey;

/// How long to wait for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tables that a rehearsal starts from; the rest is history that it does not need.
const REHEARSED: [&str; 7] = ["terms", "runs", "standings", "holds", "validators", "events", "browser_first"];

/// The record of checks of a collection.
pub struct Ledger {
    path: PathBuf,
    access: Access,
    /// The first failure of something that nobody waited for.
    failure: Arc<Mutex<Option<rusqlite::Error>>>,
}

enum Access {
    Writing(Writer),
    Reading(Mutex<Reader>),
    /// In memory.
    Rehearsing(Mutex<Connection>),
}

/// The number of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(pub i64);

impl Ledger {
    /// Opens a record to add to it, and begins one where there is none.
    ///
    /// # Errors
    /// When the file cannot be used, or was written by a newer fineprint.
    pub fn open(path: &Path) -> Result<Self, ChecksError> {
        if let Some(folder) = path.parent() {
            let failed = |source| ChecksError::Folder { path: path.to_owned(), source };
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let failed = failed_to("open", path);
        let db = Connection::open(path).map_err(&failed)?;
        check_number(schema::number(&db, "main").map_err(&failed)?, path)?;
        prepare_for_writing(&db).and_then(|()| schema::migrate(&db)).map_err(&failed)?;
        Ok(Self::with(path, Access::Writing(Writer::on(db))))
    }

    /// Opens a record beside a process that may be writing it. One that an older fineprint wrote is read as it is.
    ///
    /// # Errors
    /// When there is none, or the file cannot be used, or was written by a newer fineprint.
    pub fn open_for_reading(path: &Path) -> Result<Self, ChecksError> {
        if !path.exists() {
            return Err(ChecksError::Missing { path: path.to_owned() });
        }
        let failed = failed_to("read", path);
        let reader = Reader::open(path, PATIENCE).map_err(&failed)?;
        check_number(reader.number().map_err(&failed)?, path)?;
        Ok(Self::with(path, Access::Reading(Mutex::new(reader))))
    }

    /// A record that starts where the one at `path` stands, if there is one, and forgets what is added.
    ///
    /// # Errors
    /// When there is a record and it cannot be read.
    pub fn rehearsal(path: &Path) -> Result<Self, ChecksError> {
        let failed = failed_to("read", path);
        let db = Connection::open_in_memory().map_err(&failed)?;
        if path.exists() {
            db.busy_timeout(PATIENCE).map_err(&failed)?;
            check_number(reader::attach(&db, path).map_err(&failed)?, path)?;
            copy(&db).map_err(&failed)?;
        }
        schema::migrate(&db).map_err(&failed)?;
        Ok(Self::with(path, Access::Rehearsing(Mutex::new(db))))
    }

    /// Waits until all that was added is durable.
    ///
    /// # Errors
    /// The first failure since the last call, also of what nobody waited for.
    pub fn flush(&self) -> Result<(), ChecksError> {
        self.ask(|_| Ok(()))?;
        match lock(&self.failure).take() {
            Some(source) => Err(failed_to("write to", &self.path)(source)),
            None => Ok(()),
        }
    }

    /// Begins a run.
    pub fn begin_run(&self, at: DateTime<Utc>) -> Result<RunId, ChecksError> {
        self.ask(move |db| {
            db.execute("INSERT INTO runs (started_at, is_whole) VALUES (?, 0)", [at.timestamp()])?;
            Ok(RunId(db.last_insert_rowid()))
        })
    }

    /// Notes that a run went through all declared terms; one that was cut short is caught up.
    pub fn complete_run(&self, run: RunId) -> Result<(), ChecksError> {
        self.ask(move |db| db.execute("UPDATE runs SET is_whole = 1 WHERE id = ?", [run.0]).map(drop))
    }

    /// When the last run over all declared terms began.
    pub fn last_whole_run(&self) -> Result<Option<DateTime<Utc>>, ChecksError> {
        self.ask(|db| {
            let query = "SELECT MAX(started_at) FROM runs WHERE is_whole";
            Ok(db.query_row(query, [], |row| row.get::<_, Option<i64>>(0))?.and_then(instant))
        })
    }

    /// All terms that the record names, in their order.
    pub fn terms(&self) -> Result<Vec<TermsKey>, ChecksError> {
        self.ask(|db| {
            let query = "SELECT service, terms_type FROM terms ORDER BY service, terms_type";
            db.prepare_cached(query)?.query_map([], |row| read_terms(row, 0))?.collect()
        })
    }

    /// Removes single checks from before `until`; the sums of their days stay.
    pub fn forget_before(&self, until: DateTime<Utc>) -> Result<usize, ChecksError> {
        self.ask(move |db| db.execute("DELETE FROM checks WHERE at < ?", [until.timestamp()]))
    }

    /// Does `work` and waits for its result, which is then durable.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ChecksError> {
        let answer = match &self.access {
            Access::Reading(reader) => lock(reader).read(work),
            Access::Rehearsing(db) => work(&lock(db)),
            Access::Writing(writer) => {
                let (sender, receiver) = sync_channel(1);
                let is_sent = writer.send(work, move |result| {
                    // Whoever asked may be gone, on the way out.
                    let _ = sender.send(result);
                });
                let ended = || ChecksError::Ended { path: self.path.clone() };
                if !is_sent {
                    return Err(ended());
                }
                receiver.recv().map_err(|_| ended())?
            }
        };
        answer.map_err(failed_to("use", &self.path))
    }

    /// Has `work` done without waiting; a failure is told by the next [`flush`](Self::flush).
    pub(super) fn note(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static) {
        let failure = Arc::clone(&self.failure);
        let keep = move |result: rusqlite::Result<()>| {
            if let Err(error) = result {
                lock(&failure).get_or_insert(error);
            }
        };
        match &self.access {
            Access::Reading(reader) => keep(lock(reader).read(work)),
            Access::Rehearsing(db) => keep(work(&lock(db))),
            Access::Writing(writer) => {
                writer.send(work, keep);
            }
        }
    }

    fn with(path: &Path, access: Access) -> Self {
        Self { path: path.to_owned(), access, failure: Arc::default() }
    }
}

/// The number of a terms, if it was ever named.
pub fn find_terms(db: &Connection, terms: &TermsKey) -> rusqlite::Result<Option<i64>> {
    let query = "SELECT id FROM terms WHERE service = ? AND terms_type = ?";
    let names = [terms.service.as_str(), terms.terms_type.as_str()];
    db.prepare_cached(query)?.query_row(names, |row| row.get(0)).optional()
}

/// The number of a terms, given now if it has none.
pub fn number_terms(db: &Connection, terms: &TermsKey) -> rusqlite::Result<i64> {
    if let Some(number) = find_terms(db, terms)? {
        return Ok(number);
    }
    let statement = "INSERT INTO terms (service, terms_type) VALUES (?, ?)";
    db.prepare_cached(statement)?.insert([terms.service.as_str(), terms.terms_type.as_str()])
}

/// Reads the two columns that name a terms, from `first` on.
pub fn read_terms(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<TermsKey> {
    Ok(TermsKey::new(parsed(row, first)?, parsed(row, first + 1)?))
}

/// A column that holds a name.
pub fn parsed<T>(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error| unreadable(column, error))
}

/// A column that holds JSON.
pub fn from_json<T: serde::de::DeserializeOwned + Default>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    optional_json(row, column).map(Option::unwrap_or_default)
}

/// A column that may hold JSON.
pub fn optional_json<T: serde::de::DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| unreadable(column, error))).transpose()
}

/// A column that holds an instant.
pub fn read_instant(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<DateTime<Utc>> {
    Ok(instant(row.get(column)?).unwrap_or_default())
}

/// A column that may hold an instant.
pub fn read_optional_instant(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Option<DateTime<Utc>>> {
    Ok(row.get::<_, Option<i64>>(column)?.and_then(instant))
}

fn instant(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

fn prepare_for_writing(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(PATIENCE)?;
    // The truth, not a cache: a commit is on the disk before it is told of, and readers never wait for it.
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
}

/// Refuses a file whose schema has a number beyond what is known here.
fn check_number(found: i64, path: &Path) -> Result<(), ChecksError> {
    match found > schema::NUMBER {
        true => Err(ChecksError::Newer { path: path.to_owned(), found, known: schema::NUMBER }),
        false => Ok(()),
    }
}

/// Takes over what a rehearsal starts from, of whatever schema it is, as of one moment.
fn copy(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("BEGIN")?;
    schema::take_steps(db, schema::number(db, "kept")?)?;
    for table in REHEARSED {
        let columns = schema::columns(db, "main", table)?.join(", ");
        if !columns.is_empty() {
            db.execute(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM kept.{table}"), [])?;
        }
    }
    db.execute_batch("COMMIT; DETACH DATABASE kept")
}

fn failed_to(attempt: &'static str, path: &Path) -> impl Fn(rusqlite::Error) -> ChecksError + use<> {
    let path = path.to_owned();
    move |source| ChecksError::Sqlite { attempt, path: path.clone(), source }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
