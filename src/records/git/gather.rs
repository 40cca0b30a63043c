//! Gathers small packs into one, so that years of runs do not leave thousands of them.
//!
//! What is packed is copied as it is, neither inflated nor compared: cheap enough to do after a run. Whoever wants
//! the smallest archive runs `git gc` from time to time.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use git2::Oid;
use sha1::{Digest, Sha1};

use super::pack::{HEADER_BYTES, IndexEntry, finish};

/// How many small packs there may be before they are gathered.
const MANY: usize = 40;

/// Up to what size a pack is small, and how large one is that was gathered, in bytes.
const SMALL_BYTES: u64 = 16 << 20;
const GATHERED_BYTES: u64 = 32 << 20;

const CHECKSUM_BYTES: usize = 20;

/// Where the ids begin in an index: after its header and the fan-out.
const IDS_START: usize = 8 + 256 * 4;

/// What came of a look at the small packs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gathering {
    Done,
    /// There are few of them: nothing is to do before so many more are written.
    NotBefore(usize),
}

/// Gathers the small packs of a folder if there are many.
pub fn gather(folder: &Path) -> io::Result<Gathering> {
    let small = small_packs(folder)?;
    if small.len() < MANY {
        return Ok(Gathering::NotBefore(MANY - small.len()));
    }
    let mut gathered = Gathered::default();
    let sources: Vec<PathBuf> = due(small).filter(|pack| gathered.take(pack)).collect();
    if sources.len() < 2 {
        return Ok(Gathering::NotBefore(MANY));
    }
    let (kept, _keep) = finish(folder, gathered.entries.len(), gathered.body, gathered.entries)?;
    forget_common_index(folder)?;
    for pack in sources.iter().filter(|pack| **pack != kept) {
        // The index first: a pack without one is not looked at.
        remove(&pack.with_extension("idx"))?;
        remove(pack)?;
    }
    Ok(Gathering::Done)
}

/// Removes a file, unless `git gc` was first.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes git's common index of several packs, which would miss those that are gathered; `git maintenance` makes another.
fn forget_common_index(folder: &Path) -> io::Result<()> {
    for file in fs::read_dir(folder)? {
        let file = file?;
        if file.file_name().to_string_lossy().starts_with("multi-pack-index") && file.file_type()?.is_file() {
            remove(&file.path())?;
        }
    }
    Ok(())
}

/// Those of many packs, the smallest first, that are gathered now.
///
/// A pack that is larger than all smaller ones together waits until they have grown, so that each byte is copied a few
/// times in all, however often packs are gathered.
fn due(small: Vec<(u64, PathBuf)>) -> impl Iterator<Item = PathBuf> {
    let mut total = 0;
    let due = small.into_iter().enumerate().take_while(move |(number, (size, _))| {
        let is_due = *number < MANY / 2 || *size <= total;
        total += size;
        is_due && total <= GATHERED_BYTES
    });
    due.map(|(_, (_, pack))| pack)
}

/// The packs that nothing but an index belongs to, the smallest first.
fn small_packs(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let files: Vec<PathBuf> = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<io::Result<_>>()?;
    let is_other = |file: &&PathBuf| !file.extension().is_some_and(|e| e == "pack" || e == "idx");
    let not_ours: HashSet<PathBuf> = files.iter().filter(is_other).map(|file| file.with_extension("pack")).collect();
    let packs = files.into_iter().filter(|file| file.extension().is_some_and(|e| e == "pack"));
    let own = packs.filter(|pack| !not_ours.contains(pack) && pack.with_extension("idx").exists());
    let mut small: Vec<(u64, PathBuf)> = own.filter_map(|pack| Some((fs::metadata(&pack).ok()?.len(), pack))).collect();
    small.retain(|(size, _)| *size <= SMALL_BYTES);
    small.sort();
    Ok(small)
}

/// The objects of several packs, one pack after the other.
#[derive(Default)]
struct Gathered {
    body: Vec<u8>,
    entries: Vec<IndexEntry>,
    ids: HashSet<Oid>,
}

impl Gathered {
    /// Adds a pack; not one that is damaged, or that repeats an object. Whether it was added.
    fn take(&mut self, pack: &Path) -> bool {
        let (Ok(bytes), Ok(index)) = (fs::read(pack), fs::read(pack.with_extension("idx"))) else { return false };
        let Some(entries) = whole_entries(&bytes, &index) else {
            tracing::warn!(pack = %pack.display(), "a pack is damaged, and left as it is");
            return false;
        };
        if entries.iter().any(|entry| self.ids.contains(&entry.id)) {
            return false;
        }
        self.ids.extend(entries.iter().map(|entry| entry.id));
        // Distances between deltas and their bases stay the same, since all of a pack moves together.
        let moved = self.body.len();
        self.entries.extend(entries.into_iter().map(|entry| IndexEntry { offset: entry.offset + moved, ..entry }));
        self.body.extend_from_slice(&bytes[HEADER_BYTES..bytes.len() - CHECKSUM_BYTES]);
        true
    }
}

