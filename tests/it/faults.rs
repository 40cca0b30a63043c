//! Bad input and bad luck: a clear error that names the file, everything else goes on, nothing is lost.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::collection::{Ran, TestCollection, signal};
use crate::site::{Page, Site};

fn tracked_once() -> (Site, TestCollection) {
    let site = Site::serve();
    let collection = TestCollection::declaring(&site, "Acme");
    collection.track();
    (site, collection)
}

#[test]
fn malformed_json_is_told_with_its_line_and_others_go_on() {
    let (_site, collection) = tracked_once();
    collection.write("declarations/Bad.json", "{\n  \"name\": \"Bad\",\n  \"terms\": {,}\n}\n");

    let ran = collection.track();

    assert!(ran.stderr.contains("declarations/Bad.json:3:13: "), "{}", ran.stderr);
    assert!(ran.stdout.contains("unchanged: 1"), "{}", ran.stdout);
}

#[test]
fn a_terms_of_the_wrong_shape_is_left_out_and_its_siblings_tracked() {
    let (site, collection) = tracked_once();
    let good = json!({ "fetch": site.url("/terms"), "select": "main" });
    let declaration = json!({ "name": "Mixed", "terms": { "Imprint": good, "Privacy Policy": { "fetch": 42 } } });
    collection.write("declarations/Mixed.json", &declaration.to_string());

    let ran = collection.track();

    assert!(ran.stderr.contains("declarations/Mixed.json:1:"), "{}", ran.stderr);
    assert!(collection.subjects("versions").contains(&"First record of Mixed Imprint".to_owned()));
}

#[test]
fn a_missing_declarations_folder_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fineprint"));

    let ran = Ran::from(command.arg("--collection").arg(folder.path()).arg("track").output().unwrap());

    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("there is no declarations folder at"), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: "), "{}", ran.stderr);
}

