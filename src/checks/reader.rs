//! Reads a record beside a process that may be writing it, of whatever age, and changes nothing in it.

use rusqlite::Connection;

use super::schema;

/// A connection that reads a file of an older schema as if it were of the present one: what is lacking is empty.
pub struct Reader {
    db: Connection,
    /// The number of the schema that the views are made for.
    number: i64,
}

impl Reader {
    pub fn on(db: Connection) -> Self {
        Self { db, number: schema::NUMBER }
    }

    /// Does `work` on the record as it is now.
    pub fn read<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let number = schema::number(&self.db, "main")?;
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
