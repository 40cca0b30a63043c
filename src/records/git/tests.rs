//! What people and git itself see of an archive.

use std::path::Path;
use std::process::Command;

use super::GitStore;
use crate::domain::{
    ChangeKind, Kind, MimeType, New, Renames, Saved, ServiceRename, Snapshot, TermsKey, Verdict, Version,
};
use crate::records::contract::{day, kind, page, terms, version};
use crate::records::{Author, GitConfig, Judged, RecordFilter, RecordStore, RecordsError, Verdicts};

fn config() -> GitConfig {
    GitConfig {
        author: Author { name: "Bot".to_owned(), email: "bot@example.org".to_owned() },
        snapshot_template: "https://example.org/commit/%SNAPSHOT_ID".to_owned(),
        ..GitConfig::at("unused")
    }
}

fn snapshots(folder: &Path) -> GitStore<Snapshot> {
    GitStore::open(folder, &config()).unwrap()
}

fn versions(folder: &Path) -> GitStore<Version> {
    GitStore::open(folder, &config()).unwrap()
}

fn recorded(store: &GitStore<Snapshot>, day_of_month: u32, content: &str) -> Saved {
    let saved = store.save(New::tracked(page(day_of_month, content))).unwrap();
    store.flush().unwrap();
    saved
}

/// What git prints, run in a folder without anybody's settings.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let run = Command::new("git")
        .args(["-C", folder.to_str().unwrap(), "-c", "user.name=Jane", "-c", "user.email=jane@example.org"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned();
    assert!(run.status.success(), "git {arguments:?}: {printed}");
    printed
}

/// Makes the packs loose objects, and puts nonsense into one of them.
pub fn unpack_then_break(repository: &Path, id: &str) {
    let packs = repository.join(".git/objects/pack");
    for file in std::fs::read_dir(&packs).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|e| e == "pack") {
            let moved = repository.join(".git/moved.pack");
            std::fs::rename(&file, &moved).unwrap();
            std::fs::remove_file(file.with_extension("idx")).unwrap();
            let run = Command::new("sh")
                .arg("-c")
                .arg("git unpack-objects -q < .git/moved.pack")
                .current_dir(repository)
                .status();
            assert!(run.unwrap().success());
            std::fs::remove_file(&moved).unwrap();
        }
    }
    let object = repository.join(".git/objects").join(&id[..2]).join(&id[2..]);
    std::fs::remove_file(&object).unwrap();
    std::fs::write(&object, "nonsense").unwrap();
}

#[test]
fn an_index_made_of_versions_is_made_anew_for_snapshots() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = snapshots(folder.path());
    recorded(&recorder, 1, "<p>A page</p>");
    drop(recorder);
    let reader = GitStore::<Version>::open_for_reading(folder.path(), &config()).unwrap();
    let listed_versions = reader.list(&RecordFilter::default()).unwrap();

    let listed_snapshots = snapshots(folder.path()).list(&RecordFilter::default()).unwrap();

    assert_eq!(listed_versions, []);
    assert_eq!(listed_snapshots.len(), 1);
}

#[test]
fn an_index_that_was_lost_counts_as_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let store = versions(folder.path());
    for number in 1..9 {
        store.save(New::tracked(version(number, &format!("{number}"), &[]))).unwrap();
    }
    store.flush().unwrap();
    let counted = store.tallies().unwrap();
    drop(store);
    std::fs::remove_file(folder.path().join(".git/fineprint/index.sqlite")).unwrap();

    let again = versions(folder.path()).tallies().unwrap();

    assert_eq!(counted.iter().map(|tally| tally.records).collect::<Vec<_>>(), [1, 7]);
    assert_eq!(again, counted);
}

#[test]
fn records_of_a_month_in_which_a_name_changed_its_meaning_count_for_both() {
    let folder = tempfile::tempdir().unwrap();
    let store = versions(folder.path());
    for day in [1, 5, 9, 12] {
        store.save(New::tracked(version(day, &format!("{day}"), &[]))).unwrap();
    }
    store.flush().unwrap();
    drop(store);
    let valid_until = Some("2026-01-06T00:00:00Z".parse().unwrap());
    let services = vec![ServiceRename { from: "Acme".parse().unwrap(), to: "Apex".parse().unwrap(), valid_until }];
    let renames = Renames { services, ..Renames::default() };
    let renamed: GitStore<Version> =
        GitStore::open_for_reading(folder.path(), &GitConfig { renames, ..config() }).unwrap();

    let of = |service: &str| {
        let tallies = renamed.tallies().unwrap().into_iter();
        tallies.filter(|tally| tally.terms.service.as_str() == service).map(|tally| tally.records).sum::<usize>()
    };

    assert_eq!((of("Apex"), of("Acme")), (2, 2));
}