#[test]
fn a_configuration_that_cannot_be_used_is_told_with_file_and_key() {
    let (_site, collection) = tracked_once();
    let config = "{\n  \"@opentermsarchive/engine\": {\n    \"fetcher\": { \"hostDelay\": \"soon\" }\n  }\n}";
    collection.write("config/default.json", config);

    let ran = collection.run(&["track"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("config/default.json:3"), "{}", ran.stderr);
    assert!(ran.stderr.contains("fetcher.hostDelay"), "{}", ran.stderr);
}

#[test]
fn a_detached_head_is_refused_and_left_as_it_is() {
    let (site, collection) = tracked_once();
    collection.git("versions", &["checkout", "-q", "--detach"]);
    site.put("/terms", Page::terms("You may not leave."));

    let ran = collection.run(&["track"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("has a detached head"), "{}", ran.stderr);
    assert!(ran.stderr.contains("hint: run `git -C"), "{}", ran.stderr);
    collection.git("versions", &["checkout", "-q", "main"]);
    collection.track();
    assert_eq!(collection.subjects("versions").len(), 2);
}

#[test]
fn an_archive_that_is_a_file_is_refused() {
    let (_site, collection) = tracked_once();
    std::fs::remove_dir_all(collection.path("versions")).unwrap();
    collection.write("versions", "not a folder");

    let ran = collection.run(&["track"]);

    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("versions"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(collection.path("versions")).unwrap(), "not a folder");
}

#[test]
fn a_changed_working_file_is_put_right_and_never_recorded() {
    let (_site, collection) = tracked_once();
    collection.write("versions/Acme/Imprint.md", "Vandalised.");

    collection.track();

    assert_eq!(collection.subjects("versions").len(), 1);
    assert_eq!(collection.git("versions", &["status", "--porcelain"]), "");
    let text = std::fs::read_to_string(collection.path("versions/Acme/Imprint.md")).unwrap();
    assert!(text.contains("You may leave at any time."));
}

/// What a command says where nothing can be written, as on a full disk.
#[cfg(unix)]
fn run_without_room(collection: &TestCollection, arguments: &str) -> Ran {
    let binary = env!("CARGO_BIN_EXE_fineprint");
    let script = format!("trap '' XFSZ; ulimit -f 0; exec '{binary}' --collection . {arguments}");
    let mut shell = Command::new("sh");
    Ran::from(shell.arg("-c").arg(script).current_dir(collection.path(".")).env_remove("NODE_ENV").output().unwrap())
}

#[cfg(unix)]
#[test]
fn on_a_full_disk_reading_goes_on_and_nobody_is_told_to_throw_the_record_of_checks_away() {
    let (_site, collection) = tracked_once();

    for command in ["status", "checks Acme", "held", "history Acme"] {
        let (roomy, full) =
            (collection.run(&command.split(' ').collect::<Vec<_>>()), run_without_room(&collection, command));
        assert_eq!((full.code, &full.stdout), (0, &roomy.stdout), "{command}: {}", full.stderr);
    }

    let track = run_without_room(&collection, "track");
    assert_eq!(track.code, 1);
    assert!(!track.stderr.contains("move it away"), "{}", track.stderr);
    collection.track();
}

/// A disk is full when a write fails; a limit on the size of files makes it fail the same way.
#[cfg(unix)]
#[test]
fn a_full_disk_ends_the_run_with_a_clear_error_and_the_next_run_goes_on() {
    let (site, collection) = tracked_once();
    let long = "We may change these terms. ".repeat(20_000);
    let noise: String = (0..40_000_u64).map(|n| format!("{:x} ", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    site.put("/terms", Page::terms(&format!("{long}{noise}")));
    let binary = env!("CARGO_BIN_EXE_fineprint");
    let script = format!("trap '' XFSZ; ulimit -f 200; exec '{binary}' --collection . track");

    let output = Command::new("sh").arg("-c").arg(script).current_dir(collection.path(".")).output().unwrap();

    let ran = Ran::from(output);
    assert_eq!(ran.code, 1, "{}\n{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("error: cannot "), "{}", ran.stderr);
    for repository in ["versions", "snapshots"] {
        collection.git(repository, &["fsck", "--strict"]);
        assert_eq!(collection.subjects(repository).len(), 1);
    }
    collection.track();
    assert_eq!(collection.subjects("versions").len(), 2);
}

#[cfg(unix)]
#[test]
fn a_run_that_is_asked_to_end_ends_after_the_record_being_written() {
    let site = Site::serve();
    let collection = TestCollection::new();
    for number in 0..30 {
        let path = format!("/{number}");
        site.put(&path, Page { delay: Duration::from_millis(100), ..Page::terms(&format!("Terms {number}.")) });
        collection.declare(&format!("S{number}"), "Imprint", json!({ "fetch": site.url(&path), "select": "main" }));
    }

    let run = collection.command(&["track"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1000));
    signal("INT", run.id());
    let started = Instant::now();
    let ran = Ran::from(run.wait_with_output().unwrap());

    assert_eq!(ran.code, 130, "{}", ran.stderr);
    assert!(started.elapsed() < Duration::from_secs(5));
    let recorded = collection.subjects("versions").len();
    assert!((1..30).contains(&recorded), "{recorded}");
    assert!(ran.stdout.contains(&format!("recorded {recorded} new version")), "{}", ran.stdout);
    assert!(ran.stdout.ends_with(&format!("not reached: {}\n", 30 - recorded)), "{}", ran.stdout);
    collection.git("versions", &["fsck", "--strict"]);
}

#[cfg(unix)]
#[test]
fn a_schedule_announces_each_run_in_words_and_runs() {
    let (site, collection) = tracked_once();
    let config = std::fs::read_to_string(collection.path("config/default.json")).unwrap();
    let config = config.replacen("{\"fetcher\"", "{\"trackingSchedule\":\"* * * * * *\",\"fetcher\"", 1);
    collection.write("config/default.json", &config);
    let visits = site.visits("/terms");

    let run =
        collection.command(&["track", "--schedule"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while site.visits("/terms") < visits + 2 && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(50));
    }
    signal("TERM", run.id());
    let ran = Ran::from(run.wait_with_output().unwrap());

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(site.visits("/terms") >= visits + 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("Next run on "), "{}", ran.stderr);
}

#[test]
fn a_second_fineprint_on_one_archive_is_refused() {
    let site = Site::serve();
    site.put("/slow", Page { delay: Duration::from_secs(3), ..Page::terms("Slow.") });
    let collection = TestCollection::new();
    collection.declare("Slow", "Imprint", json!({ "fetch": site.url("/slow"), "select": "main" }));
    let mut first = collection.command(&["track"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while site.visits("/slow") == 0 {
        std::thread::sleep(Duration::from_millis(20));
    }

    let second = collection.run(&["track"]);

    assert_eq!(second.code, 1);
    assert!(second.stderr.contains(&format!("by another fineprint (process {})", first.id())), "{}", second.stderr);
    assert!(first.wait().unwrap().success());
}

#[test]
fn a_terms_that_cannot_be_recorded_never_stops_the_others() {
    let (site, collection) = tracked_once();
    collection.commit_by_hand("versions", "LICENSE", "ODbL", "Add licence");
    for service in ["LICENSE", "Other"] {
        collection.declare(service, "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    }

    let ran = collection.track();

    assert!(ran.stdout.contains("failed: 1\n  cannot be recorded: LICENSE — Imprint"), "{}", ran.stdout);
    assert!(collection.subjects("versions").contains(&"First record of Other Imprint".to_owned()));
    assert_eq!(std::fs::read_to_string(collection.path("versions/LICENSE")).unwrap(), "ODbL");
}

#[test]
fn what_people_revert_stays_reverted() {
    let (site, collection) = tracked_once();
    site.put("/terms", Page::terms("Are you a robot?"));
    collection.track();
    for repository in ["snapshots", "versions"] {
        collection.git_by_hand(repository, &["revert", "--no-edit", "HEAD"]);
    }
    site.put("/terms", Page::terms("You may leave at any time."));
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main p" }));

    collection.track();

    let text = collection.git("versions", &["show", "HEAD:Acme/Imprint.md"]);
    assert_eq!(text, "You may leave at any time.");
}

#[test]
fn a_version_that_was_taken_back_is_recorded_again() {
    let (site, collection) = tracked_once();
    site.put("/terms", Page::terms("You may not leave."));
    collection.track();
    collection.git("versions", &["reset", "-q", "--hard", "HEAD~1"]);

    collection.track();

    assert_eq!(collection.subjects("versions").len(), 2);
    assert!(collection.git("versions", &["show", "HEAD:Acme/Imprint.md"]).contains("You may not leave."));
}

#[cfg(unix)]
#[test]
fn a_file_that_is_broken_for_a_moment_does_not_end_the_schedule() {
    let (site, collection) = tracked_once();
    let config = std::fs::read_to_string(collection.path("config/default.json")).unwrap();
    let config = config.replacen("{\"fetcher\"", "{\"trackingSchedule\":\"* * * * * *\",\"fetcher\"", 1);
    // In one step: a run that begins meanwhile must not find half a file, or none.
    let configure = |text: &str| {
        collection.write("new.json", text);
        std::fs::rename(collection.path("new.json"), collection.path("config/default.json")).unwrap();
    };
    configure(&config);
    let run =
        collection.command(&["track", "--schedule"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let wait_for = |visits: usize| {
        let started = Instant::now();
        while site.visits("/terms") < visits && started.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    wait_for(2);
    configure("{ half");
    std::thread::sleep(Duration::from_millis(2500));
    let visits = site.visits("/terms");
    configure(&config);
    wait_for(visits + 1);

    signal("TERM", run.id());
    let ran = Ran::from(run.wait_with_output().unwrap());

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(site.visits("/terms") > visits, "{}", ran.stderr);
    assert!(ran.stderr.contains("error: config/default.json:1"), "{}", ran.stderr);
}

#[test]
fn a_lock_that_a_killed_git_left_is_told_with_what_to_do() {
    let (site, collection) = tracked_once();
    site.put("/terms", Page::terms("You may not leave."));
    collection.write("versions/.git/index.lock", "");

    let ran = collection.track();

    assert_eq!(collection.subjects("versions").len(), 2);
    assert!(ran.stderr.contains("then remove the `.lock` file in its `.git` folder"), "{}", ran.stderr);
}
