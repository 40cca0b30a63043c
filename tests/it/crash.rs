//! A process that is killed while it records leaves two valid repositories, and the next run goes on.

use std::collections::HashSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::collection::TestCollection;
use crate::site::{Page, Site};

const KILLS: u64 = 100;
const SERVICES: usize = 12;

#[test]
fn killed_at_a_hundred_instants_nothing_is_half_recorded_and_the_next_run_goes_on() {
    let site = Site::serve();
    let collection = TestCollection::new();
    for service in 0..SERVICES {
        let url = site.url_at(&format!("host-{service}"), &format!("/{service}"));
        collection.declare(&format!("Service {service}"), "Imprint", json!({ "fetch": url, "select": "main" }));
    }
    publish(&site, 0);
    let started = Instant::now();
    collection.track();
    let whole_run = started.elapsed();

    for kill in 1..=KILLS {
        publish(&site, kill);
        let mut run = collection.command(&["track"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Instants spread evenly over a whole run and a little beyond, in no particular order.
        std::thread::sleep(whole_run.mul_f64((kill * 37 % KILLS) as f64 / KILLS as f64 * 1.1));
        run.kill().unwrap();
        run.wait().unwrap();
        assert_whole(&collection);
    }

    publish(&site, KILLS + 1);
    collection.track();
    assert_whole(&collection);
    for service in 0..SERVICES {
        let text = collection.git("versions", &["show", &format!("HEAD:Service {service}/Imprint.md")]);
        assert_eq!(text, format!("Text {} of {service}.", KILLS + 1));
    }
    assert_eq!(collection.git("versions", &["status", "--porcelain"]), "");
    assert_eq!(collection.git("snapshots", &["status", "--porcelain"]), "");
}

fn publish(site: &Site, revision: u64) {
    for service in 0..SERVICES {
        let mut page = Page::html(&format!("<main>Text {revision} of {service}.</main>"));
        page.delay = Duration::from_millis(service as u64 % 4 * 5);
        site.put(&format!("/{service}"), page);
    }
}

/// Both repositories are sound, each commit records one file, and every version's snapshot is there.
fn assert_whole(collection: &TestCollection) {
    for repository in ["snapshots", "versions"] {
        collection.git(repository, &["fsck", "--strict"]);
        let files = collection.git(repository, &["log", "--name-only", "--format="]);
        let commits = collection.git(repository, &["rev-list", "--count", "HEAD"]);
        assert_eq!(files.lines().filter(|line| !line.is_empty()).count().to_string(), commits.trim());
    }
    let snapshots: HashSet<String> =
        collection.git("snapshots", &["rev-list", "HEAD"]).lines().map(str::to_owned).collect();
    for body in collection.git("versions", &["log", "--format=%b"]).lines() {
        if let Some(id) = body.strip_prefix("This version was recorded after extracting from snapshot ./snapshots/") {
            assert!(snapshots.contains(id), "a version names snapshot {id}, which is not there");
        }
    }
}

#[cfg(unix)]
#[test]
fn killed_while_it_pushes_the_next_run_pushes_all() {
    let site = Site::serve();
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    let config = std::fs::read_to_string(collection.path("config/default.json")).unwrap();
    collection.write("config/default.json", &config.replace("\"git\":{", "\"git\":{\"publish\":true,"));
    for name in ["versions", "snapshots"] {
        for (folder, bare) in [(format!("remote/{name}"), "--bare"), (name.to_owned(), "-q")] {
            std::fs::create_dir_all(collection.path(&folder)).unwrap();
            collection.git(&folder, &["init", "-q", "-b", "main", bare]);
        }
        collection
            .git(name, &["remote", "add", "origin", collection.path(&format!("remote/{name}")).to_str().unwrap()]);
    }
    let hook = "remote/versions/hooks/pre-receive";
    collection.write(hook, "#!/bin/sh\ntouch started\nsleep 2\n");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(collection.path(hook), executable).unwrap();
    site.put("/terms", Page::terms("You may leave."));
    let mut run = collection.command(&["track"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while !collection.path("remote/versions/started").exists() && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    std::fs::remove_file(collection.path(hook)).unwrap();
    site.put("/terms", Page::terms("You may not leave."));

    collection.track();

    assert_whole(&collection);
    for name in ["versions", "snapshots"] {
        let (here, there) = (name.to_owned(), format!("remote/{name}"));
        assert_eq!(collection.git(&here, &["rev-list", "main"]), collection.git(&there, &["rev-list", "main"]));
        assert_eq!(collection.subjects(&there).len(), 2);
    }
}
