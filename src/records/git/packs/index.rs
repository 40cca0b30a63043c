//! The index of a pack, in memory: where each of its objects begins (gitformat-pack, version 2).

/// How an index of this version begins.
const MAGIC: &[u8] = b"\xfftOc\0\0\0\x02";

const ID_BYTES: usize = 20;

/// The checksums of the pack and of the index, with which an index ends.
const TRAILER_BYTES: usize = 40;

/// Set in an offset that does not fit into 31 bits, and is listed apart.
const IS_FAR: u32 = 1 << 31;

/// Where the objects of one pack begin.
pub struct PackIndex {
    /// How many ids begin with each byte, or with a lower one.
    fan_out: Vec<usize>,
    ids: Vec<u8>,
    offsets: Vec<u8>,
    far: Vec<u8>,
}

impl PackIndex {
    /// Reads an index; `None` if it is damaged or of another version.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (fan_out, rest) = bytes.strip_prefix(MAGIC)?.split_at_checked(256 * 4)?;
        let fan_out: Vec<usize> = (0..256).filter_map(|n| Some(number(fan_out, n)? as usize)).collect();
        let count = *fan_out.last().filter(|_| fan_out.is_sorted())?;
        let (ids, rest) = rest.split_at_checked(count * ID_BYTES)?;
        let (_checksums, rest) = rest.split_at_checked(count * 4)?;
        let (offsets, rest) = rest.split_at_checked(count * 4)?;
        let far = &rest[..rest.len().checked_sub(TRAILER_BYTES)?];
        Some(Self { fan_out, ids: ids.to_vec(), offsets: offsets.to_vec(), far: far.to_vec() })
    }

    /// How many bytes into the pack an object begins; `None` if it is not there.
    pub fn offset_of(&self, id: &[u8]) -> Option<u64> {
        let first = usize::from(*id.first()?);
        let (mut low, mut high) = (first.checked_sub(1).map_or(0, |before| self.fan_out[before]), self.fan_out[first]);
        while low < high {
            let middle = low.midpoint(high);
            match self.ids[middle * ID_BYTES..][..ID_BYTES].cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return self.offset(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn offset(&self, place: usize) -> Option<u64> {
        let offset = number(&self.offsets, place)?;
        if offset & IS_FAR == 0 {
            return Some(offset.into());
        }
        let far = (offset & !IS_FAR) as usize;
        Some(u64::from(number(&self.far, far * 2)?) << 32 | u64::from(number(&self.far, far * 2 + 1)?))
    }
}

/// One of the numbers of four bytes in a list.
fn number(list: &[u8], place: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*list.get(place * 4..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn objects_are_found_also_in_packs_of_many_gigabytes() {
        let index = PackIndex::read(&index(&[(0, 12), (7, IS_FAR | 1), (255, 99)], &[5, 6 << 32])).unwrap();

        let found = |byte: u8| index.offset_of(&[byte; ID_BYTES]);

        assert_eq!([found(0), found(7), found(255), found(8)], [Some(12), Some(6 << 32), Some(99), None]);
    }

    #[test]
    fn a_damaged_index_is_none() {
        let good = index(&[(0, 12), (7, IS_FAR | 9)], &[]);

        assert!(PackIndex::read(&good[..good.len() - 1]).is_none());
        assert!(PackIndex::read(b"\xfftOc\0\0\0\x03").is_none());
        assert_eq!(
            PackIndex::read(&good).unwrap().offset_of(&[7; ID_BYTES]),
            None,
            "it is said to be far, and is not listed"
        );
    }
}
