//! How runs end, which is what scripts and cron act on.

use serde_json::json;

use crate::collection::TestCollection;
use crate::site::Site;

const REFUSED: &str = "http://127.0.0.1:1/terms";

fn declare_refused(collection: &TestCollection, service: &str) {
    collection.declare(service, "Imprint", json!({ "fetch": REFUSED, "select": "main" }));
}

#[test]
fn a_name_that_is_not_declared_is_refused_before_anything_is_fetched() {
    let site = Site::serve();
    let collection = TestCollection::declaring(&site, "Lumio");
    let told = |arguments: &[&str]| {
        let ran = collection.run(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}");
        ran.stderr
    };

    let service = "error: no service `Lumia` is declared\nhint: did you mean `Lumio`?\n";
    assert_eq!(told(&["track", "-s", "Lumio", "Lumia"]), service);
    assert_eq!(told(&["track", "--schedule", "-s", "Lumia"]), service);
    assert_eq!(told(&["apply-technical-upgrades", "-s", "Lumia"]), service);
    let terms_type = "error: no terms type `Imprnt` of Lumio is declared\nhint: did you mean `Imprint`?\n";
    assert_eq!(told(&["track", "-s", "Lumio", "-t", "Imprnt"]), terms_type);
    assert_eq!(site.visits("/terms"), 0);
    assert!(!collection.path("versions").exists());
}

#[test]
fn a_broken_declaration_fails_the_run_that_tracks_all_others() {
    let site = Site::serve();
    let collection = TestCollection::declaring(&site, "Lumio");
    collection.write("declarations/Quillpad.json", "{");

    let ran = collection.run(&["track"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("recorded 1 new version"), "{}", ran.stdout);
    let faulty = "faulty: 1\n  `fineprint validate declarations` tells what to do: declarations/Quillpad.json\n";
    assert!(ran.stdout.ends_with(faulty), "{}", ran.stdout);
    assert_eq!(collection.run(&["track", "--fail-on", "never"]).code, 0);
    assert_eq!(collection.run(&["track", "-s", "Quillpad"]).code, 1, "it is faulty, not unknown");
}

#[test]
fn declarations_that_are_not_text_and_renames_that_cannot_be_read_fail_the_run() {
    let site = Site::serve();
    let collection = TestCollection::declaring(&site, "Lumio");
    std::fs::write(collection.path("declarations/Odd.json"), b"\xff\xfe{").unwrap();
    assert_eq!(collection.run(&["track"]).code, 1);
    std::fs::remove_file(collection.path("declarations/Odd.json")).unwrap();

    collection.write("renames.json", "{ broken");
    let ran = collection.run(&["track"]);

    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("error: nothing is recorded while renames.json cannot be used\nhint: "),
        "{}",
        ran.stderr
    );
}

#[test]
fn repositories_that_are_mixed_up_are_refused() {
    let site = Site::serve();
    let collection = TestCollection::declaring(&site, "Lumio");
    collection.track();
    for (name, other) in [("versions", "moved"), ("snapshots", "versions"), ("moved", "snapshots")] {
        std::fs::rename(collection.path(name), collection.path(other)).unwrap();
    }
    let before = ["versions", "snapshots"].map(|name| collection.git(name, &["rev-parse", "HEAD"]));

    let ran = collection.run(&["track"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("are versions, and it is to hold snapshots\nhint: look whether"), "{}", ran.stderr);
    assert_eq!(["versions", "snapshots"].map(|name| collection.git(name, &["rev-parse", "HEAD"])), before);
    std::fs::remove_dir_all(collection.path("snapshots")).unwrap();
    let ran = collection.run(&["track"]);
    assert!(ran.stderr.contains("are snapshots, and it is to hold versions"), "{}", ran.stderr);
    assert_eq!(collection.git("versions", &["rev-parse", "HEAD"]), before[0]);
}

#[test]
fn a_collection_that_declares_nothing_fails_the_run() {
    let ran = TestCollection::new().run(&["track"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stdout.ends_with("nothing is declared: docs/declaring.md tells how\n"), "{}", ran.stdout);
}

#[test]
fn terms_that_fail_among_others_fail_the_run_where_that_is_asked_for() {
    let site = Site::serve();
    let collection = TestCollection::declaring(&site, "Lumio");
    declare_refused(&collection, "Quillpad");

    let ran = collection.run(&["track"]);

    assert!(ran.stdout.contains("failed: 1\n"), "{}", ran.stdout);
    assert_eq!(ran.code, 0);
    assert_eq!(collection.run(&["track", "--fail-on", "failures"]).code, 1);
}

#[test]
fn a_run_that_reads_nothing_at_all_fails() {
    let collection = TestCollection::new();
    declare_refused(&collection, "Lumio");
    declare_refused(&collection, "Quillpad");

    let ran = collection.run(&["track"]);

    assert!(ran.stdout.contains("failed: 2\n"), "{}", ran.stdout);
    assert_eq!(ran.code, 1);
}

#[test]
fn upgrades_of_a_collection_with_a_broken_declaration_fail_too() {
    let site = Site::serve();
    let collection = TestCollection::declaring(&site, "Lumio");
    collection.track();
    collection.write("declarations/Quillpad.json", "{");

    assert_eq!(collection.run(&["apply-technical-upgrades"]).code, 1);
    assert_eq!(collection.run(&["apply-technical-upgrades", "--dry-run"]).code, 1);
    assert_eq!(collection.run(&["apply-technical-upgrades", "--fail-on", "never"]).code, 0);
}

#[test]
fn an_archive_without_a_record_is_no_answer() {
    let collection = TestCollection::new();
    collection.run(&["track"]);

    for command in ["history", "stats", "search terms", "noise", "verify", "dataset"] {
        let ran = collection.run(&command.split(' ').collect::<Vec<_>>());

        assert_eq!(ran.code, 1, "{command}");
        let told = "error: nothing has been recorded yet\nhint: `fineprint track` records\n";
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", told), "{command}");
    }
}
