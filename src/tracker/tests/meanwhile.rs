//! What happens while a pass is under way: a stop, another hand on the archive, and nothing but snapshots for long.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::thread::{self, ThreadId};

use async_trait::async_trait;
use chrono::TimeDelta;

use super::*;
use crate::checks::{CheckFilter, StoredValidators};
use crate::domain::{FetcherKind, MimeType};
use crate::fetch::{Answer, Exchange, Fault, FetchError, Fetched, Fetcher, Request};
use crate::gate;
use crate::tracker::{Failure, Outcome, Stop, Stopper, Tracker};

/// Answers one request after the other, and may end the pass after the first.
#[derive(Default)]
struct Server {
    answers: Mutex<Vec<Said>>,
    stops: Mutex<Option<Stopper>>,
    was_conditional: Mutex<Vec<bool>>,
}

enum Said {
    Page(&'static str),
    Unmodified,
    Unavailable,
}

#[async_trait]
impl Fetcher for Server {
    async fn fetch(&self, request: Request<'_>) -> Result<Answer, FetchError> {
        self.was_conditional.lock().unwrap().push(request.validators.is_some());
        let said = self.answers.lock().unwrap().remove(0);
        if let Some(stopper) = self.stops.lock().unwrap().take() {
            stopper.stop();
        }
        let exchange = Exchange::begin(FetcherKind::HtmlOnly, request.url());
        match said {
            Said::Page(text) => {
                let content = format!("<main>{text}</main>").into_bytes();
                Ok(Answer::Fetched(Fetched { content, mime: MimeType::html(), exchange }))
            }
            Said::Unmodified => Ok(Answer::NotModified(exchange)),
            Said::Unavailable => {
                let fault = Fault::Status { code: 503, bot_check: None, retry_after: None };
                Err(FetchError { url: request.url().clone(), fault, exchange: Box::new(exchange) })
            }
        }
    }
}

impl Server {
    fn answered(&self) -> i64 {
        i64::try_from(self.was_conditional.lock().unwrap().len()).unwrap()
    }
}

struct Lab {
    server: Arc<Server>,
    tracker: Tracker,
    terms: Arc<Terms>,
}

impl Lab {
    fn with(snapshots: Arc<dyn RecordStore<Snapshot>>, answers: Vec<Said>) -> Self {
        let server = Arc::new(Server { answers: Mutex::new(answers), ..Server::default() });
        let inner = tracker(server.clone(), snapshots);
        let (start, asked) = (inner.clock.now(), server.clone());
        let tracker = Tracker {
            // Each answer takes a second.
            clock: Clock::telling(move || start + TimeDelta::seconds(asked.answered())),
            gate: gate::Config { enabled: false, ..gate::Config::default() },
            ..inner
        };
        Self { server, tracker, terms: terms() }
    }

    async fn run(&self) -> Vec<Outcome> {
        let (stopper, stop) = Stop::channel();
        if self.server.stops.lock().unwrap().take().is_some() {
            *self.server.stops.lock().unwrap() = Some(stopper);
        }
        self.tracker.track(&[Arc::clone(&self.terms)], &(), &stop).await.unwrap()
    }
}

/// A store whose branch somebody moves back to before its first record, once it was asked of what state it is.
struct MovedBack {
    inner: MemoryStore<Snapshot>,
    is_moved: AtomicBool,
    /// On which threads it was asked for what is the latest.
    asked_on: Mutex<Vec<ThreadId>>,
}

impl MovedBack {
    /// One that holds a page, and a pass that is told that this is unmodified, and then another page.
    fn at_work() -> (Arc<Self>, Lab) {
        let (is_moved, asked_on) = (AtomicBool::new(false), Mutex::default());
        let store = Arc::new(Self { inner: MemoryStore::new(), is_moved, asked_on });
        let lab = Lab::with(store.clone(), vec![Said::Unmodified, Said::Page("You may leave.")]);
        let key = lab.terms.document_key(&lab.terms.documents[0]);
        let page = Snapshot {
            terms: lab.terms.key.clone(),
            document: None,
            location: String::new(),
            fetched_at: lab.tracker.clock.now(),
            mime: MimeType::html(),
            fetcher: FetcherKind::HtmlOnly,
            content: b"<main>You may stay.</main>".to_vec(),
        };
        let state = String::from(store.save(New::tracked(page)).unwrap().id().clone());
        let url = lab.terms.documents[0].location.to_string();
        let told = StoredValidators { snapshot_state: state, url, etag: Some("1".to_owned()), last_modified: None };
        lab.tracker.ledger.keep_validators(&key, Some(told));
        (store, lab)
    }
}

impl RecordStore<Snapshot> for MovedBack {
    fn save(&self, new: New<Snapshot>) -> Result<Saved, RecordsError> {
        self.is_moved.store(false, Ordering::SeqCst);
        self.inner.save(new)
    }

