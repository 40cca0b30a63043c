//! `track`: what is fetched, recorded and said.

use serde_json::json;

use crate::collection::{Ran, TestCollection};
use crate::site::{Page, Site};

#[test]
fn a_first_run_records_a_snapshot_and_the_version_made_from_it() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Terms of Service", json!({ "fetch": site.url("/terms"), "select": "main" }));

    let ran = collection.track();

    assert!(ran.stdout.contains("recorded 1 new version and 1 new snapshot"), "{}", ran.stdout);
    let version = collection.git("versions", &["show", "HEAD:Acme/Terms of Service.md"]);
    assert_eq!(version, "Terms\n=====\n\nYou may leave at any time.");
    let snapshot = collection.git("snapshots", &["show", "HEAD:Acme/Terms of Service.html"]);
    assert!(snapshot.contains("<nav>Home Shop</nav>"));
}

#[test]
fn commit_messages_are_those_that_archives_hold() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    let url = site.url("/terms");
    collection.declare("Acme", "Terms of Service", json!({ "fetch": url, "select": "main" }));

    collection.track();

    let engine = concat!("fineprint/", env!("CARGO_PKG_VERSION"));
    let snapshot = collection.git("snapshots", &["log", "-1", "--format=%B"]);
    assert_eq!(
        snapshot.trim_end(),
        format!(
            "First record of Acme Terms of Service\n\nX-engine-version: {engine}\nX-fetcher: htmlOnly\n\
             X-source-document-location: {url}"
        )
    );
    let id = collection.git("snapshots", &["rev-parse", "HEAD"]);
    let version = collection.git("versions", &["log", "-1", "--format=%B"]);
    assert_eq!(
        version.trim_end(),
        format!(
            "First record of Acme Terms of Service\n\nThis version was recorded after extracting from snapshot \
             ./snapshots/{}\n\nX-engine-version: {engine}",
            id.trim()
        )
    );
    let who = collection.git("versions", &["log", "-1", "--format=%an <%ae> %cn <%ce>"]);
    assert_eq!(who.trim(), "Test Bot <bot@collection.example> Test Bot <bot@collection.example>");
}

#[test]
fn a_version_carries_the_date_of_its_snapshot() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Terms of Service", json!({ "fetch": site.url("/terms"), "select": "main" }));

    collection.track();

    let dates = |repository| collection.git(repository, &["log", "-1", "--format=%ad %cd", "--date=raw"]);
    assert_eq!(dates("versions"), dates("snapshots"));
    assert!(dates("versions").trim().ends_with("+0000"));
}

#[test]
fn an_unchanged_page_records_nothing() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Terms of Service", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();

    let ran = collection.track();

    assert!(ran.stdout.contains("recorded 0 new versions and 0 new snapshots\nunchanged: 1"), "{}", ran.stdout);
    assert_eq!(collection.subjects("versions").len(), 1);
    assert_eq!(collection.subjects("snapshots").len(), 1);
}

