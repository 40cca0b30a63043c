//! Puts the blocks of two texts into one order of reading, each with its pieces.

use super::align::{Mate, Side};
use super::effort::Effort;
use super::pieces::pieces;
use super::spans::touch;
use super::structure::{Block, Fate, Piece};

/// All blocks of both texts: what went stands before what came in its place.
pub(super) fn assemble<'a>(old: &Side<'a>, new: &Side<'a>, effort: &Effort) -> Vec<Block> {
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
    fn in_place(&self, old: usize, new: usize) -> Block {
        let fate = if self.old.raw(old) == self.new.raw(new) { Fate::Kept } else { Fate::Changed };
        self.in_both(fate, old, new)
    }

    fn came(&self, at: usize) -> Block {
        let source = &self.new.blocks[at];
        match self.new.mates[at] {
            Some(Mate::Elsewhere(mate)) => self.in_both(Fate::Moved, mate, at),
            _ => Block {
                kind: source.kind,
                level: source.level,
                fate: Fate::Inserted,
                touches: touch(source.kind, &[Piece::inserted(source.raw)]),
                old: None,
                new: Some(source.place.clone()),
                pieces: vec![Piece::inserted(source.raw)],
            },
        }
    }

    /// A block that is in the old text alone, or elsewhere now; none for a part of one.
    fn gone(&self, at: usize) -> Option<Block> {
        let source = &self.old.blocks[at];
        let (fate, new, piece) = match self.old.mates[at] {
            Some(Mate::Elsewhere(mate)) => {
                (Fate::MovedAway, Some(self.new.blocks[mate].place.clone()), Piece::kept(source.raw))
            }
            Some(Mate::Joined) => return None,
            Some(Mate::InPlace(_)) | None => (Fate::Deleted, None, Piece::deleted(source.raw)),
        };
        Some(Block {
            kind: source.kind,
            level: source.level,
            fate,
            touches: touch(source.kind, std::slice::from_ref(&piece)),
            old: Some(source.place.clone()),
            new,
            pieces: vec![piece],
        })
    }

    fn in_both(&self, fate: Fate, old: usize, new: usize) -> Block {
        let (from, to) = (&self.old.blocks[old], &self.new.blocks[new]);
        let raw = self.new.raw(new);
        let pieces = if self.old.raw(old) == raw {
            vec![Piece::kept(&raw)]
        } else {
            pieces(&self.old.tokens(old), &self.new.tokens(new), self.effort)
        };
        Block {
            kind: to.kind,
            level: to.level,
            fate,
            touches: touch(to.kind, &pieces),
            old: Some(from.place.clone()),
            new: Some(to.place.clone()),
            pieces,
        }
    }
}
