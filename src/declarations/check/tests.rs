use super::*;
use crate::declarations::fixture;

const BUILT_IN: &[&str] = &["removeQueryParams"];

fn check_all(folder: &fixture::Folder) -> Vec<Diagnostic> {
    check(folder.path(), None, BUILT_IN).unwrap().diagnostics
}

/// The faults of a declaration of one terms, without the file's name.
fn faults(terms: &str) -> Vec<String> {
    let declaration = format!("{{ \"name\": \"Acme\", \"terms\": {{ \"Imprint\":\n{terms} }} }}");
    let found = check_all(&fixture::Folder::new().file("Acme.json", &declaration));
    found.iter().map(|fault| fault.to_string().replace("declarations/Acme.json:", "")).collect()
}

fn rules_of(terms: &str) -> Vec<String> {
    faults(terms).iter().map(|fault| fault.split(": ").nth(1).unwrap().to_owned()).collect()
}

#[test]
fn what_the_reference_accepts_has_no_errors() {
    let accepted = [
        r#"{ "fetch": "https://a.example/i", "select": "p" }"#,
        r#"{ "fetch": "https://a.example/i", "select": ["p", { "startBefore": "a", "endAfter": "b", "more": 1 }] }"#,
        r#"{ "fetch": "https://a.example/i", "select": [] }"#,
        r#"{ "fetch": "https://a.example/i.pdf" }"#,
        r#"{ "fetch": "https://a.example/i.PDF?v=1" }"#,
        r#"{ "fetch": "https://a.example/i.pdf", "select": "p" }"#,
        r#"{ "combine": [] }"#,
        r#"{ "combine": [{ "fetch": "https://a.example/i" }, { "fetch": "https://a.example/j" }] }"#,
        r#"{ "fetch": "https://a.example/i", "select": "p", "filter": ["unknown", { "removeQueryParams": ["a"] }] }"#,
        r#"{ "fetch": "https://a.example/i", "select": "p", "remove": ".x", "executeClientScripts": true }"#,
    ];

    for terms in accepted {
        let declaration = format!(r#"{{ "name": "Acme", "importedFrom": "x", "terms": {{ "Imprint": {terms} }} }}"#);
        let found = check_all(&fixture::Folder::new().file("Acme.json", &declaration));
        assert!(!found.iter().any(Diagnostic::is_error), "{terms} {found:?}");
    }
}

#[test]
fn what_the_reference_rejects_is_said_once_and_in_place() {
    let rejected = [
        (r#"{ "fetch": "https://a.example/i", "select": "" }"#, "2:45: empty-text: a CSS selector is empty"),
        (r#"{ "fetch": "https://a.example/i" }"#, "2:1: missing-key: `select` is missing"),
        (r#"{ "select": "p" }"#, "2:1: missing-key: `fetch` is missing"),
        (
            r#"{ "fetch": "https://a.example/i", "combine": [{ "fetch": "https://a.example/i" }], "select": "p" }"#,
            "2:3: unknown-key: `fetch` cannot stand beside `combine`",
        ),
        (
            r#"{ "fetch": "https://a.example/i", "select": { "startBefore": "a", "startAfter": "b", "endAfter": "c" } }"#,
            "2:45: invalid-range: a range needs exactly one start and exactly one end",
        ),
        (
            r#"{ "fetch": "https://a.example/i", "select": "p", "filter": [{ "a": 1, "b": 2 }] }"#,
            "2:61: invalid-filter: a filter with parameters is an object with exactly one key, its name",
        ),
        (
            r#"{ "fetch": "https://a.example/i", "select": "p", "filter": "f" }"#,
            "2:60: wrong-type: `filter` must be an array of filters, not a text",
        ),
        (
            r#"{ "fetch": "https://a.example/i", "select": 1 }"#,
            "2:45: wrong-type: `select` must be a CSS selector, a range, or an array of these, not a number",
        ),
        (
            r#"{ "fetch": "https://a.example/i", "select": [["p"]] }"#,
            "2:46: wrong-type: this entry must be a CSS selector (a text) or a range (an object), not an array",
        ),
        (r#"{ "fetch": "a.example/i", "select": "p" }"#, "2:12: invalid-url: \"a.example/i\" is not an absolute URL"),
        (
            r#"{ "fetch": "ftp://a.example/i", "select": "p" }"#,
            "2:12: invalid-url: `ftp://a.example/i` is not an absolute HTTP or HTTPS URL",
        ),
        (r#"{ "fetch": "https://a.example/i", "slect": "p" }"#, "2:35: unknown-key: there is no key `slect` here"),
        (
            r#"{ "combine": [{ "fetch": "https://a.example/i", "id": 1 }], "select": "p" }"#,
            "2:49: unknown-key: there is no key `id` here",
        ),
        (r#"{ "fetch": "https://a.example/i.pdf", "remove": "p" }"#, "2:1: missing-key: `select` is missing"),
        (
            r#""https://a.example/i""#,
            "2:1: wrong-type: `Imprint` must be an object that tells what to fetch, not a text",
        ),
    ];

    for (terms, expected) in rejected {
        assert_eq!(faults(terms), [expected], "{terms}");
    }
}

#[test]
fn all_faults_of_a_file_are_found_in_their_order() {
    let declaration = "{\n  \"nmae\": \"Acme\",\n  \"terms\": {\n    \"privacy policy\": {\n      \
                       \"fetch\": 1,\n      \"select\": [\"\"],\n      \"executeClientScripts\": \"yes\"\n    }\n  }\n}";

    let found = check_all(&fixture::Folder::new().file("Acme.json", declaration));

    let said: Vec<_> = found.iter().map(|fault| (fault.to_string(), fault.hint.as_deref().unwrap_or("-"))).collect();
    let said: Vec<_> = said.iter().map(|(fault, hint)| format!("{} [{hint}]", &fault[23..])).collect();
    assert_eq!(
        said,
        [
            "2:3: unknown-key: there is no key `nmae` here [did you mean `name`?]",
            "4:5: unknown-terms-type: `privacy policy` is not a listed terms type [did you mean `Privacy Policy`?]",
            "5:16: wrong-type: `fetch` must be an absolute URL, not a number [-]",
            "6:18: empty-text: a CSS selector is empty [write it, or leave it out]",
            "7:31: wrong-type: `executeClientScripts` must be `true` or `false`, not a text [-]",
        ]
    );
}

#[test]
fn a_selector_that_can_never_work_is_an_error() {
    let of = |selector: &str| {
        let terms = format!(r#"{{ "fetch": "https://a.example/i", "select": "{selector}" }}"#);
        let declaration = format!(r#"{{ "name": "Acme", "terms": {{ "Imprint": {terms} }} }}"#);
        check_all(&fixture::Folder::new().file("Acme.json", &declaration))
    };

    assert!(of("main[[")[0].is_error());
    assert_eq!(of("p:not(.a) > b:nth-of-type(2)"), []);
}

#[test]
fn an_id_that_some_file_systems_refuse_is_warned_of() {
    let found = check_all(&fixture::Folder::new().file("A:B.json", r#"{ "name": "A:B", "terms": {} }"#));

    assert_eq!(
        found[0].to_string(),
        "declarations/A:B.json:1:1: unportable-id: the id `A:B` has a `:`, which some file systems do not allow"
    );
    assert_eq!(found[0].hint.as_deref(), Some("name the file `A-B.json`"));
}

#[test]
fn suspicious_things_are_warned_of() {
    assert_eq!(rules_of(r#"{ "combine": [] }"#), ["no-documents"]);
    assert_eq!(rules_of(r#"{ "combine": [{ "fetch": "https://a.example/i" }] }"#), ["nothing-selected"]);
    assert_eq!(rules_of(r#"{ "fetch": "https://a.example/i", "select": [] }"#), ["nothing-selected"]);
    assert_eq!(rules_of(r#"{ "fetch": "https://a.example/i?.pdf" }"#), ["disguised-pdf"]);
    assert_eq!(rules_of(r#"{ "fetch": "https://a.example/i", "select": "a[" }"#), ["invalid-selector"]);
}

#[test]
fn an_unknown_filter_is_warned_of_with_the_closest_known_one() {
    let folder = fixture::Folder::new()
        .file(
            "Acme.json",
            "{ \"name\": \"Acme\", \"terms\": { \"Imprint\": { \"fetch\": \"https://a.example/i\", \"select\": \"p\",\n\
             \"filter\": [\"removeAds\", \"removeAd\", { \"removeQueryParam\": \"x\" }, \"shout\"] } } }",
        )
        .file("Acme.filters.js", "export { removeAds } from './Other.filters.js';\n");

    let found = check_all(&folder);

    let said: Vec<_> = found.iter().map(|fault| format!("{fault} [{}]", fault.hint.as_deref().unwrap())).collect();
    assert_eq!(
        said,
        [
            "declarations/Acme.json:2:25: unknown-filter: no filter is named `removeAd`, so it does nothing \
             [did you mean `removeAds`?]",
            "declarations/Acme.json:2:37: unknown-filter: no filter is named `removeQueryParam`, so it does nothing \
             [did you mean `removeQueryParams`?]",
            "declarations/Acme.json:2:66: unknown-filter: no filter is named `shout`, so it does nothing \
             [export it from the service's `.filters.js` file, or leave it out]",
        ]
    );
}

#[test]
fn the_names_of_built_in_filters_are_reserved() {
    let folder = fixture::Folder::new()
        .file("Acme.json", r#"{ "name": "Acme", "terms": {} }"#)
        .file("Acme.filters.js", "// Our own.\nexport function removeQueryParams(document) {}\n");

    let found = check_all(&folder);

    assert_eq!(
        found[0].to_string(),
        "declarations/Acme.filters.js:2:17: reserved-filter-name: `removeQueryParams` is the name of a built-in \
         filter, so this one would never be called"
    );
}

#[test]
fn the_faults_of_a_history_are_found() {
    let folder = fixture::Folder::new().file("Acme.json", r#"{ "name": "Acme", "terms": {} }"#).file(
        "Acme.history.json",
        "{ \"Imprint\": [\n\
         { \"fetch\": \"https://a.example/1\", \"select\": \"p\", \"ValidUntil\": \"2021-01-01T00:00:00Z\" },\n\
         { \"fetch\": \"https://a.example/2\", \"select\": \"p\", \"validUntil\": \"2021-01-01\" },\n\
         { \"fetch\": \"https://a.example/3.pdf\", \"validUntil\": \"2021-01-01T00:00:00+0200\" },\n\
         { \"combine\": [{ \"fetch\": \"https://a.example/4\" }], \"select\": \"p\" } ],\n\
         \"Live Policy\": { \"fetch\": \"https://a.example/1\" } }",
    );

    let found = check_all(&folder);

    let said: Vec<_> = found.iter().map(|fault| fault.to_string()[31..].to_owned()).collect();
    assert_eq!(
        said,
        [
            "2:50: unknown-key: there is no key `ValidUntil` here",
            "3:64: invalid-date: \"2021-01-01\" is not a date and time with its zone, such as `2026-11-22T15:00:00Z`",
            "5:1: never-valid: `validUntil` is missing, so this past declaration is never used",
            "6:16: invalid-history: the past declarations of `Live Policy` are not an array",
        ]
    );
}

#[test]
fn files_that_belong_to_no_service_are_warned_of() {
    let folder = fixture::Folder::new()
        .file("Gone.history.json", "{}")
        .file("Gone.filters.js", "import { clean } from './_shared.filters.js';")
        .file("_shared.filters.js", "export function clean() {}");

    let found = check_all(&folder);

    let said: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "declarations/Gone.history.json:1:1: orphan-history: no service `Gone` is declared",
            "declarations/Gone.filters.js:1:1: orphan-filters: no service `Gone` is declared",
        ]
    );
}

#[test]
fn only_the_services_asked_for_are_checked() {
    let folder = fixture::Folder::new().file("Acme.json", "{").file("Beta.json", "{");

    let checked = check(folder.path(), Some(&["Beta".to_owned(), "Nobody".to_owned()]), BUILT_IN).unwrap();

    assert_eq!(checked.services, ["Beta"]);
    assert_eq!(checked.diagnostics[0].file, "declarations/Beta.json");
}

#[test]
fn a_collection_can_bring_its_own_terms_types() {
    let declaration = r#"{ "name": "Acme", "terms": { "House Rules": { "fetch": "https://a.example/i.pdf" } } }"#;
    let folder = fixture::Folder::new().file("Acme.json", declaration);
    assert_eq!(check_all(&folder)[0].rule.name, "unknown-terms-type");

    let folder = folder.top_file("termsTypes.json", r#"{ "House Rules": {} }"#);
    assert_eq!(check_all(&folder), []);
}

#[test]
fn a_filters_file_that_is_no_javascript_is_told_with_its_line() {
    let folder = fixture::Folder::new()
        .file("Acme.json", r#"{ "name": "Acme", "terms": {} }"#)
        .file("Acme.filters.js", "export function f() {\n  const x = ;\n}\n");

    let found: Vec<String> = check_all(&folder).iter().map(ToString::to_string).collect();

    assert!(found[0].starts_with("declarations/Acme.filters.js:2:1: invalid-filters: "), "{found:?}");
    assert!(found[0].ends_with("(Acme.filters.js:2)"), "{found:?}");
    assert_eq!(found.len(), 1);
}

#[test]
fn of_two_past_declarations_with_one_date_the_second_is_never_used() {
    let past = r#"{ "fetch": "https://a.example/i", "select": "p", "validUntil": "2021-01-01T00:00:00Z" }"#;
    let folder = fixture::Folder::new()
        .file("Acme.json", r#"{ "name": "Acme", "terms": {} }"#)
        .file("Acme.history.json", &format!("{{ \"Imprint\": [\n{past},\n{past}\n] }}"));

    let found: Vec<String> = check_all(&folder).iter().map(ToString::to_string).collect();

    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("declarations/Acme.history.json:3:") && found[0].contains(": never-valid: "),
        "{found:?}"
    );
}

#[test]
fn a_day_that_there_is_not_is_told_from_a_zone_that_is_missing() {
    let terms = r#"{ "fetch": "https://a.example/i", "select": "p", "validUntil": "2020-02-30T00:00:00Z" }"#;

    assert_eq!(faults(terms), ["2:64: invalid-date: \"2020-02-30T00:00:00Z\" is no time that there ever is"]);
}
