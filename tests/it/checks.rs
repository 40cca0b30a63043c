//! The record of checks, and the status told from it.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::collection::TestCollection;
use crate::site::{Page, Site};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_fetch_is_recorded_with_what_came_of_it() {
    let site = Site::serve();
    site.put("/moved", Page { location: Some(site.url("/terms")), ..Page::status(301) });
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/moved"), "select": "main" }));
    collection.declare("Gone", "Imprint", json!({ "fetch": site.url("/gone"), "select": "main" }));

    collection.track();
    collection.track();

    let checks = lines(&collection.run(&["checks", "--jsonl"]).stdout);
    let told: Vec<_> = checks.iter().map(|check| [&check["service"], &check["outcome"], &check["status"]]).collect();
    let expected = [
        [json!("Acme"), json!("recorded"), json!(200)],
        [json!("Gone"), json!("failed"), json!(404)],
        [json!("Acme"), json!("unchanged"), json!(200)],
        [json!("Gone"), json!("failed"), json!(404)],
    ];
    for expected in &expected {
        assert!(told.iter().any(|told| told.iter().copied().eq(expected)), "{expected:?} is not in {told:?}");
    }
    let acme = checks.iter().find(|check| check["service"] == "Acme").unwrap();
    assert_eq!(acme["finalUrl"], site.url("/terms"));
    assert_eq!(acme["redirects"], json!([{ "status": 301, "from": site.url("/moved") }]));
    assert_eq!(acme["fetcher"], "htmlOnly");
    assert_eq!(acme["purpose"], "tracking");
    let snapshot = collection.git("snapshots", &["rev-parse", "HEAD"]);
    assert_eq!(acme["snapshot"], snapshot.trim());
    assert_eq!(acme["hash"].as_str().unwrap().len(), 64);
    let gone = checks.iter().find(|check| check["service"] == "Gone").unwrap();
    assert_eq!(gone["failure"]["kind"], "not-found");
}

#[test]
fn a_page_that_did_not_change_is_asked_for_by_its_validators_and_not_sent_again() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time.").with_etag("\"1\""));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();

    let ran = collection.track();

    assert!(ran.stdout.contains("recorded 0 new versions and 0 new snapshots\nunchanged: 1"), "{}", ran.stdout);
    let checks = lines(&collection.run(&["checks", "--jsonl"]).stdout);
    assert_eq!(checks[1]["outcome"], "not-modified");
    assert_eq!(checks[1]["status"], 304);
    assert_eq!(collection.subjects("snapshots").len(), 1);
}

#[test]
fn validators_are_not_used_for_a_snapshot_that_is_not_there() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time.").with_etag("\"1\""));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();
    for repository in ["snapshots", "versions"] {
        std::fs::remove_dir_all(collection.path(repository)).unwrap();
    }

    collection.track();

    assert_eq!(collection.subjects("versions"), ["First record of Acme Imprint"]);
}

#[test]
fn the_status_tells_since_when_and_why_a_terms_fails_and_what_to_do() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.declare("Late", "Imprint", json!({ "fetch": site.url("/late"), "select": "main" }));
    collection.track();

    let told = collection.run(&["status"]).stdout;
    let statuses: Value = serde_json::from_str(&collection.run(&["status", "--json"]).stdout).unwrap();

    assert!(told.contains("Late — Imprint: failing since "), "{told}");
    assert!(told.contains("hint: look for the document's new address"), "{told}");
    assert_eq!(statuses[0]["state"], "fine");
    assert_eq!(statuses[0]["lastCheck"], statuses[0]["lastSuccess"]);
    assert_eq!(statuses[0]["lastCheck"], statuses[0]["lastChange"]);
    assert_eq!(statuses[1]["state"], "failing");
    assert_eq!(statuses[1]["failing"]["kind"], "not-found");
    assert_eq!(statuses[1]["lastSuccess"], Value::Null);
}

