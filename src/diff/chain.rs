//! Finds which items of two lists belong together: pairs that are alike, in the same order on both sides.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::effort::Effort;
use super::likeness::Bag;

/// Up to so many pairs, each item is weighed against each other; beyond, against those that share a rare word.
const ALL_PAIRS: usize = 4_096;

/// A word of more items than this says nothing of which belong together.
const COMMON: usize = 12;

/// Items weighed against one for sharing rare words with it.
const CANDIDATES: usize = 4;

/// Two items that belong together, and how alike they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub old: usize,
    pub new: usize,
    pub likeness: f64,
}

/// A stretch where two lists differ.
pub(super) type Gap = (Range<usize>, Range<usize>);

/// The items with equal keys that stand in the same order on both sides.
pub(super) fn equal<T: std::hash::Hash + Eq>(old: &[T], new: &[T], effort: &Effort) -> Vec<(usize, usize)> {
    let ops = capture_diff_slices_deadline(Algorithm::Patience, old, new, Some(effort.deadline));
    let runs = ops.into_iter().filter_map(|op| match op {
        DiffOp::Equal { old_index, new_index, len } => Some((0..len).map(move |at| (old_index + at, new_index + at))),
        _ => None,
    });
    runs.flatten().collect()
}

/// The stretches between pairs that are in order on both sides.
pub(super) fn gaps(pairs: &[(usize, usize)], old: usize, new: usize) -> Vec<Gap> {
    let ends = pairs.iter().copied().chain([(old, new)]);
    let starts = [(0, 0)].into_iter().chain(pairs.iter().map(|(old, new)| (old + 1, new + 1)));
    let gaps = starts.zip(ends).map(|(start, end)| (start.0..end.0, start.1..end.1));
    gaps.filter(|(old, new)| !old.is_empty() || !new.is_empty()).collect()
}

/// Pairs worth considering, with a likeness of at least `least`.
pub(super) fn candidates(old: &[(usize, &Bag)], new: &[(usize, &Bag)], least: f64, effort: &Effort) -> Vec<Pair> {
    let weighed =
        |(a, b): (usize, usize)| Pair { old: old[a].0, new: new[b].0, likeness: old[a].1.likeness(new[b].1, effort) };
    let worth = |pair: &Pair| pair.likeness >= least;
    if old.len() * new.len() <= ALL_PAIRS {
        let all = (0..old.len()).flat_map(|a| (0..new.len()).map(move |b| (a, b)));
        return all.map(weighed).filter(worth).collect();
    }
    sharing_rare_words(old, new).into_iter().map(weighed).filter(worth).collect()
}

fn sharing_rare_words(old: &[(usize, &Bag)], new: &[(usize, &Bag)]) -> Vec<(usize, usize)> {
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, (_, bag)) in old.iter().enumerate() {
        for (word, _) in bag.telling() {
            let known = places.entry(word).or_default();
            if known.len() <= COMMON && known.last() != Some(&at) {
                known.push(at);
            }
        }
    }
    let mut found = Vec::new();
    for (at, (_, bag)) in new.iter().enumerate() {
        let mut shared: HashMap<usize, u32> = HashMap::new();
        for (word, weight) in bag.telling() {
            let known = places.get(&word).filter(|known| known.len() <= COMMON);
            known.into_iter().flatten().for_each(|old| *shared.entry(*old).or_default() += weight);
        }
        let mut best: Vec<(usize, u32)> = shared.into_iter().collect();
        best.sort_unstable_by_key(|(old, weight)| (std::cmp::Reverse(*weight), *old));
        found.extend(best.into_iter().take(CANDIDATES).map(|(old, _)| (old, at)));
    }
    found
}

/// Of these pairs, those in the same order on both sides that are most alike together.
pub(super) fn heaviest(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_unstable_by_key(|pair| (pair.old, std::cmp::Reverse(pair.new)));
    let width = pairs.iter().map(|pair| pair.new + 1).max().unwrap_or(0);
    let mut best = Best(vec![(0.0, None); width + 1]);
    let mut before = vec![None; pairs.len()];
    for (at, pair) in pairs.iter().enumerate() {
        let (sum, last) = best.below(pair.new);
        before[at] = last;
        best.raise(pair.new, (sum + pair.likeness, Some(at)));
    }
    let mut chain: Vec<Pair> =
        std::iter::successors(best.below(width).1, |at| before[*at]).map(|at| pairs[at]).collect();
    chain.reverse();
    chain
}

/// The heaviest chain that ends before each place, as a Fenwick tree of maxima.
struct Best(Vec<(f64, Option<usize>)>);

impl Best {
    fn below(&self, place: usize) -> (f64, Option<usize>) {
        let mut found = (0.0, None);
        let mut at = place;
        while at > 0 {
            if self.0[at].0 > found.0 {
                found = self.0[at];
            }
            at &= at - 1;
        }
        found
    }

    fn raise(&mut self, place: usize, chain: (f64, Option<usize>)) {
        let mut at = place + 1;
        while at < self.0.len() {
            if chain.0 > self.0[at].0 {
                self.0[at] = chain;
            }
            at += at & at.wrapping_neg();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_chain_keeps_the_order_of_both_sides() {
        let pair = |old, new, likeness| Pair { old, new, likeness };

        let chain = heaviest(vec![pair(0, 2, 0.9), pair(1, 0, 0.6), pair(2, 1, 0.6), pair(2, 2, 0.5), pair(3, 3, 0.4)]);

        assert_eq!(chain, [pair(1, 0, 0.6), pair(2, 1, 0.6), pair(3, 3, 0.4)]);
    }

    #[test]
    fn gaps_lie_between_pairs() {
        assert_eq!(gaps(&[(1, 0), (2, 2)], 3, 4), [(0..1, 0..0), (2..2, 1..2), (3..3, 3..4)]);
    }
}