#[test]
fn a_version_is_committed_as_the_reference_does() {
    let folder = tempfile::tempdir().unwrap();
    let store = versions(folder.path());
    let ids = ["a".repeat(40).parse().unwrap(), "b".repeat(40).parse().unwrap()];

    store.save(New::tracked(version(1, "# One", &ids[..1]))).unwrap();
    store.save(New::upgraded(version(1, "# Two", &ids))).unwrap();
    store.flush().unwrap();

    let format = "--format=%an|%ae|%ad|%cn|%ce|%cd%n%B";
    let printed = git(folder.path(), &["log", "--date=iso", "--name-status", format]);
    let by = "Bot|bot@example.org|2026-01-01 12:30:15 +0000|Bot|bot@example.org|2026-01-01 12:30:15 +0000";
    let expected = format!(
        "{by}\nApply technical or declaration upgrade on Acme Privacy Policy\n\n\
         This version was recorded after extracting from and assembling the following snapshots from 2 source documents:\n\
         - https://example.org/commit/{a}\n- https://example.org/commit/{b}\n\nX-engine-version: {engine}\n\n\n\
         M\tAcme/Privacy Policy.md\n\
         {by}\nFirst record of Acme Privacy Policy\n\n\
         This version was recorded after extracting from snapshot https://example.org/commit/{a}\n\n\
         X-engine-version: {engine}\n\n\nA\tAcme/Privacy Policy.md\n",
        a = ids[0],
        b = ids[1],
        engine = crate::domain::ENGINE,
    );
    assert_eq!(printed, expected);
}

#[test]
fn the_working_files_are_those_of_the_last_commit() {
    let folder = tempfile::tempdir().unwrap();
    let store = snapshots(folder.path());

    recorded(&store, 1, "one");
    recorded(&store, 2, "two");
    store.save(New::tracked(Snapshot { mime: MimeType::pdf(), ..page(3, "three") })).unwrap();
    store.flush().unwrap();

    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "");
    assert_eq!(git(folder.path(), &["ls-files"]), "Acme/Privacy Policy.pdf\n");
    assert_eq!(git(folder.path(), &["fsck", "--strict", "--no-dangling"]).trim(), "");
    assert!(!folder.path().join("Acme/Privacy Policy.html").exists());
    assert_eq!(git(folder.path(), &["config", "core.autocrlf"]), "false\n");
}

#[test]
fn a_repository_around_the_folder_is_left_alone() {
    let outer = tempfile::tempdir().unwrap();
    git(outer.path(), &["init", "--quiet"]);
    let inner = outer.path().join("versions");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(inner.join("README.md"), "read me").unwrap();

    let store = versions(&inner);
    store.save(New::tracked(version(1, "text", &[]))).unwrap();
    store.flush().unwrap();

    assert!(inner.join(".git/HEAD").exists());
    assert!(!outer.path().join(".git/refs/heads/main").exists());
    assert_eq!(std::fs::read_to_string(inner.join("README.md")).unwrap(), "read me");
}

#[test]
fn damaged_working_files_are_repaired_and_those_of_people_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = snapshots(folder.path());
    recorded(&store, 1, "content");
    drop(store);
    let file = folder.path().join("Acme/Privacy Policy.html");
    std::fs::write(&file, "scribbled over").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    std::fs::write(folder.path().join("Acme/draft.html"), "mine too").unwrap();

    let store = snapshots(folder.path());

    assert_eq!(std::fs::read_to_string(&file).unwrap(), "content");
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "?? Acme/draft.html\n?? notes.txt\n");
    assert_eq!(store.latest(&page(1, "").key()).unwrap().unwrap().content.content, b"content");
}

#[test]
fn commits_of_people_are_left_out_and_built_upon() {
    let folder = tempfile::tempdir().unwrap();
    let store = snapshots(folder.path());
    let first = recorded(&store, 1, "one");
    std::fs::write(folder.path().join("README.md"), "hello").unwrap();
    std::fs::write(folder.path().join("Acme/Privacy Policy.html"), "corrected by hand").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "Correct by hand"]);

    assert_eq!(store.latest_id(&page(1, "").key()).unwrap().as_ref(), Some(first.id()));
    let second = recorded(&store, 2, "two");

    assert_eq!(kind(&second), Some(Kind::Change));
    assert_eq!(git(folder.path(), &["log", "--format=%an"]), "Bot\nJane\nBot\n");
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "");
    assert_eq!(store.list(&RecordFilter::default()).unwrap().len(), 2);
}

