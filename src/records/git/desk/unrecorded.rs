//! The latest content of a slot: that of its newest record, or a file that no record is of.
//!
//! Such a file was put there by a person, or before the history that is here begins: where an archive was moved without
//! its history, or cloned in part.

use git2::Oid;

use super::Desk;
use crate::domain::{DocumentKey, Kind};
use crate::records::RecordsError;
use crate::records::git::commit;
use crate::records::git::names::Names;
use crate::records::git::tree::Entry;
use crate::records::index::Row;
use crate::records::path::RecordPath;

/// What is newest of a slot.
pub enum Newest {
    Record(Row),
    /// A file that no record is of, with the commit that is the nearest to one.
    File(Row),
}

impl Newest {
    pub fn row(&self) -> &Row {
        match self {
            Self::Record(row) | Self::File(row) => row,
        }
    }
}

impl Desk {
    /// The newest record under any of several names, or else what lies under one of them all the same.
    pub fn newest(&mut self, names: &Names) -> Result<Option<Newest>, RecordsError> {
        if let Some(row) = self.ask(|index| names.newest(index))? {
            return Ok(Some(Newest::Record(row)));
        }
        for slot in names.slots() {
            if let Some(row) = self.unrecorded(&slot)? {
                return Ok(Some(Newest::File(row)));
            }
        }
        Ok(None)
    }

    /// The file of a slot that no record is of.
    pub(super) fn unrecorded(&self, slot: &DocumentKey) -> Result<Option<Row>, RecordsError> {
        let (Some((path, blob)), Some(head)) = (self.files_at_tip(slot)?.into_iter().next(), self.head) else {
            return Ok(None);
        };
        // An id that lasts, however many commits follow, if there is one.
        let id = self.beginning().filter(|first| self.has_file(*first, &path, blob)).unwrap_or(head);
        let date = commit::read(&self.objects.read(id)?).map_or(0, |commit| commit.date);
        Ok(Some(Row { id, path, kind: Kind::First, date, blob, engine: None, snapshots: Vec::new() }))
    }

    /// The first commit of the history that is here.
    fn beginning(&self) -> Option<Oid> {
        *self.beginning.get_or_init(|| {
            let boundary = self.objects.boundary();
            let parent = |id: &Oid| {
                let parents = commit::parents(&self.objects.read(*id).ok()?)?;
                parents.first().copied().filter(|_| !boundary.contains(id))
            };
            std::iter::successors(self.head, parent).last()
        })
    }

    fn has_file(&self, commit: Oid, path: &RecordPath, blob: Oid) -> bool {
        let found = || -> Option<Oid> {
            let root = commit::read(&self.objects.read(commit).ok()?)?.tree;
            let folder = self.objects.tree(root).ok()?.find(path.folder()).filter(Entry::is_folder)?.id();
            self.objects.tree(folder).ok()?.find(&path.file_name()).map(|file| file.id())
        };
        found() == Some(blob)
    }
}
