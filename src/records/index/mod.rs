//! The index of a repository's records, in an SQLite file beside it: a cache of what the commits say.
//!
//! It knows up to which commit it is complete. What is added stays in one transaction until it is told
//! that the branch is there, so that it never knows more than the repository.

mod history;
mod noted;
mod order;
mod query;
mod source;
mod tally;
mod verdicts;
mod walk;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use git2::Oid;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use super::path::RecordPath;
use super::{Holding, RecordsError};
use crate::domain::{DocumentKey, Kind, RecordId};
use tally::Counts;

pub use history::{Found, Other, catch_up, read_through};
pub use order::{Placed, Position};
pub use query::{name, oid, record_id};

/// Raised with every change of the schema or of how history is read; an index of another number is rebuilt.
const SCHEMA_NUMBER: i64 = 2;

const SCHEMA: &str = include_str!("schema.sql");

/// What makes questions quick; made last where all records are added at once, which takes half the time.
const SORTED: &str = include_str!("sorted.sql");

/// Memory for pages while all records are added, and otherwise, in kilobytes.
const PAGES_TO_BUILD: i64 = 16_384;
const PAGES: i64 = 2_000;

/// How long to wait for another process to end its transaction.
const PATIENCE: Duration = Duration::from_secs(5);
const PATIENCE_OF_READERS: Duration = Duration::from_millis(50);

/// How often a reader tries to open an index that is being made.
const TRIES_OF_READERS: usize = 50;

/// The index of one repository.
pub struct Index {
    connection: Connection,
    path: PathBuf,
    has_transaction: bool,
    /// Counts of records, while all are added at once.
    counts: Option<Counts>,
}

/// What the index knows of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub id: Oid,
    pub path: RecordPath,
    pub kind: Kind,
    /// Seconds since 1970.
    pub date: i64,
    pub blob: Oid,
    pub engine: Option<String>,
    pub snapshots: Vec<RecordId>,
}

impl Index {
    /// Opens the index to extend it; whatever is missing, damaged or of another schema is begun anew.
    pub fn open(path: &Path) -> Result<Self, RecordsError> {
        match Self::open_file(path, PATIENCE) {
            Err(error) if Self::is_useless(&error) => {
                remove_files(path);
                Self::open_file(path, PATIENCE).or_else(|_| Self::in_memory(path))
            }
            // Whatever else is in the way may pass, and others may have the file open.
            Err(error) => {
                tracing::warn!(%error, "the index cannot be kept on disk, and is made in memory");
                Self::in_memory(path)
            }
            opened => opened,
        }
    }

    /// Whether a file that cannot be opened is damaged, or has other tables than its number says.
    fn is_useless(error: &RecordsError) -> bool {
        let RecordsError::Index { source, .. } = error else { return false };
        Self::is_damage(error) || source.sqlite_error_code() == Some(ErrorCode::Unknown)
    }

    /// Begins anew, empty, in place of a damaged file.
    pub fn begin_anew(&mut self) -> Result<(), RecordsError> {
        let path = self.path.clone();
        // The damaged file is closed before it is removed, since closing touches the files beside it.
        *self = Self::in_memory(&path)?;
        remove_files(&path);
        *self = Self::open(&path)?;
        Ok(())
    }

    /// Goes on in memory, since another process owns the damaged file.
    pub fn leave_file(&mut self) -> Result<(), RecordsError> {
        *self = Self::in_memory(&self.path.clone())?;
        Ok(())
    }

    /// Opens the index beside a process that may be writing it; it is hardly waited for.
    ///
    /// While another is just making the file, it is waited for: who went on in memory would never see what is kept.
    pub fn open_shared(path: &Path) -> Result<Self, RecordsError> {
        for _ in 0..TRIES_OF_READERS {
            match Self::open_file(path, PATIENCE_OF_READERS) {
                Err(error) if Self::is_busy(&error) => std::thread::sleep(PATIENCE_OF_READERS),
                opened => return opened.or_else(|_| Self::in_memory(path)),
            }
        }
        Self::in_memory(path)
    }

