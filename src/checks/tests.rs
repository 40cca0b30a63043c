//! What the record of checks promises to those who write, read and interrupt it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::domain::{Reason, Renames, ServiceRename, TermsKey};

mod age;
mod events;

struct Folder {
    _folder: TempDir,
    path: PathBuf,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checks.sqlite");
        Self { _folder: folder, path }
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.path).unwrap()
    }
}

fn terms(service: &str) -> TermsKey {
    TermsKey::new(service.parse().unwrap(), "Imprint".parse().unwrap())
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn check(service: &str, date: &str) -> Check {
    Check {
        at: at(date),
        terms: terms(service),
        document: None,
        purpose: Purpose::Tracking,
        outcome: CheckOutcome::Recorded,
        status: Some(200),
        final_url: Some("https://acme.example/imprint".to_owned()),
        redirects: vec![Redirect { status: 301, from: "https://acme.example/".to_owned() }],
        headers: BTreeMap::from([("etag".to_owned(), "\"1\"".to_owned())]),
        bytes: Some(1200),
        hash: Some("00ff".to_owned()),
        duration_ms: 80,
        fetcher: "htmlOnly".to_owned(),
        egress: Some("lab".to_owned()),
        allowed_by_robots: Some(true),
        snapshot: Some("0123456789012345678901234567890123456789".parse().unwrap()),
        failure: None,
    }
}

fn failed(service: &str, date: &str) -> Check {
    let failure = Trouble { kind: "not-found".to_owned(), message: "HTTP code 404".to_owned(), advice: None };
    Check { outcome: CheckOutcome::Failed, status: Some(404), failure: Some(failure), ..check(service, date) }
}

fn sighting(ledger: &Ledger, date: &str, sketch: &str) -> Sighting {
    let reason = Reason { rule: "not-found".to_owned(), seen: vec!["page not found".to_owned()] };
    let suspicions = vec![Suspicion { reason, text: "a page that says it is not there".to_owned() }];
    let run = ledger.begin_run(at(date)).unwrap();
    ledger.complete_run(run).unwrap();
    let text = format!("# Page not found\n\n{sketch}");
    let are_same = |one: &str, other: &str| one == other;
    let (sketch, former_sketch) = (sketch.to_owned(), format!("former {sketch}"));
    Sighting {
        terms: terms("Acme"),
        at: at(date),
        run,
        sketch,
        former_sketch,
        are_same,
        suspicions,
        text,
        snapshots: vec![],
    }
}

#[test]
fn what_was_written_is_read_back_by_the_next_process() {
    let folder = Folder::new();
    let checks = [check("Acme", "2024-01-01T06:00:00Z"), failed("Acme", "2024-01-02T06:00:00Z")];
    let ledger = folder.ledger();
    checks.iter().for_each(|check| ledger.record_check(None, check.clone()));
    drop(ledger);

    let read = Ledger::open_for_reading(&folder.path).unwrap().checks(&CheckFilter::default()).unwrap();

    assert_eq!(read, checks);
}

#[test]
fn a_check_is_exported_under_the_names_of_all_exports() {
    let exported = serde_json::to_string(&failed("Acme", "2024-01-02T06:00:00Z")).unwrap();

    assert_eq!(
        exported,
        r#"{"at":"2024-01-02T06:00:00Z","service":"Acme","termsType":"Imprint","purpose":"tracking","outcome":"failed","status":404,"finalUrl":"https://acme.example/imprint","redirects":[{"status":301,"from":"https://acme.example/"}],"headers":{"etag":"\"1\""},"bytes":1200,"hash":"00ff","durationMs":80,"fetcher":"htmlOnly","egress":"lab","allowedByRobots":true,"snapshot":"0123456789012345678901234567890123456789","failure":{"kind":"not-found","message":"HTTP code 404"}}"#
    );
}

#[test]
fn readers_see_what_a_writer_made_durable_and_do_not_wait() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.record_check(None, check("Acme", "2024-01-01T06:00:00Z"));
    ledger.flush().unwrap();
    let writer = Connection::open(&folder.path).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();

    let reader = Ledger::open_for_reading(&folder.path).unwrap();

    assert_eq!(reader.checks(&CheckFilter::default()).unwrap().len(), 1);
}

#[test]
fn checks_are_filtered_by_name_and_date() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    for day in 1..=4 {
        ledger.record_check(None, check("Acme", &format!("2024-01-0{day}T06:00:00Z")));
        ledger.record_check(None, check("Other", &format!("2024-01-0{day}T06:00:00Z")));
    }
    let filter = CheckFilter {
        service: Some("Acme".parse().unwrap()),
        since: Some(at("2024-01-02T00:00:00Z")),
        limit: Some(2),
        ..CheckFilter::default()
    };

    let found: Vec<DateTime<Utc>> = ledger.checks(&filter).unwrap().iter().map(|check| check.at).collect();

    assert_eq!(found, [at("2024-01-03T06:00:00Z"), at("2024-01-04T06:00:00Z")]);
}

