//! Two texts compared: which sentences are only in one of them, and which words differ in those that resemble each
//! other. What only moved is in both, so it never shows here.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::text::{Sentence, Text};
use super::token::{Class, Token};

/// How many tokens may be in one of the texts only; beyond that, sentences are not paired.
const MAX_TOKENS: usize = 120_000;

/// How many sentences may share a word that is used to find a sentence's counterpart.
const MAX_SHARED: usize = 40;

/// How many sentences are looked at more closely as the counterpart of one.
const MOST_CANDIDATES: usize = 4;

/// Sentences at least this much alike are the same one, changed: twice the words in common over all words.
const LEAST_LIKENESS: f32 = 0.5;

/// The largest product of lengths for which words are compared one by one.
const MAX_PRODUCT: usize = 250_000;

/// Shortest run of words that is known as moved when it is deleted here and inserted there.
const SHORTEST_MOVE: usize = 3;

/// Most sentences that are looked at together, in case they were only cut otherwise.
const LONGEST_RUN: usize = 8;

/// Bytes by which sentences of the same letters are looked for.
const COMMON_START: usize = 6;

/// Two texts, with what differs.
#[derive(Debug)]
pub struct Pair<'a> {
    pub old: &'a Text,
    pub new: &'a Text,
    /// Sentences that are only in one, by their number.
    pub lost: Vec<usize>,
    pub gained: Vec<usize>,
}

/// A place where words differ: one or both sides, as numbers of tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hunk {
    pub old: Vec<usize>,
    pub new: Vec<usize>,
    /// The sentences within which words differ; none where a whole sentence came or went.
    pub within: Option<(usize, usize)>,
}

impl<'a> Pair<'a> {
    pub fn of(old: &'a Text, new: &'a Text) -> Self {
        let (lost, gained) = (beyond(old, new), beyond(new, old));
        Self { old, new, lost, gained }
    }

    /// How many tokens the sentences have that are only in the old text, and only in the new one.
    pub fn sizes(&self) -> (usize, usize) {
        let size = |text: &Text, of: &[usize]| of.iter().map(|at| text.of(&text.sentences()[*at]).len()).sum();
        (size(self.old, &self.lost), size(self.new, &self.gained))
    }

    /// The places where words differ, in the order of the texts.
    pub fn hunks(&self) -> Vec<Hunk> {
        let (lost, gained) = self.sizes();
        if lost + gained > MAX_TOKENS {
            return self.hunks_among(&[]);
        }
        let (mut hunks, rest) = self.respaced();
        hunks.extend(rest.hunks_among(&rest.counterparts()));
        hunks
    }

