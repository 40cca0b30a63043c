//! Reads objects straight from the pack files of a repository: for whoever reads all of them in a row, and for those who
//! read for as long as a server runs.
//!
//! libgit2 maps whole packs and keeps up to 16 MB of objects for each of them; here memory is bounded for all packs
//! together. What is not in a pack, or not whole, is left to libgit2, which knows all other places and says what is wrong.

mod blocks;
mod delta;
mod index;
mod lately;
mod shelf;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::Oid;

use blocks::{Blocks, Entry};
use index::PackIndex;
use lately::Lately;

pub use shelf::Shelf;

/// What reading may take up.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Most packs that are opened at once: each is an open file or two.
    packs: usize,
    /// Most that is kept of objects that others may be deltas of, in bytes.
    object_bytes: usize,
    /// Most that is kept of packs as they are, in bytes.
    block_bytes: usize,
}

/// For whoever reads all, once.
const FOR_ALL: Bounds = Bounds { packs: 256, object_bytes: 16 << 20, block_bytes: 4 << 20 };

/// Most deltas one after the other that lead to an object, as in git, and how much they may take up together, in bytes.
const MAX_CHAIN: usize = 4095;
const MAX_DELTA_BYTES: usize = 32 << 20;

/// The packs of one repository as they are at one moment.
pub struct Packs {
    indexes: Vec<PackIndex>,
    blocks: Blocks,
    /// The pack in which something was found last: most often the next thing is there, too.
    last: usize,
    kept: Lately<Place>,
}

/// Where an object begins: the number of its pack, and how many bytes into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    pack: usize,
    offset: u64,
}

impl Packs {
    /// Opens the packs of a folder to read all that is in them.
    pub fn of(folder: &Path) -> io::Result<Self> {
        Self::within(FOR_ALL, folder, |path| Ok(PackIndex::read(fs::read(path)?)))
    }

    /// Opens the packs of a folder, those that were written last at the end; of too many, the last ones.
    fn within(
        bounds: Bounds,
        folder: &Path,
        index: impl Fn(&Path) -> io::Result<Option<PackIndex>>,
    ) -> io::Result<Self> {
        let mut indexes = Vec::new();
        let mut blocks = Blocks::keeping(bounds.block_bytes);
        let packs = by_age(folder)?;
        for pack in packs.into_iter().rev().take(bounds.packs).rev() {
            if let Some(index) = index(&pack.with_extension("idx"))? {
                indexes.push(index);
                blocks.add(fs::File::open(pack)?);
            }
        }
        Ok(Self { indexes, blocks, last: 0, kept: Lately::up_to(bounds.object_bytes) })
    }

    /// The content of an object; `None` if no pack has it whole.
    pub fn read(&mut self, id: Oid) -> Option<Arc<Vec<u8>>> {
        let place = self.find(id.as_bytes())?;
        self.last = place.pack;
        self.object(place)
    }

    fn find(&self, id: &[u8]) -> Option<Place> {
        let packs = (self.last..self.indexes.len()).chain(0..self.last);
        packs.into_iter().find_map(|pack| Some(Place { pack, offset: self.indexes[pack].offset_of(id)? }))
    }

    fn object(&mut self, place: Place) -> Option<Arc<Vec<u8>>> {
        let (mut at, mut deltas, mut delta_bytes) = (place, Vec::new(), 0);
        let mut content = loop {
            if let Some(kept) = self.kept.get(&at) {
                break kept;
            }
            match self.blocks.entry(at.pack, at.offset)? {
                Entry::Whole(content) => break self.keep(at, content),
                Entry::Delta { distance, delta } => {
                    delta_bytes += delta.len();
                    deltas.push((at, delta));
                    at.offset = at.offset.checked_sub(distance)?;
                }
                Entry::DeltaOf { base, delta } => {
                    delta_bytes += delta.len();
                    deltas.push((at, delta));
                    at.offset = self.indexes[at.pack].offset_of(&base)?;
                }
            }
            // Deltas that lead in a circle never end.
            if deltas.len() > MAX_CHAIN || delta_bytes > MAX_DELTA_BYTES {
                return None;
            }
        };
        while let Some((at, delta)) = deltas.pop() {
            content = self.keep(at, delta::applied(&content, &delta)?);
        }
        Some(content)
    }

