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
fn the_readme_has_every_command() {
    let readme = fs::read_to_string("README.md").unwrap();
    let help = crate::collection::TestCollection::new().run(&["--help"]).stdout;

    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What is said of a command goes on in lines that are further in.
    let commands: Vec<&str> =
        listed.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next()).collect();

    assert!(commands.len() > 20, "{help}");
    let row = |command: &str| readme.contains(&format!("| `fineprint {command}"));
    let missing: Vec<&str> = commands.into_iter().filter(|command| *command != "help" && !row(command)).collect();
    assert!(missing.is_empty(), "the README says nothing of {missing:?}");
}

fn pages() -> Vec<std::path::PathBuf> {
    let folders = [".", "docs", "docs/fr"].into_iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = folders.map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "md")).collect()
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let folder = page.parent().unwrap();
        let text = fs::read_to_string(&page).unwrap();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let local = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
        let files = local.map(|target| target.split('#').next().unwrap()).filter(|target| target.contains(".md"));
        let missing = files.filter(|target| !folder.join(target).exists());
        broken.extend(missing.map(|target| format!("{}: {target}", page.display())));
    }

    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn declarations_of_the_tutorials_are_written_as_lint_wants_them() {
    for page in ["docs/declaring.md", "docs/fr/declarer.md"] {
        let page = fs::read_to_string(page).unwrap();
        let blocks = page.split("```json\n").skip(1).map(|block| block.split("```").next().unwrap());
        let declarations: Vec<&str> = blocks.filter(|block| block.starts_with("{\n  \"name\"")).collect();
        assert!(declarations.len() >= 2, "{declarations:?}");

        for declaration in declarations {
            let collection = crate::collection::TestCollection::new();
            collection.write("declarations/Lumio.json", declaration);

            assert_eq!(collection.run(&["lint"]).stdout, "checked 1 service: no faults\n", "{declaration}");
        }
    }
}
