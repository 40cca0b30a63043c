//! Measures an archive: recording, opening, unchanged passes, the index and reading from it.
//!
//! `cargo bench --bench archive` measures a synthetic one; `-- PATH…` measures real repositories of versions (or of
//! snapshots: `snapshots:PATH`), copies of which are made, and checks their index against `git log`.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use fineprint::domain::{New, Saved, Snapshot, TermsKey, Version};
use fineprint::records::{Extractions, GitConfig, GitStore, Order, RecordFilter, RecordStore, Recordable};

/// Terms in the synthetic archive: as many files as the largest real one has.
const TERMS: usize = 879;

/// Records in it, unless `FINEPRINT_BENCH_RECORDS` says otherwise.
const RECORDS: usize = 10_000;

/// How many records a run makes before it flushes.
const BATCH: usize = 200;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if arguments.is_empty() {
        let records = std::env::var("FINEPRINT_BENCH_RECORDS").ok().and_then(|count| count.parse().ok());
        synthetic(records.unwrap_or(RECORDS));
    }
    for argument in arguments {
        match argument.strip_prefix("snapshots:") {
            Some(path) => real::<Snapshot>(Path::new(path)),
            None => real::<Version>(Path::new(&argument)),
        }
    }
}

fn synthetic(records: usize) {
    println!("synthetic archive: {records} records of {TERMS} terms, flushed every {BATCH}");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let store = measured("begin", || open(folder.path()));
    let all = Watch::start();
    let mut last = Watch::start();
    for number in 0..records {
        store.save(New::tracked(version(number, number))).expect("a version can be saved");
        if number % BATCH == BATCH - 1 {
            store.flush().expect("what was saved can be flushed");
        }
        if number + 1 == records - records / 10 {
            last = Watch::start();
        }
    }
    store.flush().expect("what was saved can be flushed");
    println!("  record, each            {}", all.per(records));
    println!("  … of the last tenth     {}", last.per(records / 10));
    unchanged_pass(&store, records);
    drop(store);
    println!("  disk                    {}", disk(folder.path()));
    index_again(folder.path());
    read::<Version>(folder.path());
}

/// Reads the whole history into a new index, and then one commit of somebody else.
fn index_again(folder: &Path) {
    std::fs::remove_file(folder.join(".git/fineprint/index.sqlite")).expect("the index is there");
    let store = measured("index all", || open(folder));
    git(folder, &["commit", "--quiet", "--allow-empty", "--message", "Slip in between"]);
    measured("index one more", || {
        store.list(&RecordFilter { limit: Some(1), ..RecordFilter::default() }).expect("it answers")
    });
}

fn unchanged_pass(store: &GitStore<Version>, records: usize) {
    let newest = |number: usize| number + (records - 1 - number) / TERMS * TERMS;
    let again: Vec<Version> = (0..200.min(records)).map(|number| version(number, newest(number))).collect();
    measured("200 unchanged", || {
        for version in again {
            let saved = store.save(New::tracked(version)).expect("a version can be saved");
            assert!(matches!(saved, Saved::Unchanged { .. }));
        }
    });
    measured("200 extractions known", || {
        for number in 0..200 {
            let terms = version_key(number);
            store.extraction_fingerprint(&terms).expect("the index answers");
            store.remember_extraction(&terms, "0123456789abcdef0123456789abcdef").expect("the index learns");
        }
        store.flush().expect("what was remembered can be flushed");
    });
}

fn real<T: Recordable>(path: &Path) {
    println!("{}", path.display());
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    git(path, &["clone", "--quiet", "--bare", "--local", ".", &folder.path().to_string_lossy()]);
    let store = measured("index all", || GitStore::<T>::open(folder.path(), &GitConfig::at("")).expect("it opens"));
    let entries = store.list(&RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::default() });
    let entries = entries.expect("the index answers");
    println!("  records                 {}", entries.len());
    compare_with_git(folder.path(), entries.iter().map(|entry| entry.id.to_string()).collect());
    drop(store);
    read::<T>(folder.path());
}

fn read<T: Recordable>(folder: &Path) {
    let config = GitConfig::at("");
    drop(measured("open to write", || GitStore::<T>::open(folder, &config).expect("it opens")));
    let store = measured("open to read", || GitStore::<T>::open_for_reading(folder, &config).expect("it opens"));
    let newest = measured("newest 20", || {
        store.list(&RecordFilter { limit: Some(20), ..RecordFilter::default() }).expect("the index answers")
    });
    let Some(entry) = newest.last() else { return };
    let key = store.find(&entry.id).expect("the index answers").expect("what is listed is there").content.key();
    measured("history of one, 20", || {
        store.list(&RecordFilter { limit: Some(20), ..RecordFilter::of(&entry.terms) }).expect("the index answers")
    });
    let dates = (0..1000).map(|days| entry.date - TimeDelta::days(days));
    let watch = Watch::start();
    for date in dates {
        let _ = store.valid_at(&key, date).expect("the index answers");
    }
    println!("  by date, with content   {}", watch.per(1000));
}

