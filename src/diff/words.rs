//! Compares two blocks: sentence by sentence, and word by word where sentences belong together.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::chain;
use super::effort::Effort;
use super::likeness::Bag;
use super::tidy::{self, Weights};
use super::tokens::Token;

/// Sentences less alike than this do not belong together, from 0 to 1.
const LEAST_LIKENESS: f64 = 0.4;

/// The share of a sentence that has to be kept for its words to be compared, from 0 to 1.
const LEAST_KEPT: f64 = 0.34;

/// What one more change costs a reader, in weights of words, when two ways of telling the same are compared.
const COST_OF_CHANGE: u32 = 12;

/// Tokens that take the place of others. What lies between two edits is the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

/// What makes the new tokens from the old, as a careful editor would mark it.
pub(super) fn edits(old: &[Token<'_>], new: &[Token<'_>], effort: &Effort) -> Vec<Edit> {
    if !effort.has_time() {
        return vec![Edit { old: 0..old.len(), new: 0..new.len() }];
    }
    let comparison = Comparison { old, new, effort, weights: Weights::of(old, new) };
    let (from, to) = (sentences(old), sentences(new));
    let keys = |tokens: &[Token<'_>], sentences: &[Range<usize>]| {
        sentences.iter().map(|sentence| key(&tokens[sentence.clone()])).collect::<Vec<u64>>()
    };
    let same = chain::equal(&keys(old, &from), &keys(new, &to), effort);
    let gaps = chain::gaps(&same, from.len(), to.len());
    let found = gaps.iter().flat_map(|(a, b)| comparison.stretch(&stretch(&from, a), &stretch(&to, b))).collect();
    tidy::slide(found, old, new)
}

/// The edits of a whole, without regard to sentences.
pub(super) fn plain_edits(old: &[Token<'_>], new: &[Token<'_>], effort: &Effort) -> Vec<Edit> {
    let comparison = Comparison { old, new, effort, weights: Weights::of(old, new) };
    comparison.words(&(0..old.len()), &(0..new.len()))
}

/// The share of the weight that edits leave as it is, from 0 to 1.
pub(super) fn kept_share(edits: &[Edit], old: &[Token<'_>], new: &[Token<'_>]) -> f64 {
    Weights::of(old, new).kept_share(edits, &(0..old.len()), &(0..new.len()))
}

/// Sentences that follow each other, each with its tokens; never empty in between.
fn sentences(tokens: &[Token<'_>]) -> Vec<Range<usize>> {
    let ends = tokens.iter().enumerate().filter(|(_, token)| token.ends_sentence).map(|(at, _)| at + 1);
    let mut found = Vec::new();
    let mut start = 0;
    for end in ends.chain([tokens.len()]).filter(|end| *end > 0) {
        // Marks that close emphasis belong to the sentence before them.
        let end = end + tokens[end..].iter().take_while(|token| closes(token, &tokens[end - 1])).count();
        if end > start {
            found.push(start..end);
            start = end;
        }
    }
    found
}

fn closes(token: &Token<'_>, before: &Token<'_>) -> bool {
    token.is_markup() && before.space.is_empty()
}

fn key(tokens: &[Token<'_>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    tokens.iter().filter(|token| !token.is_markup()).for_each(|token| token.key.hash(&mut hasher));
    tokens.iter().filter(|token| token.is_markup()).for_each(|token| token.key.hash(&mut hasher));
    hasher.finish()
}

/// The tokens of several sentences.
fn stretch(sentences: &[Range<usize>], gap: &Range<usize>) -> Vec<Range<usize>> {
    if gap.is_empty() {
        let at = sentences.get(gap.start).map(|next| next.start).or(sentences.last().map(|last| last.end)).unwrap_or(0);
        return std::iter::once(at..at).collect();
    }
    sentences[gap.clone()].to_vec()
}

struct Comparison<'a, 'b> {
    old: &'a [Token<'b>],
    new: &'a [Token<'b>],
    effort: &'a Effort,
    weights: Weights,
}

impl Comparison<'_, '_> {
    /// Compares some sentences with those that stand in their place.
    fn stretch(&self, old: &[Range<usize>], new: &[Range<usize>]) -> Vec<Edit> {
        let (Some(from), Some(to)) = (whole(old), whole(new)) else { return Vec::new() };
        if from.is_empty() || to.is_empty() || !self.effort.has_time() {
            return vec![Edit { old: from, new: to }];
        }
        let together = self.words(&from, &to);
        if old.len() == 1 && new.len() == 1 {
            return self.unless_rewritten(together, from, to);
        }
        let apart = self.sentences(old, new, &from, &to);
        if self.cost(&together) < self.cost(&apart) { together } else { apart }
    }

    /// Compares sentences that are alike word by word; deletes and inserts the others whole.
    fn sentences(
        &self,
        old: &[Range<usize>],
        new: &[Range<usize>],
        from: &Range<usize>,
        to: &Range<usize>,
    ) -> Vec<Edit> {
        let bags = |tokens: &[Token<'_>], sentences: &[Range<usize>]| {
            sentences.iter().map(|sentence| Bag::of(&tokens[sentence.clone()])).collect::<Vec<_>>()
        };
        let (a, b) = (bags(self.old, old), bags(self.new, new));
        let a: Vec<(usize, &Bag)> = a.iter().enumerate().collect();
        let b: Vec<(usize, &Bag)> = b.iter().enumerate().collect();
        let pairs = chain::heaviest(chain::candidates(&a, &b, LEAST_LIKENESS, self.effort));
        let mut found = Vec::new();
        let (mut at_old, mut at_new) = (from.start, to.start);
        for pair in pairs {
            let (a, b) = (old[pair.old].clone(), new[pair.new].clone());
            found.push(Edit { old: at_old..a.start, new: at_new..b.start });
            (at_old, at_new) = (a.end, b.end);
            found.extend(self.unless_rewritten(self.words(&a, &b), a, b));
        }
        found.push(Edit { old: at_old..from.end, new: at_new..to.end });
        found.retain(|edit| !edit.old.is_empty() || !edit.new.is_empty());
        found
    }

    /// Compares word by word, in phrases.
    fn words(&self, old: &Range<usize>, new: &Range<usize>) -> Vec<Edit> {
        let keys = |tokens: &[Token<'_>]| tokens.iter().map(|token| token.key).collect::<Vec<u64>>();
        let same = chain::equal(&keys(&self.old[old.clone()]), &keys(&self.new[new.clone()]), self.effort);
        let moved = |range: Range<usize>, by: usize| range.start + by..range.end + by;
        let edits = chain::gaps(&same, old.len(), new.len())
            .into_iter()
            .map(|(a, b)| Edit { old: moved(a, old.start), new: moved(b, new.start) });
        tidy::phrases(edits.collect(), self.old, &self.weights)
    }

    /// One edit of the whole where next to nothing of a sentence is left.
    fn unless_rewritten(&self, edits: Vec<Edit>, old: Range<usize>, new: Range<usize>) -> Vec<Edit> {
        let is_rewritten = self.weights.kept_share(&edits, &old, &new) < LEAST_KEPT;
        if is_rewritten && edits.len() > 1 { vec![Edit { old, new }] } else { edits }
    }

    fn cost(&self, edits: &[Edit]) -> u32 {
        edits.iter().map(|edit| self.weights.in_old(&edit.old) + self.weights.in_new(&edit.new) + COST_OF_CHANGE).sum()
    }
}

fn whole(sentences: &[Range<usize>]) -> Option<Range<usize>> {
    Some(sentences.first()?.start..sentences.last()?.end)
}