    fn latest(&self, key: &<Snapshot as Recordable>::Key) -> Result<Option<Record<Snapshot>>, RecordsError> {
        self.inner.latest(key)
    }

    fn latest_id(&self, key: &<Snapshot as Recordable>::Key) -> Result<Option<RecordId>, RecordsError> {
        self.asked_on.lock().unwrap().push(thread::current().id());
        if self.is_moved.load(Ordering::SeqCst) { Ok(None) } else { self.inner.latest_id(key) }
    }

    fn latest_state(&self, key: &<Snapshot as Recordable>::Key) -> Result<Option<String>, RecordsError> {
        let state = self.latest_id(key)?.map(String::from);
        self.is_moved.store(true, Ordering::SeqCst);
        Ok(state)
    }

    fn valid_at(
        &self,
        key: &<Snapshot as Recordable>::Key,
        date: DateTime<Utc>,
    ) -> Result<Option<Record<Snapshot>>, RecordsError> {
        self.inner.valid_at(key, date)
    }

    fn find(&self, id: &RecordId) -> Result<Option<Record<Snapshot>>, RecordsError> {
        self.inner.find(id)
    }

    fn list(&self, filter: &RecordFilter) -> Result<Vec<RecordEntry>, RecordsError> {
        self.inner.list(filter)
    }

    fn flush(&self) -> Result<(), RecordsError> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_unmodified_since_a_snapshot_that_is_no_more_is_fetched_whole() {
    let (_store, lab) = MovedBack::at_work();

    let outcomes = lab.run().await;

    assert_eq!(*lab.server.was_conditional.lock().unwrap(), [true, false]);
    assert!(matches!(outcomes[0].snapshots[..], [Saved::Recorded { .. }]), "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_fetched_whole_at_the_second_request_bears_the_date_when_it_came() {
    let (_store, lab) = MovedBack::at_work();

    lab.run().await;

    let checks = lab.tracker.ledger.checks(&CheckFilter::default()).unwrap();
    assert_eq!(checks.iter().map(|check| check.at.to_rfc3339()).collect::<Vec<_>>(), ["2026-01-01T06:00:02+00:00"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_while_the_archive_is_read_for_a_page_that_is_unmodified() {
    let (store, lab) = MovedBack::at_work();
    store.asked_on.lock().unwrap().clear();

    lab.run().await;

    let asked_on = store.asked_on.lock().unwrap();
    assert!(!asked_on.is_empty() && !asked_on.contains(&thread::current().id()), "{asked_on:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_told_though_a_stop_came_before_the_second_try() {
    let lab = Lab::with(Arc::new(MemoryStore::<Snapshot>::new()), vec![Said::Unavailable]);
    *lab.server.stops.lock().unwrap() = Some(Stop::channel().0);

    let outcomes = lab.run().await;

    assert!(matches!(outcomes[..], [Outcome { version: Err(Failure::Fetch(_)), .. }]), "{outcomes:?}");
}

#[test]
fn snapshots_do_not_wait_for_a_version_to_be_made_durable() {
    let snapshots = Flaky::<Snapshot>::failing(0);
    let versions = Flaky::<Version>::failing(0);
    let archive = Archive::new(snapshots.clone(), versions, Arc::new(MemoryStore::<Version>::new()));
    let page = |number: usize| Snapshot {
        terms: TermsKey::new("Acme".parse().unwrap(), "Imprint".parse().unwrap()),
        document: None,
        location: String::new(),
        fetched_at: DateTime::UNIX_EPOCH,
        mime: MimeType::html(),
        fetcher: FetcherKind::HtmlOnly,
        content: number.to_string().into_bytes(),
    };

    for number in 0..super::super::FLUSH_AFTER_RECORDS {
        archive.save_snapshot(New::tracked(page(number))).unwrap();
    }

    assert_eq!(snapshots.flushes.load(Ordering::SeqCst), 1);
}
