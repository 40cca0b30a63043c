//! What all handlers share: the archive to read, what is declared, and the settings.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::age::Ages;
use super::cache::Cache;
use super::federation::Collections;
use super::hub::{self, News, Topics};
use super::limit::Limiter;
use super::observe::Figures;
use super::outward::Outward;
use super::readers::{Opener, ReadError, Readers};
use super::remembered::{Answers, UnderWay};
use super::{Config, Declared, NotDeclared, Source};
use crate::checks::{self, Check, CheckFilter, ChecksError, Event, Ledger, Status};
use crate::domain::{Clock, RecordId, ServiceId, Snapshot, Version};
use crate::records::{Found, Order, PassageFilter, Passages, Query, RecordFilter, RecordStore, RecordsError};

/// How often it is looked whether files of the collection changed.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// How much of what was rendered is kept, in bytes.
const CACHE_BYTES: usize = 12 << 20;

/// What is served. Clones share one state.
#[derive(Clone)]
pub struct Served(Arc<Shared>, Clock);

struct Shared {
    config: Config,
    base: String,
    versions: Arc<Readers<Version>>,
    snapshots: Arc<Readers<Snapshot>>,
    source: Box<dyn Source>,
    declared: RwLock<(u64, Arc<Declared>)>,
    passages: Box<dyn Fn() -> Result<Option<Passages>, RecordsError> + Send + Sync>,
    /// Passages that nobody searches at the moment.
    idle_passages: Mutex<Vec<Passages>>,
    checks: Box<dyn Fn() -> Result<Option<Ledger>, ChecksError> + Send + Sync>,
    derive: Box<dyn Fn() -> bool + Send + Sync>,
    /// The last version for which that was done.
    derived: Mutex<Option<RecordId>>,
    /// Lets only so many search at once.
    searches: Arc<Semaphore>,
    cache: Cache,
    remembered: Answers,
    under_way: UnderWay,
    ages: Ages,
    limiter: Limiter,
    figures: Figures,
    outward: Option<Outward>,
    collections: Collections,
    topics: Topics,
    /// What became of tracking, as it was last read.
    events: RwLock<Arc<Vec<Event>>>,
}

/// How the two stores are opened for reading.
pub struct Archive {
    pub versions: Opener<Version>,
    pub snapshots: Opener<Snapshot>,
    /// Opens the passages of the versions, to be searched; `None` while nothing has been recorded yet.
    pub passages: Box<dyn Fn() -> Result<Option<Passages>, RecordsError> + Send + Sync>,
    /// Opens the record of checks; `None` while there is none.
    pub checks: Box<dyn Fn() -> Result<Option<Ledger>, ChecksError> + Send + Sync>,
    /// Brings up to date what is derived from versions, such as verdicts; called when something was recorded. Tells
    /// whether all is done.
    pub derive: Box<dyn Fn() -> bool + Send + Sync>,
}