    /// The places where sentences that stand together have the same letters as others, with other spaces within or
    /// another cut between, and what is left without them.
    fn respaced(&self) -> (Vec<Hunk>, Self) {
        let (lost, gained) = (written(self.old, &self.lost), written(self.new, &self.gained));
        let mut by_start: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, letters) in gained.iter().enumerate() {
            by_start.entry(start_of(letters)).or_default().push(at);
        }
        let (mut hunks, mut gone, mut come) = (Vec::new(), HashSet::new(), HashSet::new());
        for at in 0..lost.len() {
            let to = by_start.get(start_of(&lost[at])).map_or(&[][..], Vec::as_slice);
            let mut places = to.iter().filter(|to| !come.contains(&self.gained[**to])).take(MOST_CANDIDATES);
            let free = !gone.contains(&self.lost[at]);
            let runs = || places.find_map(|to| same_run((&self.lost, &lost, at), (&self.gained, &gained, *to)));
            let Some((old, new)) = free.then(runs).flatten() else { continue };
            hunks.extend(self.between(&self.lost[old.clone()], &self.gained[new.clone()]));
            gone.extend(self.lost[old].iter().copied());
            come.extend(self.gained[new].iter().copied());
        }
        let without =
            |of: &[usize], taken: &HashSet<usize>| of.iter().copied().filter(|at| !taken.contains(at)).collect();
        let rest = Self { lost: without(&self.lost, &gone), gained: without(&self.gained, &come), ..*self };
        (hunks, rest)
    }

    /// Where words differ between some sentences and those in their place, as one place.
    fn between(&self, old: &[usize], new: &[usize]) -> Option<Hunk> {
        let all = |text: &Text, of: &[usize]| of.iter().flat_map(|at| numbers(text, *at)).collect::<Vec<usize>>();
        let within = old.first().copied().zip(new.first().copied());
        let (old, new) = (all(self.old, old), all(self.new, new));
        let is_same = |(a, b): &(&usize, &usize)| self.old.tokens()[**a].key == self.new.tokens()[**b].key;
        let start = old.iter().zip(&new).take_while(is_same).count();
        let end = old[start..].iter().rev().zip(new[start..].iter().rev()).take_while(is_same).count();
        let hunk =
            Hunk { old: old[start..old.len() - end].to_vec(), new: new[start..new.len() - end].to_vec(), within };
        (hunk.len() > 0).then_some(hunk)
    }

    /// The places where words differ, some sentences being known to belong together.
    fn hunks_among(&self, pairs: &[(usize, usize)]) -> Vec<Hunk> {
        let mut hunks = Vec::new();
        let mut paired_old: Vec<usize> = Vec::new();
        let mut paired_new: HashMap<usize, usize> = HashMap::new();
        for (old, new) in pairs {
            paired_old.push(*old);
            paired_new.insert(*new, *old);
        }
        paired_old.sort_unstable();
        for at in self.lost.iter().filter(|at| paired_old.binary_search(at).is_err()) {
            hunks.push(Hunk { old: numbers(self.old, *at), ..Hunk::default() });
        }
        for at in &self.gained {
            match paired_new.get(at) {
                None => hunks.push(Hunk { new: numbers(self.new, *at), ..Hunk::default() }),
                Some(old) => hunks.extend(self.within(*old, *at)),
            }
        }
        self.without_moves(hunks)
    }

    /// Pairs of sentences that resemble each other, each in one pair at most, the most alike first.
    fn counterparts(&self) -> Vec<(usize, usize)> {
        let lost: HashMap<usize, Vec<u64>> =
            self.lost.iter().map(|at| (*at, distinct(self.old.of(&self.old.sentences()[*at])))).collect();
        let by_word = self.by_word(&lost);
        let mut found: Vec<(f32, usize, usize)> =
            self.gained.iter().flat_map(|at| self.candidates(*at, &lost, &by_word)).collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let (mut taken_old, mut taken_new) = (HashSet::new(), HashSet::new());
        found.retain(|(_, old, new)| {
            let is_free = !taken_old.contains(old) && !taken_new.contains(new);
            if is_free {
                taken_old.insert(*old);
                taken_new.insert(*new);
            }
            is_free
        });
        found.into_iter().map(|(_, old, new)| (old, new)).collect()
    }

    /// The lost sentences that each word stands in.
    fn by_word(&self, lost: &HashMap<usize, Vec<u64>>) -> HashMap<u64, Vec<usize>> {
        let mut by_word: HashMap<u64, Vec<usize>> = HashMap::new();
        for at in &self.lost {
            for word in &lost[at] {
                by_word.entry(*word).or_default().push(*at);
            }
        }
        by_word
    }

    /// The lost sentences that a gained one resembles, with how much.
    fn candidates(
        &self,
        gained: usize,
        lost: &HashMap<usize, Vec<u64>>,
        by_word: &HashMap<u64, Vec<usize>>,
    ) -> Vec<(f32, usize, usize)> {
        let words = distinct(self.new.of(&self.new.sentences()[gained]));
        let mut shared: HashMap<usize, u32> = HashMap::new();
        for old in words.iter().filter_map(|word| by_word.get(word)).filter(|of| of.len() <= MAX_SHARED).flatten() {
            *shared.entry(*old).or_default() += 1;
        }
        let mut closest: Vec<(u32, usize)> = shared.into_iter().map(|(old, count)| (count, old)).collect();
        closest.sort_unstable_by(|a, b| b.cmp(a));
        let likeness = |old: usize| likeness(&lost[&old], &words);
        let found = closest.into_iter().take(MOST_CANDIDATES).map(|(_, old)| (likeness(old), old, gained));
        found.filter(|(likeness, ..)| *likeness >= LEAST_LIKENESS).collect()
    }

    /// The places where two sentences differ.
    fn within(&self, old: usize, new: usize) -> Vec<Hunk> {
        let within = Some((old, new));
        let (old, new) = (numbers(self.old, old), numbers(self.new, new));
        let keys = |text: &Text, of: &[usize]| of.iter().map(|at| text.tokens()[*at].key).collect::<Vec<u64>>();
        let (old_keys, new_keys) = (keys(self.old, &old), keys(self.new, &new));
        let start = old_keys.iter().zip(&new_keys).take_while(|(a, b)| a == b).count();
        let (old_rest, new_rest) = (&old_keys[start..], &new_keys[start..]);
        let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
        let (old_rest, new_rest) = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);
        let hunk = |a: Range<usize>, b: Range<usize>| Hunk {
            old: old[start + a.start..start + a.end].to_vec(),
            new: new[start + b.start..start + b.end].to_vec(),
            within,
        };
        if old_rest.is_empty() || new_rest.is_empty() || old_rest.len() * new_rest.len() > MAX_PRODUCT {
            return vec![hunk(0..old_rest.len(), 0..new_rest.len())];
        }
        let ops = capture_diff_slices(Algorithm::Myers, old_rest, new_rest);
        let changed = ops.iter().map(similar::DiffOp::as_tag_tuple).filter(|(tag, ..)| *tag != DiffTag::Equal);
        changed.map(|(_, a, b)| hunk(a, b)).collect()
    }

    /// Leaves out what is deleted in one place and inserted in another: within a sentence, or where sentences were
    /// joined or parted. From one clause to another, the same words bear on something else.
    fn without_moves(&self, hunks: Vec<Hunk>) -> Vec<Hunk> {
        let keys = |text: &Text, of: &[usize]| of.iter().map(|at| text.tokens()[*at].key).collect::<Vec<u64>>();
        let mut inserted: HashMap<(Vec<u64>, Home), Vec<usize>> = HashMap::new();
        for (at, hunk) in hunks.iter().enumerate() {
            if hunk.old.is_empty() && hunk.new.len() >= SHORTEST_MOVE {
                for home in hunk.homes() {
                    inserted.entry((keys(self.new, &hunk.new), home)).or_default().push(at);
                }
            }
        }
        let mut moved = vec![false; hunks.len()];
        let deleted =
            hunks.iter().enumerate().filter(|(_, hunk)| hunk.new.is_empty() && hunk.old.len() >= SHORTEST_MOVE);
        for (at, hunk) in deleted {
            let words = keys(self.old, &hunk.old);
            let mut places = hunk.reach().into_iter().filter_map(|home| {
                let places = inserted.get_mut(&(words.clone(), home))?;
                std::iter::from_fn(|| places.pop()).find(|to| !moved[*to])
            });
            if let Some(to) = places.next() {
                (moved[at], moved[to]) = (true, true);
            }
        }
        let stayed = hunks.into_iter().zip(moved).filter(|(_, moved)| !moved).map(|(hunk, _)| hunk);
        stayed.filter(|hunk| hunk.len() > 0).collect()
    }
}

