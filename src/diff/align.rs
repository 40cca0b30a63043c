//! Finds which blocks of two texts belong together: the same ones, altered ones, and those that moved.

use std::collections::HashMap;

use super::blocks::Source;
use super::chain::{self, Gap, Pair};
use super::effort::Effort;
use super::joints::{Joint, joints};
use super::side::{Mate, Side};
use super::structure::Coarse;

/// Blocks less alike than this do not belong together, from 0 to 1.
const LEAST_LIKENESS: f64 = 0.4;

/// The same where one block stands in the place of one, both of a kind.
const LEAST_LIKENESS_IN_PLACE: f64 = 0.28;

/// The same for a block that was moved and altered.
const LEAST_LIKENESS_MOVED: f64 = 0.6;

/// What the words of a block weigh at least for it to be known again elsewhere, altered.
const LEAST_MOVED_WEIGHT: u32 = 40;

/// What the words of a block weigh at least for it to be known again elsewhere, though there are several like it.
const LEAST_REPEATED_WEIGHT: u32 = 16;

/// Bytes of both texts together beyond which only blocks that are the same are looked for.
const LARGEST: usize = 24 * 1024 * 1024;

/// Bytes of both texts together up to which altered blocks are looked for, however little is the same.
const SMALL: usize = 384 * 1024;

/// The share of such a long text, in per cent, that has to be the same.
const LEAST_SHARE: usize = 5;

/// The share of its phrases, in per cent, that has to be the same otherwise.
const LEAST_SHARED_PHRASES: usize = 10;