impl Served {
    /// Reads what is declared; the archive is opened at the first question.
    ///
    /// # Errors
    /// When the collection does not say what it is.
    pub fn new(config: Config, archive: Archive, source: Box<dyn Source>, clock: Clock) -> Result<Self, NotDeclared> {
        let stamp = source.stamp();
        let declared = RwLock::new((stamp, Arc::new(source.load()?)));
        let (most, limiter) = (readers(), Limiter::new(config.rate_limit));
        let outward = outward(&config);
        Ok(Self(
            Arc::new(Shared {
                base: config.base(),
                config,
                versions: Arc::new(Readers::new(archive.versions, most)),
                snapshots: Arc::new(Readers::new(archive.snapshots, most)),
                source,
                declared,
                passages: archive.passages,
                idle_passages: Mutex::default(),
                checks: archive.checks,
                derive: archive.derive,
                derived: Mutex::default(),
                searches: Arc::new(Semaphore::new(most)),
                cache: Cache::new(CACHE_BYTES),
                remembered: Answers::default(),
                under_way: UnderWay::default(),
                ages: Ages::default(),
                limiter,
                figures: Figures::new(),
                outward,
                collections: Collections::default(),
                topics: Topics::default(),
                events: RwLock::default(),
            }),
            clock,
        ))
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Where the interface is mounted, such as `/v1`.
    pub fn base(&self) -> &str {
        &self.0.base
    }

    pub fn clock(&self) -> &Clock {
        &self.1
    }

    /// The same at the time that another clock tells.
    pub fn with_clock(self, clock: Clock) -> Self {
        Self(self.0, clock)
    }

    /// What was rendered.
    pub fn cache(&self) -> &Cache {
        &self.0.cache
    }

    /// What was answered, by what was asked.
    pub fn remembered(&self) -> &Answers {
        &self.0.remembered
    }

    /// Answers that are being made.
    pub fn under_way(&self) -> &UnderWay {
        &self.0.under_way
    }

    /// Since when answers are as they are.
    pub fn ages(&self) -> &Ages {
        &self.0.ages
    }

    /// A text that changes whenever records, what is thought of them, or declarations do; `None` where that is not
    /// known.
    pub fn position(&self) -> Option<String> {
        let (versions, snapshots) = (self.0.versions.position()?, self.0.snapshots.position()?);
        Some(format!("{versions} {snapshots} {} {}", self.declared_stamp(), self.events().len()))
    }

    /// A text that changes whenever records of a service do, what is thought of them, or declarations; `None` where that
    /// is not known.
    pub async fn position_of(&self, service: ServiceId) -> Option<String> {
        let known = (self.declared_stamp(), self.events().len(), self.has_snapshots());
        let position = self.versions(move |versions| versions.position_of(&service)).await;
        let position = position.inspect_err(|error| tracing::warn!(%error, "it is not known where a service stands"));
        Some(format!("{} {known:?}", position.ok()??))
    }

    pub fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    /// What asks other servers; absent where the configuration names none.
    pub fn outward(&self) -> Option<&Outward> {
        self.0.outward.as_ref()
    }

    /// What is known of other collections.
    pub fn collections(&self) -> &Collections {
        &self.0.collections
    }

    /// The feeds that were asked for, which somebody may have subscribed to.
    pub fn topics(&self) -> &Topics {
        &self.0.topics
    }

    /// What became of tracking, the oldest first.
    pub fn events(&self) -> Arc<Vec<Event>> {
        Arc::clone(&self.0.events.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn figures(&self) -> &Figures {
        &self.0.figures
    }

    /// Declarations and metadata as they were last read.
    pub fn declared(&self) -> Arc<Declared> {
        Arc::clone(&self.0.declared.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// A number that changes when what is declared does.
    pub fn declared_stamp(&self) -> u64 {
        self.0.declared.read().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Asks the versions, on a thread that may block. What a writer has committed is there.
    pub async fn versions<R: Send + 'static>(
        &self,
        question: impl Fn(&dyn RecordStore<Version>) -> Result<R, RecordsError> + Send + 'static,
    ) -> Result<R, ReadError> {
        self.0.versions.ask(question).await
    }

    /// Whether snapshots are kept here: versions may have been moved or imported without them.
    pub fn has_snapshots(&self) -> bool {
        self.0.snapshots.is_there()
    }

    /// Asks the snapshots, on a thread that may block.
    pub async fn snapshots<R: Send + 'static>(
        &self,
        question: impl Fn(&dyn RecordStore<Snapshot>) -> Result<R, RecordsError> + Send + 'static,
    ) -> Result<R, ReadError> {
        self.0.snapshots.ask(question).await
    }

    /// The passages that a query finds, on a thread that may block; `None` while nothing has been recorded yet.
    pub async fn search(&self, query: Query, filter: PassageFilter) -> Result<Option<Found>, ReadError> {
        let turn = Arc::clone(&self.0.searches).acquire_owned().await.expect("the semaphore is never closed");
        let served = self.clone();
        let work = move || {
            let _turn = turn;
            served.search_now(&query, &filter)
        };
        Ok(tokio::task::spawn_blocking(work).await??)
    }

    fn search_now(&self, query: &Query, filter: &PassageFilter) -> Result<Option<Found>, RecordsError> {
        let idle = || self.0.idle_passages.lock().unwrap_or_else(PoisonError::into_inner);
        let open = idle().pop();
        let Some(mut passages) = open.map_or_else(|| (self.0.passages)(), |open| Ok(Some(open)))? else {
            return Ok(None);
        };
        let found = passages.search(query, filter)?;
        idle().push(passages);
        Ok(Some(found))
    }

    /// How each terms stands; `None` while there is no record of checks.
    pub async fn statuses(&self) -> Result<Option<Vec<Status>>, ReadError> {
        let served = self.clone();
        let known = self.declared();
        let (terms, renames, uncertain) = (known.terms(), known.renames.clone(), known.uncertain.clone());
        let declared = checks::Declared { terms, uncertain, renames, ..checks::Declared::default() };
        let statuses = tokio::task::spawn_blocking(move || match (served.0.checks)()? {
            Some(ledger) => ledger.statuses(&declared).map(Some),
            None => Ok(None),
        });
        Ok(statuses.await??)
    }

    /// The checks that match; `None` while there is no record of them.
    pub async fn checks(&self, filter: CheckFilter) -> Result<Option<Vec<Check>>, ReadError> {
        let served = self.clone();
        let checks = tokio::task::spawn_blocking(move || match (served.0.checks)()? {
            Some(ledger) => ledger.checks(&filter).map(Some),
            None => Ok(None),
        });
        Ok(checks.await??)
    }

    /// Asks the record of checks, on a thread that may block; `None` while there is none.
    pub async fn ledger<R: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> Result<R, ChecksError> + Send + 'static,
    ) -> Result<Option<R>, ReadError> {
        let served = self.clone();
        let answer = tokio::task::spawn_blocking(move || match (served.0.checks)()? {
            Some(ledger) => question(&ledger).map(Some),
            None => Ok(None),
        });
        Ok(answer.await??)
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
            Ok(declared) => {
                // Stores know records by the names of the time at which they were opened.
                let is_renamed = current.1.renames != declared.renames;
                current.1 = Arc::new(declared);
                drop(current);
                if is_renamed {
                    self.forget_stores();
                }
            }
            Err(error) => tracing::warn!(%error, "what is declared changed and cannot be read; serving the last"),
        }
    }

    fn forget_stores(&self) {
        self.0.versions.forget();
        self.0.snapshots.forget();
        self.0.idle_passages.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Brings up to date what is derived from versions, such as verdicts.
    pub fn catch_up(&self) {
        self.keep_up();
    }

    /// Reads anew what became of tracking; gives what was not known before.
    pub fn refresh_events(&self) -> Vec<Event> {
        let read = (self.0.checks)().and_then(|ledger| ledger.map_or(Ok(Vec::new()), |ledger| ledger.events(None)));
        let events = match read {
            Ok(events) => events,
            Err(error) => {
                tracing::warn!(%error, "what became of tracking cannot be read");
                return Vec::new();
            }
        };
        let known = self.events();
        if events == *known {
            return Vec::new();
        }
        let new = events.iter().skip(known.len()).cloned().collect();
        *self.0.events.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(events);
        new
    }

    /// Has derived what was not since something was recorded; gives the last version before that, if there was one.
    fn keep_up(&self) -> Option<RecordId> {
        let newest = RecordFilter { order: Order::LastRecordedFirst, limit: Some(1), ..RecordFilter::default() };
        let newest = match self.0.versions.answer(|versions| versions.list(&newest)) {
            Ok(entries) => entries.into_iter().next().map(|entry| entry.id),
            Err(error) => {
                tracing::warn!(%error, "it is not known whether something was recorded");
                return None;
            }
        };
        let mut derived = self.0.derived.lock().unwrap_or_else(PoisonError::into_inner);
        match newest.is_some() && *derived != newest && (self.0.derive)() {
            true => std::mem::replace(&mut *derived, newest),
            false => None,
        }
    }

    /// Refreshes and keeps up for as long as it is polled.
    pub async fn follow(&self) {
        let mut look = tokio::time::interval(BETWEEN_LOOKS);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut is_first = true;
        loop {
            look.tick().await;
            let served = self.clone();
            let look = move || {
                served.refresh();
                News { events: served.refresh_events(), recorded_after: served.keep_up() }
            };
            match tokio::task::spawn_blocking(look).await {
                // What was there at the start is no news.
                Ok(news) if !is_first => self.topics().note_news(news),
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "looking for what changed broke off"),
            }
            is_first = false;
            if self.topics().has_news() {
                tokio::spawn(hub::tell(self.clone()));
            }
        }
    }
}

/// What asks other servers, where the configuration names some.
fn outward(config: &Config) -> Option<Outward> {
    if config.feed.hub.is_none() && config.federation.collections.is_empty() {
        return None;
    }
    Outward::new().inspect_err(|error| tracing::error!(%error, "no other server can be asked")).ok()
}

/// How many questions one store answers at once: reading is a matter of the processor, seldom of the disk.
fn readers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from) * 2
}
