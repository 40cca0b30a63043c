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

/// Bytes that any page but a comparison may have on its way, style and script (8 KB) left out.
const WEIGHT: usize = 52_000;

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
    println!("                                         made, ms           again, ms");
    println!("  page                           median   slowest    median   slowest      size");
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
    let each = |page: &str| some().map(|entry| format!("{page}/{}", entry.id)).collect::<Vec<_>>();
    let of_each = |page: &str| some().map(|entry| format!("{page}?{}", query(&entry.terms))).collect::<Vec<_>>();
    let (terms, count) = busiest(entries, |entry| entry.terms.clone());
    let own: Vec<&RecordEntry> = entries.iter().filter(|entry| entry.terms == terms).collect();
    let far = format!("/en/compare/{}/{}", own[own.len() - 1].id, own[0].id);
    let oldest = entries.iter().map(|entry| entry.date).min().expect("something is recorded").date_naive();
    println!("the busiest terms has {count} versions");
    vec![
        ("home", one("/en")),
        ("home, French", one("/fr")),
        ("changes", one("/en/changes")),
        ("changes, French", one("/fr/changes")),
        ("changes, far back", (10..=50).step_by(10).map(|page| format!("/en/changes?page={page}")).collect()),
        ("changes that count", one("/en/changes?significant=true")),
        ("changes of a kind", one("/en/changes?kind=links")),
        ("changes of a terms", of_each("/en/changes")),
        ("changes of the first year", vec![format!("/en/changes?until={}", oldest + chrono::Days::new(365))]),
        ("services", one("/en/services")),
        ("a service", some().map(|entry| service_of("/en", entry)).collect()),
        ("the busiest terms", vec![terms_at("/en", &terms), terms_at("/fr", &terms)]),
        ("a terms", some().map(|entry| terms_at("/en", &entry.terms)).collect()),
        ("a terms, French", some().map(|entry| terms_at("/fr", &entry.terms)).collect()),
        ("a version by date", some().map(|entry| terms_at("/en", &entry.terms) + "/on?date=2025-01-01").collect()),
        ("terms types", one("/en/terms-types")),
        ("a terms type", some().map(|entry| type_of("/en", entry)).collect()),
        ("a version", each("/en/versions")),
        ("a version, French", each("/fr/versions")),
        ("a change", each("/en/changes")),
        ("a change, side by side", each("/fr/changes").into_iter().map(|page| page + "?view=sides").collect()),
        ("first against last", vec![far]),
        ("compare, form", of_each("/en/compare")),
        ("compare, the busiest terms", vec![format!("/en/compare?{}", query(&terms))]),
        ("subscribe", one("/en/subscribe")),
        ("subscribe, a preview", of_each("/en/subscribe")),
        ("search, common words", ["data", "personal", "service"].map(|word| format!("/en/search?q={word}")).to_vec()),
        ("search, a phrase", one("/en/search?q=%22personal+data%22")),
        ("search, rare words", one("/en/search?q=zeugma+-data")),
        ("status", vec!["/en/status".to_owned(), "/fr/status".to_owned()]),
        ("about", one("/en/about")),
        ("nothing", one("/en/nothing")),
        ("sitemap", one("/sitemap.xml")),
        ("a card of a version", each("/en/card/versions").into_iter().map(|page| page + ".png").collect()),
        ("a card of the site", one("/fr/card/site.png")),
    ]
}

fn terms_at(language: &str, terms: &TermsKey) -> String {
    format!("{language}/services/{}/{}", encoded(terms.service.as_str()), encoded(terms.terms_type.as_str()))
}

fn service_of(language: &str, entry: &RecordEntry) -> String {
    format!("{language}/services/{}", encoded(entry.terms.service.as_str()))
}

fn type_of(language: &str, entry: &RecordEntry) -> String {
    format!("{language}/terms-types/{}", encoded(entry.terms.terms_type.as_str()))
}

fn query(terms: &TermsKey) -> String {
    format!("service={}&type={}", encoded(terms.service.as_str()), encoded(terms.terms_type.as_str()))
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
    let is_comparison = |address: &String| address.contains("/changes/") || address.contains("/compare/");
    let heavy = if bytes > WEIGHT && !addresses.iter().all(is_comparison) { "  heavy" } else { "" };
    let mark = if firsts[firsts.len() - 1] > bound || later[later.len() / 2] > bound { "  over" } else { "" };
    let times = [&firsts, &later].map(|times| (shown(times[times.len() / 2]), shown(times[times.len() - 1])));
    println!(
        "  {name:<28} {:>8}  {:>8}  {:>8}  {:>8}  {:>5} kB{mark}{heavy}",
        times[0].0,
        times[0].1,
        times[1].0,
        times[1].1,
        bytes / 1_000
    );
}

fn shown(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
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
    println!("  the first page of all took {} ms", shown(time));
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
