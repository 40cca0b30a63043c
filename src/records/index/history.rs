//! Reads the history of a repository into its index: every commit that is a record, parents first.
//!
//! Trees are compared as bytes, since libgit2's own diff takes nine times as long.

use std::collections::HashMap;

use git2::Oid;

use super::source::Source;
use super::walk::commits_up_to;
use super::{Index, Row};
use crate::domain::TermsKey;
use crate::records::git::commit::Commit;
use crate::records::git::objects::Objects;
use crate::records::git::tree::{Entry, Tree, changed};
use crate::records::message::{self, Reading};
use crate::records::path::RecordPath;
use crate::records::{Holding, RecordsError};

/// Folders of services that are kept at hand.
const FOLDERS_KEPT: usize = 4096;

/// Brings the index up to `head`; if history was rewritten, or read as that of something else, it begins anew.
pub fn catch_up(index: &mut Index, objects: &Objects, head: Option<Oid>, holding: Holding) -> Result<(), RecordsError> {
    let is_mended = |index: &Index| -> Result<bool, RecordsError> {
        let mut reader = Reader::of(Source::of(objects), holding);
        Ok(index.unread()?.into_iter().any(|id| reader.record(id).is_ok()))
    };
    let boundary = objects.boundary();
    // More of a shallow clone's history may have been fetched.
    let is_as_read = |index: &Index| -> Result<bool, RecordsError> {
        Ok((head.is_none() || index.boundary()? == boundary) && !is_mended(index)?)
    };
    if index.is_at(head, holding)? && is_as_read(index)? {
        return Ok(());
    }
    index.begin()?;
    let is_as_read = is_as_read(index)?;
    // Another process may have caught up until now.
    if index.is_at(head, holding)? && is_as_read {
        return index.keep();
    }
    let known = index.head()?.filter(|_| index.is_of(holding) && is_as_read);
    let mut source = Source::of(objects);
    let stretch = commits_up_to(&mut source, known, head)?;
    if !stretch.continues {
        index.clear(holding)?;
        index.note_boundary(&boundary)?;
    }
    let mut reader = Reader::of(source, holding);
    for id in stretch.commits {
        match reader.record(id) {
            Ok(Found::Record(row)) => index.add(&row)?,
            Ok(Found::Other(_)) => {}
            // One damaged object takes no more with it than the records it belongs to.
            Err(error @ RecordsError::Damaged { .. }) => {
                tracing::warn!(%error, commit = %id, "a commit cannot be read");
                index.note_unread(id)?;
            }
            Err(error) => return Err(error),
        }
    }
    if !stretch.continues {
        index.sort()?;
    }
    index.keep_up_to(head, holding)
}