#[test]
fn unchanged_and_not_tracked_are_told_apart() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    for service in ["Kept", "Dropped"] {
        collection.declare(service, "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    }
    collection.track();
    std::fs::remove_file(collection.path("declarations/Dropped.json")).unwrap();
    collection.track();
    collection.declare("Dropped", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();

    let events = lines(&collection.run(&["checks", "Dropped", "--events", "--jsonl"]).stdout);

    let kinds: Vec<&Value> = events.iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["tracked", "no-longer-tracked", "tracked-again"]);
    assert_eq!(lines(&collection.run(&["checks", "Dropped", "--jsonl"]).stdout).len(), 2);
    assert_eq!(lines(&collection.run(&["checks", "Kept", "--days", "--jsonl"]).stdout)[0]["checks"], 3);
}

#[test]
fn a_broken_declaration_does_not_end_the_tracking_of_its_terms() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    for service in ["Acme", "Other"] {
        collection.declare(service, "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    }
    collection.track();
    collection.write("declarations/Acme.json", "{ broken");

    collection.track();

    let events = lines(&collection.run(&["checks", "Acme", "--events", "--jsonl"]).stdout);
    assert_eq!(events.len(), 1);
}

#[test]
fn a_name_that_nothing_goes_by_is_told_with_the_one_that_was_meant() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();

    let told = |arguments: &[&str]| {
        let ran = collection.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{arguments:?}");
        ran.stderr
    };

    let service = "error: no service `Acne` is declared or was checked\nhint: did you mean `Acme`?\n";
    assert_eq!(told(&["checks", "Acne"]), service);
    assert!(told(&["checks", "Acme", "Imprnt", "--jsonl"]).contains("hint: did you mean `Imprint`?"));
    assert_eq!(told(&["noise", "Acne"]), "error: no service `Acne` is recorded\nhint: did you mean `Acme`?\n");
}

#[test]
fn a_dry_run_leaves_no_record() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));

    collection.run(&["track", "--dry-run"]);

    let ran = collection.run(&["checks"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("there is no record of checks at "), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: `fineprint track` begins one"), "{}", ran.stderr);
}

#[test]
fn whenever_a_run_is_killed_every_recorded_snapshot_has_its_check() {
    let site = Site::serve();
    let collection = TestCollection::new();
    for service in 0..6 {
        let url = site.url_at(&format!("host-{service}"), "/terms");
        collection.declare(&format!("Service {service}"), "Imprint", json!({ "fetch": url, "select": "main" }));
    }

    for kill in 0..12 {
        let mut page = Page::terms(&format!("Text {kill}."));
        page.delay = Duration::from_millis(10);
        site.put("/terms", page);
        let mut run = collection.command(&["track"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(kill * 40));
        run.kill().unwrap();
        run.wait().unwrap();
    }
    collection.track();

    let checks = lines(&collection.run(&["checks", "--jsonl"]).stdout);
    let known: BTreeSet<&str> = checks.iter().filter_map(|check| check["snapshot"].as_str()).collect();
    let recorded = collection.git("snapshots", &["rev-list", "HEAD"]);
    assert!(recorded.lines().all(|snapshot| known.contains(snapshot)));
}

#[test]
fn a_declaration_that_runs_out_ends_the_tracking_of_its_terms() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    let declaration = json!({ "fetch": site.url("/terms"), "select": "main" });
    let closing = json!({ "fetch": site.url("/terms"), "select": "main", "validUntil": "2026-01-01T00:00:00Z" });
    collection.declare("Acme", "Imprint", declaration.clone());
    collection.track();

    collection.declare("Acme", "Imprint", closing);
    collection.track();
    let visits = site.visits("/terms");
    let status = collection.run(&["status"]).stdout;
    collection.declare("Acme", "Imprint", declaration);
    collection.track();

    assert_eq!(visits, 1);
    assert!(status.contains("not tracked"), "{status}");
    let events = lines(&collection.run(&["checks", "--events", "--jsonl"]).stdout);
    let kinds: Vec<_> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["tracked", "no-longer-tracked", "tracked-again"]);
    assert_eq!((&events[1]["reason"], &events[1]["validUntil"]), (&json!("ran-out"), &json!("2026-01-01T00:00:00Z")));
}

#[test]
fn terms_that_only_a_history_has_ended_when_that_says() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();

    collection.write("declarations/Acme.json", r#"{ "name": "Acme", "terms": {} }"#);
    let past = json!({ "fetch": site.url("/terms"), "select": "main", "validUntil": "2026-01-01T00:00:00Z" });
    collection.write("declarations/Acme.history.json", &json!({ "Imprint": [past] }).to_string());
    collection.track();

    let events = collection.run(&["checks", "--events"]).stdout;
    assert!(events.contains("no-longer-tracked  it was declared until 2026-01-01T00:00:00Z"), "{events}");
}

#[test]
fn a_check_bears_the_date_of_the_answer_however_long_that_took() {
    let site = Site::serve();
    site.put("/terms", Page { delay: Duration::from_secs(2), ..Page::terms("You may leave at any time.") });
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    let started = chrono::Utc::now();

    collection.track();

    let check = &lines(&collection.run(&["checks", "--jsonl"]).stdout)[0];
    let at: chrono::DateTime<chrono::Utc> = check["at"].as_str().unwrap().parse().unwrap();
    assert!(at > started + TimeDelta::seconds(1), "{at} is not the end of the wait that began at {started}");
}

/// A machine that stops between two writes leaves a record of checks that is ahead of the archive.
#[test]
fn what_was_checked_and_lost_in_a_crash_is_not_said_to_be_recorded() {
    let site = Site::serve();
    let collection = TestCollection::declaring(&site, "Acme");
    collection.declare("Other", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();
    let status = collection.run(&["status", "--json"]).stdout;
    site.put("/terms", Page::terms("You may not leave."));
    assert_eq!(collection.run(&["track", "-s", "Acme"]).code, 0);
    for repository in ["snapshots", "versions"] {
        collection.git(repository, &["reset", "-q", "--hard", "HEAD~1"]);
        collection.git(repository, &["reflog", "expire", "--expire=now", "--all"]);
        collection.git(repository, &["gc", "-q", "--prune=now"]);
    }

    let change = |status: &str| serde_json::from_str::<Value>(status).unwrap()[0]["lastChange"].clone();
    assert_eq!(change(&collection.run(&["status", "--json"]).stdout), change(&status));
    let ran = collection.track();

    assert!(ran.stderr.contains("the last run was cut short, and lost 1 snapshots"), "{}", ran.stderr);
    let checks = lines(&collection.run(&["checks", "Acme", "--jsonl"]).stdout);
    let outcomes: Vec<&str> = checks.iter().filter_map(|check| check["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["recorded", "lost", "recorded"]);
    let there = collection.git("snapshots", &["rev-list", "HEAD"]);
    let known: Vec<&str> = checks.iter().filter_map(|check| check["snapshot"].as_str()).collect();
    assert!(known.len() == 2 && known.iter().all(|snapshot| there.contains(snapshot)), "{known:?}");
    assert!(!collection.track().stderr.contains("cut short"));
}
