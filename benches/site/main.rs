//! Measures the site: how long the server takes to answer each page, at first and again, and how heavy it is.
//!
//! `cargo bench --bench site` makes a synthetic archive of 10,000 records (`FINEPRINT_BENCH_RECORDS` says how many);
//! `-- PATH` serves a copy of a real repository of versions. Two versions of 400 KB are added to either.

#[path = "../serve/collection.rs"]
#[allow(dead_code, reason = "the bench of the server records while it is measured; this one does not")]
mod collection;
#[path = "../serve/server.rs"]
#[allow(dead_code, reason = "the bench of the server also reads its figures")]
mod server;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use fineprint::assessment;
use fineprint::domain::{New, TermsKey, Version};
use fineprint::records::{GitConfig, GitStore, RecordEntry, RecordStore};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use server::Server;

const RECORDS: usize = 10_000;

/// How often each address is asked for after the first time.
const TIMES: usize = 20;

/// Versions that are looked at one after the other.
const VERSIONS: usize = 20;

/// What was asked of the site: pages and the comparison of two texts of 400 KB.
const PAGE: Duration = Duration::from_millis(50);
const LARGE_CHANGE: Duration = Duration::from_millis(300);

/// Paragraphs of a text of 400 KB, and every so many that change.
const PARAGRAPHS: usize = 2_000;
const CHANGED: usize = 40;

fn main() {
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let records = std::env::var("FINEPRINT_BENCH_RECORDS").ok().and_then(|count| count.parse().ok());
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let entries = collection::make(folder.path(), path.as_deref().map(Path::new), records.unwrap_or(RECORDS));
    let large = record_large(&folder.path().join("versions"));
    let server = Server::start(folder.path());
    let mut reader = Reader::connect(server.address());
    wait_until_ready(&mut reader);
    println!(
        "{} versions; each page once, then {TIMES} times; all times are those of a request on loopback",
        entries.len()
    );
    println!("  page                              first     median        max     size");
    for (name, addresses) in pages(&entries) {
        measure(&mut reader, name, &addresses, PAGE);
    }
    measure(&mut reader, "a change of 400 KB", &[format!("/en/changes/{large}")], LARGE_CHANGE);
    measure(
        &mut reader,
        "the same side by side, whole",
        &[format!("/en/changes/{large}?view=sides&whole=1")],
        LARGE_CHANGE,
    );
    println!("  memory of the server: {} MB", server.megabytes());
}

/// What is asked for; where several, each for the first time.
fn pages(entries: &[RecordEntry]) -> Vec<(&'static str, Vec<String>)> {
    let one = |path: &str| vec![path.to_owned()];
    let some = || entries.iter().step_by(entries.len() / VERSIONS + 1);
    let each = |page: &str| some().map(|entry| format!("/en/{page}/{}", entry.id)).collect::<Vec<_>>();
    let (terms, count) = busiest(entries, |entry| entry.terms.clone());
    let (service, _) = busiest(entries, |entry| entry.terms.service.to_string());
    let (terms_type, _) = busiest(entries, |entry| entry.terms.terms_type.to_string());
    let of_terms = format!("/en/services/{}/{}", encoded(terms.service.as_str()), encoded(terms.terms_type.as_str()));
    let own: Vec<&RecordEntry> = entries.iter().filter(|entry| entry.terms == terms).collect();
    let far = format!("/en/compare/{}/{}", own[own.len() - 1].id, own[0].id);
    println!("the busiest terms has {count} versions");
    vec![
        ("home", one("/en")),
        ("home, French", one("/fr")),
        ("changes", one("/en/changes")),
        ("changes, page 50", one("/en/changes?page=50")),
        ("changes that count", one("/en/changes?significant=true")),
        ("changes of a kind", one("/en/changes?kind=links")),
        ("services", one("/en/services")),
        ("a service", vec![format!("/en/services/{}", encoded(&service))]),
        ("a terms", vec![of_terms.clone()]),
        ("many terms", some().map(of).collect()),
        ("a version by date", vec![format!("{of_terms}/on?date=2025-01-01")]),
        ("terms types", one("/en/terms-types")),
        ("a terms type", vec![format!("/en/terms-types/{}", encoded(&terms_type))]),
        ("versions", each("versions")),
        ("changes, one by one", each("changes")),
        ("first against last", vec![far]),
        (
            "compare, form",
            vec![format!(
                "/en/compare?service={}&type={}",
                encoded(terms.service.as_str()),
                encoded(terms.terms_type.as_str())
            )],
        ),
        ("subscribe", one("/en/subscribe")),
        ("subscribe, narrowed", vec![format!("/en/subscribe?service={}&kind=substantive", encoded(&service))]),
        ("search", one("/en/search?q=data+retention")),
        ("status", one("/en/status")),
        ("about", one("/en/about")),
        ("nothing", one("/en/nothing")),
        ("sitemap", one("/sitemap.xml")),
    ]
}

