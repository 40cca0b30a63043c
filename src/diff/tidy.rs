//! Turns the shortest edits into those that read well: whole phrases, at the bounds of clauses.

use std::ops::Range;

use super::tokens::{Token, TokenKind};
use super::words::Edit;

/// Words between two changes that weigh up to so much may become part of one change.
const LARGEST_BRIDGE: u32 = 16;

/// Places that an insertion or deletion may be shifted by to begin and end well.
const FARTHEST_SLIDE: usize = 48;

/// What the tokens of two texts weigh, in sums that make any stretch quick to weigh.
#[derive(Debug)]
pub(super) struct Weights {
    old: Vec<u32>,
    new: Vec<u32>,
}

impl Weights {
    pub fn of(old: &[Token<'_>], new: &[Token<'_>]) -> Self {
        Self { old: sums(old), new: sums(new) }
    }

    pub fn in_old(&self, range: &Range<usize>) -> u32 {
        self.old[range.end] - self.old[range.start]
    }

    pub fn in_new(&self, range: &Range<usize>) -> u32 {
        self.new[range.end] - self.new[range.start]
    }

    /// The share of the larger side that edits leave as it is, from 0 to 1.
    pub fn kept_share(&self, edits: &[Edit], old: &Range<usize>, new: &Range<usize>) -> f64 {
        let deleted: u32 = edits.iter().map(|edit| self.in_old(&edit.old)).sum();
        let (all, other) = (self.in_old(old), self.in_new(new));
        if all.max(other) == 0 {
            return 1.0;
        }
        // Where one side is much the longer, it matters how much of the shorter is left.
        f64::from(all - deleted.min(all)) / f64::from(all.min(other).max(1))
    }

    fn of_edit(&self, edit: &Edit) -> u32 {
        self.in_old(&edit.old).max(self.in_new(&edit.new))
    }
}

fn sums(tokens: &[Token<'_>]) -> Vec<u32> {
    let weights = tokens.iter().scan(0, |sum, token| {
        *sum += token.weight();
        Some(*sum)
    });
    std::iter::once(0).chain(weights).collect()
}

/// Joins edits that only a few light words keep apart, so that a changed phrase stays in one piece.
pub(super) fn phrases(edits: Vec<Edit>, old: &[Token<'_>], weights: &Weights) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::with_capacity(edits.len());
    for mut edit in edits {
        while let Some(last) = joined.pop_if(|last| is_one_phrase(last, &edit, old, weights)) {
            edit = Edit { old: last.old.start..edit.old.end, new: last.new.start..edit.new.end };
        }
        joined.push(edit);
    }
    joined
}

fn is_one_phrase(left: &Edit, right: &Edit, old: &[Token<'_>], weights: &Weights) -> bool {
    let between = left.old.end..right.old.start;
    let bridge = weights.in_old(&between);
    let sides = weights.of_edit(left).min(weights.of_edit(right));
    let tokens = &old[between];
    let is_within_sentence = !tokens.iter().any(|token| token.ends_sentence || token.space.contains('\n'));
    let has_link = tokens.iter().any(|token| matches!(token.kind, TokenKind::Link(_)));
    is_within_sentence && !has_link && sides > 0 && bridge <= LARGEST_BRIDGE && bridge * 2 <= sides
}

/// Shifts insertions and deletions, where the words allow it, to begin and end at the bounds of sentences and clauses.
pub(super) fn slide(mut edits: Vec<Edit>, old: &[Token<'_>], new: &[Token<'_>]) -> Vec<Edit> {
    for at in 0..edits.len() {
        let before = at.checked_sub(1).map_or((0, 0), |before| (edits[before].old.end, edits[before].new.end));
        let after = edits.get(at + 1).map_or((old.len(), new.len()), |after| (after.old.start, after.new.start));
        let edit = &edits[at];
        let (room_left, room_right) = (
            (edit.old.start - before.0).min(edit.new.start - before.1),
            (after.0 - edit.old.end).min(after.1 - edit.new.end),
        );
        let shift = match (edit.old.is_empty(), edit.new.is_empty()) {
            (true, false) => best_shift(new, &edit.new, room_left, room_right),
            (false, true) => best_shift(old, &edit.old, room_left, room_right),
            _ => 0,
        };
        edits[at] = Edit { old: shifted(&edit.old, shift), new: shifted(&edit.new, shift) };
    }
    edits
}

fn shifted(range: &Range<usize>, by: isize) -> Range<usize> {
    let to = |at: usize| at.checked_add_signed(by).expect("an edit is shifted within its text");
    to(range.start)..to(range.end)
}

/// By how much to shift a stretch of tokens, left or right, without changing what it says.
fn best_shift(tokens: &[Token<'_>], range: &Range<usize>, left: usize, right: usize) -> isize {
    let same = |a: usize, b: usize| tokens[a].key == tokens[b].key;
    let lefts = (1..=left.min(FARTHEST_SLIDE)).take_while(|by| same(range.start - by, range.end - by));
    let rights = (1..=right.min(FARTHEST_SLIDE)).take_while(|by| same(range.start + by - 1, range.end + by - 1));
    let signed = |by: usize| isize::try_from(by).expect("a slide is short");
    let shifts = std::iter::once(0).chain(lefts.map(|by| -signed(by))).chain(rights.map(signed));
    let best = shifts.max_by_key(|by| (fitness(tokens, &shifted(range, *by)), -by.abs()));
    best.unwrap_or(0)
}

/// How well a stretch of tokens begins and ends.
fn fitness(tokens: &[Token<'_>], range: &Range<usize>) -> u32 {
    let before = range.start.checked_sub(1).map(|at| &tokens[at]);
    let last = &tokens[range.end - 1];
    let begins = before.map_or(5, boundary);
    let opens =
        u32::from(matches!(tokens[range.start].text, "(" | "“" | "\"") && matches!(last.text, ")" | "”" | "\""));
    begins + boundary(last) + 3 * opens
}

/// How much of a boundary the end of a token is.
fn boundary(token: &Token<'_>) -> u32 {
    if token.ends_sentence || token.space.contains('\n') {
        return 5;
    }
    match token.text {
        ";" | ":" | "." => 3,
        "," | "、" | "，" => 2,
        _ => u32::from(!token.space.is_empty()),
    }
}
