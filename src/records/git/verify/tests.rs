//! What a look at a whole repository finds, and what it does not take for sound.

use super::*;
use crate::domain::{New, Snapshot, Version};
use crate::records::contract::{day, page, version};
use crate::records::git::GitStore;
use crate::records::git::tests::{git, unpack_then_break};
use crate::records::{GitConfig, RecordStore};

fn archive(folder: &std::path::Path) -> (GitStore<Snapshot>, GitStore<Version>) {
    let config = GitConfig::at("");
    let snapshots = GitStore::open(&folder.join("snapshots"), &config).unwrap();
    (snapshots, GitStore::open(&folder.join("versions"), &config).unwrap())
}

#[test]
fn a_sound_archive_has_no_faults() {
    let folder = tempfile::tempdir().unwrap();
    let (snapshots, versions) = archive(folder.path());
    let snapshot = snapshots.save(New::tracked(page(1, "one"))).unwrap().id().clone();
    versions.save(New::tracked(version(1, "one", &[snapshot]))).unwrap();
    snapshots.flush().unwrap();
    versions.flush().unwrap();

    let found = versions.verify(Some(&snapshots), day(2)).unwrap();

    assert_eq!((found.records, found.faults, found.signatures.absent), (1, vec![], 1));
}

#[test]
fn faults_are_told_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let (snapshots, versions) = archive(folder.path());
    let unknown: RecordId = "d".repeat(40).parse().unwrap();
    let first = versions.save(New::tracked(version(9, "one", std::slice::from_ref(&unknown)))).unwrap();
    versions.flush().unwrap();

    let found = versions.verify(Some(&snapshots), day(1)).unwrap();

    let id = first.id().clone();
    let missing = Fault::MissingSnapshot { id: id.clone(), snapshot: unknown };
    assert_eq!(found.faults, [missing, Fault::ImplausibleDate { id, date: day(9) }]);
}

#[test]
fn a_history_that_was_rewritten_after_it_was_verified_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (snapshots, versions) = archive(folder.path());
    for (day_of_month, text) in [(1, "one"), (2, "two")] {
        versions.save(New::tracked(version(day_of_month, text, &[]))).unwrap();
    }
    versions.flush().unwrap();
    assert_eq!(versions.verify(Some(&snapshots), day(3)).unwrap().faults, []);

    git(&folder.path().join("versions"), &["reset", "--quiet", "--hard", "HEAD~1"]);

    let faults = versions.verify(Some(&snapshots), day(3)).unwrap().faults;
    assert!(matches!(faults.as_slice(), [Fault::Rewritten { .. }]), "{faults:?}");
}

#[test]
fn damaged_content_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (snapshots, versions) = archive(folder.path());
    versions.save(New::tracked(version(1, "one", &[]))).unwrap();
    versions.flush().unwrap();
    drop(versions);
    let blob = git(&folder.path().join("versions"), &["rev-parse", "HEAD:Acme/Privacy Policy.md"]);
    unpack_then_break(&folder.path().join("versions"), blob.trim());

    let versions = GitStore::<Version>::open(&folder.path().join("versions"), &GitConfig::at("")).unwrap();
    let faults = versions.verify(Some(&snapshots), day(3)).unwrap().faults;

    assert!(matches!(faults.as_slice(), [Fault::Unreadable { .. }]), "{faults:?}");
}

/// Five versions of which the tree of the third, or its folder, is damaged.
fn holed(folder: &std::path::Path, damaged: &str) -> GitStore<Version> {
    let versions = folder.join("versions");
    let (_, store) = archive(folder);
    for number in 1..=5 {
        store.save(New::tracked(version(number, &format!("text {number}"), &[]))).unwrap();
        store.flush().unwrap();
    }
    drop(store);
    let tree = git(&versions, &["rev-parse", damaged]);
    unpack_then_break(&versions, tree.trim());
    std::fs::remove_file(versions.join(".git/fineprint/index.sqlite")).unwrap();
    GitStore::open(&versions, &GitConfig::at("")).unwrap()
}

#[test]
fn a_record_that_is_in_no_list_since_its_tree_is_damaged_is_a_fault() {
    for damaged in ["HEAD~2^{tree}", "HEAD~2:Acme"] {
        let folder = tempfile::tempdir().unwrap();
        let versions = holed(folder.path(), damaged);
        let third = git(&folder.path().join("versions"), &["rev-parse", "HEAD~2"]);

        let found = versions.verify(None, day(9)).unwrap();

        assert_eq!(found.records, 4, "the record after it is told by its subject");
        let [Fault::UnreadableCommit { id, .. }] = found.faults.as_slice() else { panic!("{:?}", found.faults) };
        assert_eq!(id.as_str(), third.trim());
        let marked = folder.path().join("versions/.git/refs/fineprint/verified");
        assert!(!marked.exists(), "what has faults is not noted as verified");
    }
}

#[test]
fn a_tree_that_was_damaged_after_it_was_indexed_is_a_fault_of_its_record() {
    let folder = tempfile::tempdir().unwrap();
    let (_, store) = archive(folder.path());
    for number in 1..=3 {
        store.save(New::tracked(version(number, &format!("text {number}"), &[]))).unwrap();
    }
    store.flush().unwrap();
    drop(store);
    let versions = folder.path().join("versions");
    let tree = git(&versions, &["rev-parse", "HEAD~1:Acme"]);
    unpack_then_break(&versions, tree.trim());

    let store = GitStore::<Version>::open_for_reading(&versions, &GitConfig::at("")).unwrap();
    let faults = store.verify(None, day(9)).unwrap().faults;

    assert!(matches!(faults.as_slice(), [Fault::Unreadable { .. }]), "{faults:?}");
}
