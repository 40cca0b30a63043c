//! The gate: what is held, for how long, and what lets it through.

use serde_json::{Value, json};

use crate::collection::{Ran, TestCollection};
use crate::site::{Page, Site};

const SIGN_IN: &str = "<main><h1>Welcome back</h1><p>Please sign in to see this page.</p></main>";

/// Terms that are long enough to be believed.
fn terms(clause: &str) -> Page {
    Page::html(&format!("<main><h1>Terms</h1>{}</main>", format!("<p>{clause}</p>").repeat(40)))
}

/// A collection with a gate that tracks one terms, which was recorded once.
fn tracked(site: &Site, gate: Value) -> TestCollection {
    site.put("/terms", terms("You may leave at any time, and take your photos with you."));
    let collection = TestCollection::new();
    collection.set_gate(gate);
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();
    collection
}

fn cut() -> Page {
    Page::html(&format!("<main>{}</main>", "<p>You may leave.</p>".repeat(20)))
}

fn recorded(collection: &TestCollection) -> usize {
    collection.subjects("versions").len()
}

#[test]
fn a_sign_in_page_is_held_with_its_snapshot_and_told_with_the_evidence() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    site.put("/terms", Page::html(SIGN_IN));

    let ran = collection.track();

    assert!(
        ran.stdout.contains("unchanged: 0\nheld: 1\n  `fineprint held` tells why: Acme — Imprint\n"),
        "{}",
        ran.stdout
    );
    assert_eq!(recorded(&collection), 1);
    assert!(collection.git("snapshots", &["show", "HEAD:Acme/Imprint.html"]).contains("Please sign in"));
    assert_eq!(site.visits("/terms"), 3, "once first, and twice in the run that met the suspect");
    let held = collection.run(&["held"]).stdout;
    assert!(held.contains("a page that asks to sign in (en): “please sign in”"), "{held}");
    assert!(held.contains("waits for a person"), "{held}");
    assert!(held.contains("| Welcome back"), "{held}");
}

#[test]
fn a_hold_ends_when_the_terms_are_back() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    site.put("/terms", Page::html(SIGN_IN));
    collection.track();
    site.put("/terms", terms("You may leave at any time, and take your photos and films with you."));

    collection.track();

    assert_eq!(recorded(&collection), 2);
    assert_eq!(collection.run(&["held", "--json"]).stdout, "[]\n");
}

#[test]
fn a_hold_ends_when_the_very_page_of_before_is_back() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    let before = terms("You may leave at any time, and take your photos with you.");
    site.put("/terms", Page::html(SIGN_IN));
    collection.track();
    site.put("/terms", before);

    let ran = collection.track();

    assert!(ran.stdout.contains("unchanged: 1"), "{}", ran.stdout);
    assert_eq!(collection.run(&["held", "--json"]).stdout, "[]\n");
}

#[test]
fn a_cut_is_believed_once_it_stood_through_enough_runs() {
    let site = Site::serve();
    let collection = tracked(&site, json!({ "confirmAfter": 0, "confirmRuns": 3 }));
    site.put("/terms", cut());

    let counts: Vec<usize> = (0..3).map(|_| (collection.track(), recorded(&collection)).1).collect();

    assert_eq!(counts, [1, 1, 2]);
    assert_eq!(collection.run(&["held", "--json"]).stdout, "[]\n");
}

#[test]
fn a_cut_is_not_believed_before_its_time_however_many_runs_see_it() {
    let site = Site::serve();
    let collection = tracked(&site, json!({ "confirmAfter": 1, "confirmRuns": 1 }));
    site.put("/terms", cut());

    for _ in 0..3 {
        collection.track();
    }

    assert_eq!(recorded(&collection), 1);
    let held: Value = serde_json::from_str(&collection.run(&["held", "--json"]).stdout).unwrap();
    assert_eq!(held[0]["runs"], 3);
    assert_eq!(held[0]["suspicions"][0]["rule"], "collapsed");
    assert!(collection.run(&["held"]).stdout.contains("will be believed from "));
}

#[test]
fn an_error_page_is_not_believed_for_standing_long() {
    let site = Site::serve();
    let collection = tracked(&site, json!({ "confirmAfter": 0, "confirmRuns": 1 }));
    site.put("/terms", Page::html("<main><h1>Page not found</h1></main>"));

    collection.track();
    collection.track();

    assert_eq!(recorded(&collection), 1);
}

#[test]
fn an_error_page_is_believed_for_standing_long_where_that_is_wished() {
    let site = Site::serve();
    let collection = tracked(&site, json!({ "confirmAfter": 0, "confirmRuns": 2, "confirmErrorPages": true }));
    site.put("/terms", Page::html("<main><h1>Page not found</h1></main>"));

    collection.track();
    assert!(collection.run(&["held"]).stdout.contains("will be believed from "));
    collection.track();

    assert_eq!(recorded(&collection), 2);
}

