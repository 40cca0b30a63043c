//! What a process leaves that is killed in the middle of a step, and how the next one goes on from there.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::GitStore;
use super::tests::git;
use crate::domain::{New, Version};
use crate::records::contract::version;
use crate::records::passages::{Advance, PassageFilter, Passages, Query};
use crate::records::{GitConfig, RecordFilter, RecordStore};

/// Records that were flushed before the process was killed.
const RECORDED: u32 = 12;

/// Packs from which on they are gathered.
const MANY_PACKS: u32 = 40;

fn store(folder: &Path) -> GitStore<Version> {
    GitStore::open(folder, &GitConfig::at("")).unwrap()
}

fn record(store: &GitStore<Version>, number: u32) {
    store.save(New::tracked(version(number % 28 + 1, &format!("Version {number}."), &[]))).unwrap();
    store.flush().unwrap();
}

fn recorded(count: u32) -> (TempDir, GitStore<Version>) {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    (0..count).for_each(|number| record(&store, number));
    (folder, store)
}

/// What is on the disk if the process that records in a folder is killed now: its lock with its pid included.
fn killed(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_all(folder, copy.path());
    copy
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => {
                fs::create_dir(&target).unwrap();
                copy_all(&entry.path(), &target);
            }
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Nothing that was recorded is lost, the next record is made as ever, and nothing lies around.
fn assert_goes_on(folder: &Path, count: u32) {
    let store = store(folder);
    assert_eq!(store.list(&RecordFilter::default()).unwrap().len(), count as usize);
    record(&store, 1000);
    assert_eq!(store.list(&RecordFilter::default()).unwrap().len(), count as usize + 1);
    drop(store);
    git(folder, &["fsck", "--strict", "--no-dangling"]);
    assert_eq!(git(folder, &["rev-list", "--count", "HEAD"]), format!("{}\n", count + 1));
    assert_eq!(git(folder, &["status", "--porcelain"]), "");
    let names = packs(folder, |name| name.starts_with("tmp_"));
    assert_eq!(names, Vec::<PathBuf>::new());
}

fn packs(folder: &Path, is_meant: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let files = fs::read_dir(folder.join(".git/objects/pack")).unwrap().map(|file| file.unwrap().path());
    let mut packs: Vec<_> = files.filter(|file| is_meant(&file.file_name().unwrap().to_string_lossy())).collect();
    packs.sort();
    packs
}

/// The sizes that a file had while it grew: a few of many, the first and the last among them.
fn sizes(whole: &[u8]) -> impl Iterator<Item = usize> {
    let length = whole.len();
    (0..=16).map(move |part| length * part / 16).chain([length.saturating_sub(1), 31, 33, 4127])
}

#[test]
fn killed_before_a_flush() {
    let (folder, store) = recorded(RECORDED);
    store.save(New::tracked(version(3, "Never flushed.", &[]))).unwrap();

    assert_goes_on(killed(folder.path()).path(), RECORDED);
}

#[test]
fn killed_while_a_pack_is_written() {
    let (folder, _store) = recorded(RECORDED);
    let left = killed(folder.path());
    let pack = packs(left.path(), |name| name.ends_with(".pack")).remove(0);
    let whole = fs::read(&pack).unwrap();
    let pack_folder = left.path().join(".git/objects/pack");
    fs::write(pack_folder.join("tmp_pack_half"), &whole[..whole.len() / 2]).unwrap();
    // A pack is there before its index is.
    fs::write(pack_folder.join(format!("pack-{}.pack", "0".repeat(40))), &whole).unwrap();

    assert_goes_on(left.path(), RECORDED);
}

#[test]
fn killed_while_packs_are_gathered() {
    let (folder, store) = recorded(MANY_PACKS - 1);
    let before = killed(folder.path());
    let old = packs(before.path(), |name| name.starts_with("pack-"));
    record(&store, MANY_PACKS);
    let after = packs(folder.path(), |name| name.ends_with(".pack"));
    assert!(after.len() < 3, "{after:?}");

    // The gathered pack is there, and of the old ones all, some, or some without their index.
    for removed in [0, 1, 7, old.len() - 1] {
        let left = killed(folder.path());
        for file in &old[removed..] {
            fs::copy(file, left.path().join(".git/objects/pack").join(file.file_name().unwrap())).unwrap();
        }
        assert_goes_on(left.path(), MANY_PACKS);
    }
}

#[test]
fn killed_while_the_branch_is_moved() {
    let (folder, _store) = recorded(RECORDED);
    let head = git(folder.path(), &["rev-parse", "HEAD"]);
    for half in ["", &head[..20], &head] {
        let left = killed(folder.path());
        fs::write(left.path().join(".git/refs/heads/main.lock"), half).unwrap();

        assert_goes_on(left.path(), RECORDED);
    }
}

#[test]
fn killed_while_the_index_is_written() {
    let (folder, _store) = recorded(RECORDED);
    let log = fs::read(folder.path().join(".git/fineprint/index.sqlite-wal")).unwrap();
    for size in sizes(&log) {
        let left = killed(folder.path());
        fs::write(left.path().join(".git/fineprint/index.sqlite-wal"), &log[..size.min(log.len())]).unwrap();

        assert_goes_on(left.path(), RECORDED);
    }
}

#[test]
fn killed_while_passages_are_taken_in() {
    let (folder, store) = recorded(RECORDED);
    let mut passages = Passages::open(folder.path(), &GitConfig::at("")).unwrap();
    passages.advance().unwrap();
    record(&store, RECORDED);
    passages.advance().unwrap();
    let log = fs::read(folder.path().join(".git/fineprint/passages.sqlite-wal")).unwrap();
    for size in sizes(&log) {
        let left = killed(folder.path());
        fs::write(left.path().join(".git/fineprint/passages.sqlite-wal"), &log[..size.min(log.len())]).unwrap();

        assert_eq!(searched(left.path()), RECORDED as usize + 1, "{size} of {}", log.len());
    }
}

/// How many passages are found once all versions are taken in.
fn searched(folder: &Path) -> usize {
    let mut passages = Passages::open(folder, &GitConfig::at("")).unwrap();
    while !matches!(passages.advance().unwrap(), Advance::Complete(_)) {}
    passages.search(&Query::parse("version").unwrap(), &PassageFilter::default()).unwrap().total
}
