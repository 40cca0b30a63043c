//! The difference of two texts as a value: what commands, pages, feeds and the API render.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::counts::Counts;

/// What differs between two texts: all their blocks, in the order of reading.
///
/// Every byte of both texts is in the pieces of its blocks, so that the difference, applied to the old text, gives the new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// Why the texts were compared less finely than usual; absent where they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coarse: Option<Coarse>,
    /// How much differs.
    pub counts: Counts,
    /// The blocks of both texts. A deleted block stands where it was.
    pub blocks: Vec<Block>,
}

/// Why texts were compared less finely: altered blocks are then shown deleted and inserted, rather than word by word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Coarse {
    /// There is too much text.
    TooLarge,
    /// The texts are long and share next to nothing.
    TooDifferent,
    /// The comparison took too long.
    OutOfTime,
}

/// A heading, a paragraph, a list item, a row of a table: what became of it, and its text with the blank lines after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    pub kind: BlockKind,
    /// Level of a heading, from 1; depth of a list item or a quote, from 1; otherwise 0.
    pub level: u8,
    pub fate: Fate,
    /// What of the block differs most; absent where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touches: Option<Touch>,
    /// Where it is in the old text; absent for what was inserted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Place>,
    /// Where it is in the new text; absent for what was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Place>,
    /// The text as Markdown, piece by piece.
    pub pieces: Vec<Piece>,
}

/// What a block is in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum BlockKind {
    Heading,
    Paragraph,
    ListItem,
    TableRow,
    Quote,
    Code,
    Rule,
}

/// What became of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Fate {
    /// Is the same, byte for byte.
    Kept,
    /// Differs in some pieces.
    Changed,
    Inserted,
    Deleted,
    /// Came here from elsewhere; its pieces tell how it was altered on the way, if it was.
    Moved,
    /// Was here, and is elsewhere now: the other end of a move, with the old text. `new` tells where to look.
    MovedAway,
}

/// What of a block differs. The later outweighs the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Touch {
    /// White space, emphasis, numbering of a list: nothing that is read as words.
    Markup,
    /// Where links lead, besides markup.
    Links,
    /// Words, besides anything else.
    Words,
}

/// Where a block is in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Which block of its text it is, from 0; the two ends of a move name the same.
    pub block: usize,
    /// Its first line, from 1.
    pub line: usize,
    /// The titles over it, the outermost first: `["Terms", "4. Your content"]`.
    pub section: Vec<String>,
}

/// A run of text of one fate; in JSON `{"fate": "kept", "text": "…"}`.
///
/// A link whose label stayed, and whose target did not, is `{"fate": "relinked", "label": "…", "old": "…", "new": "…"}`;
/// it stands for `[label](old)` in the old text, and for `[label](new)` in the new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "fate", rename_all = "camelCase")]
pub enum Piece {
    Kept { text: String },
    Deleted { text: String },
    Inserted { text: String },
    Relinked { label: String, old: String, new: String },
}

/// A text that a difference was not made from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text is not the one that was compared: it differs at byte {at}")]
pub struct DoesNotFit {
    pub at: usize,
}

impl Diff {
    /// Whether the texts are equal, byte for byte.
    pub fn is_empty(&self) -> bool {
        self.blocks.iter().all(|block| block.fate == Fate::Kept)
    }

    /// Whether the comparison was broken off for time, so that it may go better another time.
    pub fn is_hasty(&self) -> bool {
        self.coarse == Some(Coarse::OutOfTime)
    }

    /// The blocks that are not as they were.
    pub fn changes(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| block.fate != Fate::Kept)
    }

    /// The new text, made from the old.
    pub fn apply(&self, old: &str) -> Result<String, DoesNotFit> {
        let (mut at, mut new) = (0, String::with_capacity(old.len()));
        for block in &self.blocks {
            let before = block.old_text();
            let fits = old.get(at..).is_some_and(|rest| rest.starts_with(&before));
            at = if fits { at + before.len() } else { return Err(DoesNotFit { at }) };
            new.push_str(&block.new_text());
        }
        if at == old.len() { Ok(new) } else { Err(DoesNotFit { at }) }
    }

    /// The difference the other way round: from the new text to the old.
    pub fn reversed(&self) -> Self {
        let blocks = self.blocks.iter().map(|block| block.reversed(self)).collect();
        Self { coarse: self.coarse, counts: self.counts.reversed(), blocks }
    }

    /// The other end of a move.
    pub fn counterpart(&self, block: &Block) -> Option<&Block> {
        let other = match block.fate {
            Fate::Moved => Fate::MovedAway,
            Fate::MovedAway => Fate::Moved,
            _ => return None,
        };
        self.blocks.iter().find(|candidate| candidate.fate == other && candidate.new == block.new)
    }
}

