//! When terms count as tracked, and what is said of their end.

use super::*;

fn imprint_of(services: &[&str]) -> BTreeSet<TermsKey> {
    services.iter().map(|service| terms(service)).collect()
}

fn declared(services: &[&str]) -> Declared {
    let ids = services.iter().map(|service| service.parse().unwrap()).collect();
    Declared { terms: imprint_of(services), services: ids, ..Declared::default() }
}

fn told(events: &[Event]) -> Vec<String> {
    let reason = |event: &Event| event.reason.as_ref().map(EventReason::in_words).unwrap_or_default();
    events.iter().map(|event| format!("{} {}: {}", event.terms.service, event.kind.name(), reason(event))).collect()
}

fn read(ledger: &Ledger, date: &str, outcome: TermsOutcome) {
    ledger.record_result(TermsResult { terms: terms("Acme"), at: at(date), outcome });
}

fn gone() -> TermsOutcome {
    TermsOutcome::Failed(Trouble { kind: "gone".to_owned(), message: "HTTP code 410".to_owned(), advice: None })
}

#[test]
fn terms_that_are_declared_no_more_and_again_are_events() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    let declare = |declared, date| told(&ledger.declare(declared, at(date)).unwrap());

    assert_eq!(
        declare(declared(&["A", "B"]), "2024-01-01T06:00:00Z"),
        ["A tracked: it is declared", "B tracked: it is declared"]
    );
    assert_eq!(
        declare(declared(&["A"]), "2024-01-03T06:00:00Z"),
        ["B no-longer-tracked: its service is not declared any more"]
    );
    assert_eq!(declare(declared(&["A", "B"]), "2024-01-04T06:00:00Z"), ["B tracked-again: it is declared"]);
    assert_eq!(ledger.events(Some(at("2024-01-03T06:00:00Z"))).unwrap().len(), 2);
}

#[test]
fn terms_of_a_broken_file_are_not_missed() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.declare(declared(&["A", "B"]), at("2024-01-01T06:00:00Z")).unwrap();
    let uncertain = BTreeSet::from(["B".parse().unwrap()]);

    let events = ledger.declare(Declared { uncertain, ..declared(&["A"]) }, at("2024-01-02T06:00:00Z")).unwrap();

    assert_eq!(events, []);
}

#[test]
fn one_terms_of_a_service_may_end_alone() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    let policy = TermsKey::new("A".parse().unwrap(), "Privacy Policy".parse().unwrap());
    let both = Declared { terms: BTreeSet::from([terms("A"), policy]), ..declared(&["A"]) };
    ledger.declare(both, at("2024-01-01T06:00:00Z")).unwrap();

    let events = ledger.declare(declared(&["A"]), at("2024-01-02T06:00:00Z")).unwrap();

    assert_eq!(told(&events), ["A no-longer-tracked: its service is declared without it"]);
}

#[test]
fn a_declaration_that_has_run_out_is_an_end_and_one_without_that_date_a_new_beginning() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    let closing = Declared { ran_out: BTreeMap::from([(terms("A"), at("2024-01-02T00:00:00Z"))]), ..declared(&[]) };
    ledger.declare(declared(&["A"]), at("2024-01-01T06:00:00Z")).unwrap();

    let ended = ledger.declare(closing.clone(), at("2024-01-02T06:00:00Z")).unwrap();
    let still = ledger.declare(closing, at("2024-01-03T06:00:00Z")).unwrap();
    let begun = ledger.declare(declared(&["A"]), at("2024-01-04T06:00:00Z")).unwrap();

    assert_eq!(told(&ended), ["A no-longer-tracked: it was declared until 2024-01-02T00:00:00Z"]);
    assert_eq!(still, []);
    assert_eq!(told(&begun), ["A tracked-again: it is declared"]);
}

