//! `verify` and `adopt`: what an archive holds, and whether all of it is sound.

use serde_json::json;

use crate::collection::TestCollection;
use crate::site::{Page, Site};

fn tracked_twice() -> (Site, TestCollection) {
    let site = Site::serve();
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    for text in ["You may leave.", "You may not leave."] {
        site.put("/terms", Page::terms(text));
        collection.track();
    }
    (site, collection)
}

#[test]
fn a_sound_archive_is_found_sound() {
    let (_site, collection) = tracked_twice();

    let ran = collection.run(&["verify"]);

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        ran.stdout,
        "snapshots: 2 records, no faults, none signed\nversions: 2 records, no faults, none signed\n"
    );
}

#[test]
fn rewritten_history_is_found_by_the_next_check() {
    let (_site, collection) = tracked_twice();
    collection.run(&["verify"]);
    let amend = ["commit", "-q", "--amend", "-m", "Record new changes of Acme Imprint"];
    collection.git_by_hand("versions", &amend);

    let ran = collection.run(&["verify"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("history was rewritten: commit "), "{}", ran.stdout);
}

#[test]
fn a_version_whose_snapshot_is_gone_is_told() {
    let (_site, collection) = tracked_twice();
    let snapshot = collection.git("snapshots", &["rev-parse", "HEAD"]);
    collection.git("snapshots", &["reset", "-q", "--hard", "HEAD~1"]);

    let ran = collection.run(&["verify"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains(&format!("names snapshot {}, which is not there", snapshot.trim())), "{}", ran.stdout);
}

#[test]
fn adopting_tells_what_was_understood_and_what_was_left_out() {
    let (_site, collection) = tracked_twice();
    collection.commit_by_hand("versions", "README.md", "Hello", "Update README");
    collection.declare("Other", "Imprint", json!({ "fetch": "https://other.example", "select": "main" }));
    std::fs::remove_file(collection.path("declarations/Acme.json")).unwrap();

    let ran = collection.run(&["adopt"]);

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("versions: 2 records of 1 terms\n  first: 1\n  changed: 1\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("left out, commits that change no record: 1, the first of them "), "{}", ran.stdout);
    assert!(ran.stdout.contains("services without declaration, which stay readable: Acme"), "{}", ran.stdout);
}
