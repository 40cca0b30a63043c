//! The schema of the record, and how older ones become the present one: step by step, never by dropping anything.
//!
//! A step only adds tables, and columns that may be empty, and every statement names its columns: so an older fineprint
//! that is at work goes on while a newer one takes the steps.

use rusqlite::Connection;

/// One step for each number of the schema, in order; a step that was released is never edited.
const MIGRATIONS: [&str; 4] = [
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
];

/// The number of the present schema.
pub const NUMBER: i64 = MIGRATIONS.len() as i64;

/// The number of the schema of a file, by the name under which it is open; 0 if it is empty.
pub fn number(db: &Connection, file: &str) -> rusqlite::Result<i64> {
    db.query_row(&format!("PRAGMA {file}.user_version"), [], |row| row.get(0))
}

/// Takes the steps that a file lacks, all or none.
pub fn migrate(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    let migrated = take_steps(db, NUMBER);
    db.execute_batch(if migrated.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    migrated
}

/// Takes the steps that a file lacks up to a number.
pub fn take_steps(db: &Connection, until: i64) -> rusqlite::Result<()> {
    for (step, after) in MIGRATIONS.iter().zip(1..=until) {
        if number(db, "main")? < after {
            db.execute_batch(step)?;
            db.pragma_update(None, "user_version", after)?;
        }
    }
    Ok(())
}

/// The columns of a table in a file, by the name under which it is open; none if there is no such table.
pub fn columns(db: &Connection, file: &str, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare("SELECT name FROM pragma_table_info(?, ?)")?;
    statement.query_map([table, file], |row| row.get(0))?.collect()
}

/// The tables of the present schema with their columns.
pub fn present() -> rusqlite::Result<Vec<(String, Vec<String>)>> {
    let db = Connection::open_in_memory()?;
    take_steps(&db, NUMBER)?;
    let mut statement = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables = statement.query_map([], |row| row.get::<_, String>(0))?;
    tables.map(|table| table.and_then(|table| Ok((table.clone(), columns(&db, "main", &table)?)))).collect()
}
