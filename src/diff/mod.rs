//! Compares two texts word by word, within the paragraphs that differ.

use std::time::{Duration, Instant};

use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, TextDiffConfig};

/// Time one comparison may take; past it the result is coarser, and still right.
const DEADLINE: Duration = Duration::from_secs(2);

/// Paragraphs less alike than this are shown one after the other rather than word by word, from 0 to 1.
const LEAST_LIKENESS: f32 = 0.35;

/// A place where two texts differ: what was kept, deleted and inserted there, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage(pub Vec<Piece>);

/// A run of words of one fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Kept(String),
    Deleted(String),
    Inserted(String),
}

/// All places where `old` and `new` differ, in the order of the text. Empty exactly for equal texts.
pub fn passages(old: &str, new: &str) -> Vec<Passage> {
    let deadline = Instant::now() + DEADLINE;
    let lines = settings(deadline).diff_lines(old, new);
    lines.ops().iter().filter_map(|op| passage(&lines, op, deadline)).collect()
}

fn passage(lines: &TextDiff<'_, '_, str>, op: &DiffOp, deadline: Instant) -> Option<Passage> {
    let (tag, old, new) = op.as_tag_tuple();
    if tag == similar::DiffTag::Equal {
        return None;
    }
    let old: String = lines.iter_old_slices().skip(old.start).take(old.len()).collect();
    let new: String = lines.iter_new_slices().skip(new.start).take(new.len()).collect();
    Some(Passage(pieces(&old, &new, deadline)))
}

fn pieces(old: &str, new: &str, deadline: Instant) -> Vec<Piece> {
    let words = settings(deadline).diff_unicode_words(old, new);
    if words.ratio() < LEAST_LIKENESS {
        let whole = [Piece::Deleted(old.to_owned()), Piece::Inserted(new.to_owned())];
        return whole.into_iter().filter(|piece| !piece.text().is_empty()).collect();
    }
    words.iter_all_changes().fold(Vec::new(), |pieces, change| joined(pieces, change.tag(), change.value()))
}

fn joined(mut pieces: Vec<Piece>, tag: ChangeTag, word: &str) -> Vec<Piece> {
    match (pieces.last_mut(), tag) {
        (Some(Piece::Kept(text)), ChangeTag::Equal)
        | (Some(Piece::Deleted(text)), ChangeTag::Delete)
        | (Some(Piece::Inserted(text)), ChangeTag::Insert) => text.push_str(word),
        (_, ChangeTag::Equal) => pieces.push(Piece::Kept(word.to_owned())),
        (_, ChangeTag::Delete) => pieces.push(Piece::Deleted(word.to_owned())),
        (_, ChangeTag::Insert) => pieces.push(Piece::Inserted(word.to_owned())),
    }
    pieces
}

fn settings(deadline: Instant) -> TextDiffConfig {
    let mut settings = TextDiff::configure();
    settings.algorithm(Algorithm::Patience).deadline(deadline);
    settings
}

impl Piece {
    pub fn text(&self) -> &str {
        match self {
            Self::Kept(text) | Self::Deleted(text) | Self::Inserted(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_word_is_shown_within_its_paragraph() {
        let found = passages("# Terms\n\nYou may leave at any time.\n", "# Terms\n\nYou may not leave at any time.\n");

        let expected = [
            Piece::Kept("You may ".to_owned()),
            Piece::Inserted("not ".to_owned()),
            Piece::Kept("leave at any time.\n".to_owned()),
        ];
        assert_eq!(found, [Passage(expected.to_vec())]);
    }

    #[test]
    fn paragraphs_that_have_nothing_in_common_stand_one_after_the_other() {
        let found = passages("We sell nothing.", "Arbitration is final and binding upon everybody.");

        assert!(matches!(&found[0].0[..], [Piece::Deleted(_), Piece::Inserted(_)]), "{found:?}");
    }

    #[test]
    fn equal_texts_differ_nowhere() {
        assert_eq!(passages("Terms.", "Terms."), []);
    }
}
