use std::sync::Mutex;

use super::*;
use crate::declarations::{fixture::Folder, load};

/// Answers with canned texts by URL path, each call the next one.
#[derive(Default)]
struct Canned {
    answers: Mutex<HashMap<String, Vec<Result<String, ProbeError>>>>,
    asked: Mutex<Vec<String>>,
}

impl Canned {
    fn answers(self, path: &str, answers: impl IntoIterator<Item = Result<String, ProbeError>>) -> Self {
        let mut answers: Vec<_> = answers.into_iter().collect();
        answers.reverse();
        self.answers.lock().unwrap().insert(path.to_owned(), answers);
        self
    }
}

#[async_trait]
impl Probe for Canned {
    async fn markdown(&self, document: &SourceDocument) -> Result<String, ProbeError> {
        self.asked.lock().unwrap().push(document.location.to_string());
        let next = self.answers.lock().unwrap().get_mut(document.location.path()).and_then(Vec::pop);
        next.unwrap_or_else(|| Ok("x".repeat(101)))
    }
}

async fn faults(probe: &Canned, terms: &str) -> Vec<String> {
    let folder = Folder::new().file("Acme.json", &format!("{{ \"name\": \"Acme\", \"terms\": {{\n{terms}\n}} }}"));
    let loaded = load(folder.path()).unwrap();
    let terms: Vec<_> = loaded.collection.terms().collect();
    let found = probe_all(folder.path(), &terms, probe).await;
    found.iter().map(|fault| fault.to_string().replace("declarations/Acme.json:", "")).collect()
}

#[tokio::test]
async fn a_document_that_is_long_and_the_same_twice_has_no_faults() {
    let probe = Canned::default();

    let found = faults(&probe, r#""Imprint": { "fetch": "https://acme.example/i", "select": "p" }"#).await;

    assert_eq!(found, [""; 0]);
    assert_eq!(probe.asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_cannot_be_fetched_is_said_at_its_url() {
    let why = "Fetch failed: Received HTTP code 404 when trying to fetch 'https://acme.example/i'";
    let probe = Canned::default().answers("/i", [Err(ProbeError::NotFetched(why.into()))]);

    let found = faults(&probe, r#""Imprint": { "fetch": "https://acme.example/i", "select": "p" }"#).await;

    assert_eq!(found, [format!("2:23: not-fetchable: {why}")]);
}

#[tokio::test]
async fn a_selector_without_match_is_said_where_it_stands() {
    let why = |selector: &str| format!("Extract failed: The provided selector \"{selector}\" has no match");
    let range = r##"{"startBefore":"#a","endAfter":".b"}"##;
    let probe = Canned::default()
        .answers("/1", [Err(ProbeError::NotExtracted(why(".main")))])
        .answers("/2", [Err(ProbeError::NotExtracted(why(range)))]);

    let found = faults(
        &probe,
        "\"Imprint\": { \"combine\": [\n\
         { \"fetch\": \"https://acme.example/1\" },\n\
         { \"fetch\": \"https://acme.example/2\", \"select\": [\"p\", { \"startBefore\": \"#a\", \"endAfter\": \".b\" }] } ],\n\
         \"select\": [\"m\", \".main\"] }",
    )
    .await;

    let expected =
        [format!("5:17: not-extractable: {}", why(".main")), format!("4:54: not-extractable: {}", why(range))];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn short_and_unsteady_content_is_a_fault() {
    let steady = "Terms.\n".repeat(20);
    let probe = Canned::default()
        .answers("/short", [Ok("x".repeat(100))])
        .answers("/unsteady", [Ok(format!("{steady}Token a")), Ok(format!("{steady}Token b"))]);

    let found = faults(
        &probe,
        "\"Imprint\": { \"fetch\": \"https://acme.example/short\", \"select\": \"p\" },\n\
         \"Live Policy\": { \"fetch\": \"https://acme.example/unsteady\", \"select\": \"p\" }",
    )
    .await;

    assert_eq!(
        found,
        [
            "2:63: too-short: only 100 characters are extracted, hardly a terms",
            "3:70: not-repeatable: fetched twice in a row, the content differs: line 21 is `Token a` and then `Token b`",
        ]
    );
}

#[tokio::test]
async fn a_document_named_twice_is_a_fault() {
    let found = faults(
        &Canned::default(),
        "\"Imprint\": { \"select\": \"p\", \"combine\": [\n\
         { \"fetch\": \"https://acme.example/i\" },\n\
         { \"fetch\": \"https://acme.example/i\" } ] }",
    )
    .await;

    assert_eq!(found, ["4:12: duplicate-document: the source document <https://acme.example/i> is named twice"]);
}

#[tokio::test]
async fn a_document_that_never_comes_times_out() {
    struct Silent;
    #[async_trait]
    impl Probe for Silent {
        async fn markdown(&self, _: &SourceDocument) -> Result<String, ProbeError> {
            std::future::pending().await
        }
    }
    let declaration = r#"{ "name": "A", "terms": { "Imprint": { "fetch": "https://a.example/i", "select": "p" } } }"#;
    let folder = Folder::new().file("Acme.json", declaration);
    let loaded = load(folder.path()).unwrap();

    let patient = Patient { probe: &Silent, patience: Duration::from_millis(5) };
    let found = probe_patiently(folder.path(), &loaded.collection.terms().collect::<Vec<_>>(), patient).await;

    assert_eq!(found[0].to_string(), "declarations/Acme.json:1:49: timed-out: no answer within 5ms");
}
