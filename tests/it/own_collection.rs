//! This repository is a collection: what it declares can be read, is varied, and agrees with the reference corpus.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fineprint::declarations::load;
use fineprint::demo;
use fineprint::domain::{Selector, SourceDocument, Terms};
use serde_json::Value;

#[test]
fn every_declaration_of_this_repository_is_read_without_a_fault() {
    let loaded = load(repository()).unwrap();

    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    assert!(loaded.collection.services.len() >= 40);
    assert!(loaded.collection.terms().count() >= 60);
}

#[test]
fn this_repository_declares_in_every_form() {
    let collection = load(repository()).unwrap().collection;
    let documents: Vec<&SourceDocument> = collection.terms().flat_map(|terms| &terms.documents).collect();
    let any = |form: &dyn Fn(&SourceDocument) -> bool| documents.iter().any(|document| form(document));
    let uses = |form: &dyn Fn(&Value) -> bool| {
        any(&|d| d.filters.iter().any(|filter| filter.params.as_ref().is_some_and(form)))
    };

    assert!(any(&|document| document.select.len() == 1), "one selector");
    assert!(any(&|document| document.select.len() > 1), "several selectors");
    assert!(any(&|document| matches!(document.select[..], [Selector::Range { .. }])), "a range");
    assert!(any(&|document| !document.remove.is_empty()), "removal");
    assert!(any(&|document| document.select.is_empty() && document.location.path().ends_with(".pdf")), "PDF");
    assert!(collection.terms().any(|terms| terms.documents.len() > 1), "combined terms");
    assert!(any(&|document| document.execute_client_scripts == Some(true)), "scripts run");
    assert!(uses(&Value::is_string), "a filter with one parameter");
    assert!(uses(&Value::is_array), "a filter with a list");
    assert!(any(&|document| document.filters_module.is_some()), "filters of its own");
    assert!(collection.services.iter().any(|service| service.terms.is_empty()), "a service that closed");
}

#[test]
fn declarations_agree_with_the_reference_corpus() {
    let Some(corpus) = unpacked_corpus() else { return };
    let collection = load(repository()).unwrap().collection;

    let mut compared = 0;
    for case in cases(corpus.path()) {
        let named = |terms: &&Terms| {
            terms.key.service.as_str() == case["service"] && terms.key.terms_type.as_str() == case["termsType"]
        };
        let Some(terms) = collection.terms().find(named) else { continue };
        let declared = terms.documents.iter().any(|document| says_the_same(document, &case));
        assert!(declared, "{} declares otherwise: {case}", terms.key);
        compared += 1;
    }

    assert!(compared > 1000, "only {compared} cases were compared");
}

#[test]
fn the_collection_of_the_demo_is_read_without_a_fault_at_every_revision() {
    let folder = tempfile::tempdir().unwrap();

    for revision in 1..=demo::REVISIONS {
        demo::write_collection(folder.path(), revision, 4321).unwrap();
        let loaded = load(folder.path()).unwrap();
        assert!(loaded.diagnostics.is_empty(), "revision {revision}: {:#?}", loaded.diagnostics);
        assert_eq!(loaded.collection.services.len(), 12);
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The case descriptions of the corpus that lies beside the project on some machines.
fn unpacked_corpus() -> Option<tempfile::TempDir> {
    let archive = repository().join("../shared/corpus/open.tar.zst");
    if !archive.exists() {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let unpacked = Command::new("tar")
        .args(["--use-compress-program", "zstd -d --long=27", "--wildcards", "-xf"])
        .arg(&archive)
        .arg("-C")
        .arg(folder.path())
        .arg("*/case.json")
        .status();
    unpacked.is_ok_and(|status| status.success()).then_some(folder)
}

fn cases(corpus: &Path) -> impl Iterator<Item = Value> {
    files(corpus).into_iter().map(|path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn says_the_same(document: &SourceDocument, case: &Value) -> bool {
    document.location.as_str() == case["location"]
        && document.select == selectors(&case["select"])
        && document.remove == selectors(&case["remove"])
        && document.execute_client_scripts == case["executeClientScripts"].as_bool()
}

fn selectors(declared: &Value) -> Vec<Selector> {
    match declared {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().filter_map(Selector::from_declared).collect(),
        one => Selector::from_declared(one).into_iter().collect(),
    }
}
