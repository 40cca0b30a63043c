//! The index of a pack: where each of its objects begins (gitformat-pack, version 2).

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

/// How an index of this version begins.
const MAGIC: &[u8] = b"\xfftOc\0\0\0\x02";

const ID_BYTES: usize = 20;

/// The checksums of the pack and of the index, with which an index ends.
const TRAILER_BYTES: usize = 40;

/// Set in an offset that does not fit into 31 bits, and is listed apart.
const IS_FAR: u32 = 1 << 31;

/// How many ids begin with each byte, or with a lower one.
const FAN_OUT_BYTES: usize = 256 * 4;

/// Where the objects of one pack begin.
pub struct PackIndex {
    fan_out: Vec<usize>,
    tables: Tables,
    /// Where the tables begin, and of how many bytes those for far objects are.
    ids: u64,
    offsets: u64,
    far: u64,
    far_bytes: u64,
}

/// What comes after the fan-out: a place in each table for each object.
enum Tables {
    Held(Vec<u8>),
    /// Looked up where it lies, for those who look up a few.
    InFile(File),
}

impl PackIndex {
    /// Reads a whole index into memory; `None` if it is damaged or of another version.
    pub fn read(bytes: Vec<u8>) -> Option<Self> {
        let fan_out = bytes.get(..MAGIC.len() + FAN_OUT_BYTES)?.to_vec();
        let size = bytes.len() as u64;
        Self::of(&fan_out, size, Tables::Held(bytes))
    }

    /// Opens an index, to be looked up in its file; `None` if it is damaged or of another version.
    pub fn open(mut file: File) -> io::Result<Option<Self>> {
        let mut fan_out = vec![0; MAGIC.len() + FAN_OUT_BYTES];
        let size = file.metadata()?.len();
        match file.read_exact(&mut fan_out) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            read => read.map(|()| Self::of(&fan_out, size, Tables::InFile(file))),
        }
    }

    fn of(start: &[u8], size: u64, tables: Tables) -> Option<Self> {
        let fan_out = start.strip_prefix(MAGIC)?;
        let fan_out: Vec<usize> = (0..256).filter_map(|n| Some(number(fan_out, n)? as usize)).collect();
        let count = *fan_out.last().filter(|_| fan_out.is_sorted())? as u64;
        let ids = (MAGIC.len() + FAN_OUT_BYTES) as u64;
        // Between ids and offsets are checksums, of four bytes each as offsets are.
        let offsets = ids + count * (ID_BYTES as u64 + 4);
        let far = offsets + count * 4;
        let far_bytes = size.checked_sub(far + TRAILER_BYTES as u64)?;
        Some(Self { fan_out, tables, ids, offsets, far, far_bytes })
    }

    /// How many bytes into the pack an object begins; `None` if it is not there.
    pub fn offset_of(&self, id: &[u8]) -> Option<u64> {
        let first = usize::from(*id.first()?);
        let (mut low, mut high) = (first.checked_sub(1).map_or(0, |before| self.fan_out[before]), self.fan_out[first]);
        while low < high {
            let middle = low.midpoint(high);
            match self.tables.bytes::<ID_BYTES>(self.ids + (middle * ID_BYTES) as u64)?.as_slice().cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return self.offset(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn offset(&self, place: usize) -> Option<u64> {
        let offset = u32::from_be_bytes(self.tables.bytes(self.offsets + place as u64 * 4)?);
        if offset & IS_FAR == 0 {
            return Some(offset.into());
        }
        let far = u64::from(offset & !IS_FAR) * 8;
        let is_listed = far + 8 <= self.far_bytes;
        is_listed.then(|| self.tables.bytes(self.far + far).map(u64::from_be_bytes))?
    }
}

impl Tables {
    fn bytes<const N: usize>(&self, at: u64) -> Option<[u8; N]> {
        match self {
            Self::Held(bytes) => bytes.get(usize::try_from(at).ok()?..)?.first_chunk().copied(),
            Self::InFile(file) => {
                let mut bytes = [0; N];
                file.read_exact_at(&mut bytes, at).ok()?;
                Some(bytes)
            }
        }
    }
}

/// One of the numbers of four bytes in a list.
fn number(list: &[u8], place: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*list.get(place * 4..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use super::*;

    /// An index of the ids that consist of one byte twenty times, with their offsets.
    fn index(entries: &[(u8, u32)], far: &[u64]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for first in 0..=255 {
            bytes.extend((entries.iter().filter(|(id, _)| *id <= first).count() as u32).to_be_bytes());
        }
        entries.iter().for_each(|(id, _)| bytes.extend([*id; ID_BYTES]));
        entries.iter().for_each(|_| bytes.extend([0; 4]));
        entries.iter().for_each(|(_, offset)| bytes.extend(offset.to_be_bytes()));
        far.iter().for_each(|offset| bytes.extend(offset.to_be_bytes()));
        bytes.extend([0; TRAILER_BYTES]);
        bytes
    }

    /// An index in memory, and the same in its file.
    fn both(bytes: &[u8]) -> [Option<PackIndex>; 2] {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        [PackIndex::read(bytes.to_vec()), PackIndex::open(file).unwrap()]
    }

    #[test]
    fn objects_are_found_also_in_packs_of_many_gigabytes() {
        for index in both(&index(&[(0, 12), (7, IS_FAR | 1), (255, 99)], &[5, 6 << 32])) {
            let index = index.unwrap();

            let found = |byte: u8| index.offset_of(&[byte; ID_BYTES]);

            assert_eq!([found(0), found(7), found(255), found(8)], [Some(12), Some(6 << 32), Some(99), None]);
        }
    }

    #[test]
    fn a_damaged_index_is_none() {
        let good = index(&[(0, 12), (7, IS_FAR | 9)], &[]);

        for damaged in [&good[..good.len() - 1], b"\xfftOc\0\0\0\x03", b""] {
            assert!(both(damaged).iter().all(Option::is_none));
        }
        for index in both(&good) {
            assert_eq!(index.unwrap().offset_of(&[7; ID_BYTES]), None, "it is said to be far, and is not listed");
        }
    }
}