#[test]
fn the_sums_of_days_outlive_single_checks() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.record_check(None, check("Acme", "2024-01-01T06:00:00Z"));
    ledger.record_check(None, failed("Acme", "2024-01-01T18:00:00Z"));
    ledger.record_check(None, check("Acme", "2024-02-01T06:00:00Z"));

    assert_eq!(ledger.forget_before(at("2024-01-31T00:00:00Z")).unwrap(), 2);

    assert_eq!(ledger.checks(&CheckFilter::default()).unwrap().len(), 1);
    let days = ledger.days(&CheckFilter::default()).unwrap();
    assert_eq!(days.len(), 2);
    assert_eq!((days[0].checks, days[0].recorded, days[0].failed), (2, 1, 1));
    assert_eq!(
        serde_json::to_string(&days[0]).unwrap(),
        r#"{"day":"2024-01-01","service":"Acme","termsType":"Imprint","checks":2,"recorded":1,"failed":1,"firstAt":"2024-01-01T06:00:00Z","lastAt":"2024-01-01T18:00:00Z"}"#
    );
}

#[test]
fn a_terms_fails_since_its_first_failure_after_a_success() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    let trouble = |message: &str| Trouble { kind: "gone".to_owned(), message: message.to_owned(), advice: None };
    let results = [
        ("2024-01-01T06:00:00Z", TermsOutcome::Changed),
        ("2024-01-02T06:00:00Z", TermsOutcome::Unchanged),
        ("2024-01-03T06:00:00Z", TermsOutcome::Failed(trouble("first"))),
        ("2024-01-04T06:00:00Z", TermsOutcome::Failed(trouble("second"))),
    ];
    for (date, outcome) in results {
        ledger.record_result(TermsResult { terms: terms("Acme"), at: at(date), outcome });
    }

    let standings = ledger.standings().unwrap();

    assert_eq!(standings[0].last_check, at("2024-01-04T06:00:00Z"));
    assert_eq!(standings[0].last_success, Some(at("2024-01-02T06:00:00Z")));
    assert_eq!(standings[0].last_change, Some(at("2024-01-01T06:00:00Z")));
    assert_eq!(standings[0].failing, Some((at("2024-01-03T06:00:00Z"), trouble("second"))));
}

#[test]
fn a_hold_counts_runs_and_begins_anew_with_another_text() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    let first = sighting(&ledger, "2024-01-01T06:00:00Z", "one");
    ledger.sight(first.clone()).unwrap();
    ledger.sight(Sighting { at: at("2024-01-01T06:10:00Z"), ..first }).unwrap();
    let again = ledger.sight(sighting(&ledger, "2024-01-02T06:00:00Z", "one")).unwrap();
    let other = ledger.sight(sighting(&ledger, "2024-01-03T06:00:00Z", "two")).unwrap();

    assert_eq!((again.since, again.runs), (at("2024-01-01T06:00:00Z"), 2));
    assert_eq!((other.since, other.runs), (at("2024-01-03T06:00:00Z"), 1));
    assert_eq!(ledger.holds().unwrap(), [other]);
}

#[test]
fn a_second_look_at_another_text_leaves_the_first_standing() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    for day in ["2024-01-01", "2024-01-02", "2024-01-03"] {
        let first = sighting(&ledger, &format!("{day}T06:00:00Z"), "by HTTP");
        let second = Sighting { sketch: "by browser".to_owned(), ..first.clone() };

        ledger.sight(first).unwrap();
        ledger.sight(second).unwrap();
    }

    let held = ledger.hold(&terms("Acme")).unwrap().unwrap();
    assert_eq!((held.runs, held.since), (3, at("2024-01-01T06:00:00Z")));
}

#[test]
fn what_a_person_said_of_a_text_holds_when_it_comes_back() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.sight(sighting(&ledger, "2024-01-01T06:00:00Z", "one")).unwrap();
    ledger.decide(&terms("Acme"), None, Decision::Rejected, at("2024-01-01T08:00:00Z")).unwrap();
    assert!(ledger.end_hold(&terms("Acme"), at("2024-01-02T06:00:00Z")).unwrap());
    assert_eq!(ledger.hold(&terms("Acme")).unwrap(), None);

    let back = ledger.sight(sighting(&ledger, "2024-03-01T06:00:00Z", "one")).unwrap();

    assert_eq!((back.decision, back.runs), (Some(Decision::Rejected), 1));
}

