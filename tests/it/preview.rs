//! `preview`: what today's page gives, recording nothing.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::json;

use crate::collection::TestCollection;
use crate::site::{Page, Site};

#[test]
fn the_markdown_of_todays_page_is_printed_and_nothing_recorded() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave within 130 days."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));

    let ran = collection.run(&["preview", "Acme", "Imprint"]);

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout, "Terms\n=====\n\nYou may leave within 130 days.\n");
    assert!(ran.stderr.contains("No version has been recorded yet."), "{}", ran.stderr);
    assert!(!collection.path("versions").exists());
}

#[test]
fn the_difference_from_the_last_version_is_shown() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave within 130 days."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();
    site.put("/terms", Page::terms("You may leave within 30 days."));

    let ran = collection.run(&["preview", "Acme", "Imprint"]);

    assert!(ran.stderr.contains("You may leave within [-130-]{+30+} days."), "{}", ran.stderr);
    assert_eq!(collection.subjects("versions").len(), 1);
}

#[test]
fn what_keeps_a_page_from_being_read_is_told_with_a_hint() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/gone"), "select": "main" }));
    collection.declare("Other", "Imprint", json!({ "fetch": site.url("/terms"), "select": ".legal" }));

    let gone = collection.run(&["preview", "Acme", "Imprint"]);
    let unmatched = collection.run(&["preview", "Other", "Imprint"]);
    let unknown = collection.run(&["preview", "Acne", "Imprint"]);

    assert_eq!((gone.code, unmatched.code, unknown.code), (1, 1, 1));
    assert!(gone.stderr.contains("HTTP code 404") && gone.stderr.contains("hint: "), "{}", gone.stderr);
    assert!(unmatched.stderr.contains("has no match") && unmatched.stderr.contains("hint: "), "{}", unmatched.stderr);
    assert!(unknown.stderr.contains("did you mean `Acme`?"), "{}", unknown.stderr);
}

#[test]
fn each_selector_tells_how_much_it_finds_and_what_was_probably_meant() {
    let site = Site::serve();
    site.put(
        "/terms",
        Page::html("<nav>Menu</nav><main><h1>Terms</h1><p class=date>Today</p><p>You may leave.</p></main>"),
    );
    let collection = TestCollection::new();
    let declared =
        |select: &str, remove: &str| json!({ "fetch": site.url("/terms"), "select": select, "remove": remove });
    collection.declare("Acme", "Imprint", declared("main", ".date"));
    collection.declare("Bolt", "Imprint", declared("mian", ".date"));
    collection.declare("Crux", "Imprint", declared(".date", "main"));

    let fine = collection.run(&["preview", "Acme", "Imprint"]);
    let misspelt = collection.run(&["preview", "Bolt", "Imprint"]);
    let contradicting = collection.run(&["preview", "Crux", "Imprint"]);

    assert!(fine.stderr.contains("remove  .date  1 element, 5 characters\n"), "{}", fine.stderr);
    assert!(fine.stderr.contains("select  main   1 element, 27 characters\n"), "{}", fine.stderr);
    assert!(misspelt.stderr.contains("select  mian   nothing; did you mean `main`?\n"), "{}", misspelt.stderr);
    let taken_out = "select  .date  nothing: 1 element would match, and `remove` takes all out\n";
    assert!(contradicting.stderr.contains(taken_out), "{}", contradicting.stderr);
}

#[test]
fn of_a_faulty_declaration_its_own_faults_are_told_and_no_others() {
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": "acme.example", "select": "main" }));
    collection.write("declarations/Bolt.json", "{ \"name\": \"Bolt\",");

    let ran = collection.run(&["preview", "Acme", "Imprint"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("declarations/Acme.json:1:"), "{}", ran.stderr);
    assert!(ran.stderr.contains("error: Imprint of Acme cannot be read for the faults above"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("Bolt"), "{}", ran.stderr);
}

#[test]
fn a_watched_declaration_is_shown_again_when_it_is_saved_without_asking_the_site_again() {
    let site = Site::serve();
    site.put("/terms", Page::html("<main><h1>Terms</h1><p class=date>Today</p><p>You may leave.</p></main>"));
    let collection = TestCollection::new();
    let declared = |remove: &str| json!({ "fetch": site.url("/terms"), "select": "main", "remove": remove });
    collection.declare("Acme", "Imprint", declared(".nothing"));
    let mut watching = Watching::start(collection.command(&["preview", "Acme", "Imprint", "--watch"]));
    watching.wait_for("waiting for a change");
    site.put("/terms", Page::status(500));

    collection.declare("Acme", "Imprint", declared(".date"));
    let corrected = watching.wait_for("waiting for a change");
    collection.write("declarations/Acme.json", "{");
    let broken = watching.wait_for("waiting for a change");

    assert!(corrected.contains("remove  .date  1 element, 5 characters"), "{corrected}");
    assert!(broken.contains("declarations/Acme.json:1:1: malformed-json"), "{broken}");
    let printed = watching.printed();
    assert!(printed.contains("Differs from the text before:") && printed.contains("[-Today-]"), "{printed}");
}

/// A command that stays, and what it prints.
struct Watching {
    child: Child,
    told: BufReader<ChildStderr>,
}

impl Watching {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let told = BufReader::new(child.stderr.take().unwrap());
        Self { child, told }
    }

    /// What it tells up to a line with these words.
    fn wait_for(&mut self, words: &str) -> String {
        let mut told = String::new();
        loop {
            let start = told.len();
            assert_ne!(self.told.read_line(&mut told).unwrap(), 0, "it ended: {told}");
            if told[start..].contains(words) {
                return told;
            }
        }
    }

    /// Ends it, and gives all that it printed.
    fn printed(mut self) -> String {
        self.child.kill().unwrap();
        let mut printed = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
        self.child.wait().unwrap();
        printed
    }
}

const FILTERS: &str =
    "export function dropAds(document) { document.querySelectorAll('.ad').forEach((ad) => ad.remove()); }";

const PAST_FILTERS: &str = "export const dropAds = [
  { validUntil: '2998-06-01T00:00:00Z', filter(document) { document.querySelectorAll('h1').forEach((h) => h.remove()); } },
];";