/// Finds the mates of all blocks.
pub(super) fn align<'a>(old: &'a [Source<'a>], new: &'a [Source<'a>], effort: &Effort) -> (Side<'a>, Side<'a>) {
    let mut sides = (Side::new(old), Side::new(new));
    let raw = |blocks: &[Source<'a>]| blocks.iter().map(|block| block.raw.trim_end()).collect::<Vec<&str>>();
    for (a, b) in chain::equal(&raw(old), &raw(new), effort) {
        join(&mut sides, a, b, Mate::InPlace);
    }
    if sides.0.bytes() + sides.1.bytes() > LARGEST {
        effort.give_up(Coarse::TooLarge);
        return sides;
    }
    join_same_words(&mut sides, effort);
    if is_too_different(&sides) {
        effort.give_up(Coarse::TooDifferent);
    }
    join_moved(&mut sides);
    if effort.goes_on() {
        join_split(&mut sides, effort);
        join_altered(&mut sides, effort);
    }
    if effort.goes_on() {
        join_moved_and_altered(&mut sides, effort);
    }
    sides
}

fn join(sides: &mut (Side<'_>, Side<'_>), old: usize, new: usize, mate: fn(usize) -> Mate) {
    sides.0.mates[old] = Some(mate(new));
    sides.1.mates[new] = Some(mate(old));
}

fn gaps(sides: &(Side<'_>, Side<'_>)) -> Vec<Gap> {
    chain::gaps(&sides.0.in_place(), sides.0.blocks.len(), sides.1.blocks.len())
}

/// Between the blocks that are the same, joins those that read the same.
fn join_same_words(sides: &mut (Side<'_>, Side<'_>), effort: &Effort) {
    for (old, new) in gaps(sides) {
        let keys = |side: &Side<'_>, range: &std::ops::Range<usize>| {
            range.clone().map(|at| side.key(at)).collect::<Vec<u64>>()
        };
        let pairs = chain::equal(&keys(&sides.0, &old), &keys(&sides.1, &new), effort);
        for (a, b) in pairs {
            join(sides, old.start + a, new.start + b, Mate::InPlace);
        }
    }
}

/// Whether long texts share next to nothing: neither blocks nor phrases.
fn is_too_different(sides: &(Side<'_>, Side<'_>)) -> bool {
    let all = sides.0.bytes() + sides.1.bytes();
    let same: usize = sides.0.in_place().iter().map(|(at, _)| sides.0.blocks[*at].raw.len() * 2).sum();
    all > SMALL && same * 100 < all * LEAST_SHARE && {
        let (old, new) = (sides.0.phrases(), sides.1.phrases());
        shared(&old, &new) * 100 < old.len().min(new.len()) * LEAST_SHARED_PHRASES
    }
}

/// How many items two sorted lists have in common.
fn shared(old: &[u64], new: &[u64]) -> usize {
    old.iter().filter(|phrase| new.binary_search(phrase).is_ok()).count()
}

/// Joins blocks that read the same in different places.
fn join_moved(sides: &mut (Side<'_>, Side<'_>)) {
    let mut places: HashMap<u64, (Vec<usize>, Vec<usize>)> = HashMap::new();
    sides.0.unmatched().into_iter().for_each(|at| places.entry(sides.0.key(at)).or_default().0.push(at));
    sides.1.unmatched().into_iter().for_each(|at| places.entry(sides.1.key(at)).or_default().1.push(at));
    for (old, new) in places.into_values() {
        let is_only = old.len() == 1 && new.len() == 1;
        let weight = old.first().map_or(0, |at| sides.0.bag(*at).weight());
        if weight >= LEAST_REPEATED_WEIGHT || (is_only && weight > 0) {
            old.into_iter().zip(new).for_each(|(a, b)| join(sides, a, b, Mate::Elsewhere));
        }
    }
}

/// In each stretch that is left, joins paragraphs with the several that they were made from, or made into.
fn join_split(sides: &mut (Side<'_>, Side<'_>), effort: &Effort) {
    for (old, new) in gaps(sides) {
        for Joint { whole, parts } in joints(&sides.0, &sides.1, (&old, &new), effort) {
            join(sides, whole, parts.start, Mate::InPlace);
            sides.1.mates[parts.start + 1..parts.end].fill(Some(Mate::Joined));
        }
    }
    for (old, new) in gaps(sides) {
        for Joint { whole, parts } in joints(&sides.1, &sides.0, (&new, &old), effort) {
            join(sides, parts.start, whole, Mate::InPlace);
            sides.0.mates[parts.start + 1..parts.end].fill(Some(Mate::Joined));
        }
    }
}

/// In each stretch that is left, joins blocks that are alike and in the same order.
fn join_altered(sides: &mut (Side<'_>, Side<'_>), effort: &Effort) {
    for (old, new) in gaps(sides) {
        let (a, b) = (sides.0.bags(old), sides.1.bags(new));
        let is_in_place =
            matches!((&a[..], &b[..]), ([a], [b]) if sides.0.blocks[a.0].kind == sides.1.blocks[b.0].kind);
        let least = if is_in_place { LEAST_LIKENESS_IN_PLACE } else { LEAST_LIKENESS };
        let pairs = chain::heaviest(chain::candidates(&a, &b, least, effort));
        pairs.into_iter().for_each(|pair| join(sides, pair.old, pair.new, Mate::InPlace));
    }
}

/// Joins blocks that are much alike in different places.
fn join_moved_and_altered(sides: &mut (Side<'_>, Side<'_>), effort: &Effort) {
    let long = |side: &Side<'_>| {
        let mut left = side.unmatched();
        left.retain(|at| side.bag(*at).weight() >= LEAST_MOVED_WEIGHT);
        left
    };
    let (a, b) = (sides.0.bags(long(&sides.0).into_iter()), sides.1.bags(long(&sides.1).into_iter()));
    let mut pairs: Vec<Pair> = chain::candidates(&a, &b, LEAST_LIKENESS_MOVED, effort);
    pairs.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then((a.old, a.new).cmp(&(b.old, b.new))));
    for pair in pairs {
        if sides.0.mates[pair.old].is_none() && sides.1.mates[pair.new].is_none() {
            join(sides, pair.old, pair.new, Mate::Elsewhere);
        }
    }
}
