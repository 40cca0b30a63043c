//! Counts what differs.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::spans::Told;
use super::structure::{Block, Fate};

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
    pub(super) fn of(blocks: &[(Block, Told)]) -> Self {
        blocks.iter().fold(Self::default(), |counts, (block, told)| counts.with(block.fate, told))
    }

    fn with(mut self, fate: Fate, told: &Told) -> Self {
        match fate {
            Fate::Kept | Fate::MovedAway => {}
            Fate::Changed => self.blocks_changed += 1,
            Fate::Inserted => self.blocks_inserted += 1,
            Fate::Deleted => self.blocks_deleted += 1,
            Fate::Moved => self.blocks_moved += 1,
        }
        self.words_inserted += told.words_inserted;
        self.words_deleted += told.words_deleted;
        self.links_changed += told.links_changed;
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

impl fmt::Display for Counts {
    /// `2 words inserted, 3 words deleted, 1 paragraph moved, 1 link leads elsewhere`; nothing where none of these are.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.words_inserted, "word inserted", "words inserted"),
            (self.words_deleted, "word deleted", "words deleted"),
            (self.blocks_moved, "paragraph moved", "paragraphs moved"),
            (self.links_changed, "link leads elsewhere", "links lead elsewhere"),
        ];
        let told = parts.into_iter().filter(|(count, ..)| *count > 0);
        let words = told.map(|(count, one, several)| format!("{count} {}", if count == 1 { one } else { several }));
        out.write_str(&words.collect::<Vec<_>>().join(", "))
    }
}
