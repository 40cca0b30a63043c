//! The collection that is served, and a thread that records into it as a run does.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use fineprint::assessment;
use fineprint::domain::{New, RecordId, Snapshot, TermsKey, Version};
use fineprint::records::{Advance, GitConfig, GitStore, Order, Passages, RecordEntry, RecordFilter, RecordStore};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

/// Terms in a synthetic archive: as many files as the largest real one has.
const TERMS: usize = 879;

/// How often what is recorded is made durable.
const BETWEEN_FLUSHES: Duration = Duration::from_secs(2);

/// Records versions into the archive that is being served.
pub struct Recorder {
    is_over: Arc<AtomicBool>,
    recorded: Arc<Mutex<Vec<RecordId>>>,
    /// How many of them are committed.
    committed: Arc<AtomicUsize>,
    thread: JoinHandle<()>,
}

/// Makes a collection around a copy of an archive, or around a synthetic one; gives its versions, the newest first.
pub fn make(folder: &Path, archive: Option<&Path>, records: usize) -> Vec<RecordEntry> {
    let versions = folder.join("versions");
    match archive {
        Some(path) => copy(path, &versions),
        None => record_synthetic(&versions, records),
    }
    bring_up_to_date(&versions);
    // Nothing is in it, but it is asked where it stands.
    GitStore::<Snapshot>::open(&folder.join("snapshots"), &GitConfig::at("")).expect("a repository can be begun");
    let entries = store(&versions).list(&RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::default() });
    let entries = entries.expect("the index answers");
    declare(folder, &entries);
    entries
}

pub fn address_by_date(entry: &RecordEntry) -> String {
    let encoded = |name: &str| utf8_percent_encode(name, NON_ALPHANUMERIC).to_string();
    let (service, terms_type) = (encoded(entry.terms.service.as_str()), encoded(entry.terms.terms_type.as_str()));
    format!("/v1/version/{service}/{terms_type}/{}", entry.date.format("%Y-%m-%dT%H:%M:%SZ"))
}

fn declare(folder: &Path, entries: &[RecordEntry]) {
    let write = |path: &str, content: String| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("it has one")).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
    };
    let git = |name: &str| json!({ "storage": { "type": "git", "git": { "path": format!("./{name}") } } });
    let config = json!({
        "@opentermsarchive/engine": {
            "recorder": { "versions": git("versions"), "snapshots": git("snapshots") },
            "collection-api": { "metricsPort": free_port() },
        },
    });
    write("config/default.json", config.to_string());
    write("metadata.yml", "id: bench\nname: Bench\ntagline: To be measured\n".to_owned());
    let mut services: std::collections::BTreeMap<&str, serde_json::Map<String, serde_json::Value>> = Default::default();
    for entry in entries {
        let terms = json!({ "fetch": "https://bench.example/terms", "select": "main" });
        let of = services.entry(entry.terms.service.as_str()).or_default();
        of.insert(entry.terms.terms_type.to_string(), terms);
    }
    for (service, terms) in services {
        let declaration = json!({ "name": service, "terms": terms });
        write(&format!("declarations/{service}.json"), declaration.to_string());
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-r").arg(from).arg(to).status().expect("cp is there");
    assert!(copied.success(), "{} can be copied", from.display());
}

/// Judges all versions and takes in their passages, as runs do.
fn bring_up_to_date(versions: &Path) {
    assessment::bring_up_to_date(&store(versions), usize::MAX, |_| {}).expect("versions can be judged");
    let mut passages = Passages::open(versions, &GitConfig::at("")).expect("passages can be opened");
    while let Advance::Further(_) = passages.advance().expect("passages can be taken in") {}
}

fn store(versions: &Path) -> GitStore<Version> {
    GitStore::open(versions, &GitConfig::at("")).expect("the archive opens")
}

fn record_synthetic(versions: &Path, records: usize) {
    let store = store(versions);
    for number in 0..records {
        store.save(New::tracked(version(number))).expect("a version can be saved");
        if number % 200 == 199 {
            store.flush().expect("what was saved can be flushed");
        }
    }
    store.flush().expect("what was saved can be flushed");
}

impl Recorder {
    /// Records ten versions a second, dated after all others, until it is stopped.
    pub fn start(folder: &Path) -> Self {
        let versions = folder.join("versions");
        let (is_over, recorded, committed) =
            <(Arc<AtomicBool>, Arc<Mutex<Vec<RecordId>>>, Arc<AtomicUsize>)>::default();
        let (until, ids, count) = (Arc::clone(&is_over), Arc::clone(&recorded), Arc::clone(&committed));
        let thread = std::thread::spawn(move || record_until(&versions, &until, &ids, &count));
        Self { is_over, recorded, committed, thread }
    }

    /// How many versions it has committed.
    pub fn committed(&self) -> usize {
        self.committed.load(Ordering::Acquire)
    }

    /// The place of a version among those it recorded, counted from one; 0 for all that were there before.
    pub fn place_of(&self, id: &str) -> usize {
        let recorded = self.recorded.lock().expect("nobody panics with it");
        recorded.iter().rposition(|recorded| recorded.as_str() == id).map_or(0, |place| place + 1)
    }

    /// How many versions it has recorded, once it has ended.
    pub fn stop(self) -> usize {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("recording goes well");
        self.committed.load(Ordering::Acquire)
    }
}

fn record_until(versions: &Path, is_over: &AtomicBool, recorded: &Mutex<Vec<RecordId>>, committed: &AtomicUsize) {
    let store = store(versions);
    let (mut number, mut flushed) = (0, Instant::now());
    while !is_over.load(Ordering::Relaxed) {
        let mut version = version(1_000_000 + number);
        version.fetched_at = Utc::now() + TimeDelta::seconds(number as i64);
        let saved = store.save(New::tracked(version)).expect("a version can be saved");
        recorded.lock().expect("nobody panics with it").push(saved.id().clone());
        number += 1;
        if flushed.elapsed() > BETWEEN_FLUSHES {
            store.flush().expect("what was saved can be flushed");
            committed.store(number, Ordering::Release);
            flushed = Instant::now();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    store.flush().expect("what was saved can be flushed");
    committed.store(number, Ordering::Release);
}

/// A version of some twenty kilobytes, of which a sentence or two change each time.
fn version(number: usize) -> Version {
    let of = number % TERMS;
    let paragraph = |place: usize| {
        let days = if (number / TERMS) % 60 == place { number } else { place };
        format!("{place}. We keep what you give us for {days} days, and tell you before we share it with partner {of}.")
    };
    let filler = "You may object at any time, and we answer within a month, as the law of your country asks of us.";
    let markdown: Vec<String> = (0..100).map(|place| format!("{} {filler}", paragraph(place))).collect();
    let start = DateTime::from_timestamp_secs(1_600_000_000).expect("the instant exists");
    Version {
        terms: key(of),
        fetched_at: start + TimeDelta::minutes(number as i64),
        snapshots: Vec::new(),
        markdown: markdown.join("\n\n"),
    }
}

fn key(number: usize) -> TermsKey {
    let types = ["Privacy Policy", "Terms of Service", "Imprint"];
    let service = format!("Service {}", number / 3).parse().expect("the name is valid");
    TermsKey::new(service, types[number % 3].parse().expect("the name is valid"))
}