/// Every commit with a record's subject that is no merge and adds or changes a record's file must be in the index.
fn compare_with_git(folder: &Path, indexed: HashSet<String>) {
    let format = "--format=%x01%H%x02%s%x02";
    let log = git(folder, &["log", "--no-merges", "--no-renames", "--name-status", "-z", format]);
    let expected: HashSet<String> = log.split('\u{1}').filter_map(record_in_log).collect();
    let missing: Vec<_> = expected.difference(&indexed).collect();
    let surplus = indexed.difference(&expected).count();
    println!("  against git log         {} missing, {surplus} too many", missing.len());
    missing.iter().take(5).for_each(|id| println!("    missing {id}"));
}

fn record_in_log(commit: &str) -> Option<String> {
    let prefixes =
        ["First record of ", "Record new changes of ", "Apply technical ", "Start tracking ", "Update ", "Refilter "];
    let mut parts = commit.split('\u{2}');
    let (id, subject, files) = (parts.next()?, parts.next()?, parts.next()?);
    let mut names = files.trim_matches(['\0', '\n']).split('\0');
    let mut has_file = false;
    while let (Some(status), Some(name)) = (names.next(), names.next()) {
        let is_file = name.split('/').count() == 2 && !name.starts_with('.') && name.ends_with(".md");
        has_file |= is_file && !status.ends_with('D');
    }
    (has_file && prefixes.iter().any(|prefix| subject.starts_with(prefix))).then(|| id.to_owned())
}

fn open(folder: &Path) -> GitStore<Version> {
    GitStore::open(folder, &GitConfig::at("")).expect("the archive opens")
}

fn version_key(number: usize) -> TermsKey {
    let service = format!("Service {}", number % TERMS / 2).parse().expect("a name");
    TermsKey::new(service, ["Terms of Service", "Privacy Policy"][number % TERMS % 2].parse().expect("a name"))
}

/// A version of 20 KB, of which one line tells `revision`.
fn version(number: usize, revision: usize) -> Version {
    let clause =
        |n: usize| format!("{n}. The provider may, clause {} permitting, bring it to an end.\n\n", n * 7919 % 1013);
    let line = |n: usize| if n == 150 { format!("Revision {revision}\n\n") } else { clause(n + number % TERMS) };
    let markdown = (0..300).map(line).collect();
    Version { terms: version_key(number), fetched_at: date(revision), snapshots: Vec::new(), markdown }
}

fn date(number: usize) -> DateTime<Utc> {
    let start = DateTime::from_timestamp_secs(1_600_000_000).expect("a date");
    start + TimeDelta::minutes(number as i64)
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let run = Command::new("git").arg("-C").arg(folder).args(arguments).output().expect("git runs");
    String::from_utf8_lossy(&run.stdout).into_owned()
}

fn disk(folder: &Path) -> String {
    let run = Command::new("du").arg("-sh").arg(folder.join(".git")).output().expect("du runs");
    let files = Command::new("find").arg(folder.join(".git/objects")).args(["-type", "f"]).output().expect("find runs");
    let size = String::from_utf8_lossy(&run.stdout).split_whitespace().next().unwrap_or_default().to_owned();
    format!("{size}, {} object files", String::from_utf8_lossy(&files.stdout).lines().count())
}

/// Time on the clock and on the processor.
struct Watch {
    clock: Instant,
    cpu: f64,
}

impl Watch {
    fn start() -> Self {
        Self { clock: Instant::now(), cpu: cpu_seconds() }
    }

    fn per(&self, count: usize) -> String {
        let cpu = (cpu_seconds() - self.cpu) / count.max(1) as f64;
        let clock = self.clock.elapsed().as_secs_f64() / count.max(1) as f64;
        format!("{:9.3} ms of CPU, {:9.3} ms", cpu * 1e3, clock * 1e3)
    }
}

fn measured<R>(what: &str, work: impl FnOnce() -> R) -> R {
    let watch = Watch::start();
    let result = work();
    println!("  {what:<23} {}", watch.per(1));
    result
}

/// Processor time of this thread in seconds, as Linux counts it; zero elsewhere.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e9
}
