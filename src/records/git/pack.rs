//! Writes git pack files (gitformat-pack, version 2, with their index): one durable file for many objects.
//!
//! libgit2 could do so too, but inflates and hashes all a second time and cannot be told to sync.

use std::collections::HashMap;
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, Crc, write::ZlibEncoder};
use git2::{ObjectType, Oid};
use sha1::{Digest, Sha1};

/// Highest number of deltas one after the other: what git itself allows.
const MAX_CHAIN: usize = 50;

/// Faster levels cost a tenth more room, slower ones twice the time.
const LEVEL: u32 = 4;

/// `PACK`, version, number of objects.
pub const HEADER_BYTES: usize = 12;

const OFFSET_DELTA: u8 = 6;

/// What a `.keep` file of ours says.
const KEPT: &str = "fineprint, until a branch refers to this pack\n";

/// Most that one instruction of a delta can copy, and insert.
const MAX_COPY: usize = 0xff_ffff;
const MAX_INSERT: usize = 127;

/// An object to pack.
pub struct Object {
    pub id: Oid,
    pub kind: ObjectType,
    pub content: Vec<u8>,
    /// An object that is nearly the same, and of the same kind.
    pub resembles: Option<Oid>,
}

/// Tells git to leave a pack alone to which no branch refers yet; until it is dropped.
///
/// It is the `.keep` file that git itself writes for what it receives.
#[must_use]
#[derive(Debug)]
pub struct Keep(PathBuf);

impl Keep {
    fn of(pack: &Path) -> io::Result<Self> {
        let path = pack.with_extension("keep");
        fs::write(&path, KEPT)?;
        Ok(Self(path))
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        // At worst the pack is kept until the repository is next opened.
        let _ = fs::remove_file(&self.0);
    }
}

/// Gives up packs that a process kept which died.
pub fn release_stale(folder: &Path) {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "keep")) {
        // Those of people and of git say something else.
        let is_ours = fs::metadata(&file).is_ok_and(|found| found.len() == KEPT.len() as u64)
            && fs::read(&file).is_ok_and(|content| content == KEPT.as_bytes());
        if is_ours {
            let _ = fs::remove_file(&file);
        }
    }
}

/// Writes objects into the pack folder of a repository, and returns when they are on the disk.
pub fn write(folder: &Path, objects: &[Object]) -> io::Result<Keep> {
    let mut pack = Pack::default();
    for object in objects {
        pack.push(object, objects)?;
    }
    finish(folder, objects.len(), pack.body, pack.entries).map(|(_, keep)| keep)
}

/// Writes a pack, and its index, around objects that are already packed; the pack's path, and what keeps it.
pub fn finish(folder: &Path, count: usize, body: Vec<u8>, mut entries: Vec<IndexEntry>) -> io::Result<(PathBuf, Keep)> {
    let header = [b"PACK\0\0\0\x02".as_slice(), &be32(count)].concat();
    let checksum = Sha1::new_with_prefix(&header).chain_update(&body).finalize();
    let name = format!("pack-{}", Oid::from_bytes(&checksum).expect("a SHA-1 has twenty bytes"));
    let index = index(&mut entries, &checksum);
    let pack = folder.join(format!("{name}.pack"));
    let keep = Keep::of(&pack)?;
    // Git looks at a pack once its index is there, so the index comes last.
    write_file(folder, &pack, &[&header, &body, &checksum])?;
    write_file(folder, &folder.join(format!("{name}.idx")), &[&index])?;
    sync_folder(folder)?;
    Ok((pack, keep))
}

/// Makes files that were created or renamed in a folder stay there.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// An object in a pack: where it begins, and the checksum of its packed form.
pub struct IndexEntry {
    pub id: Oid,
    pub crc: u32,
    pub offset: usize,
}

/// A pack in the making, without the header.
#[derive(Default)]
struct Pack {
    body: Vec<u8>,
    placed: HashMap<Oid, Placed>,
    entries: Vec<IndexEntry>,
}

struct Placed {
    /// Its place in the list of objects.
    number: usize,
    start: usize,
    chain: usize,
}

impl Pack {
    fn push(&mut self, object: &Object, objects: &[Object]) -> io::Result<()> {
        let start = self.body.len();
        let base = object.resembles.and_then(|base| self.placed.get(&base)).filter(|base| base.chain < MAX_CHAIN);
        let chain = match base {
            Some(base) => {
                let delta = delta(&objects[base.number].content, &object.content);
                let (distance, chain) = (start - base.start, base.chain + 1);
                push_header(&mut self.body, OFFSET_DELTA, delta.len());
                push_distance(&mut self.body, distance);
                deflate(&mut self.body, &delta)?;
                chain
            }
            None => {
                push_header(&mut self.body, type_number(object.kind), object.content.len());
                deflate(&mut self.body, &object.content)?;
                0
            }
        };
        self.placed.insert(object.id, Placed { number: self.entries.len(), start, chain });
        let mut crc = Crc::new();
        crc.update(&self.body[start..]);
        self.entries.push(IndexEntry { id: object.id, crc: crc.sum(), offset: HEADER_BYTES + start });
        Ok(())
    }
}

