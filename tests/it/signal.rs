//! What people see of verdicts: in `history`, `stats` and `diff`, by `classify`, and compared with labels.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::collection::{Ran, TestCollection};
use crate::site::{Page, Site};

const PATH: &str = "Acme/Privacy Policy.md";
const FIRST: &str = "# Privacy\n\nWe keep your data for 13 months. See [help](https://acme.example/a).";
const LINKED: &str = "# Privacy\n\nWe keep your data for 13 months. See [help](https://acme.example/b).";
const CHANGED: &str = "# Privacy\n\nWe keep your data for 13 months and sell it. See [help](https://acme.example/b).";

/// An archive with a first record, a change of a link, one of words, and the return of an earlier text.
fn archive() -> TestCollection {
    let collection = TestCollection::new();
    std::fs::create_dir(collection.path("versions")).unwrap();
    collection.git("versions", &["init", "-q", "-b", "main"]);
    record(&collection, "2024-01-10T08:00:00Z", "First record of Acme Privacy Policy", FIRST);
    record(&collection, "2024-02-10T08:00:00Z", "Record new changes of Acme Privacy Policy", LINKED);
    record(&collection, "2024-03-10T08:00:00Z", "Record new changes of Acme Privacy Policy", CHANGED);
    record(&collection, "2024-03-25T08:00:00Z", "Record new changes of Acme Privacy Policy", LINKED);
    collection
}

