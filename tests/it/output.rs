//! Where results cannot be written: one line that says so, never a panic.

#![cfg(target_os = "linux")]

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use crate::collection::{Ran, TestCollection};
use crate::site::{Page, Site};

fn tracked() -> (Site, TestCollection) {
    let site = Site::serve();
    let collection = TestCollection::declaring(&site, "Acme");
    collection.track();
    (site, collection)
}

#[test]
fn a_full_disk_is_told_in_one_line() {
    let (_site, collection) = tracked();

    for arguments in [&["history", "--json"][..], &["stats"], &["status"], &["checks"], &["verify"], &["lint"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = Ran::from(collection.command(arguments).stdout(full).output().unwrap());

        assert_eq!(ran.code, 1, "{arguments:?}: {}", ran.stderr);
        let told = "error: cannot write to standard output: No space left on device (os error 28)\n";
        assert_eq!(ran.stderr, told, "{arguments:?}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_fault() {
    let (_site, collection) = tracked();
    let mut reader = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
    let nobody = reader.stdin.take().unwrap();
    reader.wait().unwrap();

    let ran = Ran::from(collection.command(&["history"]).stdout(nobody).output().unwrap());

    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn a_run_records_all_the_same_where_its_summary_cannot_be_written() {
    let (site, collection) = tracked();
    site.put("/terms", Page::terms("You may not leave."));
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();

    let ran = Ran::from(collection.command(&["track"]).stdout(full).output().unwrap());

    assert_eq!(ran.code, 1);
    assert_eq!(collection.subjects("versions").len(), 2);
}
