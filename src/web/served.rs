//! What all handlers share: the archive to read, what is declared, and the settings.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::cache::Cache;
use super::readers::{Opener, ReadError, Readers};
use super::{Config, Declared, NotDeclared, Source};
use crate::domain::{Clock, Snapshot, Version};
use crate::records::{RecordStore, RecordsError};

/// How often it is looked whether files of the collection changed.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// How much of what was rendered is kept, in bytes.
const CACHE_BYTES: usize = 32 << 20;

/// What is served. Clones share one state.
#[derive(Clone)]
pub struct Served(Arc<Shared>);

struct Shared {
    config: Config,
    base: String,
    clock: Clock,
    versions: Arc<Readers<Version>>,
    snapshots: Arc<Readers<Snapshot>>,
    source: Box<dyn Source>,
    declared: RwLock<(u64, Arc<Declared>)>,
    cache: Cache,
}

/// How the two stores are opened for reading.
pub struct Archive {
    pub versions: Opener<Version>,
    pub snapshots: Opener<Snapshot>,
}

impl Served {
    /// Reads what is declared; the archive is opened at the first question.
    ///
    /// # Errors
    /// When the collection does not say what it is.
    pub fn new(config: Config, archive: Archive, source: Box<dyn Source>, clock: Clock) -> Result<Self, NotDeclared> {
        let stamp = source.stamp();
        let declared = RwLock::new((stamp, Arc::new(source.load()?)));
        let most = readers();
        Ok(Self(Arc::new(Shared {
            base: config.base(),
            config,
            clock,
            versions: Arc::new(Readers::new(archive.versions, most)),
            snapshots: Arc::new(Readers::new(archive.snapshots, most)),
            source,
            declared,
            cache: Cache::new(CACHE_BYTES),
        })))
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Where the interface is mounted, such as `/v1`.
    pub fn base(&self) -> &str {
        &self.0.base
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// What was rendered.
    pub fn cache(&self) -> &Cache {
        &self.0.cache
    }

    /// Declarations and metadata as they were last read.
    pub fn declared(&self) -> Arc<Declared> {
        Arc::clone(&self.0.declared.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// Asks the versions, on a thread that may block. What a writer has committed is there.
    pub async fn versions<R: Send + 'static>(
        &self,
        question: impl Fn(&dyn RecordStore<Version>) -> Result<R, RecordsError> + Send + 'static,
    ) -> Result<R, ReadError> {
        self.0.versions.ask(question).await
    }

    /// Asks the snapshots, on a thread that may block.
    pub async fn snapshots<R: Send + 'static>(
        &self,
        question: impl Fn(&dyn RecordStore<Snapshot>) -> Result<R, RecordsError> + Send + 'static,
    ) -> Result<R, ReadError> {
        self.0.snapshots.ask(question).await
    }

    /// Reads declarations and metadata again if their files changed; what cannot be read leaves the last in place.
    pub fn refresh(&self) {
        let stamp = self.0.source.stamp();
        if self.0.declared.read().unwrap_or_else(PoisonError::into_inner).0 == stamp {
            return;
        }
        let declared = self.0.source.load();
        let mut current = self.0.declared.write().unwrap_or_else(PoisonError::into_inner);
        current.0 = stamp;
        match declared {
            Ok(declared) => current.1 = Arc::new(declared),
            Err(error) => tracing::warn!(%error, "what is declared changed and cannot be read; serving the last"),
        }
    }

    /// Refreshes for as long as it is polled.
    pub async fn follow(&self) {
        let mut look = tokio::time::interval(BETWEEN_LOOKS);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            let served = self.clone();
            if let Err(error) = tokio::task::spawn_blocking(move || served.refresh()).await {
                tracing::error!(%error, "reading what is declared broke off");
            }
        }
    }
}

/// How many questions one store answers at once: reading is a matter of the processor, seldom of the disk.
fn readers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from) * 2
}
