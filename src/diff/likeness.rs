//! Tells how alike two texts are by the words they share.

use super::effort::Effort;
use super::tokens::Token;

/// The words of a text with what they weigh, in an order that lets two be compared quickly.
#[derive(Debug, Clone, Default)]
pub(super) struct Bag {
    words: Vec<(u64, u32)>,
    total: u32,
}

impl Bag {
    pub fn of(tokens: &[Token<'_>]) -> Self {
        let told = tokens.iter().filter(|token| !token.is_markup());
        let mut words: Vec<(u64, u32)> = told.map(|token| (token.key, token.weight())).collect();
        words.sort_unstable();
        let total = words.iter().map(|(_, weight)| weight).sum();
        Self { words, total }
    }

    /// The words of several texts.
    pub fn together<'a>(bags: impl Iterator<Item = &'a Self>) -> Self {
        let mut words: Vec<(u64, u32)> = bags.flat_map(|bag| bag.words.iter().copied()).collect();
        words.sort_unstable();
        let total = words.iter().map(|(_, weight)| weight).sum();
        Self { words, total }
    }

    /// The share of its words that another text has too, from 0 to 1.
    pub fn contained(&self, other: &Self, effort: &Effort) -> f64 {
        if self.total == 0 || !effort.spend(self.words.len() + other.words.len()) {
            return 0.0;
        }
        f64::from(self.shared(other)) / f64::from(self.total)
    }

    /// From 0, nothing in common, to 1, the same words.
    pub fn likeness(&self, other: &Self, effort: &Effort) -> f64 {
        if self.total + other.total == 0 || !self.may_reach(other) {
            return 0.0;
        }
        if !effort.spend(self.words.len() + other.words.len()) {
            return 0.0;
        }
        2.0 * f64::from(self.shared(other)) / f64::from(self.total + other.total)
    }

    /// Words that tell texts apart, and their weights.
    pub fn telling(&self) -> impl Iterator<Item = (u64, u32)> {
        self.words.iter().copied().filter(|(_, weight)| *weight >= 4)
    }

    /// What the words of the text weigh together.
    pub fn weight(&self) -> u32 {
        self.total
    }

    /// Whether the sizes allow for the least likeness that is asked for anywhere.
    fn may_reach(&self, other: &Self) -> bool {
        let (small, large) = (self.total.min(other.total), self.total.max(other.total));
        u64::from(small) * 10 >= u64::from(large)
    }

    fn shared(&self, other: &Self) -> u32 {
        let (mut left, mut right, mut shared) = (0, 0, 0);
        while let (Some(a), Some(b)) = (self.words.get(left), other.words.get(right)) {
            match a.0.cmp(&b.0) {
                std::cmp::Ordering::Less => left += 1,
                std::cmp::Ordering::Greater => right += 1,
                std::cmp::Ordering::Equal => {
                    shared += a.1;
                    (left, right) = (left + 1, right + 1);
                }
            }
        }
        shared
    }
}
