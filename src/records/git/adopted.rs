//! What other hands leave in an archive: other engines, people, and git itself.

use std::path::Path;

use super::GitStore;
use super::tests::git;
use crate::domain::{ChangeKind, Kind, MimeType, New, Saved, Snapshot, Version};
use crate::records::contract::{kind, page, terms, version};
use crate::records::{GitConfig, RecordFilter, RecordStore, RecordsError};

fn snapshots(folder: &Path) -> GitStore<Snapshot> {
    GitStore::open(folder, &GitConfig::at("")).unwrap()
}

fn versions(folder: &Path) -> GitStore<Version> {
    GitStore::open(folder, &GitConfig::at("")).unwrap()
}

/// Commits files as others do: `(path, content)`.
fn commit(folder: &Path, message: &str, files: &[(&str, &str)]) {
    for (path, content) in files {
        std::fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        std::fs::write(folder.join(path), content).unwrap();
    }
    git(folder, &["add", "."]);
    git(folder, &["commit", "--quiet", "--message", message]);
}

fn begin(folder: &Path) {
    git(folder, &["init", "--quiet", "--initial-branch", "main"]);
}

/// A clone that holds the last so many commits.
fn shallow(of: &Path, depth: &str) -> tempfile::TempDir {
    let clone = tempfile::tempdir().unwrap();
    git(clone.path(), &["clone", "--quiet", "--depth", depth, &format!("file://{}", of.display()), "."]);
    clone
}

#[test]
fn of_two_files_that_another_engine_left_the_one_recorded_last_counts() {
    let folder = tempfile::tempdir().unwrap();
    begin(folder.path());
    commit(folder.path(), "First record of Acme Privacy Policy", &[("Acme/Privacy Policy.html", "January")]);
    commit(folder.path(), "Record new changes of Acme Privacy Policy", &[("Acme/Privacy Policy.pdf", "February")]);
    let store = snapshots(folder.path());
    let key = page(1, "").key();

    let latest = store.latest(&key).unwrap().unwrap().content;
    let again = store.save(New::tracked(Snapshot { mime: MimeType::pdf(), ..page(3, "February") })).unwrap();
    let as_in_january = store.save(New::tracked(page(4, "January"))).unwrap();
    store.flush().unwrap();

    assert_eq!((latest.content, latest.mime), (b"February".to_vec(), MimeType::pdf()));
    assert_eq!((kind(&again), kind(&as_in_january)), (None, Some(Kind::Change)));
    assert_eq!(git(folder.path(), &["ls-files"]), "Acme/Privacy Policy.html\n", "the other file is gone now");
}

#[test]
fn a_page_that_did_not_change_since_its_archive_was_moved_without_history_has_a_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    begin(folder.path());
    commit(folder.path(), "Archive moved here", &[("Acme/Privacy Policy.html", "page"), ("B/Imprint.html", "other")]);
    let moved = git(folder.path(), &["rev-parse", "HEAD"]);
    let store = snapshots(folder.path());
    let key = page(1, "").key();
    let state = store.latest_state(&key).unwrap();

    let saved = store.save(New::tracked(page(2, "page"))).unwrap();
    store.save(New::tracked(Snapshot { terms: terms("B", "Imprint"), ..page(3, "other, changed") })).unwrap();
    store.flush().unwrap();

    let latest = store.latest(&key).unwrap().unwrap();
    assert_eq!(saved, Saved::Unchanged { latest: latest.id.clone() });
    assert_eq!((latest.id.as_str(), latest.content.content), (moved.trim(), b"page".to_vec()));
    assert_eq!(store.latest_state(&key).unwrap(), state, "it stays the same whatever else is recorded");
    assert_eq!(kind(&store.save(New::tracked(page(4, "page, changed"))).unwrap()), Some(Kind::Change));
}

#[test]
fn the_first_commit_of_a_shallow_clone_is_a_record_and_files_from_before_it_are_there() {
    let whole = tempfile::tempdir().unwrap();
    let recorder = versions(whole.path());
    let of_b = |text: &str| Version { terms: terms("B", "Imprint"), ..version(1, text, &[]) };
    recorder.save(New::tracked(of_b("B"))).unwrap();
    for day in 1..=3 {
        recorder.save(New::tracked(version(day, &format!("text {day}"), &[]))).unwrap();
    }
    recorder.flush().unwrap();
    let clone = shallow(whole.path(), "1");

    let store = versions(clone.path());

    let listed = store.list(&RecordFilter::default()).unwrap();
    assert_eq!(
        listed.iter().map(|entry| entry.terms.to_string()).collect::<Vec<_>>(),
        ["Acme \u{2014} Privacy Policy"]
    );
    assert_eq!(store.latest(&version(1, "", &[]).terms).unwrap().unwrap().content.markdown, "text 3");
    assert_eq!(store.latest(&of_b("").terms).unwrap().unwrap().content.markdown, "B");
    assert!(matches!(store.save(New::tracked(of_b("B"))).unwrap(), Saved::Unchanged { .. }));
    assert_eq!(kind(&store.save(New::tracked(of_b("B2"))).unwrap()), Some(Kind::Change));
}

