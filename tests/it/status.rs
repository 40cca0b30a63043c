//! `fineprint status` and `checks`: what is in trouble is told, and a name that nothing goes by is not taken for "all is well".

use serde_json::{Value, json};

use crate::collection::TestCollection;
use crate::site::Site;

/// Lumio's imprint, tracked once.
fn tracked(site: &Site) -> TestCollection {
    let collection = TestCollection::declaring(site, "Lumio");
    collection.track();
    collection
}

fn declare(collection: &TestCollection, site: &Site, service: &str) {
    collection.declare(service, "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
}

fn printed(collection: &TestCollection, arguments: &[&str]) -> String {
    let ran = collection.run(arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    ran.stdout
}

#[test]
fn a_broken_declaration_is_trouble_with_file_and_line() {
    let site = Site::serve();
    let collection = tracked(&site);
    collection.write("declarations/Lumio.json", "{");
    collection.write("declarations/Quillpad.json", "{");

    for arguments in [&["status"][..], &["status", "--troubled"]] {
        let told = printed(&collection, arguments);

        assert!(told.contains("  faulty\n"), "{told}");
        assert!(told.contains("Lumio: faulty: declarations/Lumio.json:1:"), "{told}");
        assert!(told.contains("Quillpad: faulty: declarations/Quillpad.json:1:"), "{told}");
    }
    let objects: Vec<Value> = serde_json::from_str(&printed(&collection, &["status", "--json"])).unwrap();
    assert_eq!(objects.len(), 2);
    for (object, terms_type) in objects.iter().zip([json!("Imprint"), Value::Null]) {
        assert_eq!((&object["state"], &object["termsType"]), (&json!("faulty"), &terms_type));
        assert!(object["fault"].as_str().unwrap().contains("malformed-json"), "{object}");
    }
    assert!(printed(&collection, &["status", "Quillpad"]).starts_with("Quillpad: faulty: "));
}

#[test]
fn an_unknown_name_is_refused_and_no_trouble_is_said_to_be_none() {
    let site = Site::serve();
    let collection = tracked(&site);
    let refused = |arguments: &[&str]| {
        let ran = collection.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{arguments:?}");
        ran.stderr
    };

    assert_eq!(
        refused(&["status", "Lumia"]),
        "error: no service `Lumia` is declared or was checked\nhint: did you mean `Lumio`?\n"
    );
    assert!(
        refused(&["status", "Lumio", "Foo"])
            .starts_with("error: no terms type `Foo` of Lumio is declared or was checked")
    );
    assert!(refused(&["status", "Lumia", "--troubled", "--json"]).contains("did you mean `Lumio`?"));
    assert_eq!(collection.run(&["status", "--troubled"]).stderr, "nothing is in trouble\n");
}

#[test]
fn a_renamed_service_keeps_its_checks_and_its_last_change() {
    let site = Site::serve();
    let collection = tracked(&site);
    std::fs::remove_file(collection.path("declarations/Lumio.json")).unwrap();
    declare(&collection, &site, "Lumix");
    collection.write("renames.json", &json!({ "services": [{ "from": "Lumio", "to": "Lumix" }] }).to_string());
    let before: Value = serde_json::from_str(&printed(&collection, &["status", "--json"])).unwrap();

    collection.track();

    let after: Value = serde_json::from_str(&printed(&collection, &["status", "--json"])).unwrap();
    assert_eq!(after.as_array().unwrap().len(), 1, "{after}");
    assert_eq!((&after[0]["service"], &after[0]["state"]), (&json!("Lumix"), &json!("fine")));
    assert!(after[0]["lastChange"].is_string());
    assert_eq!(after[0]["lastChange"], before[0]["lastChange"]);
    for name in ["Lumix", "Lumio"] {
        assert_eq!(printed(&collection, &["checks", name]).lines().count(), 2, "{name}");
        assert!(printed(&collection, &["status", name]).contains("Lumix"));
    }
}

#[test]
fn a_list_that_is_cut_and_one_that_is_empty_say_so() {
    let site = Site::serve();
    let collection = tracked(&site);
    for n in 0..100 {
        collection.declare(
            &format!("Service {n}"),
            "Imprint",
            json!({ "fetch": site.url_at(&format!("host-{n}"), "/terms"), "select": "main" }),
        );
    }
    collection.track();

    let cut = collection.run(&["checks"]);
    assert_eq!(cut.stdout.lines().count(), 100);
    assert_eq!(cut.stderr, "the newest 100 are listed; `--limit N` lists more, `--jsonl` all\n");
    let asked = collection.run(&["checks", "--limit", "5"]);
    assert_eq!((asked.stdout.lines().count(), asked.stderr.as_str()), (5, ""));
    assert_eq!(collection.run(&["checks", "--jsonl"]).stdout.lines().count(), 102);
    let empty = collection.run(&["checks", "--until", "2020-01-01"]);
    assert_eq!((empty.code, empty.stderr.as_str()), (1, "nothing was noted that matches\n"));
}
