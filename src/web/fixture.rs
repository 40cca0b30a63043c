//! A served collection for tests: two services, a short history in memory, a clock that stands still.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use url::Url;

use super::{Archive, Config, Declared, Metadata, NotDeclared, Served, Source, router};
use crate::checks::{self, Ledger};
use crate::domain::{
    Clock, Collection, FetcherKind, MimeType, New, RecordId, Renames, Selector, Service, Snapshot, SourceDocument,
    Terms, TermsKey, Version,
};
use crate::records::{MemoryStore, RecordStore, RecordsError};

/// When the tests happen.
pub const NOW: &str = "2026-07-01T00:00:00Z";

/// A collection and its server, which answers without a network.
pub struct Fixture {
    pub served: Served,
    pub versions: Arc<MemoryStore<Version>>,
    pub snapshots: Arc<MemoryStore<Snapshot>>,
    /// Whether snapshots cannot be read at the moment.
    pub are_snapshots_out_of_reach: Arc<AtomicBool>,
    declared: Arc<Mutex<(u64, Declared)>>,
    folder: TempDir,
}

/// What was answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

struct Canned(Arc<Mutex<(u64, Declared)>>);

impl Source for Canned {
    fn load(&self) -> Result<Declared, NotDeclared> {
        Ok(self.0.lock().unwrap().1.clone())
    }

    fn stamp(&self) -> u64 {
        self.0.lock().unwrap().0
    }
}

impl Fixture {
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        let (versions, snapshots) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStore::new()));
        let folder = tempfile::tempdir().unwrap();
        let checks = folder.path().join("checks.sqlite");
        let (shared_versions, shared_snapshots) = (Arc::clone(&versions), Arc::clone(&snapshots));
        let are_snapshots_out_of_reach = Arc::new(AtomicBool::new(false));
        let is_out_of_reach = Arc::clone(&are_snapshots_out_of_reach);
        let archive = Archive {
            versions: Box::new(move || Ok(Some(shared_versions.clone()))),
            snapshots: Box::new(move || match is_out_of_reach.load(Ordering::Relaxed) {
                true => Err(RecordsError::NotAFolder { path: "snapshots".into() }),
                false => Ok(Some(shared_snapshots.clone())),
            }),
            passages: Box::new(|| Ok(None)),
            checks: Box::new(move || checks.exists().then(|| Ledger::open_for_reading(&checks)).transpose()),
            derive: Box::new(|| true),
        };
        let declared = Arc::new(Mutex::new((0, declared())));
        let clock = Clock::fixed(NOW.parse().unwrap());
        let served = Served::new(config, archive, Box::new(Canned(Arc::clone(&declared))), clock).unwrap();
        Self { served, versions, snapshots, are_snapshots_out_of_reach, declared, folder }
    }

    /// A collection with a history: two versions of one terms, one of another.
    pub fn with_history() -> Self {
        let fixture = Self::new();
        fixture.record("Acme", "Privacy Policy", "2026-01-10T08:00:00Z", "# Privacy\n\nWe keep data for 30 days.");
        fixture.record("Acme", "Privacy Policy", "2026-03-10T08:00:00Z", "# Privacy\n\nWe keep data for 90 days.");
        fixture.record("Lumio", "Terms of Service", "2026-02-01T00:00:00Z", "# Terms\n\nBe kind.");
        fixture
    }

    /// Records a snapshot and the version made from it; gives the version's id.
    pub fn record(&self, service: &str, terms_type: &str, date: &str, markdown: &str) -> RecordId {
        let terms = TermsKey::new(service.parse().unwrap(), terms_type.parse().unwrap());
        let fetched_at = date.parse().unwrap();
        let snapshot = Snapshot {
            terms: terms.clone(),
            document: None,
            location: "https://acme.example/privacy".to_owned(),
            fetched_at,
            mime: MimeType::html(),
            fetcher: FetcherKind::HtmlOnly,
            content: format!("<script>alert(1)</script><main>{markdown}</main>").into_bytes(),
        };
        let snapshot = self.snapshots.save(New::tracked(snapshot)).unwrap().id().clone();
        let version = Version { terms, fetched_at, snapshots: vec![snapshot], markdown: markdown.to_owned() };
        self.versions.save(New::tracked(version)).unwrap().id().clone()
    }

    /// Notes in the record of checks which terms are declared from a date on.
    pub fn note_declared(&self, terms: &[(&str, &str)], date: &str) {
        let terms = terms.iter().map(|(service, name)| TermsKey::new(service.parse().unwrap(), name.parse().unwrap()));
        let ledger = Ledger::open(&self.folder.path().join("checks.sqlite")).unwrap();
        let declared = checks::Declared { terms: terms.collect(), ..checks::Declared::default() };
        ledger.declare(declared, date.parse().unwrap()).unwrap();
        self.served.refresh_events();
    }

    /// Declares the collection anew.
    pub fn declare(&self, change: impl FnOnce(&mut Declared)) {
        let mut declared = self.declared.lock().unwrap();
        declared.0 += 1;
        change(&mut declared.1);
    }

    pub async fn get(&self, address: &str) -> Answer {
        self.ask(Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// Asks with one header.
    pub async fn get_with(&self, address: &str, name: &str, value: &str) -> Answer {
        self.ask(Request::get(address).header(name, value).body(Body::empty()).unwrap()).await
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = router(&self.served).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

fn declared() -> Declared {
    let metadata = json!({
        "id": "demo", "name": "Demo & co", "tagline": "Terms of demos", "languages": ["en"], "jurisdictions": ["FR"],
        "totalTerms": 99
    });
    let services = vec![service("Acme", "Acme <Inc>", "Privacy Policy"), service("Lumio", "Lumio", "Terms of Service")];
    let source = json!({ "name": "Acme <Inc>", "terms": { "Privacy Policy": {
        "fetch": "https://acme.example/privacy", "select": ["main"], "remove": ".ads", "filter": ["removeQueryParams"]
    } } });
    Declared {
        sources: BTreeMap::from([("Acme".parse().unwrap(), source.to_string())]),
        collection: Collection { services },
        metadata: Metadata::new(metadata.as_object().unwrap().clone()).unwrap(),
        terms_types: vec!["Privacy Policy".to_owned(), "Terms of Service".to_owned()],
        renames: Renames::default(),
        uncertain: BTreeSet::new(),
    }
}

fn service(id: &str, name: &str, terms_type: &str) -> Service {
    let key = TermsKey::new(id.parse().unwrap(), terms_type.parse().unwrap());
    let location = format!("https://{}.example/privacy", id.to_lowercase());
    let document = SourceDocument {
        id: None,
        location: Url::parse(&location).unwrap(),
        declared_location: location,
        select: vec![Selector::Css("main".to_owned())],
        select_is_list: true,
        remove_is_list: false,
        remove: vec![Selector::Css(".ads".to_owned())],
        filters: vec![crate::domain::FilterUse { name: "removeQueryParams".to_owned(), params: None }],
        filters_module: None,
        execute_client_scripts: None,
    };
    Service {
        id: id.parse().unwrap(),
        name: name.to_owned(),
        terms: vec![Terms { key, documents: vec![document], valid_until: None }],
    }
}