#[test]
fn whoever_moves_the_branch_meanwhile_wins() {
    let folder = tempfile::tempdir().unwrap();
    let store = snapshots(folder.path());
    recorded(&store, 1, "one");
    store.save(New::tracked(page(2, "two"))).unwrap();
    git(folder.path(), &["commit", "--quiet", "--allow-empty", "--message", "Slip in between"]);

    let error = store.flush().unwrap_err();

    assert!(matches!(error, RecordsError::BranchMoved { .. }), "{error}");
    assert_eq!(store.list(&RecordFilter::default()).unwrap().len(), 1);
    recorded(&store, 2, "two");
    assert_eq!(git(folder.path(), &["log", "--format=%an"]), "Bot\nJane\nBot\n");
}

#[test]
fn what_cannot_be_recorded_in_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let detached = folder.path().join("detached");
    recorded(&snapshots(&detached), 1, "one");
    git(&detached, &["checkout", "--quiet", "--detach"]);
    let held = folder.path().join("held");
    let _holder = snapshots(&held);

    let refusal = |path: &Path| GitStore::<Snapshot>::open(path, &config()).err().unwrap().to_string();

    assert_eq!(refusal(&file), format!("{} is not a folder", file.display()));
    assert!(refusal(&detached).contains("has a detached head"), "{}", refusal(&detached));
    assert!(refusal(&held).contains("is being written by another fineprint (process "), "{}", refusal(&held));
}

#[test]
fn a_repository_can_be_read_while_another_writes_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let writer = snapshots(folder.path());
    recorded(&writer, 1, "one");
    let reader = GitStore::<Snapshot>::open_for_reading(folder.path(), &config()).unwrap();

    writer.save(New::tracked(page(2, "two"))).unwrap();
    let seen_before = reader.latest(&page(1, "").key()).unwrap().unwrap();
    writer.flush().unwrap();
    let seen_after = reader.latest(&page(1, "").key()).unwrap().unwrap();

    assert_eq!((seen_before.content.content, seen_after.content.content), (b"one".to_vec(), b"two".to_vec()));
    assert!(matches!(reader.save(New::tracked(page(3, "x"))).unwrap_err(), RecordsError::ReadOnly { .. }));
}