/// Where words are looked for that moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Home {
    /// Within these sentences.
    Within(usize, usize),
    /// As a whole sentence.
    Whole,
    /// In any sentence.
    Anywhere,
}

impl Hunk {
    /// Whether a whole sentence came or went, rather than words within.
    pub fn is_whole(&self) -> bool {
        self.within.is_none()
    }

    /// Where its words can be found as moved.
    fn homes(&self) -> [Home; 2] {
        [self.home(), Home::Anywhere]
    }

    /// Where its words can have moved to: a whole sentence anywhere.
    fn reach(&self) -> Vec<Home> {
        match self.home() {
            Home::Whole => vec![Home::Anywhere],
            home => vec![home, Home::Whole],
        }
    }

    fn home(&self) -> Home {
        self.within.map_or(Home::Whole, |(old, new)| Home::Within(old, new))
    }

    pub fn old_tokens<'a>(&'a self, pair: &'a Pair<'_>) -> impl DoubleEndedIterator<Item = &'a Token> {
        self.old.iter().map(|at| &pair.old.tokens()[*at])
    }

    pub fn new_tokens<'a>(&'a self, pair: &'a Pair<'_>) -> impl DoubleEndedIterator<Item = &'a Token> {
        self.new.iter().map(|at| &pair.new.tokens()[*at])
    }

    /// All of its words on both sides, in lower case.
    pub fn old_words(&self, pair: &Pair<'_>) -> Vec<String> {
        self.old_tokens(pair).map(|token| lower(pair.old.shown(token))).collect()
    }

    pub fn new_words(&self, pair: &Pair<'_>) -> Vec<String> {
        self.new_tokens(pair).map(|token| lower(pair.new.shown(token))).collect()
    }

    /// The sentences it stands in, old and new: those of its first tokens.
    pub fn sentences<'a>(&self, pair: &'a Pair<'_>) -> Vec<(&'a Text, &'a [Token])> {
        let sentence = |text: &'a Text, at: Option<&usize>| at.map(|at| (text, text.sentence_of(*at)));
        [sentence(pair.old, self.old.first()), sentence(pair.new, self.new.first())].into_iter().flatten().collect()
    }

    /// The paragraphs it stands in: the first token's, and the text they are of.
    pub fn blocks<'a>(&self, pair: &'a Pair<'_>) -> Vec<(&'a Text, &'a [Token])> {
        let block = |text: &'a Text, at: Option<&usize>| at.map(|at| (text, text.block_of(*at)));
        [block(pair.old, self.old.first()), block(pair.new, self.new.first())].into_iter().flatten().collect()
    }

    pub fn len(&self) -> usize {
        self.old.len() + self.new.len()
    }

    pub fn is_of(&self, pair: &Pair<'_>, class: Class) -> bool {
        self.old_tokens(pair).chain(self.new_tokens(pair)).all(|token| token.class == class)
    }
}

