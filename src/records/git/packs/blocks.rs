//! Reads entries of packs: in blocks, since what is read next most often lies beside what was read last.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use flate2::{Decompress, FlushDecompress, Status};

use super::lately::Lately;

/// Largest object that is read here, in bytes.
pub const MAX_OBJECT_BYTES: usize = 16 << 20;

const BLOCK_BYTES: usize = 32 << 10;

/// What an entry of a pack holds.
pub enum Entry {
    Whole(Vec<u8>),
    /// What is to be done with the object so many bytes before this one.
    Delta {
        distance: u64,
        delta: Vec<u8>,
    },
    /// What is to be done with the object of this id.
    DeltaOf {
        base: Vec<u8>,
        delta: Vec<u8>,
    },
}

/// The bytes of some packs.
pub struct Blocks {
    files: Vec<File>,
    kept: Lately<(usize, u64)>,
    inflate: Decompress,
}

impl Blocks {
    /// Keeps up to so many bytes of what it reads.
    pub fn keeping(kept_bytes: usize) -> Self {
        Self { files: Vec::new(), kept: Lately::up_to(kept_bytes), inflate: Decompress::new(true) }
    }

    pub fn add(&mut self, pack: File) {
        self.files.push(pack);
    }

    /// The entry that begins so many bytes into a pack; `None` if there is no whole one.
    pub fn entry(&mut self, pack: usize, offset: u64) -> Option<Entry> {
        let mut place = Reading { blocks: self, pack, at: offset };
        let (kind, size) = place.header()?;
        Some(match kind {
            1..=4 => Entry::Whole(place.inflated(size)?),
            6 => Entry::Delta { distance: place.distance()?, delta: place.inflated(size)? },
            7 => Entry::DeltaOf { base: place.bytes(20)?, delta: place.inflated(size)? },
            _ => return None,
        })
    }

    fn block(&mut self, pack: usize, number: u64) -> Option<Arc<Vec<u8>>> {
        if let Some(block) = self.kept.get(&(pack, number)) {
            return Some(block);
        }
        let mut bytes = vec![0; BLOCK_BYTES];
        let mut filled = 0;
        while filled < BLOCK_BYTES {
            let at = number * BLOCK_BYTES as u64 + filled as u64;
            match self.files[pack].read_at(&mut bytes[filled..], at).ok()? {
                0 => break,
                read => filled += read,
            }
        }
        bytes.truncate(filled);
        let block = Arc::new(bytes);
        self.kept.put((pack, number), Arc::clone(&block));
        Some(block)
    }
}

/// A place in a pack that moves on as it is read.
struct Reading<'a> {
    blocks: &'a mut Blocks,
    pack: usize,
    at: u64,
}

impl Reading<'_> {
    /// The block with the next byte, and where in it that is.
    fn rest(&mut self) -> Option<(Arc<Vec<u8>>, usize)> {
        let block = self.blocks.block(self.pack, self.at / BLOCK_BYTES as u64)?;
        let start = (self.at % BLOCK_BYTES as u64) as usize;
        (start < block.len()).then_some((block, start))
    }

    fn byte(&mut self) -> Option<u8> {
        let (block, start) = self.rest()?;
        self.at += 1;
        block.get(start).copied()
    }

    fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        (0..count).map(|_| self.byte()).collect()
    }

    /// The kind of an entry, and the size of what it holds.
    fn header(&mut self) -> Option<(u8, usize)> {
        let first = self.byte()?;
        let (mut size, mut shift, mut last) = (usize::from(first & 0x0f), 4, first);
        while last & 0x80 != 0 {
            last = self.byte()?;
            size |= usize::from(last & 0x7f).checked_shl(shift)?;
            shift += 7;
        }
        (size <= MAX_OBJECT_BYTES).then_some(((first >> 4) & 7, size))
    }

    /// Seven bits in each byte, the highest first, each further byte counting from one.
    fn distance(&mut self) -> Option<u64> {
        let mut byte = self.byte()?;
        let mut distance = u64::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.byte()?;
            distance = distance.checked_add(1)?.checked_mul(0x80)? | u64::from(byte & 0x7f);
        }
        // An object is no delta of itself.
        (distance > 0).then_some(distance)
    }

    fn inflated(&mut self, size: usize) -> Option<Vec<u8>> {
        self.blocks.inflate.reset(true);
        // One byte more, to see where there is more than was said.
        let mut content = Vec::with_capacity(size + 1);
        loop {
            let (block, start) = self.rest()?;
            let inflate = &mut self.blocks.inflate;
            let before = (inflate.total_in(), content.len());
            let status = inflate.decompress_vec(&block[start..], &mut content, FlushDecompress::None).ok()?;
            self.at += inflate.total_in() - before.0;
            match status {
                Status::StreamEnd => return (content.len() == size).then_some(content),
                _ if (inflate.total_in(), content.len()) == before => return None,
                _ => {}
            }
        }
    }
}
