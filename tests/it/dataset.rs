//! `dataset` and `import`: an archive as plain files, and back.

use serde_json::json;

use crate::collection::TestCollection;
use crate::reading::commit;
use crate::site::{Page, Site};

/// A collection with three texts of a service and three of another.
fn recorded() -> TestCollection {
    let collection = TestCollection::new();
    std::fs::create_dir(collection.path("versions")).unwrap();
    collection.git("versions", &["init", "-q", "-b", "main"]);
    for (day, text) in [(10, "You may leave."), (11, "You may not leave."), (12, "You may leave, é.\r\n")] {
        for (service, hour) in [("Acme", 8), ("Île #2", 9)] {
            let subject = if day == 10 { "First record of" } else { "Record new changes of" };
            let date = format!("2024-01-{day}T{hour:02}:00:00Z");
            commit(&collection, &format!("{service}/Imprint.md"), &date, &format!("{subject} {service} Imprint"), text);
        }
    }
    collection
}

/// Writes the dataset of a collection, and tells where.
fn dataset_of(collection: &TestCollection) -> String {
    let out = collection.path("terms.zip").display().to_string();
    let ran = collection.run(&["dataset", "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.ends_with("terms.zip: 6 versions of 2 terms of 2 services\n"), "{}", ran.stdout);
    out
}

fn history(collection: &TestCollection) -> String {
    collection.git(
        "versions",
        &["-c", "core.quotePath=false", "log", "--reverse", "--date-order", "--format=%aI %s", "--patch"],
    )
}

#[test]
fn an_exported_archive_is_imported_with_its_texts_and_dates() {
    let (old, new) = (recorded(), TestCollection::new());
    let dataset = dataset_of(&old);

    let imported = new.run(&["import", &dataset]);

    assert_eq!(imported.code, 0, "{}", imported.stderr);
    assert!(imported.stdout.starts_with("recorded 6 versions\n  first: 2\n  changed: 4\n"), "{}", imported.stdout);
    for service in ["Acme", "Île #2"] {
        let path = format!("{service}/Imprint.md");
        let of = |collection: &TestCollection| {
            collection
                .git("versions", &["-c", "core.quotePath=false", "log", "--format=%aI %cI %s", "--patch", "--", &path])
        };
        assert_eq!(of(&new), of(&old));
    }
    assert_eq!(new.git("versions", &["status", "--porcelain"]), "");
    assert_eq!(new.run(&["verify"]).code, 0);
}

#[test]
fn an_imported_version_says_where_it_is_from() {
    let (old, new) = (recorded(), TestCollection::new());

    new.run(&["import", &dataset_of(&old)]);

    let expected = format!(
        "This version was imported from a dataset, which does not tell what it was extracted from\n\n\
         X-engine-version: fineprint/{}\nX-imported-from: terms.zip\n\n",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(new.git("versions", &["log", "-1", "--format=%b"]), expected);
}

#[test]
fn an_unpacked_dataset_is_imported_as_well_and_a_second_time_nothing_happens() {
    let new = TestCollection::new();
    new.write("data/Acme/Imprint/2021-03-04T22-00-28Z.md", "one");
    new.write("data/Acme/House Rules/2021-03-05T22-00-28Z.md", "two");
    new.write("data/Acme/Imprint/notes.txt", "not a version");
    let folder = new.path("data").display().to_string();

    let rehearsed = new.run(&["import", &folder, "--dry-run"]);
    let has_repository = new.path("versions").exists();
    let first = new.run(&["import", &folder]);
    let head = history(&new);
    let second = new.run(&["import", &folder]);

    assert!(rehearsed.stdout.starts_with("would record 2 versions\n"), "{}", rehearsed.stdout);
    assert!(!has_repository, "a rehearsal makes nothing");
    assert_eq!(first.code, 1, "something was left out");
    let left_out = "left out: 1\n  Acme/Imprint/notes.txt: it is not Markdown, whose names end in `.md`\n";
    assert!(first.stdout.ends_with(left_out), "{}", first.stdout);
    assert!(first.stderr.contains("terms types that are not listed, and are imported all the same: 1: House Rules"));
    assert!(second.stdout.starts_with("recorded 0 versions\nimported before: 2\n"), "{}", second.stdout);
    assert_eq!(history(&new), head);
}

#[test]
fn a_dataset_is_not_mixed_with_what_was_recorded() {
    let collection = recorded();
    collection.write("data/Other/Imprint/2021-03-04T22-00-28Z.md", "one");
    let before = history(&collection);

    let ran = collection.run(&["import", &collection.path("data").display().to_string()]);

    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("6 records of the archive are not in the dataset; one is of "), "{}", ran.stderr);
    assert_eq!(history(&collection), before);
}

#[test]
fn a_text_that_is_older_than_what_is_recorded_of_its_terms_is_named_and_all_else_is_added() {
    let collection = TestCollection::new();
    let folder = collection.path("data").display().to_string();
    collection.write("data/Acme/Imprint/2021-03-04T22-00-28Z.md", "one");
    collection.run(&["import", &folder]);
    collection.write("data/Acme/Imprint/2021-03-01T22-00-28Z.md", "older");
    collection.write("data/Zeta/Imprint/2021-02-01T22-00-28Z.md", "of other terms");

    let ran = collection.run(&["import", &folder]);

    assert_eq!(ran.code, 1);
    let told = "recorded 1 versions\n  first: 1\n  from 2021-02-01 to 2021-02-01\nimported before: 1\nleft out: 1\n  \
                Acme/Imprint/2021-03-01T22-00-28Z.md: the archive holds these terms up to that date or later, without \
                this text\n";
    assert_eq!(ran.stdout, told);
    assert!(ran.stderr.contains("hint: import into a repository of its own"), "{}", ran.stderr);
}

#[test]
fn a_dataset_is_written_over_no_file() {
    let collection = recorded();
    let out = dataset_of(&collection);
    let before = std::fs::read(&out).unwrap();

    let ran = collection.run(&["dataset", "--out", &out]);

    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("terms.zip exists already\nhint: "), "{}", ran.stderr);
    assert_eq!(std::fs::read(&out).unwrap(), before);
}

#[test]
fn what_is_imported_is_continued_by_tracking() {
    let site = Site::serve();
    site.put("/terms", Page::terms("New text."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.write("data/Acme/Imprint/2021-03-04T22-00-28Z.md", "Old text.");
    collection.run(&["import", &collection.path("data").display().to_string()]);

    collection.track();

    let subjects = ["First record of Acme Imprint", "Record new changes of Acme Imprint"];
    assert_eq!(collection.subjects("versions"), subjects);
}
