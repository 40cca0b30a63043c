//! The index says what `git log` says, on every path.

use std::collections::BTreeSet;
use std::path::Path;

use crate::collection::{TestCollection, git};
use crate::reading::{archive, parsed};

const SUBJECTS: [&str; 6] =
    ["First record of ", "Record new changes of ", "Apply technical ", "Start tracking ", "Update ", "Refilter "];

/// Asks git of each path that ever was, and fineprint of the terms that it stands for.
pub fn assert_agrees_with_git(root: &Path) {
    let versions = root.join("versions");
    let names = git(&versions, &["log", "--name-only", "--format=", "-z", "--no-renames"]);
    let paths: BTreeSet<&str> = names.split(['\0', '\n']).filter(|name| name.ends_with(".md")).collect();
    for path in paths {
        let Some((service, file)) = path.split_once('/') else { continue };
        let terms_type = file.trim_end_matches(".md");
        let log = git(&versions, &["log", "--no-merges", "--diff-filter=AM", "--format=%H %s", "--", path]);
        let records = log.lines().filter_map(|line| line.split_once(' '));
        let records = records.filter(|(_, subject)| SUBJECTS.iter().any(|prefix| subject.starts_with(prefix)));
        let expected: BTreeSet<String> = records.map(|(id, _)| id.to_owned()).collect();

        let output = std::process::Command::new(env!("CARGO_BIN_EXE_fineprint"))
            .arg("--collection")
            .arg(root)
            .args(["history", "--json", "--", service, terms_type])
            .output()
            .unwrap();

        let listed = parsed(std::str::from_utf8(&output.stdout).unwrap());
        let ids: BTreeSet<String> =
            listed.as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, expected, "{path}");
    }
}

#[test]
fn the_index_of_an_archive_with_branches_and_commits_by_hand_agrees_with_git_log() {
    let collection = archive();
    let commit = |file: &str, text: &str, subject: &str| collection.commit_by_hand("versions", file, text, subject);
    collection.git("versions", &["checkout", "-q", "-b", "side", "HEAD~2"]);
    commit("Acme/Imprint.md", "Moved", "Update Acme Imprint");
    commit("Side/Privacy Policy.md", "One", "First record of Side Privacy Policy");
    collection.git("versions", &["checkout", "-q", "main"]);
    commit("Quill/Terms of Service.md", "Two", "Refilter Quill Terms of Service");
    collection.git_by_hand("versions", &["merge", "-q", "--no-edit", "side"]);
    commit("Side/Privacy Policy.md", "By hand", "Correct a typo");
    commit("Side/Privacy Policy.md", "Three", "Record new changes of Side Privacy Policy");

    assert_agrees_with_git(&collection.path("."));
    TestCollection::run(&collection, &["history"]);
    commit("Side/Privacy Policy.md", "Four", "Apply technical or declaration upgrade on Side Privacy Policy");
    assert_agrees_with_git(&collection.path("."));
}