#[test]
fn a_change_outside_the_selection_records_a_snapshot_only() {
    let site = Site::serve();
    site.put("/terms", Page::html("<nav>One</nav><main>You may leave.</main>"));
    let collection = TestCollection::new();
    collection.declare("Acme", "Terms of Service", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();
    site.put("/terms", Page::html("<nav>Two</nav><main>You may leave.</main>"));

    collection.track();

    assert_eq!(collection.subjects("snapshots").len(), 2);
    assert_eq!(collection.subjects("versions").len(), 1);
}

#[test]
fn a_corrected_declaration_gives_a_technical_upgrade_with_the_date_of_the_snapshot() {
    let site = Site::serve();
    site.put("/terms", Page::html("<nav>Menu</nav><main>You may leave.</main>"));
    let collection = TestCollection::new();
    collection.declare("Acme", "Terms of Service", json!({ "fetch": site.url("/terms"), "select": "body" }));
    collection.track();
    collection.declare("Acme", "Terms of Service", json!({ "fetch": site.url("/terms"), "select": "main" }));

    collection.track();

    assert_eq!(
        collection.subjects("versions"),
        ["First record of Acme Terms of Service", "Apply technical or declaration upgrade on Acme Terms of Service"]
    );
    let dates = collection.git("versions", &["log", "--format=%ad", "--date=raw"]);
    let dates: Vec<&str> = dates.lines().collect();
    assert_eq!(dates[0], dates[1]);
    assert_eq!(collection.git("versions", &["show", "HEAD:Acme/Terms of Service.md"]), "You may leave.");
}

#[test]
fn a_change_seen_while_a_sibling_failed_is_no_technical_upgrade() {
    let site = Site::serve();
    site.put("/a", Page::terms("You may leave at any time."));
    site.put("/b", Page::terms("We keep data for 30 days."));
    let collection = TestCollection::new();
    let combined = json!({ "combine": [{ "fetch": site.url("/a") }, { "fetch": site.url("/b") }], "select": "main" });
    collection.declare("Acme", "Privacy Policy", combined);
    collection.track();
    site.put("/a", Page::terms("You may leave after a year."));
    site.put("/b", Page::status(404));
    collection.track();

    site.put("/b", Page::terms("We keep data for 30 days."));
    collection.track();

    let subjects = collection.subjects("versions");
    assert_eq!(subjects, ["First record of Acme Privacy Policy", "Record new changes of Acme Privacy Policy"]);
}

#[test]
fn what_a_redesign_brought_is_a_change_though_the_declaration_had_to_be_mended_first() {
    let site = Site::serve();
    site.put("/terms", Page::html("<main class=a>You may leave.</main>"));
    let collection = TestCollection::new();
    let declare = |selector: &str| {
        collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": selector }));
    };
    declare(".a");
    collection.track();
    site.put("/terms", Page::html("<main class=b>You may leave after a year.</main>"));
    let failed = collection.track();

    declare(".b");
    collection.track();

    assert!(failed.stdout.contains("a selector matches nothing"), "{}", failed.stdout);
    assert_eq!(collection.subjects("snapshots").len(), 2);
    let subjects = collection.subjects("versions");
    assert_eq!(subjects, ["First record of Acme Imprint", "Record new changes of Acme Imprint"]);
}

#[test]
fn an_upgrade_is_made_of_what_the_latest_version_was_made_of() {
    let site = Site::serve();
    let page = |clause: &str, class: &str| Page::html(&format!("<h1>Terms</h1><p class={class}>{clause}</p>"));
    site.put("/terms", page("You may leave.", "a"));
    let collection = TestCollection::new();
    let declare = |select: &[&str]| {
        collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": select }));
    };
    declare(&["p.a"]);
    collection.track();
    site.put("/terms", page("You may leave after a year.", "b"));
    collection.track();

    declare(&["h1", "p"]);
    collection.track();

    let log = collection.git("versions", &["log", "--reverse", "--format=%s: %an", "-p", "--unified=0"]);
    let added: Vec<&str> = log.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++")).collect();
    assert_eq!(
        collection.subjects("versions")[1..],
        ["Apply technical or declaration upgrade on Acme Imprint", "Record new changes of Acme Imprint"]
    );
    assert!(added.contains(&"+You may leave after a year."), "{log}");
    let upgraded = collection.git("versions", &["show", "HEAD~1:Acme/Imprint.md"]);
    assert!(upgraded.contains("Terms") && upgraded.ends_with("You may leave."), "{upgraded}");
}

#[test]
fn an_upgrade_from_newer_snapshots_that_say_the_same_is_one_whatever_was_forgotten() {
    let site = Site::serve();
    site.put("/terms", Page::html("<div>You may leave.</div>"));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "div" }));
    collection.track();
    site.put("/terms", Page::html("<main>You may leave.</main>"));
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();
    // Another engine wrote the same with more emphasis, and the index is lost.
    let named = collection.git("versions", &["log", "-1", "--format=%b"]);
    collection.commit_by_hand(
        "versions",
        "Acme/Imprint.md",
        "**You** may leave.",
        "Record new changes of Acme Imprint",
    );
    collection.git_by_hand(
        "versions",
        &["commit", "--amend", "-q", "-m", "Record new changes of Acme Imprint", "-m", &named],
    );
    std::fs::remove_file(collection.path("versions/.git/fineprint/index.sqlite")).unwrap();

    collection.run(&["apply-technical-upgrades"]);

    let subjects = collection.subjects("versions");
    assert_eq!(subjects.last().unwrap(), "Apply technical or declaration upgrade on Acme Imprint", "{subjects:?}");
    assert_eq!(collection.git("versions", &["show", "HEAD:Acme/Imprint.md"]), "You may leave.");
}

