//! What was renamed keeps one history: in `history`, `show`, `diff` and `stats`, and when tracking goes on.

use serde_json::json;

use crate::collection::TestCollection;
use crate::reading::commit;
use crate::site::{Page, Site};

/// Terms recorded as those of Twitter, which is declared and renamed as X, with `Terms of Use` as `Terms of Service`.
fn renamed(site: &Site) -> TestCollection {
    let collection = TestCollection::new();
    collection.declare("Twitter", "Terms of Use", json!({ "fetch": site.url("/terms"), "select": "main" }));
    for text in ["You may tweet.", "You may tweet a lot."] {
        site.put("/terms", Page::terms(text));
        collection.track();
    }
    std::fs::remove_file(collection.path("declarations/Twitter.json")).unwrap();
    collection.declare("X", "Terms of Service", json!({ "fetch": site.url("/terms"), "select": "main" }));
    let renames = json!({
        "services": [{ "from": "Twitter", "to": "X" }],
        "termsTypes": [{ "service": "X", "from": "Terms of Use", "to": "Terms of Service" }],
    });
    collection.write("renames.json", &renames.to_string());
    collection
}

fn printed(collection: &TestCollection, arguments: &[&str]) -> String {
    let ran = collection.run(arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    ran.stdout
}

#[test]
fn a_renamed_terms_goes_on_without_a_second_first_record() {
    let site = Site::serve();
    let collection = renamed(&site);

    collection.track();
    site.put("/terms", Page::terms("You may post."));
    collection.track();

    let of_versions = [
        "First record of Twitter Terms of Use",
        "Record new changes of Twitter Terms of Use",
        "Apply technical or declaration upgrade on X Terms of Service",
        "Record new changes of X Terms of Service",
    ];
    assert_eq!(collection.subjects("versions"), of_versions);
    assert_eq!(collection.subjects("snapshots"), of_versions);
    let move_of =
        |repository| collection.git(repository, &["show", "--find-renames", "--name-status", "--format=", "HEAD~1"]);
    assert_eq!(move_of("versions"), "R100\tTwitter/Terms of Use.md\tX/Terms of Service.md\n");
    assert_eq!(move_of("snapshots"), "R100\tTwitter/Terms of Use.html\tX/Terms of Service.html\n");
    assert_eq!(collection.git("versions", &["ls-files"]), "X/Terms of Service.md\n");
    for repository in ["versions", "snapshots"] {
        assert_eq!(collection.git(repository, &["status", "--porcelain"]), "");
        collection.git(repository, &["fsck", "--strict"]);
    }
    assert_eq!(collection.run(&["verify"]).code, 0);
}

#[test]
fn a_text_that_changed_with_the_name_is_a_change() {
    let site = Site::serve();
    let collection = renamed(&site);
    site.put("/terms", Page::terms("You may post."));

    let rehearsed = collection.run(&["track", "--dry-run"]);
    collection.track();

    assert!(rehearsed.stdout.contains("changed: X — Terms of Service"), "{}", rehearsed.stdout);
    let last = &collection.subjects("versions")[2..];
    let expected =
        ["Apply technical or declaration upgrade on X Terms of Service", "Record new changes of X Terms of Service"];
    assert_eq!(last, expected);
}

#[test]
fn reading_by_either_name_shows_one_line() {
    let site = Site::serve();
    let collection = renamed(&site);
    let before = printed(&collection, &["show", "X", "Terms of Service"]);
    site.put("/terms", Page::terms("You may post."));
    collection.track();

    let history = printed(&collection, &["history", "X", "Terms of Service"]);
    let former = printed(&collection, &["history", "Twitter", "Terms of Use"]);
    let stats = printed(&collection, &["stats"]);
    let diff = printed(&collection, &["diff", "X", "Terms of Service"]);

    assert!(before.contains("You may tweet a lot."), "{before}");
    assert_eq!(history.lines().count(), 5, "{history}");
    assert_eq!(
        history.matches("Twitter  Terms of Use").count(),
        2,
        "records are listed as they were recorded: {history}"
    );
    assert_eq!(former, history);
    assert_eq!(stats.lines().nth(1).unwrap().split_whitespace().next(), Some("X"), "{stats}");
    assert_eq!(stats.lines().count(), 2, "{stats}");
    assert!(diff.contains("[-tweet a lot-]{+post+}"), "{diff}");
}

#[test]
fn a_passage_that_outlasts_a_name_is_one_passage() {
    let site = Site::serve();
    let collection = renamed(&site);
    let unfinished = printed(&collection, &["search", "tweet", "--json"]);
    site.put("/terms", Page::terms("You may tweet a lot.</p><p>You may post."));
    collection.track();
    site.put("/terms", Page::terms("You may post."));
    collection.track();

    let found = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&printed(&collection, &[&["search", "--json"], arguments].concat())).unwrap()
    };

    assert!(unfinished.contains("\"service\": \"X\""), "{unfinished}");
    let by_either_name = ["X", "Twitter"].map(|service| found(&["lot", "--service", service]));
    assert_eq!(by_either_name[0], by_either_name[1]);
    assert_eq!(found(&["lot", "--service", "Twitter", "--type", "Terms of Use"]), by_either_name[0]);
    let [passage] = by_either_name[0]["passages"].as_array().unwrap().as_slice() else { panic!("{by_either_name:?}") };
    assert_eq!((&passage["service"], &passage["termsType"]), (&json!("X"), &json!("Terms of Service")));
    let ids = collection.git("versions", &["log", "--reverse", "--format=%H"]);
    let ids: Vec<&str> = ids.lines().collect();
    assert_eq!(passage["firstSeen"]["id"], ids[1], "the second version of Twitter");
    assert_eq!(passage["gone"]["id"], *ids.last().unwrap());
}