pub fn lower(shown: &str) -> String {
    shown.to_lowercase().replace(['’', '‘', 'ʼ'], "'")
}

/// The sentences of `one` beyond those that `other` has as often.
fn beyond(one: &Text, other: &Text) -> Vec<usize> {
    let mut left = other.counts();
    let is_beyond = |sentence: &Sentence| match left.get_mut(&sentence.hash) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let found: Vec<bool> = one.sentences().iter().map(is_beyond).collect();
    (0..found.len()).filter(|at| found[*at]).collect()
}

/// The numbers of a sentence's tokens, without those of items.
fn numbers(text: &Text, sentence: usize) -> Vec<usize> {
    let Sentence { first, end, .. } = text.sentences()[sentence];
    (first as usize..end as usize).filter(|at| text.tokens()[*at].class != Class::Marker).collect()
}

/// The letters of sentences.
fn written(text: &Text, sentences: &[usize]) -> Vec<String> {
    sentences.iter().map(|at| text.letters(numbers(text, *at).iter().map(|token| &text.tokens()[*token]))).collect()
}

/// What sentences of the same letters have in common, however they are cut.
fn start_of(letters: &str) -> &str {
    &letters[..letters.ceil_char_boundary(COMMON_START.min(letters.len()))]
}

/// Sentences of a text by their numbers, with their letters, and the one to begin with.
type Place<'a> = (&'a [usize], &'a [String], usize);

/// The sentences from two places on that have the same letters together.
fn same_run(old: Place<'_>, new: Place<'_>) -> Option<(Range<usize>, Range<usize>)> {
    let (mut one, mut other) = (Run::from(old), Run::from(new));
    while one.letters != other.letters {
        if one.letters.starts_with(&other.letters) {
            other.go_on()?;
        } else if other.letters.starts_with(&one.letters) {
            one.go_on()?;
        } else {
            return None;
        }
    }
    Some((one.range, other.range))
}

/// Sentences that follow each other without one that both texts have.
struct Run<'a> {
    place: Place<'a>,
    range: Range<usize>,
    letters: String,
}

impl<'a> Run<'a> {
    fn from(place: Place<'a>) -> Self {
        let (_, letters, at) = place;
        Self { place, range: at..at + 1, letters: letters[at].clone() }
    }

    /// Takes the next sentence.
    fn go_on(&mut self) -> Option<()> {
        let (numbers, letters, _) = self.place;
        let next = self.range.end;
        let follows = next < numbers.len() && numbers[next] == numbers[next - 1] + 1;
        if !follows || self.range.len() == LONGEST_RUN {
            return None;
        }
        self.letters.push_str(&letters[next]);
        self.range.end = next + 1;
        Some(())
    }
}

fn distinct(tokens: &[Token]) -> Vec<u64> {
    let mut keys: Vec<u64> =
        tokens.iter().filter(|token| token.class != Class::Marker).map(|token| token.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Twice what two sorted lists have in common, over the length of both.
#[expect(clippy::cast_precision_loss, reason = "sentences have fewer words than an f32 counts exactly")]
fn likeness(a: &[u64], b: &[u64]) -> f32 {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let common = short.iter().filter(|key| long.binary_search(key).is_ok()).count();
    2.0 * common as f32 / (a.len() + b.len()).max(1) as f32
}