/// A collection that tracked a page, declares it otherwise until 2998 and by other filters until the middle of that year.
fn with_a_past() -> TestCollection {
    let site = Site::serve();
    site.put("/terms", Page::html("<main><h1>Terms</h1><p class=ad>Buy!</p><p>You may leave.</p></main><footer>Bye"));
    let collection = TestCollection::new();
    let declared = |select: &str| json!({ "fetch": site.url("/terms"), "select": select, "filter": ["dropAds"] });
    collection.declare("Acme", "Imprint", declared("main"));
    collection.write("declarations/Acme.filters.js", FILTERS);
    collection.track();
    let mut past = declared("body");
    past["validUntil"] = json!("2998-12-31T23:59:59Z");
    collection.write("declarations/Acme.history.json", &json!({ "Imprint": [past] }).to_string());
    collection.write("declarations/Acme.filters.history.js", PAST_FILTERS);
    collection
}

#[test]
fn an_old_snapshot_is_extracted_as_was_declared_at_its_date() {
    let collection = with_a_past();
    let at = |date: &str| collection.run(&["preview", "Acme", "Imprint", "--at", date]);

    let (past, later, now) = (at("2998-05-31"), at("2998-07-01"), at("2999-01-01"));

    assert_eq!(past.stdout, "Buy!\n\nYou may leave.\n\nBye\n", "{}", past.stderr);
    assert!(past.stderr.contains("by the declaration that was valid until 2998-12-31T23:59:59Z."), "{}", past.stderr);
    assert!(past.stderr.contains("Differs from version ") && past.stderr.contains("{+Bye+}"), "{}", past.stderr);
    assert_eq!(later.stdout, "Terms\n=====\n\nYou may leave.\n\nBye\n", "{}", later.stderr);
    assert_eq!(now.stdout, "Terms\n=====\n\nYou may leave.\n", "{}", now.stderr);
    assert!(now.stderr.contains("by today's declaration.\nThe same as version "), "{}", now.stderr);
    assert_eq!(collection.subjects("versions").len(), 1);
}

#[test]
fn a_terms_that_is_no_longer_declared_can_still_be_extracted() {
    let collection = with_a_past();
    collection.write("declarations/Acme.json", r#"{ "name": "Acme", "terms": {} }"#);
    std::fs::remove_file(collection.path("declarations/Acme.filters.js")).unwrap();
    let at = |name: &str, date: &str| collection.run(&["preview", "Acme", name, "--at", date]);

    assert_eq!(at("Imprint", "2998-05-31").stdout, "Buy!\n\nYou may leave.\n\nBye\n");
    assert_eq!(at("Imprint", "2999-01-01").stderr, "error: Acme — Imprint was not declared any more on 2999-01-01\n");
    assert!(at("Imprnt", "2998-05-31").stderr.contains("did you mean `Imprint`?"));
    let early = at("Imprint", "2001-01-01").stderr;
    assert!(early.contains("nothing was recorded of Acme — Imprint by 2001-01-01\nhint: its first record"), "{early}");
}

#[test]
fn what_a_run_would_hold_and_filters_that_nothing_goes_by_are_told() {
    let site = Site::serve();
    site.put("/terms", Page::terms("Sign in to continue. Enter your password. Forgot your password?"));
    let collection = TestCollection::new();
    let filter = json!(["dropAdds"]);
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main", "filter": filter }));

    let open = collection.run(&["preview", "Acme", "Imprint"]);
    collection.set_gate(json!({}));
    let gated = collection.run(&["preview", "Acme", "Imprint"]);
    let dry = collection.run(&["track", "--dry-run"]);

    assert!(open.stderr.contains("no filter is named `dropAdds`, so it does nothing"), "{}", open.stderr);
    assert!(!open.stderr.contains("would hold"), "{}", open.stderr);
    assert_eq!(gated.code, 0);
    assert!(gated.stderr.contains("a run would hold this text rather than record it: "), "{}", gated.stderr);
    assert!(dry.stdout.contains("  told above why: Acme — Imprint"), "{}", dry.stdout);
}
