//! `fineprint doctor`: what is there, what is not, and what to do about it.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::collection::{Ran, TestCollection};
use crate::site::Site;

fn findings(collection: &TestCollection) -> (i32, Vec<Value>) {
    findings_behind(collection, "")
}

fn findings_behind(collection: &TestCollection, proxy: &str) -> (i32, Vec<Value>) {
    let mut doctor = collection.command(&["doctor", "--json"]);
    let ran = Ran::from(doctor.env("HTTPS_PROXY", proxy).output().unwrap());
    (ran.code, serde_json::from_str(&ran.stdout).unwrap())
}

fn named<'a>(findings: &'a [Value], name: &str) -> &'a Value {
    findings.iter().find(|finding| finding["name"] == name).unwrap()
}

#[test]
fn a_missing_browser_is_a_problem_only_where_it_is_needed() {
    let collection = TestCollection::new();
    collection.declare("Plain", "Imprint", json!({ "fetch": "https://plain.example/", "select": "main" }));

    let (code, found) = findings(&collection);
    assert_eq!(code, 0);
    assert_eq!(named(&found, "browser")["state"], "warning");

    let scripted = json!({ "fetch": "https://acme.example/", "select": "main", "executeClientScripts": true });
    collection.declare("Acme", "Imprint", scripted);
    let (code, found) = findings(&collection);
    assert_eq!(code, 1);
    assert_eq!(named(&found, "browser")["state"], "problem");
    assert!(named(&found, "browser")["hint"].as_str().unwrap().contains("apt-get install chromium"));
}

#[test]
fn credentials_of_proxies_are_not_shown() {
    let collection = TestCollection::new();
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

    let (_, found) = findings_behind(&collection, &format!("http://ada:lovelace@{proxy}"));

    let told = named(&found, "proxies")["detail"].as_str().unwrap();
    assert!(
        told.starts_with(&format!("{proxy} with credentials, which `HTTPS_PROXY` names, cannot be reached")),
        "{told}"
    );
}

#[test]
fn a_proxy_is_fine_only_if_it_can_be_used() {
    let collection = TestCollection::new();
    let alive = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = alive.local_addr().unwrap();

    let (_, found) = findings_behind(&collection, &format!("http://ada:lovelace@{proxy}"));
    assert_eq!(named(&found, "proxies")["state"], "fine");
    assert_eq!(named(&found, "proxies")["detail"], format!("https: {proxy} with credentials"));

    for (unusable, why) in [("socks5://ada:lovelace@proxy", "speaks `socks5`"), ("garbage::", "does not hold")] {
        let (code, found) = findings_behind(&collection, unusable);
        let told = named(&found, "proxies");
        assert_eq!((code, &told["state"]), (1, &json!("problem")));
        let detail = told["detail"].as_str().unwrap();
        assert!(detail.starts_with("`HTTPS_PROXY` ") && detail.contains(why), "{detail}");
        let track = Ran::from(collection.command(&["track"]).env("HTTPS_PROXY", unusable).output().unwrap());
        assert!(track.stderr.contains(detail) && !track.stderr.contains("lovelace"), "{}", track.stderr);
    }
}

