//! Measures the server: 50 clients at once, one route after the other, while versions are being recorded.
//!
//! `cargo bench --bench serve` makes a synthetic archive; `-- PATH` serves a copy of a real repository of versions.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta};
use fineprint::assessment;
use fineprint::domain::{Clock, Collection, New, TermsKey, Version};
use fineprint::records::{GitConfig, GitStore, Order, RecordEntry, RecordFilter, RecordStore};
use fineprint::web::{Archive, Config, Declared, Listeners, Metadata, NotDeclared, Served, Source, serve};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Terms in the synthetic archive: as many files as the largest real one has.
const TERMS: usize = 879;

/// Records in it, unless `FINEPRINT_BENCH_RECORDS` says otherwise.
const RECORDS: usize = 10_000;

const CLIENTS: usize = 50;

/// How long each route is asked for.
const TIME: Duration = Duration::from_secs(4);

fn main() {
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    match path {
        Some(path) => git(Path::new(&path), &["clone", "--quiet", "--local", ".", &folder.path().to_string_lossy()]),
        None => record_synthetic(folder.path()),
    }
    let runtime = tokio::runtime::Runtime::new().expect("the runtime starts");
    runtime.block_on(measure(folder.path()));
}

async fn measure(folder: &Path) {
    let entries = entries(folder);
    println!(
        "{} versions, {CLIENTS} clients, {} s each; memory before serving {}",
        entries.len(),
        TIME.as_secs(),
        memory()
    );
    let begin = Instant::now();
    let served = served(folder);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it has an address").to_string();
    tokio::spawn(serve(Listeners { public: listener, metrics: None }, served, std::future::pending()));
    ask_once(&address, "/ready").await;
    println!("  ready after              {:.1?}", begin.elapsed());
    let is_over = Arc::new(AtomicBool::new(false));
    let recorder = std::thread::spawn(record_meanwhile(folder, Arc::clone(&is_over)));
    let cold = Instant::now();
    ask_once(&address, "/v1/feeds/changes.atom?significant=all").await;
    println!("  cold feed                {:.1?}", cold.elapsed());
    println!("  route                        requests/s      p50      p99   errors   memory");
    for (name, paths) in routes(&entries) {
        ask_for(name, &address, &Arc::new(paths)).await;
    }
    is_over.store(true, Ordering::Relaxed);
    println!("  recorded meanwhile       {}", recorder.join().expect("recording goes well"));
}

/// What is asked for; where several, one after the other.
fn routes(entries: &[RecordEntry]) -> Vec<(&'static str, Vec<String>)> {
    let some = || entries.iter().step_by(entries.len() / 500 + 1);
    let by_date = some().map(|entry| {
        let (service, terms_type) = (entry.terms.service.as_str(), entry.terms.terms_type.as_str());
        let date = entry.date.format("%Y-%m-%dT%H:%M:%SZ");
        format!("/v1/version/{}/{}/{date}", service.replace(' ', "%20"), terms_type.replace(' ', "%20"))
    });
    let by_id = some().map(|entry| format!("/v1/version/{}", entry.id));
    let one = |path: &str| vec![path.to_owned()];
    vec![
        ("version by date", by_date.collect()),
        ("version by id", by_id.collect()),
        ("versions?limit=100", one("/v1/versions?limit=100")),
        ("feed", one("/v1/feed")),
        ("feeds/changes.atom", one("/v1/feeds/changes.atom?significant=all")),
        ("services", one("/v1/services")),
    ]
}

async fn ask_for(name: &str, address: &str, paths: &Arc<Vec<String>>) {
    let end = Instant::now() + TIME;
    let clients =
        (0..CLIENTS).map(|client| tokio::spawn(one_client(address.to_owned(), Arc::clone(paths), client, end)));
    let mut times = Vec::new();
    let mut errors = 0;
    for client in clients.collect::<Vec<_>>() {
        let (own, own_errors) = client.await.expect("a client goes on to its end");
        times.extend(own);
        errors += own_errors;
    }
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    let rate = times.len() as f64 / TIME.as_secs_f64();
    println!("  {name:<26} {rate:>10.0} {:>6.2}ms {:>6.2}ms {errors:>8} {:>8}", at(0.5), at(0.99), memory());
}

