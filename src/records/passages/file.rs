//! The SQLite file that passages are kept in.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::records::RecordsError;
use crate::records::index::Index;

/// Raised with every change of the schema, or of how texts are taken apart; a file of another number is made anew.
const SCHEMA_NUMBER: i64 = 5;

const SCHEMA: &str = include_str!("schema.sql");

/// How long to wait for another process to end its transaction. Whoever builds passages is not waited for.
const PATIENCE: Duration = Duration::from_millis(50);

/// An open file of passages.
pub struct PassageFile {
    pub connection: Connection,
    path: PathBuf,
}

impl PassageFile {
    /// Opens a file; whatever is missing, damaged or of another schema is begun anew. Where none can be written, the
    /// passages live as long as the process.
    pub fn open(path: &Path) -> Result<Self, RecordsError> {
        Self::open_file(path).or_else(|error| match Index::is_damage(&error) {
            true => Self::begin_anew(path),
            false => Self::in_memory(path),
        })
    }

    /// Begins an empty file in place of a damaged one.
    pub fn replace(&mut self) -> Result<(), RecordsError> {
        let path = self.path.clone();
        // The damaged file is closed before it is removed, since closing touches the files beside it.
        *self = Self::in_memory(&path)?;
        *self = Self::begin_anew(&path)?;
        Ok(())
    }

    /// A transaction that nobody else can write beside.
    pub fn transaction(&mut self) -> Result<Transaction<'_>, RecordsError> {
        let failed = failed(&self.path);
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)
    }

    /// The fault of this file that an error of SQLite's is.
    pub fn failed(&self) -> impl FnOnce(rusqlite::Error) -> RecordsError + use<> {
        failed(&self.path)
    }

    fn begin_anew(path: &Path) -> Result<Self, RecordsError> {
        for suffix in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            let _ = fs::remove_file(PathBuf::from(name));
        }
        Self::open_file(path).or_else(|_| Self::in_memory(path))
    }

    fn open_file(path: &Path) -> Result<Self, RecordsError> {
        Self::prepared(Connection::open(path), path)
    }

    fn in_memory(path: &Path) -> Result<Self, RecordsError> {
        Self::prepared(Connection::open_in_memory(), path)
    }

    fn prepared(connection: rusqlite::Result<Connection>, path: &Path) -> Result<Self, RecordsError> {
        let mut connection = connection.map_err(failed(path))?;
        prepare(&mut connection).map_err(failed(path))?;
        Ok(Self { connection, path: path.to_owned() })
    }
}

/// Drops all there is, and begins anew in the same transaction.
pub fn clear(transaction: &Transaction) -> rusqlite::Result<()> {
    for table in ["words", "texts", "absences", "gaps", "passages", "versions", "terms", "unread", "progress"] {
        transaction.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    transaction.execute_batch(SCHEMA)
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found != SCHEMA_NUMBER {
        connection.execute_batch("PRAGMA journal_mode = WAL")?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        clear(&transaction)?;
        transaction.execute_batch(&format!("PRAGMA user_version = {SCHEMA_NUMBER}"))?;
        transaction.commit()?;
    }
    // A cache: after a power loss it may have lost its last transactions, which are then made again.
    connection.execute_batch("PRAGMA synchronous = NORMAL")
}

fn failed(path: &Path) -> impl FnOnce(rusqlite::Error) -> RecordsError + use<> {
    let path = path.to_owned();
    move |source| RecordsError::Index { path, source }
}