    fn keep(&mut self, place: Place, content: Vec<u8>) -> Arc<Vec<u8>> {
        let content = Arc::new(content);
        self.kept.put(place, Arc::clone(&content));
        content
    }
}

/// The packs of a folder that have an index, the oldest first.
fn by_age(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let files: Vec<PathBuf> = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<io::Result<_>>()?;
    let mut packs: Vec<PathBuf> =
        files.into_iter().filter(|file| file.extension().is_some_and(|e| e == "pack")).collect();
    packs.retain(|pack| pack.with_extension("idx").exists());
    packs.sort_by_cached_key(|pack| (fs::metadata(pack).and_then(|found| found.modified()).ok(), pack.clone()));
    Ok(packs)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use git2::{ObjectType, Repository};

    use super::*;
    use crate::records::git::pack::{self, Object};

    /// Contents that resemble each other, the longest beyond what one block of a pack holds.
    fn contents() -> Vec<Vec<u8>> {
        let noise = |n: u32| (0..n).flat_map(move |k| (k ^ n).wrapping_mul(2_654_435_761).to_le_bytes());
        let alike = (0..120_u32).map(move |n| noise(400).chain(n.to_le_bytes()).chain(noise(300)).collect());
        alike.chain([vec![], b"short".to_vec(), noise(60_000).collect()]).collect()
    }

    fn assert_all_read(folder: &Path, ids: &[Oid]) {
        let repository = Repository::open(folder).unwrap();
        let odb = repository.odb().unwrap();
        let mut packs = Packs::of(&folder.join("objects/pack")).unwrap();
        for id in ids.iter().chain(ids.iter().rev()) {
            assert_eq!(packs.read(*id).as_deref().map(Vec::as_slice), Some(odb.read(*id).unwrap().data()), "{id}");
        }
    }

    fn written(folder: &Path) -> Vec<Oid> {
        Repository::init_bare(folder).unwrap();
        let mut objects: Vec<Object> = Vec::new();
        for content in contents() {
            let id = Oid::hash_object(ObjectType::Blob, &content).unwrap();
            let resembles = objects.last().map(|last| last.id);
            objects.push(Object { id, kind: ObjectType::Blob, content, resembles });
        }
        let (first, second) = objects.split_at(70);
        drop(pack::write(&folder.join("objects/pack"), first).unwrap());
        drop(pack::write(&folder.join("objects/pack"), second).unwrap());
        objects.into_iter().map(|object| object.id).collect()
    }

    #[test]
    fn what_fineprint_packs_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let ids = written(folder.path());

        assert_all_read(folder.path(), &ids);
    }

    #[test]
    fn what_git_packs_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let ids = written(folder.path());
        let listed: String = ids.iter().map(|id| format!("{id}\n")).collect();
        for options in [&["--delta-base-offset"][..], &[]] {
            fs::write(folder.path().join("ids"), &listed).unwrap();
            let pack = "git pack-objects -q --window=50 --depth=40 \"$@\" repacked < ids > /dev/null &&
                        rm -f objects/pack/* && mv repacked-* objects/pack/";
            let mut run = Command::new("sh");
            run.args(["-c", pack, "sh"]).args(options).current_dir(folder.path());
            assert!(run.status().unwrap().success());

            assert_all_read(folder.path(), &ids);
        }
    }

    #[test]
    fn what_is_damaged_or_missing_is_left_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let ids = written(folder.path());
        let packs = by_age(&folder.path().join("objects/pack")).unwrap();
        for pack in &packs {
            let mut bytes = fs::read(pack).unwrap();
            let middle = bytes.len() / 2;
            bytes[20..middle].fill(0xee);
            fs::remove_file(pack).unwrap();
            fs::write(pack, bytes).unwrap();
        }

        let mut packs = Packs::of(&folder.path().join("objects/pack")).unwrap();

        assert_eq!(packs.read(Oid::from_bytes(&[7; 20]).unwrap()), None);
        assert_eq!(packs.read(ids[0]), None);
        let repository = Repository::open(folder.path()).unwrap();
        let odb = repository.odb().unwrap();
        for id in ids {
            let whole = packs.read(id).filter(|read| Oid::hash_object(ObjectType::Blob, read).unwrap() == id);
            assert!(whole.is_none() || odb.read(id).is_ok());
        }
    }
}
