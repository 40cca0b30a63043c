//! Documentation that must keep up with what it documents.

use std::fs;

use fineprint::fetch::FailureKind;

#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let reasons = fs::read_to_string("docs/dependencies.md").unwrap();
    let tables: Vec<&str> = reasons.lines().filter(|line| line.starts_with("| ")).collect();

    let sections = manifest.split("\n[").filter(|section| section.split(']').next().unwrap().ends_with("dependencies"));
    let lines = sections.flat_map(|section| section.lines().skip(1));
    let names = lines.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.trim());
    let missing: Vec<&str> = names
        .filter(|name| !tables.iter().any(|row| row.split(['|', ',']).take(6).any(|cell| cell.trim() == *name)))
        .collect();

    assert!(missing.is_empty(), "docs/dependencies.md says nothing of {missing:?}");
}

#[test]
fn the_page_on_verdicts_has_the_rules_as_they_are() {
    let page = fs::read_to_string("docs/signal.md").unwrap();

    let printed = crate::collection::TestCollection::new().run(&["classify", "--rules"]);

    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert!(page.contains(&printed.stdout), "put what `fineprint classify --rules` prints into docs/signal.md");
}

#[test]
fn the_page_on_fetching_has_every_kind_of_failure() {
    let page = fs::read_to_string("docs/fetching.md").unwrap();

    let table = FailureKind::table();
    assert!(page.contains(&table), "docs/fetching.md lacks this table:\n{table}");
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    let pages = [
        "README.md",
        "CONTRIBUTING.md",
        "docs/declaring.md",
        "docs/architecture.md",
        "docs/archive.md",
        "docs/fetching.md",
        "docs/moving.md",
        "docs/reading.md",
        "docs/fr/LISEZMOI.md",
        "docs/fr/demenager.md",
    ];
    for page in pages {
        let folder = std::path::Path::new(page).parent().unwrap();
        let text = fs::read_to_string(page).unwrap();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let local = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
        broken.extend(
            local
                .map(|target| target.split('#').next().unwrap())
                .filter(|target| target.contains(".md") && !folder.join(target).exists())
                .map(|target| format!("{page}: {target}")),
        );
    }

    assert!(broken.is_empty(), "{broken:?}");
}
