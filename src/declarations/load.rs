//! Reads a collection folder into a `Collection`; one bad service never stops the others.

use std::path::Path;

use super::folder::{DeclarationsError, Folder, declaration_file};
use super::{Diagnostic, renames, rules, service};
use crate::domain::Collection;

/// A collection as far as it could be read, and what is wrong with the rest.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    pub collection: Collection,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads all current declarations of the collection in `collection_dir`.
///
/// What the schema of declarations forbids but the pipeline can live with is accepted: terms types that are not
/// listed, unknown keys, a name unlike the id.
///
/// # Errors
/// Only when the declarations folder itself cannot be listed; a bad file becomes a diagnostic.
pub fn load(collection_dir: &Path) -> Result<Loaded, DeclarationsError> {
    let folder = Folder::list(collection_dir)?;
    let mut diagnostics = similar_ids(&folder);
    let services =
        folder.declared.iter().filter_map(|id| service::load(collection_dir, id, &mut diagnostics)).collect();
    let collection = Collection { services };
    diagnostics.extend(renames(collection_dir, Some(&collection)).1);
    Ok(Loaded { collection, diagnostics })
}

/// Warns of ids that some file systems cannot keep apart; such ids are neighbours in the list.
pub(super) fn similar_ids(folder: &Folder) -> Vec<Diagnostic> {
    let pairs = folder.declared.windows(2).filter(|pair| pair[0].to_lowercase() == pair[1].to_lowercase());
    let warn = |pair: &[String]| {
        let message = format!("the ids `{}` and `{}` differ in case only", pair[0], pair[1]);
        Diagnostic::of_file(&declaration_file(&pair[1]), &rules::SIMILAR_ID, message)
    };
    pairs.map(warn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::fixture::Folder as Fixture;
    use crate::domain::{FilterUse, Service, SourceDocument};
    use serde_json::json;

    fn documents(declaration: &str) -> Vec<SourceDocument> {
        let loaded = load(Fixture::new().file("Acme.json", declaration).path()).unwrap();
        assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
        loaded.collection.services[0].terms[0].documents.clone()
    }

    fn faults(declaration: &str) -> (Vec<Service>, Vec<String>) {
        let loaded = load(Fixture::new().file("Acme.json", declaration).path()).unwrap();
        (loaded.collection.services, loaded.diagnostics.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_single_document_is_read_whole() {
        let document = documents(
            r##"{ "name": "Acme", "terms": { "Privacy Policy": {
                "fetch": "https://acme.example/privacy",
                "select": ["main", { "startBefore": "#a", "endAfter": ".b" }],
                "remove": ".ads",
                "filter": ["cleanUp", { "removeQueryParams": ["utm"] }],
                "executeClientScripts": false } } }"##,
        )
        .remove(0);

        assert_eq!(document.id, None);
        assert_eq!(document.location.as_str(), "https://acme.example/privacy");
        assert_eq!(document.select[0].to_string(), "main");
        assert_eq!(document.select[1].to_string(), r##"{"startBefore":"#a","endAfter":".b"}"##);
        assert_eq!(document.remove[0].to_string(), ".ads");
        let with_params = FilterUse { name: "removeQueryParams".into(), params: Some(json!(["utm"])) };
        assert_eq!(document.filters, [FilterUse { name: "cleanUp".into(), params: None }, with_params]);
        assert_eq!(document.execute_client_scripts, Some(false));
        assert_eq!(document.filters_module, None);
    }

    #[test]
    fn a_pdf_needs_nothing_but_its_location() {
        let documents = documents(r#"{ "name": "A", "terms": { "Imprint": { "fetch": "https://a.example/i.pdf" } } }"#);

        assert!(documents[0].select.is_empty());
    }

    #[test]
    fn combined_documents_inherit_what_they_do_not_say_themselves() {
        let documents = documents(
            r#"{ "name": "Acme", "terms": { "Terms of Service": {
                "combine": [
                    { "fetch": "https://acme.example/legal/a.html" },
                    { "fetch": "https://acme.example/legal/b", "select": [], "remove": null, "executeClientScripts": false }
                ],
                "select": "main", "remove": "nav", "filter": ["f"], "executeClientScripts": true } } }"#,
        );

        assert_eq!(documents[0].id.as_ref().unwrap().as_str(), "legal-a");
        assert_eq!(documents[0].select[0].to_string(), "main");
        assert_eq!(documents[0].execute_client_scripts, Some(true));
        assert_eq!(documents[1].id.as_ref().unwrap().as_str(), "legal-b");
        assert!(documents[1].select.is_empty(), "an empty array is a choice");
        assert_eq!(documents[1].remove[0].to_string(), "nav", "null is none");
        assert_eq!(documents[1].filters.len(), 1);
        assert_eq!(documents[1].execute_client_scripts, Some(false));
    }

    #[test]
    fn combining_one_document_gives_it_no_id() {
        let documents = documents(
            r#"{ "name": "A", "terms": { "Imprint": { "combine": [{ "fetch": "https://a.example/x" }], "select": "p" } } }"#,
        );

        assert_eq!(documents[0].id, None);
    }

    #[test]
    fn a_filters_file_beside_the_declaration_is_named() {
        let folder = Fixture::new()
            .file(
                "Acme.json",
                r#"{ "name": "A", "terms": { "Imprint": { "fetch": "https://a.example/i", "select": "p" } } }"#,
            )
            .file("Acme.filters.js", "export function f() {}");

        let loaded = load(folder.path()).unwrap();

        let module = loaded.collection.services[0].terms[0].documents[0].filters_module.clone().unwrap();
        assert_eq!(module, folder.path().join("declarations/Acme.filters.js"));
    }

    #[test]
    fn services_are_sorted_and_a_closed_one_has_no_terms() {
        let closed = r#"{ "name": "Closed", "terms": {} }"#;
        let folder = Fixture::new().file("b.json", closed).file("A.json", closed).file("C.json", closed);
        let folder = folder.file("README.md", "not a declaration").file("Old.history.json", "{}");

        let loaded = load(folder.path()).unwrap();

        let ids: Vec<_> = loaded.collection.services.iter().map(|service| service.id.as_str()).collect();
        assert_eq!(ids, ["A", "b", "C"]);
        assert_eq!(loaded.collection.terms().count(), 0);
    }

    #[test]
    fn a_malformed_file_stops_no_other_service() {
        let folder = Fixture::new()
            .file("Acme.json", "{\n  \"name\": \"Acme\",\n  \"terms\": {},\n}")
            .file("Beta.json", r#"{ "name": "Beta", "terms": {} }"#);

        let loaded = load(folder.path()).unwrap();

        assert_eq!(loaded.collection.services[0].name, "Beta");
        let expected = "declarations/Acme.json:3:14: malformed-json: a comma stands after the last entry";
        assert_eq!(loaded.diagnostics[0].to_string(), expected);
    }

    #[test]
    fn terms_that_cannot_be_tracked_stop_no_other_terms() {
        let (services, faults) = faults(
            "{ \"name\": \"Acme\", \"terms\": {\n\
             \"Imprint\": { \"select\": \"p\" },\n\
             \"Live Policy\": { \"fetch\": \"acme.example\", \"select\": \"p\" },\n\
             \"Privacy Policy\": { \"fetch\": \"https://acme.example/p\", \"select\": 1 },\n\
             \"Seller Warranty\": { \"fetch\": \"https://acme.example/w\", \"select\": { \"startBefore\": \"a\" } },\n\
             \"../Escape\": { \"fetch\": \"https://acme.example/e\", \"select\": \"p\" },\n\
             \"Made-up Terms\": { \"fetch\": \"https://acme.example/t\", \"select\": \"p\", \"extra\": 1 } } }",
        );

        assert_eq!(
            faults,
            [
                "declarations/Acme.json:2:12: missing-key: `fetch` is missing, so there is nothing to track",
                "declarations/Acme.json:3:27: invalid-url: `acme.example` is not an absolute HTTP or HTTPS URL",
                "declarations/Acme.json:4:66: wrong-type: a selector is a text, or an object for a range",
                "declarations/Acme.json:5:67: invalid-range: a range needs exactly one start and exactly one end",
                "declarations/Acme.json:6:1: invalid-id: terms type `../Escape` starts with a dot",
            ]
        );
        assert_eq!(services[0].terms.len(), 1);
        assert_eq!(services[0].terms[0].key.to_string(), "Acme — Made-up Terms");
    }

    #[test]
    fn documents_that_share_a_snapshot_file_are_warned_of() {
        let (services, faults) = faults(
            "{ \"name\": \"Acme\", \"terms\": { \"Imprint\": { \"select\": \"p\", \"combine\": [\n\
             { \"fetch\": \"https://acme.example/i?page=1\" },\n\
             { \"fetch\": \"https://acme.example/i?page=2\" } ] } } }",
        );

        assert_eq!(services[0].terms[0].documents.len(), 2);
        assert_eq!(
            faults,
            ["declarations/Acme.json:3:12: document-id-collision: this source document would share its \
              snapshot file with <https://acme.example/i?page=1>, so these terms are not tracked"]
        );
    }

    #[test]
    fn a_declaration_without_a_name_goes_by_its_id() {
        let (services, faults) = faults(r#"{ "terms": {} }"#);

        assert_eq!(services[0].name, "Acme");
        assert_eq!(faults, ["declarations/Acme.json:1:1: missing-key: `name` is missing; `Acme` is used instead"]);
    }
}