#[test]
fn a_service_that_closed_is_still_declared() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.declare(declared(&["A"]), at("2024-01-01T06:00:00Z")).unwrap();
    let closed = Declared { terms: BTreeSet::new(), ..declared(&["A"]) };

    let events = ledger.declare(closed, at("2024-01-02T06:00:00Z")).unwrap();

    assert_eq!(told(&events), ["A no-longer-tracked: its service is declared without it"]);
}

#[test]
fn a_rename_is_told_from_an_end() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.declare(declared(&["Twitter"]), at("2024-01-01T06:00:00Z")).unwrap();
    let rename = ServiceRename { from: "Twitter".parse().unwrap(), to: "X".parse().unwrap(), valid_until: None };
    let renames = Renames { services: vec![rename], ..Renames::default() };

    let events = ledger.declare(Declared { renames, ..declared(&["X"]) }, at("2024-01-02T06:00:00Z")).unwrap();

    assert_eq!(
        told(&events),
        [
            "X tracked: it was called Twitter — Imprint before",
            "Twitter no-longer-tracked: it is called X — Imprint now"
        ]
    );
    assert!(events.iter().all(Event::is_of_a_rename));
}

#[test]
fn a_text_that_cannot_be_read_for_a_week_is_no_longer_tracked_until_it_can() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.declare(declared(&["Acme"]), at("2024-01-01T06:00:00Z")).unwrap();

    read(&ledger, "2024-01-01T06:00:00Z", TermsOutcome::Changed);
    read(&ledger, "2024-01-02T06:00:00Z", TermsOutcome::Held);
    read(&ledger, "2024-01-09T05:00:00Z", gone());
    assert_eq!(ledger.events(None).unwrap().len(), 1);
    read(&ledger, "2024-01-09T06:00:00Z", gone());
    read(&ledger, "2024-02-20T06:00:00Z", gone());
    read(&ledger, "2024-03-01T06:00:00Z", TermsOutcome::Unchanged);

    assert_eq!(
        told(&ledger.events(None).unwrap()),
        [
            "Acme tracked: it is declared",
            "Acme no-longer-tracked: its text could not be read since 2024-01-02T06:00:00Z (gone)",
            "Acme tracked-again: its text can be read again",
        ]
    );
}

#[test]
fn a_lost_terms_that_is_declared_no_more_ends_once_more_and_begins_anew() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    ledger.declare(declared(&["Acme"]), at("2024-01-01T06:00:00Z")).unwrap();
    read(&ledger, "2024-01-01T06:00:00Z", gone());
    read(&ledger, "2024-01-10T06:00:00Z", gone());

    let still = ledger.declare(declared(&["Acme"]), at("2024-01-11T06:00:00Z")).unwrap();
    let ended = ledger.declare(declared(&["Other"]), at("2024-01-12T06:00:00Z")).unwrap();
    let begun = ledger.declare(declared(&["Acme", "Other"]), at("2024-01-13T06:00:00Z")).unwrap();

    assert_eq!(still, []);
    assert_eq!(told(&ended)[1], "Acme no-longer-tracked: its service is not declared any more");
    assert_eq!(told(&begun), ["Acme tracked-again: it is declared"]);
}

#[test]
fn an_event_is_exported_with_its_reason() {
    let reason = EventReason::Unreadable {
        since: at("2024-01-02T06:00:00Z"),
        failure: "gone".to_owned(),
        message: Some("HTTP code 410".to_owned()),
    };
    let kind = EventKind::NoLongerTracked;
    let event = Event { at: at("2024-01-09T06:00:00Z"), terms: terms("Acme"), kind, reason: Some(reason) };

    assert_eq!(
        serde_json::to_string(&event).unwrap(),
        r#"{"at":"2024-01-09T06:00:00Z","service":"Acme","termsType":"Imprint","kind":"no-longer-tracked","reason":"unreadable","since":"2024-01-02T06:00:00Z","failure":"gone","message":"HTTP code 410"}"#
    );
}
