//! `demo`: the whole pipeline on the fictional web, into a collection like any other.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::agreement::assert_agrees_with_git;
use crate::collection::{Ran, git};

fn fineprint(arguments: &[&str]) -> Ran {
    let output: Output = Command::new(env!("CARGO_BIN_EXE_fineprint")).args(arguments).output().unwrap();
    Ran::from(output)
}

fn recorded() -> (TempDir, Ran) {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("demo");
    let ran = fineprint(&["demo", "--no-serve", "--into", into.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    (folder, ran)
}

#[test]
fn the_demo_records_two_years_of_a_web_like_the_real_one() {
    let (folder, ran) = recorded();
    let versions = folder.path().join("demo/versions");
    let snapshots = folder.path().join("demo/snapshots");
    let show = |revision: &str| git(&versions, &["show", revision]);
    let log = |path: &str, format: &str| git(&versions, &["log", "--reverse", format, "--", path]);

    for repository in [&versions, &snapshots] {
        git(repository, &["fsck", "--strict"]);
        assert_eq!(git(repository, &["status", "--porcelain"]), "");
    }
    let years: BTreeSet<String> =
        log(".", "--format=%ad").lines().map(|date| date[date.len() - 10..][..4].to_owned()).collect();
    assert_eq!(years, BTreeSet::from(["2024".to_owned(), "2025".to_owned()]));
    let services = git(&versions, &["ls-tree", "--name-only", "HEAD"]);
    assert!(services.lines().count() >= 8, "{services}");

    assert_agrees_with_git(&folder.path().join("demo"));

    // A combined terms, a PDF, Japanese, a windows-1252 page, and the chrome around terms that is left out.
    assert_eq!(show("HEAD:Parley/Terms of Service.md").matches("\n\n- - -\n\n").count(), 2);
    assert!(show("HEAD:Northline Ferries/Conditions of Carriage.md").len() > 1000);
    assert!(show("HEAD:Hoshizora Games/Terms of Service.md").contains("利用規約"));
    assert!(show("HEAD:Rivages/General Conditions of Sale.md").contains("réservation"));
    assert!(!show("HEAD:Lumio/Terms of Service.md").to_lowercase().contains("cookie settings"));

    // Corrected declarations give technical upgrades, closed services stay in the record, failures are told.
    let upgrades = log("Cloudberry Hosting", "--format=%s");
    assert!(upgrades.contains("Apply technical or declaration upgrade on Cloudberry Hosting"), "{upgrades}");
    assert!(show("HEAD:Spool/Terms of Service.md").contains("closes"));
    for failure in ["HTTP code 404", "HTTP code 410", "empty content"] {
        assert!(ran.stderr.contains(failure), "{failure}: {}", ran.stderr);
    }
    // Two error pages answered with the status of success: they were held, and one still is.
    assert!(ran.stderr.contains("1 held"), "{}", ran.stderr);
    let bramble = git(&versions, &["log", "-p", "--", "Bramble"]);
    assert!(!bramble.contains("Sign in to continue"), "{bramble}");
    let held = fineprint(&["--collection", folder.path().join("demo").to_str().unwrap(), "held"]).stdout;
    assert!(held.contains("Florin — Commercial Terms\n  held since 2025-12-09T06:30:00Z, seen in 1 run"), "{held}");
    assert!(ran.stdout.contains("git -C "), "{}", ran.stdout);
    assert!(ran.stdout.contains("[-13-]{+16+} years old"), "{}", ran.stdout);
}

#[test]
fn every_command_works_on_the_collection_of_the_demo() {
    let (folder, _) = recorded();
    let collection = folder.path().join("demo");
    let run = |arguments: &[&str]| fineprint(&[&["--collection", collection.to_str().unwrap()], arguments].concat());

    assert_eq!(run(&["validate", "declarations", "--schema-only"]).code, 0);
    assert_eq!(run(&["validate", "metadata"]).code, 0);
    assert!(run(&["config"]).stdout.contains("./versions"));
    let upgraded = run(&["apply-technical-upgrades", "--dry-run"]);
    assert!(upgraded.stdout.contains("\ndiffers: 0\n"), "{}", upgraded.stdout);
}

#[test]
fn the_demo_writes_over_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.txt"), "precious").unwrap();

    let ran = fineprint(&["demo", "--no-serve", "--into", folder.path().to_str().unwrap()]);

    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("is not empty\nhint: name a folder that does not exist yet"), "{}", ran.stderr);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