#[test]
fn a_collection_that_cannot_be_read_is_a_problem_with_its_hint() {
    let collection = TestCollection::new();
    collection.write("config/default.json", "{ broken");

    let ran = collection.run(&["doctor"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("collection    problem  "), "{}", ran.stdout);
    assert!(ran.stdout.contains("  hint: "), "{}", ran.stdout);
}

#[test]
fn operators_of_sites_are_told_where_the_collection_is_published() {
    let collection = TestCollection::new();
    let (_, found) = findings(&collection);
    assert_eq!(named(&found, "name")["state"], "warning");
    assert!(named(&found, "name")["hint"].as_str().unwrap().contains("`fetcher.contact`"));

    let metadata = "id: t\nname: T\ntagline: T\nlanguages: [en]\njurisdictions: [EU]\n\
                    declarations: https://git.example/t-declarations\n";
    collection.write("metadata.yml", metadata);
    let (_, found) = findings(&collection);

    assert_eq!(named(&found, "name")["state"], "fine");
    let detail = named(&found, "name")["detail"].as_str().unwrap();
    assert!(detail.ends_with("(terms-of-service change tracker; +https://git.example/t-declarations)"), "{detail}");
}

/// A collection that a run has gone over, and that doctor has no problem with.
fn tracked() -> (Site, TestCollection) {
    let site = Site::serve();
    let collection = TestCollection::declaring(&site, "Acme");
    collection.track();
    assert_eq!(findings(&collection).0, 0);
    (site, collection)
}

/// What doctor says of one thing that is a problem, in `track`'s words where it refuses too.
fn problem(collection: &TestCollection, name: &str) -> String {
    let (code, found) = findings(collection);
    assert_eq!((code, &named(&found, name)["state"]), (1, &json!("problem")), "{found:?}");
    named(&found, name)["detail"].as_str().unwrap().to_owned()
}

#[test]
fn what_track_refuses_is_a_problem_in_the_same_words() {
    let (_site, collection) = tracked();
    collection.git("versions", &["checkout", "-q", "--detach"]);
    let told = problem(&collection, "versions");
    assert!(collection.run(&["track"]).stderr.contains(&told), "{told}");
    collection.git("versions", &["checkout", "-q", "main"]);

    std::fs::write(collection.path("checks.sqlite"), "garbage, and long enough to be read as a header".repeat(40))
        .unwrap();
    problem(&collection, "checks");
    assert_eq!(collection.run(&["track"]).code, 1);
}

#[test]
fn publishing_without_a_remote_and_a_broken_declaration_are_problems() {
    let (_site, collection) = tracked();
    let publish = json!({ "recorder": { "versions": { "storage": { "git": { "publish": true } } } } });
    collection.write("config/local.json", &json!({ "fineprint": publish }).to_string());
    assert!(problem(&collection, "versions").contains("no remote is configured"));

    collection.git("versions", &["remote", "add", "origin", "../moved-away"]);
    let told = problem(&collection, "versions");
    assert!(told.contains("'../moved-away' does not appear to be a git repository"), "{told}");
    let (_, why) = told.split_once(" cannot be published").unwrap();
    assert!(collection.run(&["track"]).stderr.contains(why), "{told}");

    collection.git("versions", &["clone", "-q", "--bare", ".", "../moved-away"]);
    collection.git("versions", &["config", "push.default", "current"]);
    let (code, found) = findings(&collection);
    assert_eq!((code, &named(&found, "versions")["state"]), (0, &json!("fine")), "{found:?}");
    collection.git_by_hand("versions", &["commit", "-q", "--allow-empty", "-m", "Not pushed"]);
    let (code, found) = findings(&collection);
    assert_eq!((code, &named(&found, "versions")["state"]), (0, &json!("warning")), "{found:?}");
    collection.write("config/local.json", "{}");

    collection.write("declarations/Acme.json", "{");
    assert!(problem(&collection, "collection").contains("declarations/Acme.json:1:"));
}

#[test]
fn repositories_that_are_gone_are_a_problem_where_the_record_of_checks_knows_better() {
    let (_site, collection) = tracked();
    for name in ["versions", "snapshots"] {
        std::fs::rename(collection.path(name), collection.path(&format!("{name}-elsewhere"))).unwrap();
    }

    assert!(problem(&collection, "versions").ends_with("though 1 terms have been checked"));

    let history = collection.run(&["history"]).stderr;
    assert!(history.contains("`recorder.*.storage.git.path`") && history.contains("`fineprint adopt`"), "{history}");
}

#[test]
fn an_unknown_key_is_warned_of_and_one_folder_for_both_repositories_refused() {
    let (_site, collection) = tracked();
    collection.write("config/local.json", r#"{ "fineprint": { "fetcher": { "hostDelai": 1 } } }"#);
    let (code, found) = findings(&collection);
    assert_eq!((code, &named(&found, "configuration")["state"]), (0, &json!("warning")));

    let same = json!({ "recorder": { "snapshots": { "storage": { "git": { "path": "./versions" } } } } });
    collection.write("config/local.json", &json!({ "fineprint": same }).to_string());
    for command in ["track", "doctor"] {
        let ran = collection.run(&[command]);
        assert_eq!(ran.code, 1);
        let told = ran.stdout + &ran.stderr;
        let both = "`recorder.snapshots.storage.git.path` and `recorder.versions.storage.git.path` both lead to";
        assert!(told.contains(both), "{told}");
    }
}

#[test]
fn a_record_that_is_yet_to_come_tells_of_a_clock_that_was_wrong() {
    let (_site, collection) = tracked();
    let amend = ["commit", "-q", "--amend", "--no-edit", "--date", "2099-01-01T00:00:00Z"];
    collection.git_by_hand("versions", &amend);

    let (code, found) = findings(&collection);

    let versions = named(&found, "versions");
    assert_eq!((code, &versions["state"]), (0, &json!("warning")), "{versions}");
    assert!(versions["detail"].as_str().unwrap().contains("2099-01-01"), "{versions}");
}
