//! Measures an archive: recording, unchanged passes, the index, the passages, and reading from both.
//!
//! `cargo bench --bench archive` measures a synthetic one of 10,000 records. `FINEPRINT_BENCH_RECORDS=10000,100000,1000000`
//! measures others, one after the other: the largest takes a quarter of an hour on an idle machine. With
//! `FINEPRINT_BENCH_FOLDER` they are kept in that folder, and used again the next time. `-- PATH…` measures real repositories of versions (or of snapshots:
//! `snapshots:PATH`), copies of which are made, and checks their index against `git log` on every path.

mod agreement;
mod figures;
mod synthetic;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use chrono::TimeDelta;
use figures::{Bound, Watch, children_cpu_seconds, measured, peak_megabytes, told};
use fineprint::domain::{New, Snapshot, TermsKey, Version};
use fineprint::records::{
    Advance, GitConfig, GitStore, Order, PassageFilter, Passages, Query, RecordFilter, RecordStore, Recordable,
};
use synthetic::version;

/// Records in a synthetic archive, unless `FINEPRINT_BENCH_RECORDS` says otherwise.
const RECORDS: &str = "10000";

/// How long the index of so many records may take to make, in seconds of the processor: what was asked of a real one.
const INDEX_SECONDS: f64 = 4.0 / 42_632.0;

/// The same of passages, for each byte of the versions, and how many bytes they may take up.
const PASSAGE_SECONDS: f64 = 90.0 / 1.5e9;
const PASSAGE_BYTES: f64 = 300e6 / 1.5e9;

/// How often a command is run to tell what it takes.
const RUNS: u32 = 25;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if arguments.is_empty() {
        let sizes = std::env::var("FINEPRINT_BENCH_RECORDS").unwrap_or(RECORDS.to_owned());
        sizes.split(',').filter_map(|size| size.trim().parse().ok()).for_each(measure_synthetic);
    }
    for argument in arguments {
        match argument.strip_prefix("snapshots:") {
            Some(path) => measure_real::<Snapshot>(Path::new(path)),
            None => measure_real::<Version>(Path::new(&argument)),
        }
    }
}

fn measure_synthetic(records: usize) {
    let temporary = tempfile::tempdir().expect("a temporary folder can be made");
    let kept = std::env::var_os("FINEPRINT_BENCH_FOLDER").map(|folder| Path::new(&folder).join(records.to_string()));
    let folder = kept.as_deref().unwrap_or(temporary.path());
    let versions = folder.join("versions");
    match versions.exists() {
        true => println!("synthetic archive: {records} records, as it was kept"),
        false => synthetic::record(&versions, records),
    }
    index_anew::<Version>(&versions);
    build_passages(&versions);
    read::<Version>(&versions);
    run_commands(folder);
    extend(&versions);
}

fn measure_real<T: Recordable>(path: &Path) {
    println!("{}", path.display());
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let copy = folder.path().join("versions");
    git(path, &["clone", "--quiet", "--bare", "--local", ".", &copy.to_string_lossy()]);
    index_anew::<T>(&copy);
    agreement::check::<T>(&copy);
    let is_of_versions = std::any::type_name::<T>() == std::any::type_name::<Version>();
    if is_of_versions {
        build_passages(&copy);
    }
    read::<T>(&copy);
    if is_of_versions {
        run_commands(folder.path());
    }
}

/// Reads the whole history into a new index.
fn index_anew<T: Recordable>(folder: &Path) {
    for file in ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm"] {
        let _ = fs::remove_file(own_folder(folder).join(file));
    }
    // What comes before does not count, but for what it still holds.
    peak_megabytes();
    let watch = Watch::start();
    let store = GitStore::<T>::open(folder, &GitConfig::at("")).expect("the archive opens");
    let taken = watch.cpu();
    let memory = peak_megabytes();
    let records = store.count(&RecordFilter::default()).expect("the index answers");
    told("index of all", taken, &Bound::Seconds(INDEX_SECONDS * records as f64));
    told("  memory, all in all", memory, &Bound::Megabytes(300.0));
    println!("  {records} records");
}

fn build_passages(folder: &Path) {
    let mut passages = Passages::open(folder, &GitConfig::at("")).expect("the archive opens");
    let watch = Watch::start();
    let mut batches = 0;
    while let Advance::Further(_) = passages.advance().expect("passages can be made") {
        batches += 1;
    }
    let bytes = bytes_of_versions(folder);
    told("passages of all", watch.cpu(), &Bound::Seconds(PASSAGE_SECONDS * bytes));
    drop(passages);
    let file = fs::metadata(own_folder(folder).join("passages.sqlite")).map_or(0, |file| file.len());
    told("  disk for them", file as f64 / 1e6, &Bound::Megabytes(PASSAGE_BYTES * bytes / 1e6));
    println!("  {:.0} MB of versions, in {} batches", bytes / 1e6, batches + 1);
    for words in ["data", "\"personal data\" -cookies", "terminat*", "the"] {
        search(folder, words);
    }
}

