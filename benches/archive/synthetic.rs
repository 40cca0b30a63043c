//! An archive of as many files as the largest real one has, and as many records as one likes.

use std::path::Path;
use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use fineprint::domain::{New, Saved, TermsKey, Version};
use fineprint::records::{Extractions, GitConfig, GitStore, RecordStore};

use crate::figures::{Bound, Watch, measured, told};

/// Terms in the archive.
const TERMS: usize = 879;

/// How many records a run makes before it flushes.
const BATCH: usize = 200;

/// Clauses of a version, and those of them that every revision changes.
const CLAUSES: usize = 300;
const CHANGED: std::ops::Range<usize> = 150..156;

/// Records versions into a folder.
pub fn record(folder: &Path, records: usize) {
    println!("synthetic archive: {records} records of {TERMS} terms, flushed every {BATCH}");
    let store = GitStore::<Version>::open(folder, &GitConfig::at("")).expect("the archive opens");
    let mut last = Watch::start();
    for number in 0..records {
        if number == records - records / 10 {
            last = Watch::start();
        }
        store.save(New::tracked(version(number, number))).expect("a version can be saved");
        if number % BATCH == BATCH - 1 {
            store.flush().expect("what was saved can be flushed");
        }
    }
    store.flush().expect("what was saved can be flushed");
    told("record, of the last 10%", last.cpu() / (records / 10).max(1) as f64, &Bound::Seconds(0.004));
    unchanged_pass(&store, records);
    println!("  disk                    {}", disk(folder));
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
            let terms = terms(number);
            store.extraction_fingerprint(&terms).expect("the index answers");
            store.remember_extraction(&terms, "0123456789abcdef0123456789abcdef").expect("the index learns");
        }
        store.flush().expect("what was remembered can be flushed");
    });
}

/// A version of some 20 KB, in which some clauses are of this revision only.
pub fn version(number: usize, revision: usize) -> Version {
    let clause =
        |n: usize| format!("{n}. The provider may, clause {} permitting, bring it to an end.\n\n", n * 7919 % 1013);
    let line = |n: usize| match CHANGED.contains(&n) {
        true => {
            format!("{n}. As of revision {revision}, clause {} of the terms is no longer the same.\n\n", n * 31 % 97)
        }
        false => clause(n + number % TERMS),
    };
    let markdown = (0..CLAUSES).map(line).collect();
    Version { terms: terms(number), fetched_at: date(revision), snapshots: Vec::new(), markdown }
}

fn terms(number: usize) -> TermsKey {
    let service = format!("Service {}", number % TERMS / 2).parse().expect("a name");
    TermsKey::new(service, ["Terms of Service", "Privacy Policy"][number % TERMS % 2].parse().expect("a name"))
}

fn date(number: usize) -> DateTime<Utc> {
    let start = DateTime::from_timestamp_secs(1_600_000_000).expect("a date");
    start + TimeDelta::minutes(number as i64)
}

fn disk(folder: &Path) -> String {
    let run = Command::new("du").arg("-sh").arg(folder.join(".git")).output().expect("du runs");
    let files = Command::new("find").arg(folder.join(".git/objects")).args(["-type", "f"]).output().expect("find runs");
    let size = String::from_utf8_lossy(&run.stdout).split_whitespace().next().unwrap_or_default().to_owned();
    format!("{size}, {} object files", String::from_utf8_lossy(&files.stdout).lines().count())
}