/// The index of a pack, version 2: fan-out, ids, checksums, offsets.
fn index(entries: &mut [IndexEntry], pack_checksum: &[u8]) -> Vec<u8> {
    entries.sort_by(|a, b| a.id.as_bytes().cmp(b.id.as_bytes()));
    let mut bytes = b"\xfftOc\0\0\0\x02".to_vec();
    for first in 0..=255 {
        bytes.extend(be32(entries.partition_point(|entry| entry.id.as_bytes()[0] <= first)));
    }
    entries.iter().for_each(|entry| bytes.extend_from_slice(entry.id.as_bytes()));
    entries.iter().for_each(|entry| bytes.extend(entry.crc.to_be_bytes()));
    entries.iter().for_each(|entry| bytes.extend(be32(entry.offset)));
    bytes.extend_from_slice(pack_checksum);
    let checksum = Sha1::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

/// Git removes files that begin with `tmp_` when it tidies up, should a crash leave one.
fn write_file(folder: &Path, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix("tmp_pack_").tempfile_in(folder)?;
    parts.iter().try_for_each(|part| file.write_all(part))?;
    fs::set_permissions(file.path(), read_only())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn read_only() -> Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o444)
}

fn type_number(kind: ObjectType) -> u8 {
    match kind {
        ObjectType::Commit => 1,
        ObjectType::Tree => 2,
        ObjectType::Tag => 4,
        ObjectType::Blob | ObjectType::Any => 3,
    }
}

/// Type and size: four bits of size beside the type, then seven in each byte, the lowest first.
fn push_header(bytes: &mut Vec<u8>, kind: u8, size: usize) {
    let low = (kind << 4) | (size & 0x0f) as u8;
    match size >> 4 {
        0 => bytes.push(low),
        rest => {
            bytes.push(low | 0x80);
            push_size(bytes, rest);
        }
    }
}

/// A number, seven bits in each byte, the lowest first.
fn push_size(bytes: &mut Vec<u8>, mut size: usize) {
    while size >= 0x80 {
        bytes.push((size & 0x7f) as u8 | 0x80);
        size >>= 7;
    }
    bytes.push(size as u8);
}

/// How far back a delta's base lies: seven bits in each byte, the highest first, each further byte counting from one.
fn push_distance(bytes: &mut Vec<u8>, distance: usize) {
    let mut reversed = vec![(distance & 0x7f) as u8];
    let mut rest = distance >> 7;
    while rest > 0 {
        rest -= 1;
        reversed.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.extend(reversed.iter().rev());
}

fn deflate(bytes: &mut Vec<u8>, content: &[u8]) -> io::Result<()> {
    let mut encoder = ZlibEncoder::new(bytes, Compression::new(LEVEL));
    encoder.write_all(content)?;
    encoder.finish()?;
    Ok(())
}

/// The instructions that make `target` from `base`: what they begin and end with alike is copied.
fn delta(base: &[u8], target: &[u8]) -> Vec<u8> {
    let start = base.iter().zip(target).take_while(|(a, b)| a == b).count();
    let tails = base[start..].iter().rev().zip(target[start..].iter().rev());
    let end = tails.take_while(|(a, b)| a == b).count();
    let mut delta = Vec::new();
    push_size(&mut delta, base.len());
    push_size(&mut delta, target.len());
    push_copy(&mut delta, 0, start);
    for chunk in target[start..target.len() - end].chunks(MAX_INSERT) {
        delta.push(chunk.len() as u8);
        delta.extend_from_slice(chunk);
    }
    push_copy(&mut delta, base.len() - end, end);
    delta
}

/// An instruction to copy: a bit for each byte of offset and size that is not zero, then these bytes.
fn push_copy(delta: &mut Vec<u8>, mut offset: usize, mut size: usize) {
    while size > 0 {
        let length = size.min(MAX_COPY);
        let numbers = [(offset as u32).to_le_bytes(), (length as u32).to_le_bytes()].concat();
        let present = |bit: &usize| numbers[*bit] != 0;
        let instruction = (0..7).filter(present).fold(0x80, |byte, bit| byte | (1 << bit));
        delta.push(instruction);
        delta.extend((0..7).filter(present).map(|bit| numbers[bit]));
        offset += length;
        size -= length;
    }
}

/// Packs are bounded by what is held in memory, far below what four bytes can count.
fn be32(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("a pack is smaller than 2 GiB").to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_read_back_by_git() {
        let folder = tempfile::tempdir().unwrap();
        let repository = git2::Repository::init_bare(folder.path()).unwrap();
        let noise: Vec<u8> = (0..200_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let mut near = noise.clone();
        near.splice(300_000..300_010, std::iter::repeat_n(7, 1_000));
        let contents = [b"".to_vec(), b"short".to_vec(), noise.clone(), near, noise[..99].to_vec()];
        let mut objects: Vec<Object> = Vec::new();
        for content in contents {
            let id = Oid::hash_object(ObjectType::Blob, &content).unwrap();
            let resembles = objects.last().map(|object| object.id);
            objects.push(Object { id, kind: ObjectType::Blob, content, resembles });
        }

        let _keep = write(&folder.path().join("objects/pack"), &objects).unwrap();

        let odb = repository.odb().unwrap();
        for object in &objects {
            assert_eq!(odb.read(object.id).unwrap().data(), object.content);
        }
    }

    #[test]
    fn chains_of_deltas_stay_short_enough_for_git() {
        let folder = tempfile::tempdir().unwrap();
        let repository = git2::Repository::init_bare(folder.path()).unwrap();
        let mut objects: Vec<Object> = Vec::new();
        for n in 0..200 {
            let content = format!("{}{n}{}", "a".repeat(300), "b".repeat(300)).into_bytes();
            let id = Oid::hash_object(ObjectType::Blob, &content).unwrap();
            let resembles = objects.last().map(|object| object.id);
            objects.push(Object { id, kind: ObjectType::Blob, content, resembles });
        }

        let _keep = write(&folder.path().join("objects/pack"), &objects).unwrap();

        let odb = repository.odb().unwrap();
        assert!(objects.iter().all(|object| odb.read(object.id).unwrap().data() == object.content));
    }
}