#[test]
fn a_rehearsal_starts_from_what_is_held_and_forgets() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.sight(sighting(&ledger, "2024-01-01T06:00:00Z", "one")).unwrap();

    let rehearsal = Ledger::rehearsal(&folder.path).unwrap();
    let seen = rehearsal.sight(sighting(&rehearsal, "2024-01-05T06:00:00Z", "one")).unwrap();

    assert_eq!((seen.since, seen.runs), (at("2024-01-01T06:00:00Z"), 2));
    assert_eq!(ledger.holds().unwrap()[0].runs, 1);
}

#[test]
fn a_damaged_record_is_an_error_and_stays_as_it_is() {
    let folder = Folder::new();
    let damaged = vec![7; 4096];
    std::fs::write(&folder.path, &damaged).unwrap();

    assert!(Ledger::open(&folder.path).is_err());

    assert_eq!(std::fs::read(&folder.path).unwrap(), damaged);
}

#[test]
fn a_record_is_read_where_nothing_may_be_written_beside_it() {
    let (folder, later) = (Folder::new(), Folder::new());
    folder.ledger().record_check(None, check("Acme", "2024-01-01T06:00:00Z"));
    let ledger = later.ledger();
    for date in ["2024-01-01T06:00:00Z", "2024-01-02T06:00:00Z"] {
        ledger.record_check(None, check("Acme", date));
    }
    drop(ledger);
    let count = |ledger: &Ledger| ledger.checks(&CheckFilter::default()).unwrap().len();
    // Where a folder is, the file that readers share cannot be made.
    std::fs::create_dir(folder.path.with_extension("sqlite-shm")).unwrap();

    let reader = Ledger::open_for_reading(&folder.path).unwrap();

    assert_eq!(count(&reader), 1);
    std::fs::copy(&later.path, &folder.path).unwrap();
    assert_eq!(count(&reader), 2, "what is written later is read by who began before");
}

#[test]
fn a_failure_of_something_nobody_waited_for_is_told_at_the_end() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    Connection::open(&folder.path).unwrap().execute_batch("DROP TABLE checks").unwrap();
    ledger.record_check(None, check("Acme", "2024-01-01T06:00:00Z"));

    let error = ledger.flush().unwrap_err();

    assert!(error.to_string().contains("cannot write to the record of checks"), "{error}");
    assert!(ledger.flush().is_ok());
}

#[test]
fn the_status_of_a_terms_tells_checks_failures_and_holds_together() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.sight(sighting(&ledger, "2024-01-01T06:00:00Z", "one")).unwrap();
    let gone =
        Trouble { kind: "gone".to_owned(), message: "HTTP code 410".to_owned(), advice: Some("look".to_owned()) };
    let failed = TermsOutcome::Failed(gone);
    ledger.record_result(TermsResult { terms: terms("Ended"), at: at("2024-01-01T06:00:00Z"), outcome: failed });

    let declared = Declared { terms: BTreeSet::from([terms("Acme"), terms("New")]), ..Declared::default() };
    let statuses = ledger.statuses(&declared).unwrap();

    let told: Vec<_> = statuses.iter().map(|status| (status.terms.service.as_str(), status.state())).collect();
    assert_eq!(told, [("Acme", State::Held), ("Ended", State::NotTracked), ("New", State::NeverChecked)]);
    assert_eq!(
        serde_json::to_string(&statuses[1]).unwrap(),
        r#"{"service":"Ended","termsType":"Imprint","state":"not-tracked","lastCheck":"2024-01-01T06:00:00Z","lastSuccess":null,"lastChange":null,"failing":{"since":"2024-01-01T06:00:00Z","kind":"gone","message":"HTTP code 410","advice":"look"},"held":null}"#
    );
}

/// The last of these services is declared, and went by the other names before.
fn renamed(names: &[&str]) -> Declared {
    let (today, former) = names.split_last().unwrap();
    let rename =
        |name: &&str| ServiceRename { from: name.parse().unwrap(), to: today.parse().unwrap(), valid_until: None };
    let renames = Renames { services: former.iter().map(rename).collect(), ..Renames::default() };
    Declared { terms: BTreeSet::from([terms(today)]), renames, ..Declared::default() }
}

