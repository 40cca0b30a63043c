//! Checks a whole repository: that every record reads, that what it names is there, and that nothing was rewritten.

use std::collections::{HashMap, HashSet};
use std::process::Command;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use git2::{ObjectType, Oid};

use super::commit;
use super::desk::Desk;
use super::objects::id_of;
use super::program;
use crate::domain::{Kind, RecordId};
use crate::records::index::Row;
use crate::records::{Order, RecordEntry, RecordFilter, RecordsError};

/// Where the head of the last verification without fault is kept.
const VERIFIED: &str = "refs/fineprint/verified";

/// How far ahead of the present a date may be: clocks differ.
const TOLERANCE: TimeDelta = TimeDelta::days(1);

/// How long git may take to check all signatures.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// What a look at a whole repository found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    pub records: usize,
    pub faults: Vec<Fault>,
    pub signatures: Signatures,
}

/// What is wrong with a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("record {id} cannot be read: {why}")]
    Unreadable { id: RecordId, why: String },

    #[error("version {id} names snapshot {snapshot}, which is not there")]
    MissingSnapshot { id: RecordId, snapshot: RecordId },

    #[error("record {id} is dated {date}, which cannot be")]
    ImplausibleDate { id: RecordId, date: DateTime<Utc> },

    #[error("record {id} has a bad signature")]
    BadSignature { id: RecordId },

    #[error("history was rewritten: commit {verified}, which was verified before, is no longer part of it")]
    Rewritten { verified: String },
}

/// How the records are signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signatures {
    pub good: usize,
    pub bad: usize,
    /// Signed with a key that is not known here.
    pub unknown: usize,
    pub absent: usize,
    /// The date of the first record of those at the end of history that are all signed.
    pub since: Option<DateTime<Utc>>,
}

/// Checks all records; `snapshots` are those that versions may name.
pub fn verify(
    desk: &mut Desk,
    snapshots: Option<&HashSet<RecordId>>,
    now: DateTime<Utc>,
) -> Result<Verification, RecordsError> {
    let in_order = RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::default() };
    let entries = desk.ask(|index| index.list(&in_order))?;
    let mut faults: Vec<Fault> = rewritten(desk)?.into_iter().collect();
    let mut is_signed = HashMap::new();
    for entry in &entries {
        match look_at(desk, entry)? {
            Ok(signed) => drop(is_signed.insert(&entry.id, signed)),
            Err(why) => faults.push(Fault::Unreadable { id: entry.id.clone(), why }),
        }
        faults.extend(missing(entry, snapshots));
        faults.extend(implausible(entry, now));
    }
    let signatures =
        if is_signed.values().any(|signed| *signed) { signatures_told_by_git(desk)? } else { HashMap::new() };
    let bad = entries.iter().filter(|entry| signatures.get(&entry.id) == Some(&'B'));
    faults.extend(bad.map(|entry| Fault::BadSignature { id: entry.id.clone() }));
    if faults.is_empty() {
        desk.mark(VERIFIED)?;
    }
    Ok(Verification { records: entries.len(), faults, signatures: counted(&entries, &signatures) })
}

/// Reads all of a record; whether it is signed, or why it cannot be read.
fn look_at(desk: &mut Desk, entry: &RecordEntry) -> Result<Result<bool, String>, RecordsError> {
    let id = Oid::from_str(entry.id.as_str()).expect("a record id is forty hexadecimal digits");
    let Some(row) = desk.ask(|index| index.find(id))? else { return Ok(Err("it is not in the index".to_owned())) };
    Ok(whole(desk, &row).map_err(|error| error.to_string()))
}

fn whole(desk: &Desk, row: &Row) -> Result<bool, RecordsError> {
    let objects = desk.objects();
    let commit = objects.read(row.id)?;
    if id_of(ObjectType::Commit, &commit) != row.id || commit::read(&commit).is_none() {
        return Err(objects.damaged(row.id, "its content is not what its id says"));
    }
    if id_of(ObjectType::Blob, &objects.read(row.blob)?) != row.blob {
        return Err(objects.damaged(row.blob, "its content is not what its id says"));
    }
    Ok(commit.windows(8).take_while(|bytes| !bytes.starts_with(b"\n\n")).any(|bytes| bytes == b"\ngpgsig "))
}

fn missing(entry: &RecordEntry, snapshots: Option<&HashSet<RecordId>>) -> Vec<Fault> {
    let Some(snapshots) = snapshots else { return Vec::new() };
    let absent = entry.snapshots.iter().filter(|id| !snapshots.contains(id));
    absent.map(|id| Fault::MissingSnapshot { id: entry.id.clone(), snapshot: id.clone() }).collect()
}

/// Dates of technical upgrades by other engines are often wrong, and nothing relies on them.
fn implausible(entry: &RecordEntry, now: DateTime<Utc>) -> Option<Fault> {
    // Before the oldest archived terms there are.
    let first = NaiveDate::from_ymd_opt(1995, 1, 1).expect("it is a date").and_time(chrono::NaiveTime::MIN).and_utc();
    let is_odd = entry.date > now + TOLERANCE || entry.date < first;
    let counts = entry.kind != Kind::TechnicalUpgrade;
    (is_odd && counts).then(|| Fault::ImplausibleDate { id: entry.id.clone(), date: entry.date })
}

