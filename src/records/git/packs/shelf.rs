//! The packs of a repository for all who read it in this process, within one bound on memory.
//!
//! Ids are looked up in the files of indexes: a few lookups for each object cost less than to hold millions of ids.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::time::SystemTime;

use git2::Oid;

use super::index::PackIndex;
use super::{Bounds, Packs};

/// How many read at the same time.
const LANES: usize = 2;

/// For one of them.
const FOR_A_LANE: Bounds = Bounds { packs: 64, object_bytes: 3 << 20, block_bytes: 1 << 20 };

/// Shelves that somebody reads from, by their folders.
static SHELVES: LazyLock<Mutex<HashMap<PathBuf, Weak<Shelf>>>> = LazyLock::new(Mutex::default);

/// The packs of a folder.
pub struct Shelf {
    folder: PathBuf,
    lanes: [Mutex<Lane>; LANES],
}

/// What one reads from.
#[derive(Default)]
struct Lane {
    packs: Option<Packs>,
    /// When the folder had last changed before they were opened.
    changed: Option<SystemTime>,
}

impl Shelf {
    /// The shelf that all in this process share.
    pub fn of(folder: &Path) -> Arc<Self> {
        let mut shelves = SHELVES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shelf) = shelves.get(folder).and_then(Weak::upgrade) {
            return shelf;
        }
        shelves.retain(|_, shelf| shelf.strong_count() > 0);
        let shelf = Arc::new(Self { folder: folder.to_owned(), lanes: Default::default() });
        shelves.insert(folder.to_owned(), Arc::downgrade(&shelf));
        shelf
    }

    /// The content of an object; `None` if no pack has it whole.
    pub fn read(&self, id: Oid) -> Option<Vec<u8>> {
        let mut lane = self.free_lane();
        if let Some(content) = lane.read(id) {
            return Some(content);
        }
        if lane.renew(&self.folder).ok()? { lane.read(id) } else { None }
    }

    /// A lane that nobody reads in, or else the first that is left.
    fn free_lane(&self) -> MutexGuard<'_, Lane> {
        let free = self.lanes.iter().find_map(|lane| match lane.try_lock() {
            Ok(lane) => Some(lane),
            Err(TryLockError::Poisoned(lane)) => Some(lane.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        free.unwrap_or_else(|| self.lanes[0].lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Lane {
    fn read(&mut self, id: Oid) -> Option<Vec<u8>> {
        Some(self.packs.as_mut()?.read(id)?.to_vec())
    }

    /// Opens the packs anew, if the folder changed since; whether it did.
    fn renew(&mut self, folder: &Path) -> io::Result<bool> {
        let changed = fs::metadata(folder)?.modified()?;
        if self.packs.is_some() && self.changed == Some(changed) {
            return Ok(false);
        }
        self.packs = Some(Packs::within(FOR_A_LANE, folder, |path| PackIndex::open(File::open(path)?))?);
        self.changed = Some(changed);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use git2::{ObjectType, Repository};

    use super::*;
    use crate::records::git::pack::{self, Object};

    fn written(folder: &Path, text: &str) -> Oid {
        let content = text.repeat(100).into_bytes();
        let id = Oid::hash_object(ObjectType::Blob, &content).unwrap();
        drop(pack::write(folder, &[Object { id, kind: ObjectType::Blob, content, resembles: None }]).unwrap());
        id
    }

    #[test]
    fn what_is_packed_later_is_found_and_so_is_what_was_packed_anew() {
        let folder = tempfile::tempdir().unwrap();
        Repository::init_bare(folder.path()).unwrap();
        let packs = folder.path().join("objects/pack");
        let first = written(&packs, "One. ");
        let shelf = Shelf::of(&packs);

        assert_eq!(shelf.read(first).unwrap(), "One. ".repeat(100).into_bytes());
        let second = written(&packs, "Two. ");
        assert_eq!(shelf.read(second).unwrap(), "Two. ".repeat(100).into_bytes());
        fs::read_dir(&packs).unwrap().for_each(|file| fs::remove_file(file.unwrap().path()).unwrap());
        let (again, third) = (written(&packs, "One. "), written(&packs, "Three. "));

        assert_eq!(shelf.read(third).unwrap(), "Three. ".repeat(100).into_bytes());
        assert_eq!(shelf.read(again).unwrap(), "One. ".repeat(100).into_bytes());
        assert_eq!(shelf.read(second), None, "its pack is gone");
    }

    #[test]
    fn all_readers_of_a_folder_share_a_shelf_until_nobody_reads() {
        let folder = tempfile::tempdir().unwrap();

        let (one, other) = (Shelf::of(folder.path()), Shelf::of(folder.path()));

        assert!(Arc::ptr_eq(&one, &other));
        let gone = Arc::downgrade(&one);
        drop((one, other));
        assert!(gone.upgrade().is_none());
    }
}