impl Block {
    /// Its text in the old text, where it stands in the order of blocks; nothing for what came from elsewhere.
    pub fn old_text(&self) -> String {
        match self.fate {
            Fate::Moved | Fate::Inserted => String::new(),
            _ => text_of(&self.pieces, Piece::old_text),
        }
    }

    /// Its text in the new text, where it stands in the order of blocks; nothing for what went elsewhere.
    pub fn new_text(&self) -> String {
        match self.fate {
            Fate::MovedAway | Fate::Deleted => String::new(),
            _ => text_of(&self.pieces, Piece::new_text),
        }
    }

    /// Whether words, links or markup differ: true for what was changed, and for what was moved and altered.
    pub fn is_altered(&self) -> bool {
        self.pieces.iter().any(|piece| !matches!(piece, Piece::Kept { .. }))
    }

    /// The titles over it, in the new text if it is there.
    pub fn section(&self) -> &[String] {
        self.new.as_ref().or(self.old.as_ref()).map_or(&[], |place| &place.section)
    }

    fn reversed(&self, diff: &Diff) -> Self {
        let pieces = match self.fate {
            Fate::Moved => vec![Piece::kept(&text_of(&self.pieces, Piece::new_text))],
            Fate::MovedAway => diff.counterpart(self).map_or_else(Vec::new, |moved| reversed(&moved.pieces)),
            _ => reversed(&self.pieces),
        };
        let touches = match self.fate {
            Fate::Moved => None,
            Fate::MovedAway => diff.counterpart(self).and_then(|moved| moved.touches),
            _ => self.touches,
        };
        Self { fate: self.fate.reversed(), old: self.new.clone(), new: self.old.clone(), pieces, touches, ..*self }
    }
}

impl Fate {
    fn reversed(self) -> Self {
        match self {
            Self::Kept => Self::Kept,
            Self::Changed => Self::Changed,
            Self::Inserted => Self::Deleted,
            Self::Deleted => Self::Inserted,
            Self::Moved => Self::MovedAway,
            Self::MovedAway => Self::Moved,
        }
    }
}

impl Piece {
    pub(super) fn kept(text: &str) -> Self {
        Self::Kept { text: text.to_owned() }
    }

    pub(super) fn deleted(text: &str) -> Self {
        Self::Deleted { text: text.to_owned() }
    }

    pub(super) fn inserted(text: &str) -> Self {
        Self::Inserted { text: text.to_owned() }
    }

    /// What stands for it in the old text.
    pub fn old_text(&self) -> String {
        match self {
            Self::Kept { text } | Self::Deleted { text } => text.clone(),
            Self::Inserted { .. } => String::new(),
            Self::Relinked { label, old, .. } => format!("[{label}]({old})"),
        }
    }

    /// What stands for it in the new text.
    pub fn new_text(&self) -> String {
        match self {
            Self::Kept { text } | Self::Inserted { text } => text.clone(),
            Self::Deleted { .. } => String::new(),
            Self::Relinked { label, new, .. } => format!("[{label}]({new})"),
        }
    }

    fn reversed(&self) -> Self {
        match self.clone() {
            Self::Kept { text } => Self::Kept { text },
            Self::Deleted { text } => Self::Inserted { text },
            Self::Inserted { text } => Self::Deleted { text },
            Self::Relinked { label, old, new } => Self::Relinked { label, old: new, new: old },
        }
    }
}

fn text_of(pieces: &[Piece], side: fn(&Piece) -> String) -> String {
    pieces.iter().map(side).collect()
}

fn reversed(pieces: &[Piece]) -> Vec<Piece> {
    let mut reversed: Vec<Piece> = pieces.iter().map(Piece::reversed).collect();
    // What went stands before what came.
    for at in 1..reversed.len() {
        if matches!(reversed[at - 1..=at], [Piece::Inserted { .. }, Piece::Deleted { .. }]) {
            reversed.swap(at - 1, at);
        }
    }
    reversed
}
