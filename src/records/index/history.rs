//! Reads the history of a repository into its index: every commit that is a record, parents first.
//!
//! Trees are compared as bytes, since libgit2's own diff takes nine times as long.

use std::collections::HashSet;

use git2::{Oid, Sort};

use super::{Index, Row};
use crate::domain::TermsKey;
use crate::records::RecordsError;
use crate::records::git::commit::{self, Commit};
use crate::records::git::objects::Objects;
use crate::records::git::tree::{Tree, changed};
use crate::records::message;
use crate::records::path::RecordPath;

/// Brings the index up to `head`; if history was rewritten, it begins anew.
pub fn catch_up(
    index: &mut Index,
    objects: &Objects,
    head: Option<Oid>,
    lies_at: fn(&RecordPath) -> bool,
) -> Result<(), RecordsError> {
    if index.head()? == head {
        return Ok(());
    }
    index.begin()?;
    // Another process may have caught up until now.
    let known = index.head()?;
    if known == head {
        return index.keep(None);
    }
    let base = known.filter(|known| head.is_some_and(|head| is_ancestor(objects, *known, head)));
    if base.is_none() {
        index.clear()?;
    }
    let mut reader = Reader { objects, lies_at, last: None };
    for id in commits_between(objects, base, head)? {
        match reader.record(id) {
            Ok(Found::Record(row)) => index.add(&row)?,
            Ok(Found::Other(_)) => {}
            // One damaged object takes no more with it than the records it belongs to.
            Err(error @ RecordsError::Damaged { .. }) => {
                tracing::warn!(%error, commit = %id, "a commit cannot be read")
            }
            Err(error) => return Err(error),
        }
    }
    index.keep(head)
}

/// Tells what the commits up to `head` are, one after the other.
pub fn read_through(
    objects: &Objects,
    head: Option<Oid>,
    lies_at: fn(&RecordPath) -> bool,
    mut tell: impl FnMut(Oid, Found),
) -> Result<(), RecordsError> {
    let mut reader = Reader { objects, lies_at, last: None };
    for id in commits_between(objects, None, head)? {
        let found = match reader.record(id) {
            Err(RecordsError::Damaged { .. }) => Found::Other(Other::Damaged),
            found => found?,
        };
        tell(id, found);
    }
    Ok(())
}

/// What a commit is to an archive.
pub enum Found {
    Record(Row),
    Other(Other),
}

/// Why a commit is not taken as a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Other {
    /// It joins branches; what they hold is read from them.
    Merge,
    /// Its subject is not one of a record: the commit of a person.
    OtherSubject,
    /// It changes no file of a record.
    NoRecordFile,
    /// It, or what it refers to, cannot be read.
    Damaged,
}

/// Reads commits one after the other, and keeps the last at hand: it is most often the parent of the next.
struct Reader<'a> {
    objects: &'a Objects,
    lies_at: fn(&RecordPath) -> bool,
    last: Option<(Oid, Tree)>,
}

impl Reader<'_> {
    fn record(&mut self, id: Oid) -> Result<Found, RecordsError> {
        let commit = self.commit(id)?;
        let before = match commit.parents.as_slice() {
            [] => Tree::default(),
            [parent] => self.root_of(*parent)?,
            _ => return Ok(Found::Other(Other::Merge)),
        };
        let after = self.objects.tree(commit.tree)?;
        let found = self.compared(id, &commit, &before, &after);
        self.last = Some((id, after));
        found
    }

    fn compared(&self, id: Oid, commit: &Commit, before: &Tree, after: &Tree) -> Result<Found, RecordsError> {
        let Some(reading) = message::read(&commit.message) else { return Ok(Found::Other(Other::OtherSubject)) };
        let files = self.changed_files(before, after)?;
        let subject = commit.message.lines().next().unwrap_or_default();
        let named = files.iter().find(|(path, _)| names(subject, &path.slot.terms));
        let Some((path, blob)) = named.or(files.first()) else { return Ok(Found::Other(Other::NoRecordFile)) };
        Ok(Found::Record(Row {
            id,
            path: path.clone(),
            kind: reading.kind,
            date: commit.date,
            blob: *blob,
            engine: reading.engine,
            snapshots: reading.snapshots,
        }))
    }

    /// The records' files that were added or changed, with their content's id.
    fn changed_files(&self, before: &Tree, after: &Tree) -> Result<Vec<(RecordPath, Oid)>, RecordsError> {
        let mut files = Vec::new();
        for folder in changed(before, after).into_iter().filter(|entry| entry.is_folder()) {
            let old = before.entries().find(|entry| entry.name == folder.name && entry.is_folder());
            let old = old.map_or(Ok(Tree::default()), |entry| self.objects.tree(entry.id()))?;
            let new = self.objects.tree(folder.id())?;
            let entries = changed(&old, &new).into_iter().filter(|entry| entry.is_file());
            let paths = entries.filter_map(|entry| Some((RecordPath::read(folder.name, entry.name)?, entry.id())));
            files.extend(paths.filter(|(path, _)| (self.lies_at)(path)));
        }
        Ok(files)
    }

    fn root_of(&mut self, id: Oid) -> Result<Tree, RecordsError> {
        match self.last.take_if(|last| last.0 == id) {
            Some((_, tree)) => Ok(tree),
            None => self.objects.tree(self.commit(id)?.tree),
        }
    }

    fn commit(&self, id: Oid) -> Result<Commit, RecordsError> {
        commit::read(&self.objects.read(id)?).ok_or_else(|| self.objects.damaged(id, "it is not a commit"))
    }
}

fn names(subject: &str, terms: &TermsKey) -> bool {
    subject
        .strip_suffix(terms.terms_type.as_str())
        .is_some_and(|rest| rest.trim_end().ends_with(terms.service.as_str()))
}

fn is_ancestor(objects: &Objects, commit: Oid, head: Oid) -> bool {
    // A commit that is not there any more was not kept by the history.
    objects.repository().graph_descendant_of(head, commit).unwrap_or(false)
}

fn commits_between(objects: &Objects, base: Option<Oid>, head: Option<Oid>) -> Result<Vec<Oid>, RecordsError> {
    let Some(head) = head else { return Ok(Vec::new()) };
    let walk = || -> Result<Vec<Oid>, git2::Error> {
        let mut walk = objects.repository().revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME | Sort::REVERSE)?;
        walk.push(head)?;
        if let Some(base) = base {
            walk.hide(base)?;
        }
        walk.collect()
    };
    walk().map_err(|error| unreadable(objects, head).unwrap_or_else(|| objects.failed("read the history")(error)))
}

/// The commit that keeps a history from being read.
fn unreadable(objects: &Objects, head: Oid) -> Option<RecordsError> {
    let (mut seen, mut next) = (HashSet::new(), vec![head]);
    while let Some(id) = next.pop() {
        match objects.read(id).map(|content| commit::read(&content)) {
            Ok(Some(commit)) => next.extend(commit.parents.into_iter().filter(|parent| seen.insert(*parent))),
            Ok(None) => return Some(objects.damaged(id, "it is not a commit")),
            Err(error) => return Some(error),
        }
    }
    None
}
