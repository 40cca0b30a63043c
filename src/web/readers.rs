//! Stores opened for reading, lent to one request at a time, so that none waits for another's lock.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use crate::checks::ChecksError;
use crate::records::{MemoryStore, RecordStore, Recordable, RecordsError};

/// Opens a store for reading; `None` while nothing has been recorded yet.
pub type Opener<T> = Box<dyn Fn() -> Result<Option<Arc<dyn RecordStore<T>>>, RecordsError> + Send + Sync>;

/// Stores of one kind of record, opened as they are needed.
pub struct Readers<T: Recordable> {
    open: Opener<T>,
    idle: Mutex<Vec<Arc<dyn RecordStore<T>>>>,
    /// How often the stores were forgotten.
    generation: AtomicUsize,
    turns: Arc<Semaphore>,
    watch: Mutex<Watch<T>>,
}

/// A store that is asked for nothing but where it stands: only answers of one store compare.
struct Watch<T: Recordable> {
    store: Option<Arc<dyn RecordStore<T>>>,
    /// How many stores there were before.
    number: usize,
}

/// Why a question to the archive has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Records(#[from] RecordsError),

    #[error(transparent)]
    Checks(#[from] ChecksError),

    #[error("reading the archive broke off: {0}")]
    BrokeOff(#[from] tokio::task::JoinError),
}

impl<T: Recordable> Readers<T> {
    /// At most `most` questions are answered at once; others wait.
    pub fn new(open: Opener<T>, most: usize) -> Self {
        let watch = Mutex::new(Watch { store: None, number: 0 });
        Self {
            open,
            idle: Mutex::default(),
            generation: AtomicUsize::new(0),
            turns: Arc::new(Semaphore::new(most)),
            watch,
        }
    }

    /// A text that changes whenever the answer to a question may; `None` where that is not known.
    ///
    /// It is found by reading two references and a counter, in less time than another thread takes to be woken.
    pub fn position(&self) -> Option<String> {
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        if watch.store.is_none() {
            *watch = Watch { store: (self.open)().ok()?, number: watch.number + 1 };
        }
        let Some(store) = &watch.store else { return Some("nothing".to_owned()) };
        match store.position() {
            Ok(position) => Some(format!("{} {}", watch.number, position?)),
            Err(error) => {
                tracing::warn!(%error, "it is not known where the archive stands");
                watch.store = None;
                None
            }
        }
    }

    /// Whether there is anything to read.
    pub fn is_there(&self) -> bool {
        let _ = self.position();
        self.watch.lock().unwrap_or_else(PoisonError::into_inner).store.is_some()
    }

    /// Answers a question on a thread that may block.
    pub async fn ask<R: Send + 'static>(
        self: &Arc<Self>,
        question: impl Fn(&dyn RecordStore<T>) -> Result<R, RecordsError> + Send + 'static,
    ) -> Result<R, ReadError> {
        // The turn is the work's, which goes on when nobody waits for it any more.
        let turn = Arc::clone(&self.turns).acquire_owned().await.expect("the semaphore is never closed");
        let readers = Arc::clone(self);
        let work = move || {
            let _turn = turn;
            readers.answer(question)
        };
        Ok(tokio::task::spawn_blocking(work).await??)
    }

    /// Answers a question on this thread.
    pub fn answer<R>(
        &self,
        question: impl Fn(&dyn RecordStore<T>) -> Result<R, RecordsError>,
    ) -> Result<R, RecordsError> {
        let generation = self.generation.load(Ordering::SeqCst);
        let idle = self.idle().pop();
        if let Some(store) = idle {
            // Packs may have been gathered under a store that was opened before, which is then opened anew.
            if let Ok(answer) = question(&*store) {
                self.take_back(store, generation);
                return Ok(answer);
            }
        }
        let Some(store) = (self.open)()? else { return question(&MemoryStore::<T>::new()) };
        let answer = question(&*store)?;
        self.take_back(store, generation);
        Ok(answer)
    }

    /// Has every store opened anew: what they were opened with has changed.
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.idle().clear();
        self.watch.lock().unwrap_or_else(PoisonError::into_inner).store = None;
    }

    /// Takes back a store that was lent, unless it was to be forgotten meanwhile.
    fn take_back(&self, store: Arc<dyn RecordStore<T>>, generation: usize) {
        let mut idle = self.idle();
        if self.generation.load(Ordering::SeqCst) == generation {
            idle.push(store);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Arc<dyn RecordStore<T>>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Version;
    use crate::records::RecordFilter;

    #[tokio::test]
    async fn a_store_that_fails_is_opened_anew() {
        let opened = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&opened);
        let readers = Arc::new(Readers::<Version>::new(
            Box::new(move || {
                count.fetch_add(1, Ordering::Relaxed);
                Ok(Some(Arc::new(MemoryStore::new())))
            }),
            1,
        ));
        readers.ask(|store| store.list(&RecordFilter::default())).await.unwrap();

        let asked = AtomicUsize::new(0);
        let answer = readers.ask(move |_| match asked.fetch_add(1, Ordering::Relaxed) {
            0 => Err(RecordsError::NoRepository { path: "versions".into() }),
            _ => Ok("found"),
        });

        assert_eq!(answer.await.unwrap(), "found");
        assert_eq!(opened.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn an_archive_that_does_not_exist_yet_is_empty() {
        let readers = Arc::new(Readers::<Version>::new(Box::new(|| Ok(None)), 1));

        assert_eq!(readers.ask(|store| store.list(&RecordFilter::default())).await.unwrap(), []);
    }
}
