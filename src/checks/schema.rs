//! The schema of the record, and how older ones become the present one: step by step, never by dropping anything.

use rusqlite::Connection;

/// One step for each number of the schema, in order; a step that was released is never edited.
const MIGRATIONS: [&str; 2] = [include_str!("migrations/1.sql"), include_str!("migrations/2.sql")];

/// The number of the present schema.
pub const NUMBER: i64 = MIGRATIONS.len() as i64;

/// The number of the schema of a file; 0 if it is empty.
pub fn number(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Takes the steps that a file lacks, all or none.
pub fn migrate(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    let migrated = take_steps(db);
    db.execute_batch(if migrated.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    migrated
}

fn take_steps(db: &Connection) -> rusqlite::Result<()> {
    let present = number(db)?;
    let lacking = MIGRATIONS.iter().skip(usize::try_from(present).unwrap_or(usize::MAX));
    for step in lacking {
        db.execute_batch(step)?;
    }
    if present < NUMBER {
        db.pragma_update(None, "user_version", NUMBER)?;
    }
    Ok(())
}