#[test]
fn what_could_not_be_indexed_while_another_was_at_the_index_is_read_with_the_next_question() {
    let (here, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    recorded(&snapshots(here.path()), 1, "one");
    git(elsewhere.path(), &["clone", "--quiet", here.path().to_str().unwrap(), "."]);
    recorded(&snapshots(elsewhere.path()), 2, "two");
    let reader = GitStore::<Snapshot>::open_for_reading(here.path(), &config()).unwrap();
    let other = rusqlite::Connection::open(here.path().join(".git/fineprint/index.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    git(here.path(), &["pull", "--quiet", elsewhere.path().to_str().unwrap()]);

    let while_in_use = reader.list(&RecordFilter::default()).unwrap().len();
    other.execute_batch("ROLLBACK").unwrap();
    let after = reader.list(&RecordFilter::default()).unwrap().len();

    assert_eq!((while_in_use, after), (1, 2));
}

#[test]
fn a_lost_damaged_or_outdated_index_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = snapshots(folder.path());
    for number in 0..300 {
        store.save(New::tracked(page(1 + number % 28, &format!("content {number}")))).unwrap();
    }
    store.flush().unwrap();
    let before = store.list(&RecordFilter::default()).unwrap();
    drop(store);
    let index = folder.path().join(".git/fineprint/index.sqlite");
    let whole = std::fs::read(&index).unwrap();

    let damages: [&dyn Fn(); 4] = [
        &|| std::fs::remove_file(&index).unwrap(),
        &|| std::fs::write(&index, "no database").unwrap(),
        &|| std::fs::write(&index, &whole[..whole.len() / 2]).unwrap(),
        &|| std::fs::write(&index, [&whole[..4096], &vec![7; whole.len() - 4096]].concat()).unwrap(),
    ];
    for (number, damage) in damages.iter().enumerate() {
        damage();
        assert_eq!(snapshots(folder.path()).list(&RecordFilter::default()).unwrap(), before, "damage {number}");
    }
}

#[test]
fn what_is_thought_of_the_first_records_of_an_archive_is_still_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = versions(folder.path());
    let saved = store.save(New::tracked(version(1, "text", &[]))).unwrap();
    store.flush().unwrap();
    let verdict = Verdict { kind: ChangeKind::First, significant: true, weight: 1, reasons: Vec::new(), rules: 7 };
    store.remember_verdicts(&[(saved.id().clone(), Judged { verdict: verdict.clone(), gist: 1 })]).unwrap();
    drop(store);

    let listed = versions(folder.path()).list(&RecordFilter::default()).unwrap();

    assert_eq!(listed[0].verdict, Some(verdict));
}

#[test]
fn an_index_that_cannot_be_opened_is_left_to_whoever_has_it_open() {
    let folder = tempfile::tempdir().unwrap();
    drop(versions(folder.path()));
    let index = folder.path().join(".git/fineprint/index.sqlite");
    std::fs::remove_file(&index).unwrap();
    std::fs::create_dir(&index).unwrap();
    let log = folder.path().join(".git/fineprint/index.sqlite-wal");
    std::fs::write(&log, "of another process").unwrap();

    let store = versions(folder.path());
    store.save(New::tracked(version(1, "text", &[]))).unwrap();
    store.flush().unwrap();

    assert_eq!(std::fs::read_to_string(&log).unwrap(), "of another process");
    assert_eq!(store.list(&RecordFilter::default()).unwrap().len(), 1);
}

#[test]
fn what_the_index_cannot_keep_is_read_from_git() {
    let folder = tempfile::tempdir().unwrap();
    let store = snapshots(folder.path());
    recorded(&store, 1, "one");
    let index = rusqlite::Connection::open(folder.path().join(".git/fineprint/index.sqlite")).unwrap();
    index.execute_batch("DROP TABLE records").unwrap();

    recorded(&store, 2, "two");

    assert_eq!(store.list(&RecordFilter::default()).unwrap().len(), 2);
    assert_eq!(store.latest(&page(1, "").key()).unwrap().unwrap().content.content, b"two");
}

#[test]
fn a_rewritten_history_is_read_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = snapshots(folder.path());
    recorded(&store, 1, "one");
    recorded(&store, 2, "two");

    git(folder.path(), &["reset", "--quiet", "--hard", "HEAD~1"]);

    assert_eq!(store.latest(&page(1, "").key()).unwrap().unwrap().content.content, b"one");
    assert_eq!(kind(&recorded(&store, 3, "three")), Some(Kind::Change));
    assert_eq!(store.list(&RecordFilter::of(&terms("Acme", "Privacy Policy"))).unwrap().len(), 2);
}

#[test]
fn a_bare_repository_gets_no_working_files() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--bare", "--initial-branch", "records"]);
    let store = snapshots(folder.path());

    recorded(&store, 1, "one");

    assert!(!folder.path().join("Acme").exists());
    assert_eq!(git(folder.path(), &["show", "records:Acme/Privacy Policy.html"]), "one");
    assert_eq!(store.valid_at(&page(1, "").key(), day(1)).unwrap().unwrap().content, page(1, "one"));
}

#[test]
fn links_in_the_working_folder_lead_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let store = snapshots(folder.path());
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("Acme")).unwrap();

    recorded(&store, 1, "one");

    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    assert_eq!(store.latest(&page(1, "").key()).unwrap().unwrap().content.content, b"one");
}

#[test]
fn where_a_service_stands_tells_of_its_records_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("versions");
    let writer = GitStore::<Version>::open(&path, &GitConfig::at("")).unwrap();
    let record = |service: &str, text: &str| {
        let terms = TermsKey::new(service.parse().unwrap(), "Imprint".parse().unwrap());
        let fetched_at = "2026-01-01T00:00:00Z".parse().unwrap();
        let version = Version { terms, fetched_at, snapshots: Vec::new(), markdown: text.to_owned() };
        writer.save(New::tracked(version)).unwrap();
        writer.flush().unwrap();
    };
    record("Acme", "One.");
    let reader = GitStore::<Version>::open_for_reading(&path, &GitConfig::at("")).unwrap();
    let stand = || reader.position_of(&"Acme".parse().unwrap()).unwrap().unwrap();

    let first = stand();
    record("Lumio", "Two.");
    assert_eq!(stand(), first);
    record("Acme", "Three.");

    assert_ne!(stand(), first);
}
