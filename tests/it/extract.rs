//! `extract`: cases by hand and by the folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::collection::Ran;

fn extract(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fineprint"));
    Ran::from(command.arg("extract").args(arguments).current_dir(folder).output().unwrap())
}

fn write_case(folder: &Path, case: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("case.json"), case).unwrap();
    fs::write(folder.join("snapshot.html"), "<main><p class=ad>Buy!</p><p>You agree.</p></main>").unwrap();
    fs::write(folder.join("expected.md"), "You agree.").unwrap();
}

const FILTERED: &str =
    r#"{ "service": "Acme", "location": "https://acme.example/", "select": "main", "filter": "dropAds" }"#;

fn collection() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_case(&folder.path().join("acme/1"), FILTERED);
    fs::create_dir_all(folder.path().join("acme/filters")).unwrap();
    let module = "export function dropAds(document) { document.querySelector('.ad').remove(); }";
    fs::write(folder.path().join("acme/filters/Acme.filters.js"), module).unwrap();
    folder
}

#[test]
fn filters_are_found_from_wherever_a_case_is_named() {
    let folder = collection();

    let inside = extract(&folder.path().join("acme/1"), &["--case", "case.json", "snapshot.html"]);
    let above = extract(folder.path(), &["--case", "acme/1/case.json", "acme/1/snapshot.html"]);

    assert_eq!(inside.stdout, "You agree.\n", "{}", inside.stderr);
    assert_eq!(above.stdout, "You agree.\n", "{}", above.stderr);
}

#[test]
fn one_broken_case_does_not_hide_the_others() {
    let folder = collection();
    write_case(&folder.path().join("acme/2"), r#"{ "location": "https://acme.example/", "select": "" }"#);

    let ran = extract(folder.path(), &["--cases", "."]);

    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("broken: "), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("identical: 1 of 2\nhtml: 1 of 2\npdf: word recall -\n"), "{}", ran.stdout);
}

#[test]
fn a_case_may_name_its_address_as_a_declaration_does() {
    let folder = tempfile::tempdir().unwrap();
    write_case(folder.path(), r#"{ "fetch": "https://acme.example/", "select": "main", "remove": ".ad" }"#);

    let ran = extract(folder.path(), &["--case", "case.json", "snapshot.html"]);

    assert_eq!((ran.code, ran.stdout.trim_end(), ran.stderr.as_str()), (0, "You agree.", ""));
}
