//! Kills a process that records, at random instants, and looks at what it leaves behind.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::GitStore;
use super::tests::git;
use crate::domain::{New, RecordId, Snapshot, Version};
use crate::records::contract::{page, terms, version};
use crate::records::{GitConfig, RecordFilter, RecordStore};

/// In how many folders processes record, beside each other, and how many are killed in each.
const FOLDERS: u64 = 5;
const KILLS_PER_FOLDER: usize = 20;

/// The longest the process lives, in microseconds after it was started.
const LONGEST_LIFE: u64 = 120_000;

const FULL_DISK_FOLDER: &str = "FINEPRINT_TEST_FULL_DISK";
const FOLDER: &str = "FINEPRINT_TEST_RECORDS_UNTIL_KILLED";

#[test]
fn a_killed_process_leaves_whole_records_and_nothing_in_the_way() {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;

    let recorded: usize = std::thread::scope(|scope| {
        let folders = (0..FOLDERS).map(|number| scope.spawn(move || recorded_among_kills(seed.wrapping_add(number))));
        let folders: Vec<_> = folders.collect();
        folders.into_iter().map(|folder| folder.join().unwrap()).sum()
    });

    assert!(recorded > 0, "no process lived long enough to record anything");
}

/// Kills process after process that records in the same folder; how much they recorded in all.
fn recorded_among_kills(mut random: u64) -> usize {
    let folder = tempfile::tempdir().unwrap();
    (0..KILLS_PER_FOLDER).fold(0, |before, _| {
        random = next(random);
        record_until_killed(folder.path(), Duration::from_micros((random >> 33) % LONGEST_LIFE));
        let after = check(folder.path());
        assert!(after >= before, "{after} records are left of {before}");
        after
    })
}

/// Not a test of its own: what the test above starts, and kills.
#[test]
fn records_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let (snapshots, versions) = open(Path::new(&folder));
    for number in snapshots.list(&RecordFilter::default()).unwrap().len().. {
        let page = Snapshot { terms: terms(["A", "B", "C"][number % 3], "Imprint"), ..page(1, &number.to_string()) };
        let snapshot = snapshots.save(New::tracked(page.clone())).unwrap().id().clone();
        let text = Version { terms: page.terms, ..version(1, &format!("Version {number}"), &[snapshot]) };
        versions.save(New::tracked(text)).unwrap();
        if number % 4 == 0 {
            snapshots.flush().unwrap();
            versions.flush().unwrap();
        }
    }
}

fn record_until_killed(folder: &Path, life: Duration) {
    let own_name = format!("{}::records_until_killed", module_path!().split_once("::").unwrap().1);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &own_name])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    sleep(life);
    assert!(child.try_wait().unwrap().is_none(), "the process ended before it was killed");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The next of a row of numbers that look random, in their upper bits (a linear congruential generator).
fn next(number: u64) -> u64 {
    number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407)
}

#[test]
fn a_full_disk_is_told_and_costs_nothing_that_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (snapshots, _) = open(folder.path());
    snapshots.save(New::tracked(page(1, "safe"))).unwrap();
    snapshots.flush().unwrap();
    drop(snapshots);

    let own_name = format!("{}::records_more_than_the_disk_holds", module_path!().split_once("::").unwrap().1);
    // Files may not grow beyond 256 KB, and the signal that would end the process is ignored.
    let run = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 512; exec \"$0\" --exact \"$1\" --nocapture"])
        .args([std::env::current_exe().unwrap().as_os_str(), own_name.as_ref()])
        .env(FULL_DISK_FOLDER, folder.path())
        .output()
        .unwrap();

    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && printed.contains("told: cannot write a pack in"), "{printed}");
    assert_eq!(check(folder.path()), 1);
}

/// Not a test of its own: what the test above starts, where files cannot grow.
#[test]
fn records_more_than_the_disk_holds() {
    let Some(folder) = std::env::var_os(FULL_DISK_FOLDER) else { return };
    let (snapshots, _) = open(Path::new(&folder));
    let noise = std::iter::successors(Some(1), |n| Some(next(*n))).map(|n: u64| n.to_le_bytes()[7]).take(1_000_000);
    snapshots.save(New::tracked(Snapshot { content: noise.collect(), ..page(2, "") })).unwrap();
    println!("told: {}", snapshots.flush().unwrap_err());
}

/// Looks at both repositories as they were left and as they are when opened again; how many records there are.
fn check(folder: &Path) -> usize {
    for name in ["snapshots", "versions"] {
        let repository = folder.join(name);
        if repository.join(".git/HEAD").exists() {
            git(&repository, &["fsck", "--strict", "--no-dangling"]);
        }
    }
    let (snapshots, versions) = open(folder);
    let entries = versions.list(&RecordFilter::default()).unwrap();
    for snapshot in entries.iter().flat_map(|entry| &entry.snapshots) {
        assert!(snapshots.find(snapshot).unwrap().is_some(), "a version names snapshot {snapshot}, which is not there");
    }
    let recorded: Vec<RecordId> = snapshots.list(&RecordFilter::default()).unwrap().into_iter().map(|e| e.id).collect();
    for (name, count) in [("snapshots", recorded.len()), ("versions", entries.len())] {
        assert_eq!(git(&folder.join(name), &["status", "--porcelain"]), "");
        assert_eq!(git(&folder.join(name), &["rev-list", "--count", "--all"]), format!("{count}\n"));
    }
    for id in &recorded {
        assert!(snapshots.find(id).unwrap().is_some(), "record {id} is listed, and is not there");
    }
    recorded.len()
}

fn open(folder: &Path) -> (GitStore<Snapshot>, GitStore<Version>) {
    let open_at = |name: &str| folder.join(name);
    let config = GitConfig::at("");
    (GitStore::open(&open_at("snapshots"), &config).unwrap(), GitStore::open(&open_at("versions"), &config).unwrap())
}