#[test]
fn what_a_person_accepts_is_recorded_at_once() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    site.put("/terms", cut());
    collection.track();

    let ran = collection.run(&["held", "accept", "Acme", "Imprint"]);

    assert!(ran.stdout.starts_with("accepted, and recorded as "), "{} {}", ran.stdout, ran.stderr);
    assert_eq!(recorded(&collection), 2);
    assert_eq!(collection.run(&["held", "--json"]).stdout, "[]\n");
    assert!(collection.track().stdout.contains("unchanged: 1"));
}

/// A collection whose only terms became an error page.
fn held_for_an_error() -> TestCollection {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    site.put("/terms", Page::html("<main><h1>Page not found</h1></main>"));
    collection.track();
    collection
}

#[test]
fn what_a_person_accepts_is_a_change_that_counts_whatever_the_rules_take_it_for() {
    let collection = held_for_an_error();

    let ran = collection.run_as_jane(&["held", "accept", "Acme", "Imprint"]);

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("\nmarked as a change that counts, though the rules take it for an outage\n"),
        "{}",
        ran.stdout
    );
    let counting = collection.run(&["history", "Acme", "--significant"]).stdout;
    assert!(counting.contains("change: substantive"), "{counting}");
    assert_eq!(collection.git("versions", &["log", "--format=%an", "refs/notes/fineprint"]), "Jane Doe\n");
}

#[test]
fn a_person_whom_git_does_not_know_is_told_how_an_accepted_text_counts() {
    let collection = held_for_an_error();
    let mut command = collection.command(&["held", "accept", "Acme", "Imprint"]);
    for variable in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "XDG_CONFIG_HOME"] {
        command.env_remove(variable);
    }

    let ran = Ran::from(command.env("HOME", collection.path("")).output().unwrap());

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("accepted, and recorded as "), "{}", ran.stdout);
    assert!(ran.stderr.contains("git does not know who you are\nhint: run `git config "), "{}", ran.stderr);
    assert!(ran.stderr.contains("\nhint: then run `fineprint mark "), "{}", ran.stderr);
}

#[test]
fn what_a_person_decides_about_is_shown_whole_and_named() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    site.put("/terms", cut());
    collection.track();
    let held: Value = serde_json::from_str(&collection.run(&["held", "--json"]).stdout).unwrap();
    let hash = held[0]["textHash"].as_str().unwrap();

    let list = collection.run(&["held"]).stdout;
    let shown = collection.run(&["held", "show", "Acme", "Imprint"]).stdout;
    let other = collection.run(&["held", "accept", "Acme", "Imprint", "--text", "00000000"]);
    let this = collection.run(&["held", "accept", "Acme", "Imprint", "--text", &hash[..8]]);

    assert!(list.contains(&format!("  text {}\n", &hash[..8])), "{list}");
    assert_eq!(shown.matches("You may leave.").count(), 20);
    assert_eq!(other.code, 1);
    assert!(other.stderr.contains("another text of Acme — Imprint is held now\nhint: "), "{}", other.stderr);
    assert!(this.stdout.starts_with("accepted, and recorded as "), "{} {}", this.stdout, this.stderr);
    assert_eq!(collection.git("versions", &["show", "HEAD:Acme/Imprint.md"]), shown.trim_end());
}

#[test]
fn what_is_accepted_is_what_was_held_whatever_the_page_shows_meanwhile() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    let cut =
        |visits| Page::html(&format!("<main>{}<p>Visits: {visits}.</p></main>", "<p>You may leave.</p>".repeat(20)));
    site.put("/terms", cut(1));
    collection.track();
    site.put("/terms", cut(2));
    collection.track();

    collection.run(&["held", "accept", "Acme", "Imprint"]);
    let accepted = collection.git("versions", &["show", "HEAD:Acme/Imprint.md"]);
    collection.track();

    assert!(accepted.contains("Visits: 1."), "{accepted}");
    assert!(collection.git("versions", &["show", "HEAD:Acme/Imprint.md"]).contains("Visits: 2."));
}

#[test]
fn what_a_person_rejects_stays_out_however_long_it_stands() {
    let site = Site::serve();
    let collection = tracked(&site, json!({ "confirmAfter": 0, "confirmRuns": 2 }));
    site.put("/terms", cut());
    collection.track();

    assert_eq!(collection.run(&["held", "reject", "Acme", "Imprint"]).code, 0);
    collection.track();
    collection.track();

    assert_eq!(recorded(&collection), 1);
    assert!(collection.run(&["held"]).stdout.contains("rejected: it stays out"));
    assert!(collection.run(&["status"]).stdout.contains("  rejected\n"));
    assert_eq!(collection.run(&["status", "--troubled"]).stderr, "nothing is in trouble\n");
}