fn search(folder: &Path, words: &str) {
    let mut passages = Passages::open(folder, &GitConfig::at("")).expect("the archive opens");
    let query = Query::parse(words).expect("it has words");
    let filter = PassageFilter { limit: Some(20), ..PassageFilter::default() };
    let what = format!("search {words}");
    let found = measured(&what, || passages.search(&query, &filter).expect("the passages answer"));
    println!("    {} found", found.total);
}

/// The sum of the sizes of all versions, each as often as it was recorded.
fn bytes_of_versions(folder: &Path) -> f64 {
    let script =
        "git log --no-merges --no-renames --diff-filter=AM --format= --raw --no-abbrev -- '*.md' | cut -d' ' -f4 |
                  git cat-file --batch-check='%(objectsize)' | awk '{ sum += $1 } END { print sum }'";
    let run = Command::new("sh").args(["-c", script]).current_dir(folder).output().expect("a shell runs");
    String::from_utf8_lossy(&run.stdout).trim().parse().unwrap_or_default()
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
    let watch = Watch::start();
    (0..1000).for_each(|_| drop(store.find(&entry.id).expect("the index answers")));
    let by_id = watch.cpu() / 1000.0;
    let watch = Watch::start();
    for days in 0..1000 {
        let _ = store.valid_at(&key, entry.date - TimeDelta::days(days)).expect("the index answers");
    }
    told("by date, with content", watch.cpu() / 1000.0, &Bound::Seconds(by_id + 0.0001));
}

/// What whole commands take, started anew each time.
fn run_commands(root: &Path) {
    let config = r#"{"@opentermsarchive/engine":{"recorder":{"versions":{"storage":{"git":{"path":"./versions"}}}}}}"#;
    fs::create_dir_all(root.join("config")).expect("a folder can be made");
    fs::write(root.join("config/default.json"), config).expect("a file can be written");
    let store = GitStore::<Version>::open_for_reading(&root.join("versions"), &GitConfig::at("")).expect("it opens");
    let half = store.count(&RecordFilter::default()).expect("the index answers") / 2;
    let one = RecordFilter { offset: half, limit: Some(1), ..RecordFilter::default() };
    let Some(middle) = store.list(&one).expect("the index answers").pop() else { return };
    let TermsKey { service, terms_type } = &middle.terms;
    let date = middle.date.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    run_command(root, "history --limit 20", &["history", "--limit", "20"]);
    run_command(root, "stats", &["stats"]);
    run_command(root, "show --at", &["show", "--at", &date, "--", service.as_str(), terms_type.as_str()]);
}

fn run_command(root: &Path, what: &str, arguments: &[&str]) {
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fineprint"));
        let status = command.arg("--collection").arg(root).args(arguments).stdout(Stdio::null()).status();
        assert!(status.expect("it runs").success(), "{arguments:?}");
    };
    run();
    let before = children_cpu_seconds();
    (0..RUNS).for_each(|_| run());
    told(what, (children_cpu_seconds() - before) / f64::from(RUNS), &Bound::Seconds(0.02));
}

/// One commit at a time, each taken into the index and the passages: the worst of them.
fn extend(folder: &Path) {
    let store = GitStore::<Version>::open(folder, &GitConfig::at("")).expect("the archive opens");
    let mut passages = Passages::open(folder, &GitConfig::at("")).expect("the archive opens");
    let (mut recorded, mut taken_in, mut worst) = (0.0, 0.0, 0.0_f64);
    let records = store.count(&RecordFilter::default()).expect("the index answers");
    let count = 200;
    for number in records..records + count {
        let version = version(number, number);
        let watch = Watch::start();
        store.save(New::tracked(version)).expect("a version can be saved");
        store.flush().expect("what was saved can be flushed");
        recorded += watch.cpu();
        let watch = Watch::start();
        passages.advance().expect("passages can be made");
        taken_in += watch.cpu();
        worst = worst.max(watch.cpu());
    }
    told("record one, and flush", recorded / count as f64, &Bound::Seconds(0.004));
    told("passages of one more", taken_in / count as f64, &Bound::Seconds(0.01));
    told("  the worst of 200", worst, &Bound::Seconds(0.01));
    drop(store);
    let store = GitStore::<Version>::open_for_reading(folder, &GitConfig::at("")).expect("the archive opens");
    let one = RecordFilter { order: Order::LastRecordedFirst, limit: Some(1), ..RecordFilter::default() };
    let (mut taken, count) = (0.0, 10);
    for number in 0..count {
        let path = format!("Service 1/Terms of Service {number}.md");
        fs::write(folder.join(&path), format!("Made by somebody else, {records}")).expect("a file can be written");
        git(folder, &["add", "--", &path]);
        git(folder, &["commit", "--quiet", "--message", "First record of Service 1 Terms of Service"]);
        let watch = Watch::start();
        store.list(&one).expect("the index answers");
        taken += watch.cpu();
    }
    told("index of one more", taken / f64::from(count), &Bound::Seconds(0.01));
}

fn own_folder(folder: &Path) -> std::path::PathBuf {
    let bare = folder.join("fineprint");
    if folder.join(".git").exists() { folder.join(".git/fineprint") } else { bare }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let run = Command::new("git").arg("-C").arg(folder).args(arguments).output().expect("git runs");
    String::from_utf8_lossy(&run.stdout).into_owned()
}
