//! Git tidies up while fineprint records: nothing that was recorded may go with what git throws away.

use std::path::{Path, PathBuf};

use super::GitStore;
use super::tests::git;
use crate::domain::{New, Snapshot};
use crate::records::contract::page;
use crate::records::{GitConfig, RecordFilter, RecordStore};

/// More than may wait in memory: it is packed before the branch moves.
const LARGE: usize = 33 << 20;

fn store(folder: &Path) -> GitStore<Snapshot> {
    GitStore::open(folder, &GitConfig::at("")).unwrap()
}

fn keeps(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder.join(".git/objects/pack")).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "keep")).collect()
}

fn large_page() -> Snapshot {
    page(2, &"large ".repeat(LARGE / 6 + 1))
}

#[test]
fn what_is_packed_and_not_on_the_branch_yet_survives_that_git_tidies_up() {
    let tidying: [&[&str]; 2] = [&["repack", "-a", "-d", "-q"], &["gc", "--quiet", "--prune=now"]];
    for command in tidying {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        store.save(New::tracked(page(1, "small"))).unwrap();
        store.flush().unwrap();
        store.save(New::tracked(large_page())).unwrap();

        git(folder.path(), command);
        store.save(New::tracked(page(3, "small again"))).unwrap();
        store.flush().unwrap();

        git(folder.path(), &["fsck", "--strict", "--no-dangling"]);
        let records = store.list(&RecordFilter::default()).unwrap();
        assert!(records.iter().all(|entry| store.find(&entry.id).unwrap().is_some()));
        assert_eq!((records.len(), keeps(folder.path())), (3, vec![]), "{command:?}");
    }
}

#[test]
fn packs_that_a_dead_process_kept_are_given_up_and_those_of_people_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let dying = store(folder.path());
    dying.save(New::tracked(large_page())).unwrap();
    let [kept] = keeps(folder.path()).try_into().unwrap();
    let (left, by_a_person) = (std::fs::read(&kept).unwrap(), kept.with_file_name("pack-mine.keep"));
    drop(dying);
    std::fs::write(&kept, left).unwrap();
    std::fs::write(&by_a_person, "").unwrap();

    let _next = store(folder.path());

    assert_eq!(keeps(folder.path()), [by_a_person]);
}

#[test]
fn what_git_is_about_to_throw_away_is_written_anew_when_it_is_recorded_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = store(folder.path());
    for (day, text) in [(1, "one"), (2, "two")] {
        first.save(New::tracked(page(day, text))).unwrap();
        first.flush().unwrap();
    }
    drop(first);
    git(folder.path(), &["reset", "--quiet", "--hard", "HEAD~1"]);
    git(folder.path(), &["reflog", "expire", "--expire=now", "--all"]);
    git(folder.path(), &["update-ref", "-d", "ORIG_HEAD"]);
    git(folder.path(), &["repack", "--cruft", "-d", "-q"]);

    let store = store(folder.path());
    store.save(New::tracked(page(3, "two"))).unwrap();
    git(folder.path(), &["repack", "--cruft", "--cruft-expiration=now", "-d", "-q"]);
    store.flush().unwrap();

    git(folder.path(), &["fsck", "--strict", "--no-dangling"]);
    assert_eq!(store.latest(&page(1, "").key()).unwrap().unwrap().content.content, b"two");
}
