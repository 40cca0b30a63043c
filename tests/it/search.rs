//! `search`: what was ever said, and when; over an archive that plain git made at fixed dates.

use serde_json::json;

use crate::collection::TestCollection;
use crate::reading::{archive, found, parsed, refused};
use crate::serve::Server;
use crate::site::{Page, Site};

/// What a search prints on standard output, and on standard error.
fn searched(collection: &TestCollection, arguments: &[&str]) -> (String, String) {
    let ran = collection.run(&[&["search"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    (ran.stdout, ran.stderr)
}

#[test]
fn passages_are_shown_with_the_words_marked_and_when_they_were_there() {
    let collection = archive();

    let (stdout, stderr) = searched(&collection, &["keep", "DATA"]);

    let expected = "\
Acme — Privacy Policy
  since 2024-03-01 (ae47efbc53), still there on 2024-03-01 (8a4a9b7485)
  We **keep** your **data** for 30 days.

Acme — Privacy Policy
  from 2024-01-10 (87419ce703) to 2024-01-10 (87419ce703), gone on 2024-03-01 (ae47efbc53)
  We **keep** your **data** for 13 months.
";
    assert_eq!(stdout, expected);
    assert_eq!(stderr, "2 passages\n");
}

#[test]
fn a_passage_whose_link_changed_is_the_same() {
    let collection = archive();

    let (stdout, _) = searched(&collection, &["\"write to us\""]);

    assert!(stdout.contains("since 2024-01-10 (87419ce703), still there on 2024-03-01"), "{stdout}");
    assert!(stdout.ends_with("\n  **Write to us**.\n"), "{stdout}");
}

#[test]
fn a_search_is_narrowed_down() {
    let collection = archive();
    let texts = |arguments: &[&str]| -> Vec<String> {
        let (stdout, _) = searched(&collection, arguments);
        stdout.split("\n\n").map(|shown| shown.lines().nth(2).unwrap().trim().to_owned()).collect()
    };

    assert_eq!(texts(&["we -months -write", "--service", "Acme"]), ["**We** keep your data for 30 days."]);
    assert_eq!(texts(&["ltd", "--type", "Imprint"]), ["Acme **Ltd**"]);
    assert_eq!(texts(&["mon*", "--until", "2024-02-01"]), ["We keep your data for 13 **months**."]);
    assert_eq!(texts(&["data", "--since", "2024-04-01"]), ["We keep your **data** for 30 days."]);
    let (_, stderr) = searched(&collection, &["we", "--limit", "1"]);
    assert_eq!(stderr, "the newest 1 of 3 passages; `--limit` shows more\n");
}

#[test]
fn programs_are_told_pieces_and_records() {
    let collection = archive();

    let printed = parsed(&found(&collection, &["search", "13 months", "--json"]));

    let id = "87419ce703";
    assert_eq!(printed["total"], 1);
    assert_eq!(printed["versions"], json!({ "searched": 5, "recorded": 5 }));
    let passage = &printed["passages"][0];
    assert_eq!((&passage["service"], &passage["termsType"]), (&json!("Acme"), &json!("Privacy Policy")));
    let pieces = json!([
        { "text": "We keep your data for ", "isFound": false },
        { "text": "13", "isFound": true },
        { "text": " ", "isFound": false },
        { "text": "months", "isFound": true },
        { "text": ".", "isFound": false },
    ]);
    assert_eq!(passage["pieces"], pieces);
    assert!(passage["firstSeen"]["id"].as_str().unwrap().starts_with(id), "{passage}");
    assert_eq!(passage["gone"]["date"], "2024-03-01T12:00:00Z");
}

#[test]
fn what_is_not_found_is_told() {
    let collection = archive();

    assert_eq!(refused(&collection, &["search", "unicorn"]), "nothing is found\n");
    let stderr = refused(&collection, &["search", "data", "--service", "Acmee"]);
    assert!(stderr.contains("no service `Acmee` is recorded\nhint: did you mean `Acme`?"), "{stderr}");
    let stderr = refused(&collection, &["search", "***"]);
    assert!(stderr.contains("there is no word to search for\nhint: "), "{stderr}");
}

#[test]
fn control_characters_of_an_archive_reach_no_terminal() {
    let (stdout, _) = searched(&archive(), &["we", "--service", "Quill"]);

    assert!(stdout.ends_with("\n  **We** \\u{1b}[2Jclose.\n"), "{stdout}");
}

#[test]
fn what_was_tracked_can_be_searched_and_what_is_tracked_next_as_well() {
    let site = Site::serve();
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    for text in ["You may leave.", "You may not leave."] {
        site.put("/terms", Page::terms(text));
        collection.track();
        assert!(collection.path("versions/.git/fineprint/passages.sqlite").exists());
    }

    let (stdout, stderr) = searched(&collection, &["leave"]);

    assert!(stdout.contains("You may not **leave**."), "{stdout}");
    assert!(stdout.contains("gone on "), "{stdout}");
    assert_eq!(stderr, "2 passages\n");
}

#[test]
fn what_went_for_a_while_is_told_by_all_who_search() {
    let site = Site::serve();
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    for text in ["You may leave.", "You may not go.", "You may leave."] {
        site.put("/terms", Page::terms(text));
        collection.track();
    }
    let server = Server::of(&collection);

    let (stdout, _) = searched(&collection, &["leave"]);
    let printed = parsed(&found(&collection, &["search", "leave", "--json"]));
    let answered = server.json("/v1/search?q=leave");
    let versions = server.json("/v1/versions?q=leave");

    assert!(stdout.contains("; missing from "), "{stdout}");
    let (_, page) = server.get("/en/search?q=leave");
    assert!(page.contains("missing once in between"), "{page}");
    let absences = |told: &serde_json::Value| told["passages"][0]["absences"].as_array().unwrap().clone();
    let (of_command, of_server) = (&absences(&printed)[0], &absences(&answered)[0]);
    assert_eq!(of_command["gone"]["id"], of_server["gone"]["version"]);
    assert_eq!(of_command["back"]["id"], of_server["back"]["version"]);
    assert_eq!(versions.as_array().unwrap().len(), 3, "the first, the one where it went and the one where it is back");
    let (head, refused) = server.get("/v1/search?q=leave&kind=first");
    assert!(head.starts_with("HTTP/1.1 400"), "{head}");
    assert!(refused.contains("passages are not narrowed down by `kind`"), "{refused}");
}