fn record(collection: &TestCollection, date: &str, message: &str, content: &str) {
    collection.write(&format!("versions/{PATH}"), content);
    collection.git("versions", &["add", "."]);
    let output = Command::new("git")
        .arg("-C")
        .arg(collection.path("versions"))
        .args(["-c", "user.name=Bot", "-c", "user.email=bot@collection.example", "-c", "commit.gpgSign=false"])
        .args(["commit", "-q", "-m", message])
        .envs([("GIT_AUTHOR_DATE", date), ("GIT_COMMITTER_DATE", date)])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn ran(collection: &TestCollection, arguments: &[&str]) -> Ran {
    let ran = collection.run(arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    ran
}

fn lines(printed: &str) -> Vec<Value> {
    printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What `classify` prints of the repository of versions.
fn classified(collection: &TestCollection, more: &[&str]) -> Vec<Value> {
    let folder = collection.path("versions");
    lines(&ran(collection, &[&["classify", "--repo", folder.to_str().unwrap()], more].concat()).stdout)
}

fn kinds(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["kind"].as_str().unwrap()).collect()
}

fn labelled(collection: &TestCollection, labels: &[Value]) -> String {
    let text: String = labels.iter().map(|label| format!("{label}\n")).collect();
    collection.write("labels.jsonl", &text);
    collection.path("labels.jsonl").to_str().unwrap().to_owned()
}

#[test]
fn classify_prints_one_object_for_each_record() {
    let collection = archive();

    let records = classified(&collection, &["--json"]);

    assert_eq!(kinds(&records), ["first", "links", "substantive", "blink"]);
    assert_eq!(records[0]["previous"], Value::Null);
    let expected = json!({
        "commit": records[1]["commit"],
        "path": PATH,
        "previous": records[0]["commit"],
        "kind": "links",
        "significant": false,
        "weight": records[1]["weight"],
        "reasons": ["Only where links lead changed."],
    });
    assert_eq!(records[1], expected);
    assert_eq!(records[2]["significant"], true);
}

#[test]
fn classify_tells_only_of_the_commits_that_a_file_names() {
    let collection = archive();
    let all = classified(&collection, &[]);
    collection.write("commits.jsonl", &format!("{}\n", json!({ "commit": all[2]["commit"], "repo": "acme" })));

    let named = classified(&collection, &["--commits", collection.path("commits.jsonl").to_str().unwrap()]);

    assert_eq!(named, &all[2..3]);
}

#[test]
fn a_clone_without_a_checked_out_branch_is_classified() {
    let collection = archive();
    let (bundle, clone) = (collection.path("versions.bundle"), collection.path("clone"));
    collection.git("versions", &["bundle", "create", "-q", bundle.to_str().unwrap(), "refs/heads/main"]);
    collection.git(".", &["-c", "init.defaultBranch=other", "clone", "-q", bundle.to_str().unwrap(), "clone"]);

    let records = lines(&ran(&collection, &["classify", "--repo", clone.to_str().unwrap()]).stdout);

    assert_eq!(records.len(), 4);
}

#[test]
fn history_leaves_out_what_does_not_count() {
    let collection = archive();

    let listed = ran(&collection, &["history", "--significant"]).stdout;

    let rows: Vec<&str> = listed.lines().skip(1).collect();
    assert_eq!(rows.len(), 1, "{listed}");
    assert!(rows[0].starts_with("2024-03-10") && rows[0].contains("change: substantive ("), "{listed}");
}

#[test]
fn kinds_of_records_and_of_changes_are_asked_for_alike() {
    let collection = archive();

    let dates = |kinds: &str| {
        let listed: Value =
            serde_json::from_str(&ran(&collection, &["history", "--kind", kinds, "--json"]).stdout).unwrap();
        listed
            .as_array()
            .unwrap()
            .iter()
            .map(|record| record["date"].as_str().unwrap()[..7].to_owned())
            .collect::<Vec<_>>()
    };

    assert_eq!(dates("change"), ["2024-03", "2024-03", "2024-02"]);
    assert_eq!(dates("links,first"), ["2024-02", "2024-01"]);
    assert_eq!(dates("blink"), ["2024-03"]);
}

#[test]
fn stats_counts_what_counts() {
    let collection = archive();

    let counted: Value = serde_json::from_str(&ran(&collection, &["stats", "--significant", "--json"]).stdout).unwrap();

    assert_eq!(counted["records"], 1);
}

#[test]
fn diff_shows_what_the_last_change_that_counts_did() {
    let collection = archive();

    let shown = ran(&collection, &["diff", "Acme", "Privacy Policy", "--significant"]).stdout;

    assert!(shown.contains("{+and sell it+}") || shown.contains("and sell it"), "{shown}");
    assert!(shown.contains("2024-03-10"), "{shown}");
}

#[test]
fn diff_says_which_changes_there_are_none_of() {
    let collection = archive();
    let said = |arguments: &[&str]| {
        let ended = collection.run(&[&["diff", "Acme", "Privacy Policy"], arguments].concat());
        ended.stderr.lines().next().unwrap().to_owned()
    };

    assert_eq!(
        said(&["--kind", "real-revert"]),
        "error: no change of Acme — Privacy Policy is of the kind real-revert"
    );
    assert_eq!(
        said(&["--kind", "outage,reorder,blink", "--significant"]),
        "error: no change of Acme — Privacy Policy is of the kinds outage, reorder or blink and counts"
    );
    assert!(said(&["2024-02-10", "--kind", "links"]).contains("cannot be used with"));
}

#[test]
fn evaluation_compares_with_labels_and_leaves_borderline_cases_out() {
    let collection = archive();
    let all = classified(&collection, &[]);
    let label =
        |at: usize, kind: &str, alert: &str| json!({ "commit": all[at]["commit"], "kind": kind, "alert": alert });
    let elsewhere = json!({ "commit": "0".repeat(40), "kind": "links", "alert": "no" });
    let labels =
        [label(1, "links", "no"), label(2, "substantive", "yes"), label(3, "substantive", "borderline"), elsewhere];
    let file = labelled(&collection, &labels);
    let folder = collection.path("versions");
    let evaluate = ["classify", "--repo", folder.to_str().unwrap(), "--evaluate", &file];

    let text = ran(&collection, &evaluate).stdout;
    let figures: Value =
        serde_json::from_str(&ran(&collection, &[&evaluate[..], &["--json"]].concat()).stdout).unwrap();

    assert!(text.starts_with("3 labels, 1 of them borderline; 1 more of commits that are not here\n"), "{text}");
    assert_eq!((&figures["precision"], &figures["recall"], &figures["f1"]), (&json!(1.0), &json!(1.0), &json!(1.0)));
    assert_eq!(figures["kinds"]["substantive"], json!({ "substantive": 1, "blink": 1 }));
}

#[test]
fn an_evaluation_below_what_is_asked_for_ends_with_one() {
    let collection = archive();
    let all = classified(&collection, &[]);
    let file = labelled(&collection, &[json!({ "commit": all[1]["commit"], "kind": "links", "alert": "yes" })]);
    let folder = collection.path("versions");
    let evaluate = ["classify", "--repo", folder.to_str().unwrap(), "--evaluate", &file, "--least-recall", "0.9"];

    let ran = collection.run(&evaluate);

    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("missed: "), "{}", ran.stdout);
}

#[test]
fn what_is_recorded_later_is_judged_with_what_was_before() {
    let collection = archive();
    classified(&collection, &[]);
    record(&collection, "2024-05-10T08:00:00Z", "Record new changes of Acme Privacy Policy", CHANGED);

    assert_eq!(kinds(&classified(&collection, &[])), ["first", "links", "substantive", "blink", "blink"]);
    assert!(Path::new(&collection.path("versions/.git/fineprint/index.sqlite")).exists());
}

#[test]
fn what_a_person_says_counts_instead_of_what_the_rules_say() {
    let collection = archive();
    let id = classified(&collection, &[])[2]["commit"].as_str().unwrap()[..8].to_owned();

    let marked = collection.run_as_jane(&["mark", &id, "--kind", "boilerplate", "--note", "A banner."]);

    assert_eq!(marked.code, 0, "{}", marked.stderr);
    assert!(marked.stdout.ends_with("boilerplate, does not count: Jane Doe: A banner.\n"), "{}", marked.stdout);
    let record = &classified(&collection, &[])[2];
    assert_eq!((&record["kind"], &record["significant"]), (&json!("boilerplate"), &json!(false)));
    assert_eq!(collection.run(&["history", "--significant"]).code, 1);
    let notes = collection.git("versions", &["log", "--format=%an <%ae>", "refs/notes/fineprint"]);
    assert_eq!(notes, "Jane Doe <jane@collection.example>\n");
}

#[test]
fn what_a_person_said_can_be_taken_back() {
    let collection = archive();
    let before = classified(&collection, &[]);
    let id = before[2]["commit"].as_str().unwrap().to_owned();
    collection.run_as_jane(&["mark", &id, "--kind", "boilerplate"]);

    let taken_back = collection.run_as_jane(&["mark", &id, "--remove"]);
    let again = collection.run_as_jane(&["mark", &id, "--remove"]);

    assert_eq!(taken_back.code, 0, "{}", taken_back.stderr);
    assert_eq!(classified(&collection, &[]), before);
    assert_eq!((again.code, again.stderr), (1, format!("error: record {} was not corrected\n", &id[..10])));
}

#[test]
fn what_a_record_says_of_itself_is_no_correction() {
    let collection = archive();
    let id = classified(&collection, &[])[2]["commit"].as_str().unwrap().to_owned();

    for kind in ["technical-upgrade", "first"] {
        let refused = collection.run_as_jane(&["mark", &id, "--kind", kind]);

        assert_eq!(refused.code, 1);
        assert!(refused.stderr.contains("a record says of itself whether it is the first"), "{}", refused.stderr);
    }
}

#[test]
fn an_evaluation_tells_how_often_people_corrected_the_rules() {
    let collection = archive();
    let all = classified(&collection, &[]);
    let id = all[1]["commit"].as_str().unwrap();
    collection.run_as_jane(&["mark", id, "--kind", "links", "--significant"]);
    let file = labelled(&collection, &[json!({ "commit": id, "kind": "links", "alert": "yes" })]);
    let folder = collection.path("versions");

    let text = ran(&collection, &["classify", "--repo", folder.to_str().unwrap(), "--evaluate", &file]).stdout;

    assert!(text.contains("recall       1.000"), "{text}");
    assert!(text.contains("corrected by people: 1 of 4 verdicts"), "{text}");
}

#[test]
fn a_terms_whose_links_change_with_every_visit_is_told_with_the_filter_that_silences_it() {
    let site = Site::serve();
    let collection = TestCollection::new();
    let selected = json!({ "fetch": site.url("/privacy"), "select": "main" });
    collection.declare("Acme", "Privacy Policy", selected);
    for visit in 0..7 {
        let link = format!("<a href=\"https://help.acme.example/?utm_source={visit}\">help</a>");
        site.put("/privacy", Page::html(&format!("<main><p>We keep your data. See {link} for more.</p></main>")));
        collection.track();
    }

    let told = ran(&collection, &["noise"]).stdout;

    assert!(told.starts_with("Acme — Privacy Policy: 6 of 6 changes do not count (6 links)\n"), "{told}");
    assert!(told.contains("\"filter\": [\"cleanLinks\"]"), "{told}");
    assert!(told.contains("over 6 stored versions, 5 changes would have been 0"), "{told}");
}