#[test]
fn deciding_about_what_is_not_held_is_an_error_with_a_hint() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));

    let ran = collection.run(&["held", "accept", "Acme", "Imprint"]);

    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("nothing of Acme — Imprint is held\nhint: `fineprint held` lists what is"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_second_look_that_shows_the_terms_is_enough() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    site.put_once("/terms", Page::html(SIGN_IN));

    let ran = collection.track();

    assert!(ran.stdout.contains("unchanged: 1"), "{}", ran.stdout);
    assert_eq!(collection.subjects("snapshots").len(), 3);
    assert_eq!(collection.run(&["held", "--json"]).stdout, "[]\n");
}

#[test]
fn a_first_version_is_held_if_it_is_an_error_page() {
    let site = Site::serve();
    site.put(
        "/terms",
        Page::html("<main><h1>Page not found</h1><p>The page you are looking for has moved.</p></main>"),
    );
    let collection = TestCollection::new();
    collection.set_gate(json!({}));
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));

    let ran = collection.track();

    assert!(ran.stdout.contains("held: 1"), "{}", ran.stdout);
    assert!(collection.git("versions", &["rev-list", "--all", "--count"]).starts_with('0'));
}

#[test]
fn a_corrected_declaration_may_cut_the_text() {
    let site = Site::serve();
    let collection = TestCollection::new();
    collection.set_gate(json!({}));
    let part = "<p>You may leave at any time, and take along whatever you have shared with others.</p>".repeat(3);
    let menu = "<p>Products, prices, news, jobs, help, and a few words about who we are.</p>".repeat(60);
    site.put("/terms", Page::html(&format!("<nav>{menu}</nav><main>{part}</main>")));
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "body" }));
    collection.track();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));

    collection.track();

    let subjects = collection.subjects("versions");
    assert_eq!(subjects[1], "Apply technical or declaration upgrade on Acme Imprint");
}

#[test]
fn no_technical_upgrade_is_made_of_a_suspect() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    site.put("/terms", Page::html(SIGN_IN));
    collection.track();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "body" }));

    collection.run(&["apply-technical-upgrades"]);

    assert_eq!(recorded(&collection), 1);
}

#[test]
fn without_the_gate_everything_is_recorded_at_once() {
    let site = Site::serve();
    let collection = tracked(&site, json!({ "enabled": false }));
    site.put("/terms", Page::html(SIGN_IN));

    collection.track();

    assert_eq!(recorded(&collection), 2);
}

#[test]
fn a_dry_run_tells_what_would_be_held_and_holds_nothing() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    site.put("/terms", Page::html(SIGN_IN));

    let ran = collection.run(&["track", "--dry-run"]);

    assert!(ran.stdout.contains("held: 1"), "{}", ran.stdout);
    assert_eq!(collection.run(&["held", "--json"]).stdout, "[]\n");
}

#[test]
fn a_history_is_replayed_as_if_there_had_been_a_gate() {
    let site = Site::serve();
    let collection = tracked(&site, json!({ "enabled": false }));
    site.put("/terms", Page::html(SIGN_IN));
    collection.track();

    let ran = collection.run(&["held", "replay"]);

    assert!(ran.stdout.contains("Acme — Imprint  withheld: a page that asks to sign in (en)"), "{}", ran.stdout);
    let sums = "versions: 2\nrecorded at once: 1\nunchanged, since what was between was withheld: 0\nrecorded late: 0\n\
                withheld: 1\n";
    assert!(ran.stdout.contains(sums), "{}", ran.stdout);
}

#[test]
fn the_front_page_of_the_site_is_not_taken_for_the_terms() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    site.put("/terms", Page { status: 302, location: Some("/".to_owned()), ..Page::html("") });
    site.put("/", terms("We make bicycles that last for long, and sell them in shops near where you live."));

    let ran = collection.track();

    assert!(ran.stdout.contains("held: 1"), "{}", ran.stdout);
    let held = collection.run(&["held"]).stdout;
    assert!(held.contains(&format!("the address leads to {}", site.url("/"))), "{held}");
    assert_eq!(collection.run(&["held", "accept", "Acme", "Imprint"]).code, 0);
    site.put("/", terms("We make bicycles and tricycles that last for long, and sell them near where you live."));
    assert!(collection.track().stdout.contains("recorded 1 new version"), "once accepted, this is where it comes from");
}

#[test]
fn a_misspelt_name_of_what_is_held_is_told_with_the_one_that_was_meant() {
    let site = Site::serve();
    let collection = tracked(&site, json!({}));
    site.put("/terms", Page::html(SIGN_IN));
    collection.track();

    let accepted = collection.run(&["held", "accept", "Acme", "imprint"]);
    let shown = collection.run(&["held", "show", "Acne", "Imprint"]);

    assert_eq!((accepted.code, shown.code), (1, 1));
    assert!(accepted.stderr.contains("hint: did you mean `Imprint`?"), "{}", accepted.stderr);
    assert!(shown.stderr.contains("hint: did you mean `Acme`?"), "{}", shown.stderr);
}
