//! `fineprint doctor`: what is there, what is not, and what to do about it.

use serde_json::{Value, json};

use crate::collection::{Ran, TestCollection};

fn findings(collection: &TestCollection) -> (i32, Vec<Value>) {
    let mut doctor = collection.command(&["doctor", "--json"]);
    let ran = Ran::from(doctor.env("HTTPS_PROXY", "http://ada:lovelace@proxy.example:3128").output().unwrap());
    (ran.code, serde_json::from_str(&ran.stdout).unwrap())
}

fn named<'a>(findings: &'a [Value], name: &str) -> &'a Value {
    findings.iter().find(|finding| finding["name"] == name).unwrap()
}

#[test]
fn a_missing_browser_is_a_problem_only_where_it_is_needed() {
    let collection = TestCollection::new();
    collection.declare("Plain", "Imprint", json!({ "fetch": "https://plain.example/", "select": "main" }));

    let (code, found) = findings(&collection);
    assert_eq!(code, 0);
    assert_eq!(named(&found, "browser")["state"], "warning");

    let scripted = json!({ "fetch": "https://acme.example/", "select": "main", "executeClientScripts": true });
    collection.declare("Acme", "Imprint", scripted);
    let (code, found) = findings(&collection);
    assert_eq!(code, 1);
    assert_eq!(named(&found, "browser")["state"], "problem");
    assert!(named(&found, "browser")["hint"].as_str().unwrap().contains("apt-get install chromium"));
}

#[test]
fn credentials_of_proxies_are_not_shown() {
    let collection = TestCollection::new();

    let (_, found) = findings(&collection);

    assert_eq!(named(&found, "proxies")["detail"], "https: proxy.example:3128 with credentials");
}

#[test]
fn a_collection_that_cannot_be_read_is_a_problem_with_its_hint() {
    let collection = TestCollection::new();
    collection.write("config/default.json", "{ broken");

    let ran = collection.run(&["doctor"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("collection    problem  "), "{}", ran.stdout);
    assert!(ran.stdout.contains("  hint: "), "{}", ran.stdout);
}

#[test]
fn operators_of_sites_are_told_where_the_collection_is_published() {
    let collection = TestCollection::new();
    let (_, found) = findings(&collection);
    assert_eq!(named(&found, "name")["state"], "warning");
    assert!(named(&found, "name")["hint"].as_str().unwrap().contains("`fetcher.contact`"));

    let metadata = "id: t\nname: T\ntagline: T\nlanguages: [en]\njurisdictions: [EU]\n\
                    declarations: https://git.example/t-declarations\n";
    collection.write("metadata.yml", metadata);
    let (_, found) = findings(&collection);

    assert_eq!(named(&found, "name")["state"], "fine");
    let detail = named(&found, "name")["detail"].as_str().unwrap();
    assert!(detail.ends_with("(terms-of-service change tracker; +https://git.example/t-declarations)"), "{detail}");
}