#[test]
fn documents_that_would_share_a_snapshot_file_are_told_and_not_recorded() {
    let site = Site::serve();
    let collection = TestCollection::new();
    for (query, text) in [("a", "First part."), ("b", "Second part.")] {
        site.put(&format!("/terms?part={query}"), Page::terms(text));
    }
    let documents = ["/terms?part=a", "/terms?part=b"].map(|path| json!({ "fetch": site.url(path) }));
    collection.declare("Acme", "Imprint", json!({ "combine": documents, "select": "main" }));

    let ran = collection.track();

    assert!(ran.stdout.contains("cannot be recorded"), "{}", ran.stdout);
    assert!(ran.stderr.contains("part=b> would share a snapshot file"), "{}", ran.stderr);
    assert!(!collection.path("snapshots/.git/refs/heads/main").exists());
}

#[test]
fn documents_that_are_parts_of_one_page_share_its_snapshot() {
    let site = Site::serve();
    let collection = TestCollection::new();
    site.put("/terms", Page::html("<p id=a>First part.</p><p id=b>Second part.</p>"));
    let documents =
        ["a", "b"].map(|part| json!({ "fetch": site.url(&format!("/terms#{part}")), "select": format!("#{part}") }));
    collection.declare("Acme", "Imprint", json!({ "combine": documents }));

    collection.track();

    assert_eq!(collection.subjects("snapshots").len(), 1);
    let text = collection.git("versions", &["show", "HEAD:Acme/Imprint.md"]);
    assert_eq!(text, "First part.\n\n- - -\n\nSecond part.");
}

#[test]
fn a_combined_terms_is_joined_in_declared_order() {
    let site = Site::serve();
    site.put("/a", Page::html("<main>First part.</main>"));
    site.put("/b", Page::html("<main>Second part.</main>"));
    let collection = TestCollection::new();
    let combined = json!({ "combine": [{ "fetch": site.url("/a") }, { "fetch": site.url("/b") }], "select": "main" });
    collection.declare("Acme", "Privacy Policy", combined);

    collection.track();

    let version = collection.git("versions", &["show", "HEAD:Acme/Privacy Policy.md"]);
    assert_eq!(version, "First part.\n\n- - -\n\nSecond part.");
    let files = collection.git("snapshots", &["ls-tree", "-r", "--name-only", "HEAD"]);
    assert_eq!(files, "Acme/Privacy Policy #a.html\nAcme/Privacy Policy #b.html\n");
    let body = collection.git("versions", &["log", "-1", "--format=%b"]);
    assert!(body.contains("assembling the following snapshots from 2 source documents:\n- ./snapshots/"), "{body}");
    assert!(collection.git("snapshots", &["log", "-1", "--format=%b"]).starts_with("Document ID b\n"));
}

#[test]
fn a_snapshot_is_kept_even_if_a_sibling_document_failed() {
    let site = Site::serve();
    site.put("/b", Page::html("<main>Second part.</main>"));
    let collection = TestCollection::new();
    let combined = json!({ "combine": [{ "fetch": site.url("/a") }, { "fetch": site.url("/b") }], "select": "main" });
    collection.declare("Acme", "Privacy Policy", combined);

    let ran = collection.track();

    assert!(ran.stdout.contains("failed: 1\n  HTTP code 404: Acme — Privacy Policy"), "{}", ran.stdout);
    assert_eq!(collection.subjects("snapshots"), ["First record of Acme Privacy Policy"]);
    assert!(collection.git("versions", &["rev-list", "--all", "--count"]).starts_with('0'));
}

