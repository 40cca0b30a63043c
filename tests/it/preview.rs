//! `preview`: what today's page gives, recording nothing.

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
