//! Tells whether a page shows the same text again, though it counts, dates, or puts parts into another order each time.
//!
//! A text is reduced to a sketch of the runs of words in it (min-wise hashing in one permutation: Li, Owen and Zhang,
//! "One Permutation Hashing", 2012): the share of equal places in two sketches is close to the share of runs that two
//! texts have in common.

use super::wording::wording;
use crate::domain::sha256;

/// Places of a sketch.
const PLACES: usize = 128;

/// Words of a run.
const RUN: usize = 3;

/// Of a hundred places, so many are equal in sketches of the same text.
const SAME: usize = 90;

/// Hexadecimal digits of a place.
const DIGITS: usize = 4;

/// How an empty place is written.
const EMPTY: &str = "----";

/// The sketch of a Markdown text, as text. Numbers and layout leave no trace in it.
pub fn sketch(text: &str) -> String {
    let mut least = [None::<u64>; PLACES];
    let wording = wording(text);
    let words = words(&wording);
    let runs = words.windows(RUN.min(words.len()).max(1));
    for hash in runs.map(hash) {
        let place = &mut least[(hash % PLACES as u64) as usize];
        *place = Some(place.map_or(hash, |least| least.min(hash)));
    }
    least.iter().map(|place| place.map_or(EMPTY.to_owned(), |hash| format!("{:04x}", hash >> 48))).collect()
}

/// What the first fineprint knew a text again by: the SHA-256 of its letters in hexadecimal digits. People's decisions
/// about such texts are kept under it.
pub fn former_sketch(text: &str) -> String {
    let letters: String = wording(text).chars().filter(|c| c.is_alphabetic()).collect();
    sha256(letters)
}

/// Whether two sketches are of the same text, all but a few words.
pub fn are_same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let places = |sketch: &str| sketch.as_bytes().chunks(DIGITS).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (one, other) = (places(one), places(other));
    if one.len() != PLACES || other.len() != PLACES {
        return false;
    }
    let told = one.iter().zip(&other).filter(|(one, other)| *one != EMPTY.as_bytes() || *other != EMPTY.as_bytes());
    let (equal, different): (Vec<_>, Vec<_>) = told.partition(|(one, other)| one == other);
    equal.len() * 100 >= (equal.len() + different.len()) * SAME
}

/// Words, and single characters of scripts that put no spaces between words.
fn words(wording: &str) -> Vec<&str> {
    let is_dense = |c: char| c >= '\u{2e80}';
    let mut words = Vec::new();
    for part in wording.split(|c: char| !c.is_alphabetic()) {
        let mut rest = part;
        while let Some(first) = rest.chars().next() {
            let end = if is_dense(first) { first.len_utf8() } else { rest.find(is_dense).unwrap_or(rest.len()) };
            words.push(&rest[..end]);
            rest = &rest[end..];
        }
    }
    words
}

/// FNV-1a with a last stir: it is written into files, so it has to be the same with every release of the compiler.
fn hash(run: &[&str]) -> u64 {
    let bytes = run.iter().flat_map(|word| word.bytes().chain([b' ']));
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_alike(one: &str, other: &str) -> bool {
        are_same(&sketch(one), &sketch(other))
    }

    fn clauses(numbers: impl Iterator<Item = usize>) -> String {
        let names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"];
        let clause = |n: usize| {
            let (one, other) = (names[n % 10], names[n / 10 % 10]);
            format!("## {n}. On {one} and {other}\n\nWhoever uses {one} agrees to {other} of {one} and to {other}.\n\n")
        };
        numbers.map(clause).collect()
    }

    #[test]
    fn a_text_that_only_counts_is_still_the_same() {
        assert!(are_alike("Error 404, request 1a2b", "Error 404, request 7a9b"));
        assert!(!are_alike("Error 404", "Please sign in"));
        assert!(are_alike("エラーが発生しました 12", "エラーが発生しました 13"));
        assert!(are_alike("", "[](x)"));
    }

    #[test]
    fn a_text_in_another_order_is_still_the_same() {
        assert!(are_alike(&clauses(0..90), &clauses((0..90).rev())));
    }

    #[test]
    fn a_part_of_a_text_is_not_the_same() {
        assert!(!are_alike(&clauses(0..90), &clauses(0..45)));
    }

    #[test]
    fn what_the_first_fineprint_wrote_is_told_from_a_sketch() {
        assert_eq!(former_sketch("# Error 404, [request](x) 12ab"), former_sketch("Error 17, request 99ab"));
        assert_eq!(former_sketch("Terms"), "51d2361f4faea3bc8f9facdbc7d99abb555596a2e51f7b25fd3b41c93587e616");
        assert!(!are_same(&sketch("Terms"), &former_sketch("Terms")));
    }
}
