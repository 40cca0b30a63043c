//! Writes to the record on a thread of its own, where whatever waits is made durable together.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

/// Pieces of work that are made durable together, at most.
const BATCH: usize = 256;

/// Work on the record, and what to do once it is known whether it is durable.
type Work = Box<dyn FnOnce(&Connection) -> Announcement + Send>;
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
            let result = work(db);
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
        let begun = db.execute_batch("BEGIN IMMEDIATE");
        let batch = std::iter::once(first).chain(incoming.try_iter()).take(BATCH);
        let announcements: Vec<Announcement> = batch.map(|work| work(db)).collect();
        let committed = begun.and_then(|()| db.execute_batch("COMMIT"));
        if committed.is_err() {
            // Fails where SQLite has rolled back by itself, which is as well.
            let _ = db.execute_batch("ROLLBACK");
        }
        announcements.into_iter().for_each(|announce| announce(&committed));
    }
}

fn durable(committed: &rusqlite::Result<()>) -> rusqlite::Result<()> {
    match committed {
        Ok(()) => Ok(()),
        Err(rusqlite::Error::SqliteFailure(code, text)) => Err(rusqlite::Error::SqliteFailure(*code, text.clone())),
        Err(_) => Err(rusqlite::Error::InvalidQuery),
    }
}
