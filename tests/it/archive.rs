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
fn versions_are_checked_without_snapshots_where_there_are_none() {
    let (_site, collection) = tracked_twice();
    std::fs::remove_dir_all(collection.path("snapshots")).unwrap();

    let ran = collection.run(&["verify"]);

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let expected = "snapshots: there is no repository, so that versions are checked without what they were made from\n\
                    versions: 2 records, no faults, none signed\n";
    assert_eq!(ran.stdout, expected);
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
    let path = collection.path("versions");
    let expected = format!("versions: 2 records of 1 terms in {}\n  first: 1\n  changed: 1\n", path.display());
    assert!(ran.stdout.contains(&expected), "{}", ran.stdout);
    assert!(ran.stdout.contains("left out, commits that change no record: 1, the first of them "), "{}", ran.stdout);
    assert!(ran.stdout.contains("services without declaration, which stay readable: Acme"), "{}", ran.stdout);
    assert!(ran.stdout.contains("which the next run begins: Other — Imprint"), "{}", ran.stdout);
    let printed = collection.run(&["adopt", "--json"]).stdout;
    let told: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let versions = told["repositories"].as_array().unwrap().iter().find(|of| of["holds"] == "versions").unwrap();
    assert_eq!(versions["kinds"], json!({ "first": 1, "change": 1 }));
    assert_eq!(versions["leftOut"][0]["commits"], 1);
    assert_eq!(versions["servicesWithoutDeclaration"], json!(["Acme"]));
    assert_eq!(versions["termsWithoutRecord"], json!([{ "service": "Other", "termsType": "Imprint" }]));
}

#[test]
fn a_whole_move_from_another_engine_is_four_commands() {
    let (site, old) = tracked_twice();
    let moved = TestCollection::new();
    moved.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    let bare = moved.path("bare-snapshots");
    moved.git(".", &["clone", "-q", "--bare", old.path("snapshots").to_str().unwrap(), "bare-snapshots"]);

    let adopted = moved.run(&["adopt", old.path("versions").to_str().unwrap(), bare.to_str().unwrap()]);
    let rehearsed = moved.run(&["apply-technical-upgrades", "--dry-run"]);
    let verified = moved.run(&["verify"]);
    site.put("/terms", Page::terms("You must stay."));
    moved.track();

    assert_eq!(adopted.code, 0, "{}", adopted.stderr);
    assert!(adopted.stdout.contains("\"path\": \"./bare-snapshots\""), "{}", adopted.stdout);
    assert!(rehearsed.stdout.contains("identical: 1 of 1"), "{}", rehearsed.stdout);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
    let kinds = ["First record of", "Record new changes of", "Record new changes of"];
    assert_eq!(old.subjects("versions"), kinds.map(|kind| format!("{kind} Acme Imprint")));
    assert_eq!(moved.git("bare-snapshots", &["rev-list", "--count", "HEAD"]), "3\n");
}

#[test]
fn adopting_writes_over_no_configuration() {
    let (_site, old) = tracked_twice();
    let moved = TestCollection::new();
    moved.write("config/local.json", "{}");
    let path = old.path("versions");

    let refused = moved.run(&["adopt", path.to_str().unwrap()]);
    let again = old.run(&["adopt", path.to_str().unwrap()]);

    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("config/local.json exists, and is not written over"), "{}", refused.stderr);
    assert!(refused.stderr.contains("add these settings to it by hand:\n{\n"), "{}", refused.stderr);
    assert_eq!(std::fs::read_to_string(moved.path("config/local.json")).unwrap(), "{}");
    assert!(again.stdout.contains("leads there already, so nothing is written"), "{}", again.stdout);
    assert!(!old.path("config/local.json").exists());
}

#[test]
fn what_holds_no_records_cannot_be_adopted() {
    let (_site, old) = tracked_twice();
    let refusal = |paths: &[&str]| old.run(&[&["adopt"], paths].concat()).stderr;
    let [versions, folder] = ["versions", "declarations"].map(|path| old.path(path).display().to_string());

    assert!(refusal(&[&folder]).contains("there is no repository in "), "{}", refusal(&[&folder]));
    assert!(refusal(&[&versions, &versions]).contains(" both hold versions"), "{}", refusal(&[&versions, &versions]));
}