/// Tells what the commits up to `head` are, one after the other; an error is told of one that is damaged.
pub fn read_through(
    objects: &Objects,
    head: Option<Oid>,
    holding: Holding,
    mut tell: impl FnMut(Oid, Result<Found, RecordsError>),
) -> Result<(), RecordsError> {
    let mut source = Source::of(objects);
    let stretch = commits_up_to(&mut source, None, head)?;
    let mut reader = Reader::of(source, holding);
    for id in stretch.commits {
        match reader.record(id) {
            Err(error) if !matches!(error, RecordsError::Damaged { .. }) => return Err(error),
            found => tell(id, found),
        }
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

/// Reads commits one after the other, and keeps the last trees at hand: the next commit most often begins from them.
struct Reader<'a> {
    source: Source<'a>,
    holding: Holding,
    /// The commits of a shallow clone whose parents are not here, in order.
    boundary: Vec<Oid>,
    last: Option<(Oid, Tree)>,
    /// Folders by the ids of their trees.
    folders: HashMap<Oid, Tree>,
}

impl<'a> Reader<'a> {
    fn of(source: Source<'a>, holding: Holding) -> Self {
        let boundary = source.objects().boundary();
        Self { source, holding, boundary, last: None, folders: HashMap::new() }
    }

    fn record(&mut self, id: Oid) -> Result<Found, RecordsError> {
        let commit = self.source.commit(id)?;
        let is_alone = commit.parents.len() == 1 && self.boundary.binary_search(&id).is_ok();
        match if is_alone { self.told_by_subject(id, &commit) } else { self.told_by_trees(id, &commit) } {
            // What is damaged may be its parent's.
            Err(error @ RecordsError::Damaged { .. }) => self.told_by_subject(id, &commit).map_err(|_| error),
            found => found,
        }
    }

    /// What a commit is whose parent is not here, or damaged: only its subject tells what it changed.
    fn told_by_subject(&mut self, id: Oid, commit: &Commit) -> Result<Found, RecordsError> {
        let Some(reading) = message::read(&commit.message) else { return Ok(Found::Other(Other::OtherSubject)) };
        let root = self.source.tree(commit.tree)?;
        let subject = commit.message.lines().next().unwrap_or_default();
        let mut files = Vec::new();
        for folder in root.entries().filter(|entry| entry.is_folder() && is_in(entry.name, subject)) {
            let files_there = self.source.tree(folder.id())?;
            for file in files_there.entries().filter(Entry::is_file) {
                let path = RecordPath::read(folder.name, file.name).filter(|path| self.holding.may_have(path));
                files.extend(
                    path.filter(|path| message::is_of(&commit.message, &path.slot)).map(|path| (path, file.id())),
                );
            }
        }
        self.last = Some((id, root));
        match (files.pop(), files.is_empty()) {
            (Some((path, blob)), true) => Ok(row(id, commit, reading, path, blob)),
            _ => Ok(Found::Other(Other::NoRecordFile)),
        }
    }

    fn told_by_trees(&mut self, id: Oid, commit: &Commit) -> Result<Found, RecordsError> {
        let before = match commit.parents.as_slice() {
            [] => Tree::default(),
            [parent] => self.root_of(*parent)?,
            _ => return Ok(Found::Other(Other::Merge)),
        };
        let after = self.source.tree(commit.tree)?;
        let found = self.compared(id, commit, &before, &after);
        self.last = Some((id, after));
        found
    }

    fn compared(&mut self, id: Oid, commit: &Commit, before: &Tree, after: &Tree) -> Result<Found, RecordsError> {
        let Some(reading) = message::read(&commit.message) else { return Ok(Found::Other(Other::OtherSubject)) };
        let mut files = self.changed_files(before, after)?;
        let subject = commit.message.lines().next().unwrap_or_default();
        let named = files.iter().position(|(path, _)| names(subject, &path.slot.terms));
        if files.is_empty() {
            return Ok(Found::Other(Other::NoRecordFile));
        }
        let (path, blob) = files.swap_remove(named.unwrap_or(0));
        Ok(row(id, commit, reading, path, blob))
    }

    /// The records' files that were added or changed, with their content's id.
    fn changed_files(&mut self, before: &Tree, after: &Tree) -> Result<Vec<(RecordPath, Oid)>, RecordsError> {
        let mut files = Vec::new();
        for folder in changed(before, after).into_iter().filter(|found| found.new.is_folder()) {
            let old = folder.old.map_or(Ok(Tree::default()), |entry| self.folder(entry.id()))?;
            let new = self.source.tree(folder.new.id())?;
            for entry in changed(&old, &new).into_iter().map(|found| found.new).filter(Entry::is_file) {
                let path = RecordPath::read(folder.new.name, entry.name).filter(|path| self.holding.may_have(path));
                files.extend(path.map(|path| (path, entry.id())));
            }
            self.keep_folder(folder.new.id(), new);
        }
        Ok(files)
    }

    /// A folder as it was: nobody asks for it a second time, unless a branch begins there.
    fn folder(&mut self, id: Oid) -> Result<Tree, RecordsError> {
        self.folders.remove(&id).map_or_else(|| self.source.tree(id), Ok)
    }

    fn keep_folder(&mut self, id: Oid, folder: Tree) {
        if self.folders.len() >= FOLDERS_KEPT {
            self.folders.clear();
        }
        self.folders.insert(id, folder);
    }

    fn root_of(&mut self, id: Oid) -> Result<Tree, RecordsError> {
        match self.last.take_if(|last| last.0 == id) {
            Some((_, tree)) => Ok(tree),
            None => {
                let commit = self.source.commit(id)?;
                self.source.tree(commit.tree)
            }
        }
    }
}

fn row(id: Oid, commit: &Commit, reading: Reading, path: RecordPath, blob: Oid) -> Found {
    let Reading { kind, engine, snapshots, .. } = reading;
    Found::Record(Row { id, path, kind, date: commit.date, blob, engine, snapshots })
}

/// Whether a subject may name the service of a folder.
fn is_in(folder: &[u8], subject: &str) -> bool {
    std::str::from_utf8(folder).is_ok_and(|folder| subject.contains(folder))
}

fn names(subject: &str, terms: &TermsKey) -> bool {
    subject
        .strip_suffix(terms.terms_type.as_str())
        .is_some_and(|rest| rest.trim_end().ends_with(terms.service.as_str()))
}