#[test]
fn what_is_known_under_a_former_name_is_told_under_todays() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    let changed = |service, date| TermsResult { terms: terms(service), at: at(date), outcome: TermsOutcome::Changed };
    ledger.record_result(changed("Twitter", "2024-01-01T06:00:00Z"));
    ledger.sight(Sighting { terms: terms("Twitter"), ..sighting(&ledger, "2024-01-01T06:00:00Z", "one") }).unwrap();
    let unchanged = TermsResult { outcome: TermsOutcome::Unchanged, ..changed("X", "2024-01-02T06:00:00Z") };
    ledger.record_result(unchanged);

    let statuses = ledger.statuses(&renamed(&["Twitter", "X"])).unwrap();

    assert_eq!(statuses.iter().map(|status| &status.terms).collect::<Vec<_>>(), [&terms("X")]);
    assert_eq!(statuses[0].last_change, Some(at("2024-01-01T06:00:00Z")));
    assert_eq!(statuses[0].state(), State::Fine, "what was held before the new name was checked is past");
}

#[test]
fn what_was_held_under_a_former_name_is_held_until_the_terms_is_checked_under_a_later_one() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.sight(Sighting { terms: terms("Odeo"), ..sighting(&ledger, "2024-01-01T06:00:00Z", "one") }).unwrap();
    let came = |service, date, outcome| TermsResult { terms: terms(service), at: at(date), outcome };
    ledger.record_result(came("Odeo", "2024-01-01T06:00:05Z", TermsOutcome::Held));
    let states = |names: &[&str]| -> Vec<State> {
        ledger.statuses(&renamed(names)).unwrap().iter().map(Status::state).collect()
    };

    let before = states(&["Odeo", "Twitter"]);
    ledger.record_result(came("Twitter", "2024-01-02T06:00:00Z", TermsOutcome::Unchanged));

    assert_eq!(before, [State::Held]);
    assert_eq!(states(&["Odeo", "Twitter"]), [State::Fine]);
    assert_eq!(states(&["Odeo", "Twitter", "X"]), [State::Fine]);
}

#[test]
fn a_rejected_text_is_no_trouble_and_a_broken_declaration_is() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.sight(sighting(&ledger, "2024-01-01T06:00:00Z", "one")).unwrap();
    ledger.decide(&terms("Acme"), None, Decision::Rejected, at("2024-01-01T07:00:00Z")).unwrap();
    let outcome = TermsOutcome::Unchanged;
    ledger.record_result(TermsResult { terms: terms("Broken"), at: at("2024-01-01T06:00:00Z"), outcome });
    let uncertain = BTreeSet::from(["Broken".parse().unwrap()]);
    let declared = Declared { terms: BTreeSet::from([terms("Acme")]), uncertain, ..Declared::default() };

    let states: Vec<State> = ledger.statuses(&declared).unwrap().iter().map(Status::state).collect();

    assert_eq!(states, [State::Rejected, State::Faulty]);
    assert!(!State::Rejected.is_trouble() && State::Faulty.is_trouble());
}

#[test]
fn days_without_a_success_are_one_outage_until_the_next_success() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.record_check(None, check("Acme", "2024-01-01T06:00:00Z"));
    for day in ["02", "03", "05"] {
        ledger.record_check(None, failed("Acme", &format!("2024-01-{day}T06:00:00Z")));
    }
    ledger.record_check(None, check("Acme", "2024-01-06T07:00:00Z"));
    ledger.record_check(None, failed("Globex", "2024-01-04T06:00:00Z"));

    let outages = ledger.outages(&CheckFilter::default()).unwrap();

    let cause = Cause::Failed(Some("not-found".to_owned()));
    let outage = |service, since: &str, until: Option<&str>| Outage {
        terms: terms(service),
        since: at(since),
        until: until.map(at),
        cause: cause.clone(),
    };
    let of_acme = outage("Acme", "2024-01-02T06:00:00Z", Some("2024-01-06T07:00:00Z"));
    assert_eq!(outages, [outage("Globex", "2024-01-04T06:00:00Z", None), of_acme]);
    let later = CheckFilter { since: Some(at("2024-01-07T00:00:00Z")), ..CheckFilter::default() };
    assert_eq!(ledger.outages(&later).unwrap().len(), 0, "neither was seen to last so long");
}

#[test]
fn suspects_that_follow_one_another_are_one_outage() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.sight(sighting(&ledger, "2024-01-01T06:00:00Z", "one")).unwrap();
    ledger.sight(sighting(&ledger, "2024-01-02T06:00:00Z", "another")).unwrap();
    ledger.end_hold(&terms("Acme"), at("2024-01-04T06:00:00Z")).unwrap();

    let outages = ledger.outages(&CheckFilter::default()).unwrap();

    let times: Vec<_> = outages.iter().map(|outage| (outage.since, outage.until)).collect();
    assert_eq!(times, [(at("2024-01-01T06:00:00Z"), Some(at("2024-01-04T06:00:00Z")))]);
    assert!(matches!(&outages[0].cause, Cause::Held(suspicions) if suspicions.len() == 1), "{outages:?}");
}
