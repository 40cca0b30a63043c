//! Checks a whole repository: that every record reads, that what it names is there, and that nothing was rewritten.

use std::collections::{HashMap, HashSet};
use std::process::Command;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use git2::{ObjectType, Oid};

use super::commit;
use super::desk::Desk;
use super::objects::{Objects, id_of};
use super::program::{self, Outcome};
use super::signature::SignatureCheck;
use super::tree::{Entry, Tree};
use crate::domain::{Kind, RecordId};
use crate::records::index::{Row, read_through, record_id};
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

    #[error("commit {id} cannot be read, nor which record it is: {why}")]
    UnreadableCommit { id: RecordId, why: String },

    #[error("version {id} names snapshot {snapshot}, which is not there")]
    MissingSnapshot { id: RecordId, snapshot: RecordId },

    #[error("record {id} is dated {date}, which cannot be")]
    ImplausibleDate { id: RecordId, date: DateTime<Utc> },

    #[error("record {id} has a bad signature")]
    BadSignature { id: RecordId },

    #[error("the signatures could not be checked: {why}")]
    SignaturesUnchecked { why: String },

    #[error("history was rewritten: commit {verified}, which was verified before, is no longer part of it")]
    Rewritten { verified: String },
}

/// How the records are signed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signatures {
    pub good: usize,
    pub bad: usize,
    /// Signed in a way that cannot be checked here, such as with a key that git does not know.
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
    faults.extend(unreadable_commits(desk, &entries)?);
    let mut signed = HashSet::new();
    for entry in &entries {
        match look_at(desk, entry)? {
            Ok(is_signed) => signed.extend(is_signed.then_some(&entry.id)),
            Err(why) => faults.push(Fault::Unreadable { id: entry.id.clone(), why }),
        }
        faults.extend(missing(entry, snapshots));
        faults.extend(implausible(entry, now));
    }
    let (signs, unchecked) = signs(desk, &signed)?;
    faults.extend(unchecked);
    let bad = entries.iter().filter(|entry| signs.get(&entry.id) == Some(&SignatureCheck::Bad));
    faults.extend(bad.map(|entry| Fault::BadSignature { id: entry.id.clone() }));
    if faults.is_empty() {
        desk.mark(VERIFIED);
    }
    Ok(Verification { records: entries.len(), faults, signatures: counted(&entries, &signs) })
}

/// The commits that are in no list of records, since they cannot be read.
fn unreadable_commits(desk: &Desk, entries: &[RecordEntry]) -> Result<Vec<Fault>, RecordsError> {
    let listed: HashSet<&RecordId> = entries.iter().map(|entry| &entry.id).collect();
    let mut faults = Vec::new();
    read_through(desk.objects(), desk.head(), desk.holding(), |id, found| {
        let (id, error) = (record_id(id), found.err());
        let why = error.filter(|_| !listed.contains(&id)).map(|error| error.to_string());
        faults.extend(why.map(|why| Fault::UnreadableCommit { id, why }));
    })?;
    Ok(faults)
}

/// Reads all of a record; whether it is signed, or why it cannot be read.
fn look_at(desk: &mut Desk, entry: &RecordEntry) -> Result<Result<bool, String>, RecordsError> {
    let id = Oid::from_str(entry.id.as_str()).expect("a record id is forty hexadecimal digits");
    let Some(row) = desk.ask(|index| index.find(id))? else { return Ok(Err("it is not in the index".to_owned())) };
    Ok(whole(desk.objects(), &row).map_err(|error| error.to_string()))
}

/// Reads commit, trees and content of a record, and checks that each is what its id says; whether the commit is signed.
fn whole(objects: &Objects, row: &Row) -> Result<bool, RecordsError> {
    let content = checked(objects, row.id, ObjectType::Commit)?;
    let commit = commit::read(&content).ok_or_else(|| objects.damaged(row.id, "it is not a commit"))?;
    let root = tree(objects, commit.tree)?;
    let folder = root.find(row.path.folder()).filter(Entry::is_folder).map(|entry| entry.id());
    let folder = folder.ok_or_else(|| objects.damaged(commit.tree, "the folder of its record is not in it"))?;
    if !tree(objects, folder)?.entries().any(|entry| entry.id() == row.blob) {
        return Err(objects.damaged(folder, "the content of its record is not in it"));
    }
    checked(objects, row.blob, ObjectType::Blob)?;
    Ok(content.windows(8).take_while(|bytes| !bytes.starts_with(b"\n\n")).any(|bytes| bytes == b"\ngpgsig "))
}

fn tree(objects: &Objects, id: Oid) -> Result<Tree, RecordsError> {
    let content = checked(objects, id, ObjectType::Tree)?;
    Tree::read(content).ok_or_else(|| objects.damaged(id, "it is not a tree"))
}

fn checked(objects: &Objects, id: Oid, kind: ObjectType) -> Result<Vec<u8>, RecordsError> {
    let content = objects.read(id)?;
    match id_of(kind, &content) == id {
        true => Ok(content),
        false => Err(objects.damaged(id, "its content is not what its id says")),
    }
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

/// What git says of the signature of each signed commit.
type Signs = HashMap<RecordId, SignatureCheck>;

/// What git says, and the fault that it says nothing.
fn signs(desk: &Desk, signed: &HashSet<&RecordId>) -> Result<(Signs, Option<Fault>), RecordsError> {
    let (Some(head), false) = (desk.head(), signed.is_empty()) else { return Ok((Signs::new(), None)) };
    let outcome = log_of_signatures(desk, head)?;
    let lines = outcome.stdout.lines().filter_map(|line| line.split_once(' '));
    let said: Signs = lines.filter_map(|(id, letter)| Some((id.parse().ok()?, SignatureCheck::told(letter)))).collect();
    let why = match outcome.is_success() {
        false if outcome.status.is_none() => Some("`git log` took too long".to_owned()),
        false => Some(outcome.reason()),
        true => Some(signed.iter().filter(|id| !said.contains_key(**id)).count())
            .filter(|missing| *missing > 0)
            .map(|missing| format!("`git log` says nothing of {missing} signed commits")),
    };
    let check = |id: &RecordId| said.get(id).copied().unwrap_or(SignatureCheck::Unchecked);
    let signs = signed.iter().map(|id| ((*id).clone(), check(id))).collect();
    Ok((signs, why.map(|why| Fault::SignaturesUnchecked { why })))
}

fn log_of_signatures(desk: &Desk, head: Oid) -> Result<Outcome, RecordsError> {
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(desk.objects().repository().path());
    command.args(["log", "--format=%H %G?"]).arg(head.to_string()).arg("--");
    let failed = RecordsError::file("run `git log` in", desk.objects().folder());
    program::run_verbosely(&mut command, "", PATIENCE).map_err(failed)
}

/// `entries` come the last first.
fn counted(entries: &[RecordEntry], signs: &Signs) -> Signatures {
    let mut counts = Signatures::default();
    let mut is_unbroken = true;
    for entry in entries {
        let sign = signs.get(&entry.id);
        match sign {
            Some(SignatureCheck::Good) => counts.good += 1,
            Some(SignatureCheck::Bad) => counts.bad += 1,
            Some(SignatureCheck::Unchecked | SignatureCheck::OutOfTime) => counts.unknown += 1,
            None => counts.absent += 1,
        }
        is_unbroken &= sign.is_some();
        if is_unbroken {
            counts.since = Some(entry.date);
        }
    }
    counts
}

#[cfg(test)]
mod tests;