fn rewritten(desk: &Desk) -> Result<Option<Fault>, RecordsError> {
    let repository = desk.objects().repository();
    let (Ok(verified), head) = (repository.refname_to_id(VERIFIED), desk.head()) else { return Ok(None) };
    let is_kept =
        head.is_some_and(|head| head == verified || repository.graph_descendant_of(head, verified).unwrap_or(false));
    Ok((!is_kept).then(|| Fault::Rewritten { verified: verified.to_string() }))
}

/// What git says of each commit's signature: `G` good, `B` bad, `N` none, and other letters.
fn signatures_told_by_git(desk: &Desk) -> Result<HashMap<RecordId, char>, RecordsError> {
    let repository = desk.objects().repository();
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(repository.path()).args(["log", "--format=%H %G?"]);
    let failed = RecordsError::file("run `git log` in", desk.objects().folder());
    let outcome = program::run_verbosely(&mut command, "", PATIENCE).map_err(failed)?;
    let lines = outcome.stdout.lines().filter_map(|line| line.split_once(' '));
    Ok(lines.filter_map(|(id, sign)| Some((id.parse().ok()?, sign.chars().next()?))).collect())
}

/// `entries` come the last first.
fn counted(entries: &[RecordEntry], signatures: &HashMap<RecordId, char>) -> Signatures {
    let mut counts = Signatures::default();
    let mut is_unbroken = true;
    for entry in entries {
        let sign = signatures.get(&entry.id).copied().unwrap_or('N');
        match sign {
            'G' | 'U' | 'X' | 'Y' => counts.good += 1,
            'B' | 'R' => counts.bad += 1,
            'N' => counts.absent += 1,
            _ => counts.unknown += 1,
        }
        is_unbroken &= sign != 'N';
        if is_unbroken {
            counts.since = Some(entry.date);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{New, Snapshot, Version};
    use crate::records::contract::{day, page, version};
    use crate::records::git::GitStore;
    use crate::records::git::tests::{git, unpack_then_break};
    use crate::records::{GitConfig, RecordStore};

    fn archive(folder: &std::path::Path) -> (GitStore<Snapshot>, GitStore<Version>) {
        let config = GitConfig::at("");
        let snapshots = GitStore::open(&folder.join("snapshots"), &config).unwrap();
        (snapshots, GitStore::open(&folder.join("versions"), &config).unwrap())
    }

    #[test]
    fn a_sound_archive_has_no_faults() {
        let folder = tempfile::tempdir().unwrap();
        let (snapshots, versions) = archive(folder.path());
        let snapshot = snapshots.save(New::tracked(page(1, "one"))).unwrap().id().clone();
        versions.save(New::tracked(version(1, "one", &[snapshot]))).unwrap();
        snapshots.flush().unwrap();
        versions.flush().unwrap();

        let found = versions.verify(Some(&snapshots), day(2)).unwrap();

        assert_eq!((found.records, found.faults, found.signatures.absent), (1, vec![], 1));
    }

    #[test]
    fn faults_are_told_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let (snapshots, versions) = archive(folder.path());
        let unknown: RecordId = "d".repeat(40).parse().unwrap();
        let first = versions.save(New::tracked(version(9, "one", std::slice::from_ref(&unknown)))).unwrap();
        versions.flush().unwrap();

        let found = versions.verify(Some(&snapshots), day(1)).unwrap();

        let id = first.id().clone();
        let missing = Fault::MissingSnapshot { id: id.clone(), snapshot: unknown };
        assert_eq!(found.faults, [missing, Fault::ImplausibleDate { id, date: day(9) }]);
    }

    #[test]
    fn a_history_that_was_rewritten_after_it_was_verified_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (snapshots, versions) = archive(folder.path());
        for (day_of_month, text) in [(1, "one"), (2, "two")] {
            versions.save(New::tracked(version(day_of_month, text, &[]))).unwrap();
        }
        versions.flush().unwrap();
        assert_eq!(versions.verify(Some(&snapshots), day(3)).unwrap().faults, []);

        git(&folder.path().join("versions"), &["reset", "--quiet", "--hard", "HEAD~1"]);

        let faults = versions.verify(Some(&snapshots), day(3)).unwrap().faults;
        assert!(matches!(faults.as_slice(), [Fault::Rewritten { .. }]), "{faults:?}");
    }

    #[test]
    fn damaged_content_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let (snapshots, versions) = archive(folder.path());
        versions.save(New::tracked(version(1, "one", &[]))).unwrap();
        versions.flush().unwrap();
        drop(versions);
        let blob = git(&folder.path().join("versions"), &["rev-parse", "HEAD:Acme/Privacy Policy.md"]);
        unpack_then_break(&folder.path().join("versions"), blob.trim());

        let versions = GitStore::<Version>::open(&folder.path().join("versions"), &GitConfig::at("")).unwrap();
        let faults = versions.verify(Some(&snapshots), day(3)).unwrap().faults;

        assert!(matches!(faults.as_slice(), [Fault::Unreadable { .. }]), "{faults:?}");
    }
}
