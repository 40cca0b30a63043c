//! Records that an older fineprint wrote, or is still writing, and newer ones.

use super::*;

/// What the first fineprint wrote: a text held and rejected, a failure, a check, an event.
const FIRST: &str = "
INSERT INTO terms VALUES (1, 'Acme', 'Imprint');
INSERT INTO runs VALUES (1, 1704088800, 1);
INSERT INTO checks (run, terms, document, at, purpose, outcome, duration_ms, fetcher)
  VALUES (1, 1, '', 1704088800, 'tracking', 'recorded', 80, 'htmlOnly');
INSERT INTO standings VALUES (1, 1704088800, NULL, NULL, 1704088800, 'gone', 'HTTP code 410', NULL);
INSERT INTO holds VALUES (1, 1, 'former one', 1704088800, 1704088800, 1, 1, '[]', '# Page not found', 'rejected', 1704088800, NULL, NULL);
INSERT INTO events VALUES (1, 1, 1704088800, 'tracked');
";

impl Folder {
    /// A record of the first schema, and a connection to it as the first fineprint has.
    fn first(&self) -> Connection {
        let first = Connection::open(&self.path).unwrap();
        first.execute_batch("PRAGMA journal_mode = WAL").unwrap();
        first.execute_batch(include_str!("../migrations/1.sql")).unwrap();
        first.execute_batch(FIRST).unwrap();
        first.pragma_update(None, "user_version", 1).unwrap();
        first
    }
}

fn number(db: &Connection) -> i64 {
    db.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_reader_reads_an_older_record_and_changes_nothing_in_it() {
    let folder = Folder::new();
    let first = folder.first();

    let reader = Ledger::open_for_reading(&folder.path).unwrap();

    assert_eq!(reader.checks(&CheckFilter::default()).unwrap().len(), 1);
    assert_eq!(reader.standings().unwrap()[0].failing.as_ref().unwrap().1.kind, "gone");
    assert_eq!(reader.holds().unwrap()[0].excerpt, "# Page not found");
    assert_eq!(reader.events(None).unwrap()[0].reason, None);
    assert_eq!(number(&first), 1);
}

#[test]
fn an_older_fineprint_at_work_goes_on_while_a_newer_one_reads_and_writes() {
    let folder = Folder::new();
    let first = folder.first();
    let reader = Ledger::open_for_reading(&folder.path).unwrap();
    assert_eq!(reader.standings().unwrap().len(), 1);

    drop(folder.ledger());
    let statement = "INSERT INTO standings (terms, last_check, failing_since, failure_kind, failure_message) \
                     VALUES (1, 1704175200, NULL, NULL, NULL) \
                     ON CONFLICT DO UPDATE SET last_check = 1704175200, failing_since = NULL";
    first.execute_batch(statement).unwrap();

    assert_eq!(number(&first), schema::NUMBER);
    assert_eq!(reader.standings().unwrap()[0].failing, None);
    assert_eq!(reader.events(None).unwrap().len(), 1);
}

#[test]
fn a_reader_sees_what_a_newer_fineprint_adds_to_an_older_record() {
    let folder = Folder::new();
    drop(folder.first());
    let reader = Ledger::open_for_reading(&folder.path).unwrap();
    assert_eq!(reader.events(None).unwrap()[0].reason, None);

    let declared = Declared { terms: BTreeSet::from([terms("New")]), ..Declared::default() };
    folder.ledger().declare(declared, at("2024-01-02T06:00:00Z")).unwrap();

    assert_eq!(reader.events(None).unwrap()[1].reason, Some(EventReason::Declared));
}

#[test]
fn a_rehearsal_starts_from_an_older_record() {
    let folder = Folder::new();
    let first = folder.first();

    let rehearsal = Ledger::rehearsal(&folder.path).unwrap();
    let seen = rehearsal.sight(sighting(&rehearsal, "2024-01-05T06:00:00Z", "one")).unwrap();

    assert_eq!((seen.runs, seen.decision), (2, Some(Decision::Rejected)));
    assert_eq!(rehearsal.events(None).unwrap().len(), 1);
    assert_eq!(number(&first), 1);
}

#[test]
fn what_a_person_said_of_a_text_holds_though_the_text_was_known_by_something_else() {
    let folder = Folder::new();
    drop(folder.first());
    let ledger = folder.ledger();

    let again = ledger.sight(sighting(&ledger, "2024-01-05T06:00:00Z", "one")).unwrap();
    assert_eq!((again.runs, again.decision), (2, Some(Decision::Rejected)));

    ledger.end_hold(&terms("Acme"), at("2024-01-06T06:00:00Z")).unwrap();
    let back = ledger.sight(sighting(&ledger, "2024-03-01T06:00:00Z", "one")).unwrap();
    assert_eq!((back.runs, back.decision), (1, Some(Decision::Rejected)));
}

#[test]
fn a_reason_that_only_a_newer_fineprint_knows_spoils_no_event() {
    let folder = Folder::new();
    let ledger = folder.ledger();
    let declared = Declared { terms: BTreeSet::from([terms("Acme")]), ..Declared::default() };
    ledger.declare(declared, at("2024-01-01T06:00:00Z")).unwrap();
    Connection::open(&folder.path)
        .unwrap()
        .execute("UPDATE events SET reason = '{\"reason\":\"bought\"}'", [])
        .unwrap();

    let events = ledger.events(None).unwrap();

    assert_eq!((events[0].kind, &events[0].reason), (EventKind::Tracked, &None));
}

#[test]
fn a_record_of_a_newer_fineprint_is_left_alone() {
    let folder = Folder::new();
    drop(folder.ledger());
    Connection::open(&folder.path).unwrap().pragma_update(None, "user_version", 99).unwrap();

    for opened in [Ledger::open(&folder.path), Ledger::open_for_reading(&folder.path), Ledger::rehearsal(&folder.path)]
    {
        let error = opened.err().unwrap();
        assert!(error.to_string().contains("was written by a newer fineprint (its schema is 99, not 4)"), "{error}");
        assert!(error.hint().unwrap().contains("use the newer fineprint"));
    }
}
