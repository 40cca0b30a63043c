//! Writes to the record on a thread of its own, where whatever waits is made durable together.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

/// Pieces of work that are made durable together, at most.
const BATCH: usize = 256;

/// Work on the record within a transaction, or word that none could be begun; and what to do once it is known whether
/// it is durable.
type Work = Box<dyn FnOnce(Result<&Connection, &rusqlite::Error>) -> Announcement + Send>;
type Announcement = Box<dyn FnOnce(&rusqlite::Result<()>)>;

/// The thread that writes; it ends, having written everything, when dropped.
pub struct Writer {
    /// `None` only while being dropped.
    work: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn on(db: Connection) -> Self {
        let (work, incoming) = channel();
        let thread = thread::spawn(move || write(&db, &incoming));
        Self { work: Some(work), thread: Some(thread) }
    }

    /// Does `work`, and hands its result to `then` once it is durable. Does not wait; `false` if the thread is gone.
    pub fn send<T: 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(rusqlite::Result<T>) + Send + 'static,
    ) -> bool {
        let work: Work = Box::new(move |db| {
            let result = db.map_err(copied).and_then(|db| all_or_nothing(db, work));
            Box::new(move |committed| then(result.and_then(|value| durable(committed).map(|()| value))))
        });
        self.work.as_ref().is_some_and(|sender| sender.send(work).is_ok())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was told where it happened.
            let _ = thread.join();
        }
    }
}

/// Works until nobody can send any more. What came in while a batch was made durable is the next batch, so that a slow
/// disk makes batches larger rather than senders wait.
fn write(db: &Connection, incoming: &Receiver<Work>) {
    while let Ok(first) = incoming.recv() {
        let batch = std::iter::once(first).chain(incoming.try_iter()).take(BATCH);
        match db.execute_batch("BEGIN IMMEDIATE") {
            Ok(()) => commit(db, batch),
            // Without a transaction nothing is done: what was told to be lost must not be there later.
            Err(error) => batch.for_each(|work| work(Err(&error))(&Ok(()))),
        }
    }
}

fn commit(db: &Connection, batch: impl Iterator<Item = Work>) {
    let announcements: Vec<Announcement> = batch.map(|work| work(Ok(db))).collect();
    let committed = db.execute_batch("COMMIT");
    if committed.is_err() {
        // Fails where SQLite has rolled back by itself, which is as well.
        let _ = db.execute_batch("ROLLBACK");
    }
    announcements.into_iter().for_each(|announce| announce(&committed));
}

/// Does work of which nothing stays if a part of it fails, whatever else is in the transaction.
fn all_or_nothing<T>(db: &Connection, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    db.prepare_cached("SAVEPOINT work")?.execute([])?;
    let result = work(db);
    if result.is_err() {
        db.prepare_cached("ROLLBACK TO work")?.execute([])?;
    }
    db.prepare_cached("RELEASE work")?.execute([])?;
    result
}

fn durable(committed: &rusqlite::Result<()>) -> rusqlite::Result<()> {
    committed.as_ref().copied().map_err(copied)
}

/// An error once more, for each of those whom it concerns.
fn copied(error: &rusqlite::Error) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(code, text) => rusqlite::Error::SqliteFailure(*code, text.clone()),
        _ => rusqlite::Error::InvalidQuery,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    fn rows(path: &std::path::Path) -> i64 {
        let db = Connection::open(path).unwrap();
        db.query_row("SELECT COUNT(*) FROM t", [], |row| row.get(0)).unwrap()
    }

    /// Has work done, and tells whether it is said to be durable.
    fn done(writer: &Writer, statements: &'static str) -> bool {
        let (sender, receiver) = sync_channel(1);
        writer.send(|db| db.execute_batch(statements), move |result| sender.send(result.is_ok()).unwrap());
        receiver.recv().unwrap()
    }

    #[test]
    fn nothing_is_written_that_is_said_to_be_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.sqlite");
        let db = Connection::open(&path).unwrap();
        db.execute_batch("CREATE TABLE t (n INTEGER NOT NULL)").unwrap();
        db.busy_timeout(std::time::Duration::ZERO).unwrap();
        let writer = Writer::on(db);
        let other = Connection::open(&path).unwrap();

        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let beside_another = done(&writer, "INSERT INTO t VALUES (1)");
        other.execute_batch("ROLLBACK").unwrap();
        let half = done(&writer, "INSERT INTO t VALUES (2); INSERT INTO t VALUES (NULL)");

        assert!(!beside_another && !half);
        assert_eq!(rows(&path), 0);
        assert!(done(&writer, "INSERT INTO t VALUES (3)"));
        assert_eq!(rows(&path), 1);
    }
}