/// The objects of a pack, as its index tells; `None` if either is not whole.
fn whole_entries(pack: &[u8], index: &[u8]) -> Option<Vec<IndexEntry>> {
    let content = without_checksum(pack)?;
    without_checksum(index)?;
    if !content.starts_with(b"PACK\0\0\0\x02") || !index.starts_with(b"\xfftOc\0\0\0\x02") {
        return None;
    }
    let count = number_at(index, IDS_START - 4)?;
    let (checksums, offsets) = (IDS_START + count * CHECKSUM_BYTES, IDS_START + count * (CHECKSUM_BYTES + 4));
    let entry = |n: usize| {
        let id = index.get(IDS_START + n * CHECKSUM_BYTES..)?.get(..CHECKSUM_BYTES)?;
        let crc = u32::try_from(number_at(index, checksums + n * 4)?).ok()?;
        let offset = number_at(index, offsets + n * 4)?;
        // An offset beyond the pack is one of those kept in eight bytes elsewhere: no small pack has them.
        (offset < content.len()).then_some(())?;
        Some(IndexEntry { id: Oid::from_bytes(id).ok()?, crc, offset })
    };
    (0..count).map(entry).collect()
}

fn without_checksum(bytes: &[u8]) -> Option<&[u8]> {
    let (content, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM_BYTES)?)?;
    (Sha1::digest(content).as_slice() == checksum).then_some(content)
}

fn number_at(bytes: &[u8], position: usize) -> Option<usize> {
    let four = bytes.get(position..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_be_bytes(*four)).ok()
}

#[cfg(test)]
mod tests {
    use git2::ObjectType;

    use super::*;
    use crate::records::git::pack::{self, Object};
    use crate::records::git::tests::git;

    fn blob(number: usize, resembles: Option<Oid>) -> Object {
        let content = format!("{}{number}{}", "a".repeat(500), "b".repeat(500)).into_bytes();
        let id = Oid::hash_object(ObjectType::Blob, &content).unwrap();
        Object { id, kind: ObjectType::Blob, content, resembles }
    }

    /// A repository with as many packs of three objects.
    fn repository(packs: usize) -> (tempfile::TempDir, PathBuf, Vec<Object>) {
        let folder = tempfile::tempdir().unwrap();
        git2::Repository::init_bare(folder.path()).unwrap();
        let pack_folder = folder.path().join("objects/pack");
        let mut all = Vec::new();
        for number in 0..packs {
            let first = blob(number * 3, None);
            let second = blob(number * 3 + 1, Some(first.id));
            let objects = vec![first, blob(number * 3 + 2, Some(second.id)), second];
            drop(pack::write(&pack_folder, &objects).unwrap());
            all.extend(objects);
        }
        (folder, pack_folder, all)
    }

    fn pack_count(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().filter(|f| f.as_ref().unwrap().path().extension().unwrap() == "pack").count()
    }

    #[test]
    fn many_small_packs_become_one() {
        let (folder, packs, objects) = repository(MANY);

        assert_eq!(gather(&packs).unwrap(), Gathering::Done);

        assert_eq!(pack_count(&packs), 1);
        let repository = git2::Repository::open(folder.path()).unwrap();
        assert!(objects.iter().all(|o| repository.find_blob(o.id).unwrap().content() == o.content));
        git(folder.path(), &["fsck", "--strict", "--full", "--no-dangling"]);
    }

    #[test]
    fn a_few_packs_are_left() {
        let (_folder, packs, _) = repository(MANY - 1);

        assert_eq!(gather(&packs).unwrap(), Gathering::NotBefore(1));
        assert_eq!(pack_count(&packs), MANY - 1);
    }

    #[test]
    fn a_pack_larger_than_all_smaller_ones_waits() {
        let (_folder, packs, _) = repository(MANY);
        let noise =
            |n: u32| (0..20_000u32).flat_map(|k| (k * 4 + n).wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let large = Object { content: noise(0), ..blob(0, None) };
        let id = Oid::hash_object(ObjectType::Blob, &large.content).unwrap();
        drop(pack::write(&packs, &[Object { id, ..large }]).unwrap());

        assert_eq!(gather(&packs).unwrap(), Gathering::Done);

        assert_eq!(pack_count(&packs), 2, "the gathered one, and the large one as it was");
    }

    #[test]
    fn packs_that_are_damaged_kept_or_repetitive_are_left() {
        let (_folder, packs, _) = repository(MANY + 3);
        let names: Vec<PathBuf> = small_packs(&packs).unwrap().into_iter().map(|(_, pack)| pack).collect();
        fs::write(names[0].with_extension("keep"), "").unwrap();
        fs::remove_file(&names[1]).unwrap();
        fs::write(&names[1], "damaged").unwrap();
        // The largest, so that it comes last.
        let again: Vec<Object> = (0..3 * MANY).map(|number| blob(number, None)).collect();
        drop(pack::write(&packs, &again).unwrap());

        assert_eq!(gather(&packs).unwrap(), Gathering::Done);

        assert_eq!(pack_count(&packs), 4, "the gathered one, the kept, the damaged, the one that repeats");
    }
}
