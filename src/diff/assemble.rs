//! Puts the blocks of two texts into one order of reading, each with its pieces.

use super::blocks::Source;
use super::effort::Effort;
use super::pieces::pieces;
use super::side::{Mate, Side};
use super::spans::Told;
use super::structure::{Block, Fate, Piece, Place};

/// All blocks of both texts: what went stands before what came in its place.
pub(super) fn assemble<'a>(old: &Side<'a>, new: &Side<'a>, effort: &Effort) -> Vec<(Block, Told)> {
    let assembly = Assembly { old, new, effort };
    let mut found = Vec::with_capacity(new.blocks.len());
    let mut gone = 0;
    for (at, end) in ends(old, new).into_iter().enumerate() {
        found.extend((gone..end).filter_map(|gone| assembly.gone(gone)));
        gone = gone.max(end);
        match new.mates[at] {
            Some(Mate::InPlace(mate)) => {
                found.push(assembly.in_place(mate, at));
                gone = mate + 1;
            }
            Some(Mate::Joined) => {}
            Some(Mate::Elsewhere(_)) | None => found.push(assembly.came(at)),
        }
    }
    found.extend((gone..old.blocks.len()).filter_map(|gone| assembly.gone(gone)));
    found
}

/// For each new block, the old block before which it stands: the mate of the next block that stayed in place.
fn ends(old: &Side<'_>, new: &Side<'_>) -> Vec<usize> {
    let mut ends: Vec<usize> = new
        .mates
        .iter()
        .rev()
        .scan(old.blocks.len(), |end, mate| {
            *end = in_place(*mate).unwrap_or(*end);
            Some(*end)
        })
        .collect();
    ends.reverse();
    ends
}

fn in_place(mate: Option<Mate>) -> Option<usize> {
    match mate {
        Some(Mate::InPlace(at)) => Some(at),
        _ => None,
    }
}

struct Assembly<'a, 'b> {
    old: &'a Side<'b>,
    new: &'a Side<'b>,
    effort: &'a Effort,
}

impl Assembly<'_, '_> {
    fn in_place(&self, old: usize, new: usize) -> (Block, Told) {
        let fate = if self.old.raw(old) == self.new.raw(new) { Fate::Kept } else { Fate::Changed };
        self.in_both(fate, old, new)
    }

    fn came(&self, at: usize) -> (Block, Told) {
        let source = &self.new.blocks[at];
        match self.new.mates[at] {
            Some(Mate::Elsewhere(mate)) => self.in_both(Fate::Moved, mate, at),
            _ => told(source, Fate::Inserted, (None, Some(source.place.clone())), vec![Piece::inserted(source.raw)]),
        }
    }

    /// A block that is in the old text alone, or elsewhere now; none for a part of one.
    fn gone(&self, at: usize) -> Option<(Block, Told)> {
        let source = &self.old.blocks[at];
        let old = Some(source.place.clone());
        match self.old.mates[at] {
            Some(Mate::Joined) => None,
            Some(Mate::Elsewhere(mate)) => {
                let new = Some(self.new.blocks[mate].place.clone());
                Some(told(source, Fate::MovedAway, (old, new), vec![Piece::kept(source.raw)]))
            }
            Some(Mate::InPlace(_)) | None => {
                Some(told(source, Fate::Deleted, (old, None), vec![Piece::deleted(source.raw)]))
            }
        }
    }

    fn in_both(&self, fate: Fate, old: usize, new: usize) -> (Block, Told) {
        let raw = self.new.raw(new);
        let pieces = if self.old.raw(old) == raw {
            vec![Piece::kept(&raw)]
        } else {
            pieces(&self.old.tokens(old), &self.new.tokens(new), self.effort)
        };
        let (from, to) = (&self.old.blocks[old], &self.new.blocks[new]);
        told(to, fate, (Some(from.place.clone()), Some(to.place.clone())), pieces)
    }
}

/// A block with what it tells.
fn told(
    source: &Source<'_>,
    fate: Fate,
    (old, new): (Option<Place>, Option<Place>),
    pieces: Vec<Piece>,
) -> (Block, Told) {
    let told = Told::of(source.kind, &pieces);
    (Block { kind: source.kind, level: source.level, fate, touches: told.touch, old, new, pieces }, told)
}
