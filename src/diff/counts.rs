//! Counts what differs.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

use super::spans::Ink;
use super::structure::{Block, Fate, Piece};

/// How much differs between two texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub words_inserted: usize,
    pub words_deleted: usize,
    pub blocks_inserted: usize,
    pub blocks_deleted: usize,
    /// Altered in place; those moved and altered count as moved.
    pub blocks_changed: usize,
    pub blocks_moved: usize,
    /// Links with a new target and the same label.
    pub links_changed: usize,
}

impl Counts {
    pub(super) fn of(blocks: &[Block]) -> Self {
        blocks.iter().filter(|block| block.fate != Fate::Kept).fold(Self::default(), |counts, block| counts.with(block))
    }

    fn with(mut self, block: &Block) -> Self {
        match block.fate {
            Fate::Kept | Fate::MovedAway => return self,
            Fate::Changed => self.blocks_changed += 1,
            Fate::Inserted => self.blocks_inserted += 1,
            Fate::Deleted => self.blocks_deleted += 1,
            Fate::Moved => self.blocks_moved += 1,
        }
        for span in block.spans() {
            match span.ink {
                Ink::Inserted => self.words_inserted += words(&span.text),
                Ink::Deleted => self.words_deleted += words(&span.text),
                Ink::Kept | Ink::Relinked { .. } => {}
            }
        }
        self.links_changed += block.pieces.iter().filter(|piece| matches!(piece, Piece::Relinked { .. })).count();
        self
    }

    pub(super) fn reversed(self) -> Self {
        Self {
            words_inserted: self.words_deleted,
            words_deleted: self.words_inserted,
            blocks_inserted: self.blocks_deleted,
            blocks_deleted: self.blocks_inserted,
            ..self
        }
    }
}

fn words(text: &str) -> usize {
    text.unicode_words().count()
}