#[test]
fn what_is_fetched_of_a_shallow_clone_later_is_listed() {
    let whole = tempfile::tempdir().unwrap();
    let recorder = versions(whole.path());
    for day in 1..=4 {
        recorder.save(New::tracked(version(day, &format!("text {day}"), &[]))).unwrap();
    }
    recorder.flush().unwrap();
    let clone = shallow(whole.path(), "2");
    let listed = || versions(clone.path()).list(&RecordFilter::default()).unwrap().len();

    let before = listed();
    git(clone.path(), &["fetch", "--quiet", "--unshallow"]);

    assert_eq!((before, listed()), (2, 4));
}

#[test]
fn the_commit_that_is_checked_out_is_read_where_no_branch_is() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = versions(folder.path());
    for day in 1..=3 {
        recorder.save(New::tracked(version(day, &format!("text {day}"), &[]))).unwrap();
    }
    recorder.flush().unwrap();
    git(folder.path(), &["checkout", "--quiet", "HEAD~1"]);

    let store = GitStore::<Version>::open_for_reading(folder.path(), &GitConfig::at("")).unwrap();

    assert_eq!(store.latest(&version(1, "", &[]).terms).unwrap().unwrap().content.markdown, "text 2");
}

#[test]
fn a_lock_that_git_left_behind_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = versions(folder.path());
    let lock = folder.path().join(".git/refs/heads/main.lock");
    std::fs::write(&lock, "").unwrap();
    store.save(New::tracked(version(1, "text", &[]))).unwrap();

    let error = store.flush().unwrap_err();

    assert!(matches!(error, RecordsError::BranchLocked { .. }), "{error}");
    assert!(error.to_string().ends_with("refs/heads/main.lock is there"), "{error}");
    assert!(error.hint().unwrap().contains(lock.to_str().unwrap()));
    std::fs::remove_file(&lock).unwrap();
    store.save(New::tracked(version(1, "text", &[]))).unwrap();
    store.flush().unwrap();
}

#[test]
fn a_correction_that_cannot_be_read_costs_no_more_than_itself() {
    let folder = tempfile::tempdir().unwrap();
    let store = versions(folder.path());
    for day in 1..=3 {
        store.save(New::tracked(version(day, &format!("text {day}"), &[]))).unwrap();
    }
    store.flush().unwrap();
    drop(store);
    let note = |of: &str, text: &str| {
        git(folder.path(), &["notes", "--ref=refs/notes/fineprint", "add", "-m", text, of]);
    };
    note("HEAD", "Kind: links\nSignificant: no\nBy: Jane");
    note("HEAD~1", "Kind: substantive\nSignificant: yes\nBy: Jane");
    note("HEAD~2", &format!("Kind: links\nSignificant: no\n\n{}", "far too long ".repeat(10_000)));
    let of_head = git(folder.path(), &["notes", "--ref=refs/notes/fineprint", "list", "HEAD"]);
    let (start, rest) = of_head.trim().split_at(2);
    let object = folder.path().join(".git/objects").join(start).join(rest);
    std::fs::remove_file(&object).unwrap();
    std::fs::write(&object, "nonsense").unwrap();

    let store = GitStore::<Version>::open_for_reading(folder.path(), &GitConfig::at("")).unwrap();

    let listed = store.list(&RecordFilter::default()).unwrap();
    let kinds: Vec<_> = listed.iter().map(|entry| entry.verdict.as_ref().map(|verdict| verdict.kind)).collect();
    assert_eq!(kinds, [None, Some(ChangeKind::Substantive), None]);
}

#[test]
fn a_repository_of_another_format_is_refused_with_what_to_do() {
    for format in ["--object-format=sha256", "--ref-format=reftable"] {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "--quiet", format]);

        let error = GitStore::<Version>::open(folder.path(), &GitConfig::at("")).err().unwrap();

        assert!(error.hint().is_some_and(|hint| hint.contains("SHA-1")), "{error}");
    }
}