async fn one_client(address: String, paths: Arc<Vec<String>>, client: usize, end: Instant) -> (Vec<Duration>, usize) {
    let mut stream = TcpStream::connect(&address).await.expect("the server listens");
    stream.set_nodelay(true).expect("a connection can be told so");
    let (mut times, mut errors, mut number) = (Vec::new(), 0, client * 7);
    while Instant::now() < end {
        let begin = Instant::now();
        let status = ask(&mut stream, &paths[number % paths.len()]).await;
        times.push(begin.elapsed());
        errors += usize::from(status != 200);
        number += 1;
    }
    (times, errors)
}

async fn ask_once(address: &str, path: &str) {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    assert_eq!(ask(&mut stream, path).await, 200, "{path}");
}

/// The status of an answer, all of which is read.
async fn ask(stream: &mut TcpStream, path: &str) -> u16 {
    let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut answer = Vec::with_capacity(16 << 10);
    let head = loop {
        stream.read_buf(&mut answer).await.expect("the server answers");
        if let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&answer[..head]).to_ascii_lowercase();
    let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    let length: usize = length.unwrap_or(0);
    while answer.len() < head + length {
        stream.read_buf(&mut answer).await.expect("the server goes on");
    }
    text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

fn served(folder: &Path) -> Served {
    let folder = folder.to_owned();
    let archive = Archive {
        versions: Box::new(move || {
            let store = GitStore::open_for_reading(&folder, &GitConfig::at(""))?;
            Ok(Some(Arc::new(store) as Arc<dyn RecordStore<Version>>))
        }),
        snapshots: Box::new(|| Ok(None)),
        passages: Box::new(|| Ok(None)),
        checks: Box::new(|| Ok(None)),
        derive: Box::new(|| true),
    };
    Served::new(Config::default(), archive, Box::new(Nothing), Clock::system()).expect("the collection has a name")
}

/// A collection that has a name and declares nothing.
struct Nothing;

impl Source for Nothing {
    fn load(&self) -> Result<Declared, NotDeclared> {
        let metadata = json!({ "id": "bench", "name": "Bench" });
        Ok(Declared {
            collection: Collection::default(),
            metadata: Metadata::new(metadata.as_object().expect("it is one").clone())?,
            sources: Default::default(),
            terms_types: Vec::new(),
        })
    }

    fn stamp(&self) -> u64 {
        0
    }
}

fn entries(folder: &Path) -> Vec<RecordEntry> {
    let store = GitStore::<Version>::open(folder, &GitConfig::at("")).expect("it opens");
    assessment::bring_up_to_date(&store, 1_000, |_| {}).expect("versions can be judged");
    store.list(&RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::default() }).expect("the index answers")
}

fn record_synthetic(folder: &Path) {
    let records = std::env::var("FINEPRINT_BENCH_RECORDS").ok().and_then(|count| count.parse().ok());
    let store = GitStore::<Version>::open(folder, &GitConfig::at("")).expect("it opens");
    for number in 0..records.unwrap_or(RECORDS) {
        store.save(New::tracked(version(number))).expect("a version can be saved");
        if number % 200 == 199 {
            store.flush().expect("what was saved can be flushed");
        }
    }
    store.flush().expect("what was saved can be flushed");
}

/// Records versions as a run does, ten a second, until it is over; tells how many.
fn record_meanwhile(folder: &Path, is_over: Arc<AtomicBool>) -> impl FnOnce() -> usize + Send + 'static {
    let folder = folder.to_owned();
    move || {
        let store = GitStore::<Version>::open(&folder, &GitConfig::at("")).expect("it opens");
        let mut recorded = 0;
        while !is_over.load(Ordering::Relaxed) {
            store.save(New::tracked(version(1_000_000 + recorded))).expect("a version can be saved");
            store.flush().expect("what was saved can be flushed");
            recorded += 1;
            std::thread::sleep(Duration::from_millis(100));
        }
        recorded
    }
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

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git").arg("-C").arg(folder).args(arguments).status().expect("git is there");
    assert!(done.success(), "git {arguments:?}");
}

/// What this process holds in memory, the clients included.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: usize = line.and_then(|rest| rest.trim().split(' ').next()?.parse().ok()).unwrap_or(0);
    format!("{} MB", kib / 1024)
}
