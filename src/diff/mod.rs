//! Compares two Markdown texts as a careful editor would: block by block, and word by word where a block was altered.
//!
//! [`between`] answers with one value, [`Diff`], that holds every byte of both texts. Commands, pages, feeds and the API
//! render it: [`Diff::regions`] folds what did not change, and [`Block::spans`] gives the words of a block without
//! Markdown's marks.

mod align;
mod assemble;
mod blocks;
mod chain;
mod counts;
mod effort;
mod headline;
mod inline;
mod joints;
mod likeness;
mod link;
mod pieces;
mod plain;
#[cfg(test)]
mod properties;
mod regions;
mod script;
mod side;
mod spans;
mod structure;
mod syntax;
#[cfg(test)]
mod tests;
mod tidy;
mod tokens;
mod typography;
mod unified;
mod words;

pub use counts::Counts;
pub use headline::Headline;
pub use inline::Style;
pub use plain::Pen;
pub use regions::Region;
pub use spans::{Ink, Relink, Span};
pub use structure::{Block, BlockKind, Coarse, Diff, DoesNotFit, Fate, Piece, Place, Touch};
pub use unified::unified;

use effort::{DEADLINE, Effort};

/// What differs between two Markdown texts.
pub fn between(old: &str, new: &str) -> Diff {
    compared(old, new, &Effort::within(DEADLINE))
}

fn compared(old: &str, new: &str, effort: &Effort) -> Diff {
    let (before, after) = (blocks::blocks(old), blocks::blocks(new));
    let (before, after) = align::align(&before, &after, effort);
    let told = assemble::assemble(&before, &after, effort);
    let counts = Counts::of(&told);
    Diff { coarse: effort.coarse(), counts, blocks: told.into_iter().map(|(block, _)| block).collect() }
}