#[test]
fn a_version_under_a_new_name_is_judged_against_the_last_under_the_former_one() {
    let site = Site::serve();
    let collection = renamed(&site);
    std::fs::rename(collection.path("renames.json"), collection.path("later.json")).unwrap();
    site.put("/terms", Page::terms("You may tweet a lot, and we sell what you write."));
    collection.track();
    let alone = collection.run(&["history", "X", "--significant"]);
    std::fs::rename(collection.path("later.json"), collection.path("renames.json")).unwrap();

    let joined = printed(&collection, &["history", "X", "--kind", "substantive"]);

    assert_eq!(alone.code, 1, "nothing was there before it: {}", alone.stdout);
    assert!(joined.contains("X        Terms of Service"), "{joined}");
}

#[test]
fn a_date_finds_what_was_recorded_under_a_former_name() {
    let collection = TestCollection::new();
    std::fs::create_dir(collection.path("versions")).unwrap();
    collection.git("versions", &["init", "-q", "-b", "main"]);
    let records = [
        ("Odeo/Imprint.md", "2020-01-01T00:00:00Z", "First record of Odeo Imprint", "Odeo"),
        ("X/Imprint.md", "2021-01-01T00:00:00Z", "First record of X Imprint", "X"),
        ("Odeo/Imprint.md", "2022-01-01T00:00:00Z", "Record new changes of Odeo Imprint", "Another Odeo"),
    ];
    for (path, date, message, text) in records {
        commit(&collection, path, date, message, text);
    }
    let renames = json!({ "services": [{ "from": "Odeo", "to": "X", "validUntil": "2020-12-31T00:00:00Z" }] });
    collection.write("renames.json", &renames.to_string());

    let at = |service, date| printed(&collection, &["show", service, "Imprint", "--at", date]);

    assert_eq!(at("X", "2020-06-01"), "Odeo");
    assert_eq!(at("X", "2021-06-01"), "X");
    assert_eq!(at("X", "2022-06-01"), "X", "the name means something else by then");
    assert_eq!(at("Odeo", "2022-06-01"), "Another Odeo");
    assert_eq!(printed(&collection, &["history", "X"]).lines().count(), 3);
}

#[test]
fn faults_in_renames_are_told_with_their_line() {
    let site = Site::serve();
    let collection = renamed(&site);
    collection.write("renames.json", "{ \"services\": [\n{ \"from\": \"A\", \"to\": \"A\" }] }\n");

    let validated = collection.run(&["validate", "declarations"]);
    let tracked = collection.run(&["track"]);

    let fault = "renames.json:2:22: invalid-rename: `A` is renamed to itself";
    assert!(tracked.stderr.contains(fault), "{}", tracked.stderr);
    assert!(tracked.stderr.contains("nothing is recorded while renames.json cannot be used"), "{}", tracked.stderr);
    assert_eq!((validated.code, tracked.code), (1, 1));
    assert!(validated.stdout.contains("invalid-rename") || validated.stderr.contains("invalid-rename"));
}
