//! Reads a record beside a process that may be writing it, of whatever age, and changes nothing in it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::schema;

/// What ends the path in an address of a file, or begins an escape.
const SPECIAL: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

/// Reads a file of an older schema as if it were of the present one: what is lacking is empty.
pub struct Reader {
    path: PathBuf,
    patience: Duration,
    db: Connection,
    /// The number of the schema that the views are made for.
    number: i64,
    /// Whether the file is read as one that nobody writes, so that nothing of it may be kept for the next question.
    is_still: bool,
}

impl Reader {
    /// Opens a record, and waits so long where it is locked.
    pub fn open(path: &Path, patience: Duration) -> rusqlite::Result<Self> {
        let (db, is_still) = connect(path, patience)?;
        Ok(Self { path: path.to_owned(), patience, db, number: schema::NUMBER, is_still })
    }

    /// The number of the schema of the file.
    pub fn number(&self) -> rusqlite::Result<i64> {
        schema::number(&self.db, "main")
    }

    /// Does `work` on the record as it is now.
    pub fn read<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        if self.is_still {
            *self = Self::open(&self.path, self.patience)?;
        }
        let number = self.number()?;
        if number != self.number {
            self.make_views(number)?;
            self.number = number;
        }
        work(&self.db)
    }

    /// Puts views of this connection alone before the tables, which then go by the same names.
    fn make_views(&self, number: i64) -> rusqlite::Result<()> {
        for (table, columns) in schema::present()? {
            self.db.execute_batch(&format!("DROP VIEW IF EXISTS temp.{table}"))?;
            if number < schema::NUMBER {
                let found = schema::columns(&self.db, "main", &table)?;
                self.db.execute_batch(&view(&table, &columns, &found))?;
            }
        }
        Ok(())
    }
}

/// A connection, and whether it takes the file for one that nobody writes.
///
/// Beside a writer, readers share memory by way of a file next to the record. Where there is no writer, and that file
/// cannot be made, the record is all there is, unless it was left in the midst of being written.
fn connect(path: &Path, patience: Duration) -> rusqlite::Result<(Connection, bool)> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    db.busy_timeout(patience)?;
    match schema::number(&db, "main") {
        Err(error) if is_only_alone(&error, path) => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            Ok((Connection::open_with_flags(as_still(path), flags)?, true))
        }
        Err(error) => Err(error),
        Ok(_) => Ok((db, false)),
    }
}

/// Opens a record beside a database, under the name `kept`, and gives the number of its schema.
pub fn attach(db: &Connection, path: &Path) -> rusqlite::Result<i64> {
    let under = |address: &str| {
        db.execute("ATTACH DATABASE ? AS kept", [address])?;
        schema::number(db, "kept")
    };
    match under(&path.to_string_lossy()) {
        Err(error) if is_only_alone(&error, path) => {
            // One that could not even be opened is not attached.
            let _ = db.execute_batch("DETACH DATABASE kept");
            under(&as_still(path))
        }
        number => number,
    }
}

/// The address under which SQLite reads a file as one that nobody writes.
fn as_still(path: &Path) -> String {
    format!("file:{}?immutable=1", utf8_percent_encode(&path.to_string_lossy(), SPECIAL))
}

/// Whether what failed is to share a record, and it can be read by itself.
fn is_only_alone(error: &rusqlite::Error, path: &Path) -> bool {
    (may_not_share(error) || has_no_room(error)) && !has_more_beside(path)
}

/// Whether a record cannot be read since this user may not write beside it.
pub fn may_not_share(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen))
}

/// Whether the system did not write what it was given: a full disk is told as either.
pub fn has_no_room(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure))
}

/// Whether what was written last is still in the file beside the record.
fn has_more_beside(path: &Path) -> bool {
    let mut beside = path.as_os_str().to_owned();
    beside.push("-wal");
    std::fs::metadata(beside).is_ok_and(|beside| beside.len() > 0)
}

/// A view with all `columns` on a table that has those that were `found`.
fn view(table: &str, columns: &[String], found: &[String]) -> String {
    let column = |column: &String| match found.contains(column) {
        true => column.clone(),
        false => format!("NULL AS {column}"),
    };
    let columns = columns.iter().map(column).collect::<Vec<_>>().join(", ");
    match found.is_empty() {
        true => format!("CREATE TEMP VIEW {table} AS SELECT {columns} WHERE FALSE"),
        false => format!("CREATE TEMP VIEW {table} AS SELECT {columns} FROM main.{table}"),
    }
}