fn of(entry: &RecordEntry) -> String {
    format!("/en/services/{}/{}", encoded(entry.terms.service.as_str()), encoded(entry.terms.terms_type.as_str()))
}

fn busiest<K: Ord>(entries: &[RecordEntry], key: impl Fn(&RecordEntry) -> K) -> (K, usize) {
    let mut counts: BTreeMap<K, usize> = BTreeMap::new();
    for entry in entries {
        *counts.entry(key(entry)).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).expect("something is recorded")
}

fn encoded(name: &str) -> String {
    utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()
}

fn measure(reader: &mut Reader, name: &str, addresses: &[String], bound: Duration) {
    let mut firsts: Vec<Duration> = addresses.iter().map(|address| reader.ask(address).0).collect();
    let mut later = Vec::new();
    let mut bytes = 0;
    for number in 0..TIMES.max(addresses.len()) {
        let (time, size) = reader.ask(&addresses[number % addresses.len()]);
        later.push(time);
        bytes = bytes.max(size);
    }
    firsts.sort_unstable();
    later.sort_unstable();
    let (first, median, most) = (firsts[firsts.len() - 1], later[later.len() / 2], later[later.len() - 1]);
    let mark = if median > bound { "  over" } else { "" };
    println!(
        "  {name:<30} {:>8} {:>10} {:>10} {:>6} kB{mark}",
        shown(first),
        shown(median),
        shown(most),
        bytes / 1_000
    );
}

fn shown(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// A connection that stays open.
struct Reader {
    stream: BufReader<TcpStream>,
    address: String,
}

impl Reader {
    fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a connection can be told so");
        Self { stream: BufReader::new(stream), address: address.to_owned() }
    }

    /// How long an answer takes, and how many bytes it has, compressed as browsers ask for it.
    fn ask(&mut self, path: &str) -> (Duration, usize) {
        let begin = Instant::now();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\naccept-encoding: gzip\r\n\r\n", self.address);
        self.stream.get_mut().write_all(request.as_bytes()).expect("the server reads");
        let size = self.body();
        (begin.elapsed(), size)
    }

    fn body(&mut self) -> usize {
        let (mut length, mut is_chunked) = (0, false);
        loop {
            let line = self.line();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length is a number");
            }
            is_chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
        }
        if is_chunked { self.chunks() } else { self.skip(length) }
    }

    fn chunks(&mut self) -> usize {
        let mut sum = 0;
        loop {
            let size = usize::from_str_radix(&self.line(), 16).expect("a chunk begins with its size");
            self.skip(size + 2);
            if size == 0 {
                return sum;
            }
            sum += size;
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("the server goes on");
        line.trim_end().to_ascii_lowercase()
    }

    fn skip(&mut self, bytes: usize) -> usize {
        self.stream.read_exact(&mut vec![0; bytes]).expect("the server goes on");
        bytes
    }
}

fn wait_until_ready(reader: &mut Reader) {
    // The first overview of an archive is made when somebody first asks for it.
    let (time, _) = reader.ask("/en");
    println!("  the first page of all took {}", shown(time));
}

/// Records a long text and a change of it; gives the id of the change.
fn record_large(versions: &Path) -> String {
    let store = GitStore::<Version>::open(versions, &GitConfig::at("")).expect("the archive opens");
    let save = |revision| {
        let saved = store.save(New::tracked(large(revision))).expect("a version can be saved");
        saved.id().to_string()
    };
    let (_, second) = (save(1), save(2));
    store.flush().expect("what was saved can be flushed");
    assessment::bring_up_to_date(&store, usize::MAX, |_| {}).expect("versions can be judged");
    second
}

fn large(revision: usize) -> Version {
    let paragraph = |place: usize| {
        let days = if place.is_multiple_of(CHANGED) { place * revision } else { place };
        format!(
            "{place}. We keep what you give us under clause {} for {days} days, and share it with those who help us \
             to run the service; you may object at any time, and we answer within a month, as the law asks of us.",
            place * 7_919 % 1_013
        )
    };
    let markdown: Vec<String> = (1..=PARAGRAPHS).map(paragraph).collect();
    Version {
        terms: TermsKey::new("Large".parse().expect("a name"), "Terms of Service".parse().expect("a name")),
        fetched_at: format!("2024-01-0{revision}T00:00:00Z").parse().expect("a date"),
        snapshots: Vec::new(),
        markdown: markdown.join("\n\n"),
    }
}
