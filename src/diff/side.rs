//! One of the two texts while they are compared: its blocks, and what is known of them.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::blocks::Source;
use super::likeness::Bag;
use super::tokens::{Token, tokens, with_links_opened};

/// Words of a phrase.
const PHRASE: usize = 3;

/// What became of the blocks of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mate {
    /// The block of the other text at the same place in the order.
    InPlace(usize),
    /// The block of the other text elsewhere in the order.
    Elsewhere(usize),
    /// None of its own: it goes with the block before it, for the two are one in the other text.
    Joined,
}

/// One text, cut into blocks, with what was found out about them.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub blocks: &'a [Source<'a>],
    pub mates: Vec<Option<Mate>>,
    read: Vec<OnceCell<Read<'a>>>,
}

#[derive(Debug)]
struct Read<'a> {
    tokens: Vec<Token<'a>>,
    key: u64,
    bag: Bag,
}

impl<'a> Side<'a> {
    pub fn new(blocks: &'a [Source<'a>]) -> Self {
        let read = blocks.iter().map(|_| OnceCell::new()).collect();
        Self { blocks, mates: vec![None; blocks.len()], read }
    }

    /// How many blocks go together from this one on.
    fn length(&self, at: usize) -> usize {
        1 + self.mates[at + 1..].iter().take_while(|mate| **mate == Some(Mate::Joined)).count()
    }

    /// Its text, with those of the blocks that go with it.
    pub fn raw(&self, at: usize) -> Cow<'a, str> {
        match &self.blocks[at..at + self.length(at)] {
            [alone] => Cow::Borrowed(alone.raw),
            several => Cow::Owned(several.iter().map(|block| block.raw).collect()),
        }
    }

    /// Its tokens, with those of the blocks that go with it.
    pub fn tokens(&self, at: usize) -> Cow<'_, [Token<'a>]> {
        match self.length(at) {
            1 => Cow::Borrowed(&self.read(at).tokens),
            length => Cow::Owned((at..at + length).flat_map(|at| self.read(at).tokens.iter().copied()).collect()),
        }
    }

    /// Equal for blocks that read the same.
    pub fn key(&self, at: usize) -> u64 {
        self.read(at).key
    }

    pub fn bag(&self, at: usize) -> &Bag {
        &self.read(at).bag
    }

    /// Whether nothing is known of it yet.
    pub fn is_free(&self, at: usize) -> bool {
        self.mates[at].is_none()
    }

    fn read(&self, at: usize) -> &Read<'a> {
        self.read[at].get_or_init(|| Read::of(&self.blocks[at]))
    }

    pub fn unmatched(&self) -> Vec<usize> {
        (0..self.blocks.len()).filter(|at| self.mates[*at].is_none()).collect()
    }

    pub fn bags(&self, places: impl Iterator<Item = usize>) -> Vec<(usize, &Bag)> {
        places.filter(|at| self.mates[*at].is_none()).map(|at| (at, &self.read(at).bag)).collect()
    }

    /// Three words each, of the blocks that nothing is known of yet; sorted, and each once.
    pub fn phrases(&self) -> Vec<u64> {
        let words = self.unmatched().into_iter().flat_map(|at| self.read(at).tokens.iter());
        let keys: Vec<u64> = words.filter(|token| !token.is_markup()).map(|token| token.key).collect();
        let mut phrases: Vec<u64> = keys.windows(PHRASE).map(hashed).collect();
        phrases.sort_unstable();
        phrases.dedup();
        phrases
    }

    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.raw.len()).sum()
    }

    pub fn in_place(&self) -> Vec<(usize, usize)> {
        let mates = self.mates.iter().enumerate();
        mates
            .filter_map(|(at, mate)| if let Some(Mate::InPlace(other)) = mate { Some((at, *other)) } else { None })
            .collect()
    }
}

fn hashed(keys: &[u64]) -> u64 {
    keys.iter().fold(0, |sum, key| sum.rotate_left(21) ^ key)
}

impl<'a> Read<'a> {
    fn of(block: &Source<'a>) -> Self {
        let tokens = tokens(block.kind, block.raw);
        let words = with_links_opened(&tokens);
        let bag = Bag::of(&words);
        let mut hasher = DefaultHasher::new();
        if bag.weight() == 0 {
            block.raw.trim().hash(&mut hasher);
        }
        words.iter().filter(|token| !token.is_markup()).for_each(|token| token.key.hash(&mut hasher));
        Self { key: hasher.finish(), bag, tokens }
    }
}
