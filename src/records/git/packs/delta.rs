//! Makes an object from the one it is a delta of (gitformat-pack, "deltified representation").

use super::blocks::MAX_OBJECT_BYTES;

/// The length meant where an instruction to copy gives none.
const DEFAULT_LENGTH: usize = 0x1_0000;

/// The object that `delta` makes of `base`; `None` if it is not one of its deltas.
pub fn applied(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let (base_size, rest) = size(delta)?;
    let (result_size, mut rest) = size(rest)?;
    if base_size != base.len() || result_size > MAX_OBJECT_BYTES {
        return None;
    }
    let mut result = Vec::with_capacity(result_size);
    while let Some((&instruction, after)) = rest.split_first() {
        let part;
        (part, rest) = match instruction {
            0 => return None,
            literal @ 1..0x80 => after.split_at_checked(literal.into())?,
            copy => copied(copy, after, base)?,
        };
        if result.len() + part.len() > result_size {
            return None;
        }
        result.extend_from_slice(part);
    }
    (result.len() == result_size).then_some(result)
}

/// The part of the base that is copied, and what comes after the instruction.
fn copied<'a>(instruction: u8, mut rest: &'a [u8], base: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    // Four bytes of where, three of how much, those that are zero left out.
    let mut numbers = [0; 8];
    for bit in (0..7).filter(|bit| instruction & (1 << bit) != 0) {
        (numbers[bit], rest) = rest.split_first().map(|(&byte, rest)| (byte, rest))?;
    }
    let numbers = u64::from_le_bytes(numbers);
    let (start, length) = ((numbers & 0xffff_ffff) as usize, (numbers >> 32) as usize);
    let length = if length == 0 { DEFAULT_LENGTH } else { length };
    Some((base.get(start..start + length)?, rest))
}

/// A number, seven bits in each byte, the lowest first.
fn size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().take(9).position(|byte| byte & 0x80 == 0)?;
    let size = bytes[..=end].iter().rev().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f));
    Some((size, &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_are_copied_and_inserted() {
        let delta = [&[10, 9, 0x90, 4, 3], b"new".as_slice(), &[0x91, 8, 2]].concat();

        assert_eq!(applied(b"0123456789", &delta).unwrap(), b"0123new89");
    }

    #[test]
    fn a_copy_without_a_length_is_of_64_kb() {
        let base = vec![b'a'; 70_000];

        let result = applied(&base, &[0xf0, 0xa2, 4, 0x80, 0x80, 4, 0x80]).unwrap();

        assert_eq!(result.len(), 0x1_0000);
    }

    #[test]
    fn what_leads_beyond_the_base_or_the_result_is_refused() {
        for delta in
            [&[10, 4, 0x91, 8, 4][..], &[10, 4, 0x90, 5], &[10, 4, 0], &[10, 4, 9, 1], &[9, 1, 1, 1], &[10, 4], &[]]
        {
            assert_eq!(applied(b"0123456789", delta), None, "{delta:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_delta_holds_nothing_breaks(delta in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = applied(b"0123456789", &delta);
            let _ = applied(b"0123456789", &[&[10, 12], delta.as_slice()].concat());
        }
    }
}