#[test]
fn a_passing_failure_is_tried_once_more() {
    let site = Site::serve();
    site.put("/busy", Page::status(503));
    site.put("/gone", Page::status(404));
    let collection = TestCollection::new();
    collection.declare("Busy", "Imprint", json!({ "fetch": site.url("/busy"), "select": "main" }));
    collection.declare("Gone", "Imprint", json!({ "fetch": site.url("/gone"), "select": "main" }));

    let ran = collection.track();

    assert_eq!(site.visits("/busy"), 2);
    assert_eq!(site.visits("/gone"), 1);
    assert!(ran.stderr.contains("Received HTTP code 503 when trying to fetch"), "{}", ran.stderr);
}

#[test]
fn a_dry_run_tells_what_would_be_recorded_and_records_nothing() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Terms of Service", json!({ "fetch": site.url("/terms"), "select": "main" }));

    let ran = collection.run(&["track", "--dry-run"]);

    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("would record 1 new version and 1 new snapshot"), "{}", ran.stdout);
    assert!(!collection.path("versions").exists());
    assert!(!collection.path("snapshots").exists());
}

#[test]
fn only_selected_services_are_tracked() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    for service in ["Larkspur", "Quill"] {
        collection.declare(service, "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    }

    let ran = collection.run(&["track", "-s", "Larkspur"]);

    assert_eq!(ran.code, 0);
    assert_eq!(collection.subjects("versions"), ["First record of Larkspur Imprint"]);
}

#[test]
fn a_selector_that_matches_nothing_is_told_with_the_page() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": ".legal" }));

    let ran = collection.track();

    assert!(ran.stderr.contains("The provided selector \".legal\" has no match in the web page at"), "{}", ran.stderr);
    assert_eq!(collection.subjects("snapshots").len(), 1);
}

#[test]
fn a_quiet_log_names_the_terms_of_each_line_too() {
    let site = Site::serve();
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/gone"), "select": "main" }));

    let ran = Ran::from(collection.command(&["track"]).env("RUST_LOG", "warn").output().unwrap());

    assert!(ran.stderr.contains("terms{service.id=Acme terms.type=Imprint}: Fetch failed:"), "{}", ran.stderr);
}

#[test]
fn a_repository_with_commits_of_people_goes_on() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();
    collection.commit_by_hand("versions", "README.md", "Hello", "Update README");
    collection.write("versions/notes.txt", "not committed");
    site.put("/terms", Page::terms("You may not leave."));

    collection.track();

    assert_eq!(
        collection.subjects("versions"),
        ["First record of Acme Imprint", "Update README", "Record new changes of Acme Imprint"]
    );
    assert_eq!(collection.git("versions", &["status", "--porcelain"]), "?? notes.txt\n");
}

#[test]
fn a_private_address_is_refused_unless_allowed() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.configure(json!({ "allowPrivateAddresses": false }));
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));

    let ran = collection.track();

    assert!(ran.stderr.contains("an address that is not on the public internet"), "{}", ran.stderr);
    assert_eq!(site.visits("/terms"), 0);
}

#[test]
fn a_dry_run_of_upgrades_shows_what_a_corrected_declaration_changes() {
    let site = Site::serve();
    site.put("/a", Page::html("<nav>Menu</nav><main>You may leave.</main>"));
    let collection = TestCollection::new();
    for service in ["Corrected", "Kept", "Spoilt"] {
        collection.declare(service, "Imprint", json!({ "fetch": site.url("/a"), "select": "body" }));
    }
    collection.track();
    collection.declare("Corrected", "Imprint", json!({ "fetch": site.url("/a"), "select": "main" }));
    collection.declare("Spoilt", "Imprint", json!({ "fetch": site.url("/a"), "select": ".legal" }));

    let ran = collection.run(&["apply-technical-upgrades", "--dry-run"]);

    assert!(ran.stdout.starts_with("differs: Corrected — Imprint\n  [-Menu-]\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("failed: Spoilt — Imprint: Extract failed: The provided selector"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("identical: 1 of 3\ndiffers: 1\nfailed: 1\n"), "{}", ran.stdout);
    assert_eq!(collection.subjects("versions").len(), 3);
    assert_eq!(site.visits("/a"), 3);
}
