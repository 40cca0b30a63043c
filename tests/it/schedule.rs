//! `track --schedule` as an operator's init system meets it.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::collection::{TestCollection, signal};
use crate::site::{Page, Site};

/// A run on schedule whose words are read as they come.
struct Service {
    process: Child,
    words: BufReader<ChildStderr>,
}

impl Service {
    fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let words = BufReader::new(process.stderr.take().unwrap());
        Self { process, words }
    }

    /// Reads on until a line holds `words`, and returns it.
    fn said(&mut self, words: &str) -> String {
        let mut before = String::new();
        loop {
            let mut line = String::new();
            assert!(self.words.read_line(&mut line).unwrap() > 0, "`{words}` was never said after:\n{before}");
            if line.contains(words) {
                return line;
            }
            before += &line;
        }
    }

    fn end(mut self) -> i32 {
        signal("TERM", self.process.id());
        self.process.wait().unwrap().code().unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Only a test that failed leaves it running.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn collection(site: &Site, settings: serde_json::Value) -> TestCollection {
    let collection = TestCollection::new();
    let mut settings = settings;
    settings["gate"] = json!({ "enabled": false });
    collection.write("config/development.json", &json!({ "fineprint": settings }).to_string());
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection
}

/// Has the record say that the last run was long ago.
fn age(collection: &TestCollection) {
    let record = rusqlite::Connection::open(collection.path("checks.sqlite")).unwrap();
    record
        .execute_batch("UPDATE runs SET started_at = 1700000000; UPDATE standings SET last_check = 1700000000")
        .unwrap();
}

#[test]
fn a_run_that_was_missed_is_caught_up_once() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = collection(&site, json!({ "trackingSchedule": "0 0 1 1 *" }));
    collection.track();
    age(&collection);

    let mut service = Service::start(collection.command(&["track", "--schedule"]));

    service.said("Catching up on the run of ");
    service.said("Next run on ");
    assert_eq!(service.end(), 0);
    assert_eq!(site.visits("/terms"), 2);
    let mut again = Service::start(collection.command(&["track", "--schedule"]));
    again.said("Next run on ");
    assert_eq!(again.end(), 0);
    assert_eq!(site.visits("/terms"), 2);
}

#[test]
fn a_terms_at_its_own_pace_is_looked_at_when_due_and_not_before() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = collection(&site, json!({ "schedule": { "adaptive": true } }));

    let mut service = Service::start(collection.command(&["track", "--schedule"]));

    service.said("at 1 of 1 terms.");
    service.said("Next look on ");
    assert_eq!(service.end(), 0);
    assert_eq!(site.visits("/terms"), 1);
    age(&collection);
    let mut late = Service::start(collection.command(&["track", "--schedule"]));
    late.said("Next look on ");
    late.said("Next look on ");
    assert_eq!(late.end(), 0);
    assert_eq!(site.visits("/terms"), 2);
}

#[test]
fn a_hangup_has_declarations_read_again() {
    let site = Site::serve();
    let collection = collection(&site, json!({ "trackingSchedule": "0 0 1 1 *" }));
    let mut service = Service::start(collection.command(&["track", "--schedule"]));
    service.said("Next run on ");
    collection.write("config/local.json", r#"{"fineprint":{"trackingSchedule":"0 0 1 2 *"}}"#);

    signal("HUP", service.process.id());

    service.said("Reading declarations and settings again.");
    assert!(service.said("Next run on ").contains(" 1 February "));
    assert_eq!(service.end(), 0);
}

#[test]
fn a_run_on_schedule_that_waits_for_a_server_ends_in_good_order_when_asked_to() {
    let site = Site::serve();
    site.put("/terms", Page { delay: Duration::from_secs(600), ..Page::terms("Late.") });
    let collection = collection(
        &site,
        json!({
            "schedule": { "adaptive": true },
            "fetcher": { "navigationTimeout": 600_000 },
        }),
    );
    let mut service = Service::start(collection.command(&["track", "--schedule"]));
    service.said("tracking 1 terms");

    // After eight seconds it would end by force, and say so by its exit code.
    assert_eq!(service.end(), 0);
}

#[test]
fn a_run_over_some_terms_that_could_not_begin_is_not_lost() {
    let site = Site::serve();
    site.put("/terms", Page { delay: Duration::from_secs(600), ..Page::terms("Late.") });
    let collection =
        collection(&site, json!({ "trackingSchedule": "* * * * * *", "fetcher": { "navigationTimeout": 600_000 } }));
    let mut first = Service::start(collection.command(&["track", "--schedule"]));
    first.said("tracking 1 terms");
    let mut second = Service::start(collection.command(&["track", "--schedule", "--services", "Acme"]));
    second.said("Trying again in ");
    site.put("/terms", Page::terms("You may leave at any time."));

    assert_eq!(first.end(), 0);
    second.said("Next run on ");

    assert_eq!(collection.subjects("versions"), ["First record of Acme Imprint"]);
    assert_eq!(second.end(), 0);
}