    /// Whether an error means that the file is not to be trusted any more.
    pub fn is_damage(error: &RecordsError) -> bool {
        let RecordsError::Index { source, .. } = error else { return false };
        matches!(source.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
    }

    fn is_busy(error: &RecordsError) -> bool {
        let RecordsError::Index { source, .. } = error else { return false };
        matches!(source.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
    }

    /// Whether another process is writing to the index.
    pub fn is_in_use(error: &RecordsError) -> bool {
        let RecordsError::Index { source, .. } = error else { return false };
        matches!(
            source.sqlite_error_code(),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::ReadOnly)
        )
    }

    /// The commit up to which the index is complete.
    pub fn head(&self) -> Result<Option<Oid>, RecordsError> {
        let query = "SELECT value FROM meta WHERE key = 'head'";
        let found = self.connection.query_row(query, [], |row| row.get::<_, Vec<u8>>(0)).optional();
        Ok(found.map_err(self.failed())?.and_then(|id| Oid::from_bytes(&id).ok()))
    }

    /// A number that changes when another connection has written to the file.
    pub fn times_written(&self) -> Result<i64, RecordsError> {
        let version = self.connection.prepare_cached("PRAGMA data_version");
        version.and_then(|mut version| version.query_row([], |row| row.get(0))).map_err(self.failed())
    }

    /// Whether it is complete up to `head`, and of what the repository is now said to hold.
    pub fn is_at(&self, head: Option<Oid>, holding: Holding) -> Result<bool, RecordsError> {
        Ok(self.head()? == head && (head.is_none() || self.is_of(holding)))
    }

    /// Whether history was read as that of versions, or of snapshots, as it is to be read now.
    pub fn is_of(&self, holding: Holding) -> bool {
        let query = "SELECT value = ? FROM meta WHERE key = 'holding'";
        self.connection.query_row(query, [holding.name()], |row| row.get(0)).unwrap_or(false)
    }

    /// Adds the next record of history.
    pub fn add(&mut self, row: &Row) -> Result<(), RecordsError> {
        self.begin()?;
        let mut counts = self.counts.take();
        let added = self.insert(row, counts.as_mut());
        self.counts = counts;
        added.map_err(self.failed())
    }

    /// Keeps what was added, and that the index is complete up to `head`, in a repository that holds such records.
    pub fn keep_up_to(&mut self, head: Option<Oid>, holding: Holding) -> Result<(), RecordsError> {
        if let Some(head) = head.filter(|head| self.head().ok().flatten() != Some(*head)) {
            self.begin()?;
            let statement = "INSERT OR REPLACE INTO meta VALUES ('head', ?), ('holding', ?)";
            let noted = self.connection.execute(statement, params![head.as_bytes(), holding.name()]);
            noted.map_err(self.failed())?;
        }
        self.keep()
    }

    /// Keeps what was added.
    pub fn keep(&mut self) -> Result<(), RecordsError> {
        if std::mem::take(&mut self.has_transaction) {
            self.connection.execute_batch("COMMIT").map_err(self.failed())?;
        }
        Ok(())
    }

    /// Drops what was added since it was last kept.
    pub fn forget(&mut self) {
        self.counts = None;
        if std::mem::take(&mut self.has_transaction) {
            // Without a transaction to end there is nothing to drop either.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    /// Drops all records; what was remembered of extractions stays. Until it is sorted again, only adding is quick.
    pub fn clear(&mut self, holding: Holding) -> Result<(), RecordsError> {
        self.begin()?;
        let cleared = self.connection.execute_batch(&format!(
            "PRAGMA cache_size = -{PAGES_TO_BUILD};
             DROP INDEX IF EXISTS records_by_id; DROP INDEX IF EXISTS records_by_slot;
             DROP INDEX IF EXISTS records_by_slot_and_date; DROP INDEX IF EXISTS records_by_date;
             DELETE FROM records; DELETE FROM months; DELETE FROM verdicts; DELETE FROM meta"
        ));
        self.counts = Some(Counts::default());
        let insert = "INSERT INTO meta VALUES ('holding', ?)";
        cleared.and_then(|()| self.connection.execute(insert, [holding.name()])).map(drop).map_err(self.failed())
    }

    /// Makes questions quick again after [`clear`](Self::clear) and many additions.
    pub fn sort(&mut self) -> Result<(), RecordsError> {
        self.begin()?;
        let counts = self.counts.take().unwrap_or_default();
        let batch = format!("{SORTED} PRAGMA cache_size = -{PAGES};");
        counts.write(&self.connection).and_then(|()| self.connection.execute_batch(&batch)).map_err(self.failed())
    }

    pub fn extraction(&self, slot: &DocumentKey) -> Result<Option<String>, RecordsError> {
        let found = self.slot_number(slot).and_then(|slot| {
            let query = "SELECT fingerprint FROM extractions WHERE slot = ?";
            self.connection.prepare_cached(query)?.query_row([slot], |row| row.get(0)).optional()
        });
        found.map_err(self.failed())
    }

    pub fn remember_extraction(&mut self, slot: &DocumentKey, fingerprint: &str) -> Result<(), RecordsError> {
        self.begin()?;
        let inserted = self.slot_made(slot).and_then(|slot| {
            let statement = "INSERT OR REPLACE INTO extractions VALUES (?, ?)";
            self.connection.prepare_cached(statement)?.execute(params![slot, fingerprint])
        });
        inserted.map(drop).map_err(self.failed())
    }

    fn open_file(path: &Path, patience: Duration) -> Result<Self, RecordsError> {
        let failed = |source| RecordsError::Index { path: path.to_owned(), source };
        let connection = Connection::open(path).map_err(failed)?;
        prepare(&connection, patience).map_err(failed)?;
        Ok(Self { connection, path: path.to_owned(), has_transaction: false, counts: None })
    }

    /// Where no file can be written, the index lives as long as the process.
    fn in_memory(path: &Path) -> Result<Self, RecordsError> {
        let failed = |source| RecordsError::Index { path: path.to_owned(), source };
        let connection = Connection::open_in_memory().map_err(failed)?;
        // Nor can what is being sorted be put on a disk.
        connection.execute_batch("PRAGMA temp_store = MEMORY").map_err(failed)?;
        prepare(&connection, PATIENCE).map_err(failed)?;
        Ok(Self { connection, path: path.to_owned(), has_transaction: false, counts: None })
    }

    fn begin(&mut self) -> Result<(), RecordsError> {
        if !self.has_transaction {
            self.connection.execute_batch("BEGIN IMMEDIATE").map_err(self.failed())?;
            self.has_transaction = true;
        }
        Ok(())
    }

    fn insert(&self, row: &Row, counts: Option<&mut Counts>) -> rusqlite::Result<()> {
        let slot = self.slot_made(&row.path.slot)?;
        let statement = "INSERT OR IGNORE INTO records (id, slot, extension, kind, date, blob, engine, snapshots)
                         VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        let added = self.connection.prepare_cached(statement)?.execute(params![
            row.id.as_bytes(),
            slot,
            row.path.extension,
            kind_number(row.kind),
            row.date,
            row.blob.as_bytes(),
            row.engine,
            snapshot_bytes(&row.snapshots),
        ])?;
        match counts {
            _ if added == 0 => Ok(()),
            Some(counts) => {
                counts.count(slot, row.kind, row.date);
                Ok(())
            }
            None => {
                let mut counts = Counts::default();
                counts.count(slot, row.kind, row.date);
                counts.write(&self.connection)
            }
        }
    }

    fn slot_number(&self, slot: &DocumentKey) -> rusqlite::Result<Option<i64>> {
        let query = "SELECT id FROM slots WHERE service = ? AND terms_type = ? AND document = ?";
        self.connection.prepare_cached(query)?.query_row(slot_columns(slot), |row| row.get(0)).optional()
    }

    fn slot_made(&self, slot: &DocumentKey) -> rusqlite::Result<i64> {
        if let Some(number) = self.slot_number(slot)? {
            return Ok(number);
        }
        let statement = "INSERT INTO slots (service, terms_type, document) VALUES (?, ?, ?)";
        self.connection.prepare_cached(statement)?.insert(slot_columns(slot))
    }

    fn failed(&self) -> impl FnOnce(rusqlite::Error) -> RecordsError + use<> {
        let path = self.path.clone();
        move |source| RecordsError::Index { path, source }
    }
}

fn prepare(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    connection.busy_timeout(patience)?;
    if schema_number(connection)? != SCHEMA_NUMBER {
        connection.execute_batch("PRAGMA journal_mode = WAL")?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        // Another process may just have made it.
        let made = match schema_number(connection)? {
            SCHEMA_NUMBER => Ok(()),
            _ => make_tables(connection),
        };
        connection.execute_batch(if made.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        made?;
    }
    connection.execute_batch(verdicts::SCHEMA)?;
    // A cache: after a power loss it may have lost its last transactions, which are then read from git again.
    connection.execute_batch("PRAGMA synchronous = NORMAL")
}

fn schema_number(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Makes the tables, in place of those of another schema.
fn make_tables(connection: &Connection) -> rusqlite::Result<()> {
    let drop_all = "DROP TABLE IF EXISTS meta; DROP TABLE IF EXISTS slots; DROP TABLE IF EXISTS records;
                    DROP TABLE IF EXISTS months;
                    DROP TABLE IF EXISTS extractions; DROP TABLE IF EXISTS verdicts;
                    DROP TABLE IF EXISTS corrections;";
    connection.execute_batch(&format!("{drop_all} {SCHEMA} {SORTED} PRAGMA user_version = {SCHEMA_NUMBER};"))
}

fn remove_files(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let _ = fs::remove_file(PathBuf::from(name));
    }
}

fn slot_columns(slot: &DocumentKey) -> [&str; 3] {
    let document = slot.document.as_ref().map_or("", |document| document.as_str());
    [slot.terms.service.as_str(), slot.terms.terms_type.as_str(), document]
}

fn kind_number(kind: Kind) -> i64 {
    match kind {
        Kind::First => 0,
        Kind::Change => 1,
        Kind::TechnicalUpgrade => 2,
    }
}

fn snapshot_bytes(snapshots: &[RecordId]) -> Vec<u8> {
    let ids = snapshots.iter().filter_map(|id| Oid::from_str(id.as_str()).ok());
    ids.flat_map(|id| id.as_bytes().to_vec()).collect()
}
