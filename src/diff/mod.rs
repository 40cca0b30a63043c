//! Compares two texts word by word, within the paragraphs that differ.

mod unified;

use std::time::{Duration, Instant};

use serde::Serialize;
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, TextDiffConfig};

pub use unified::unified;

/// Time one comparison may take; past it the result is coarser, and still right.
const DEADLINE: Duration = Duration::from_secs(2);

/// Paragraphs less alike than this are shown one after the other rather than word by word, from 0 to 1.
const LEAST_LIKENESS: f32 = 0.35;

/// A place where two texts differ: what was kept, deleted and inserted there, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passage(pub Vec<Piece>);

/// A run of words of one fate; in JSON `{"fate": "kept", "text": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", content = "text", rename_all = "camelCase")]
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
    let pieces =
        words.iter_all_changes().fold(Vec::new(), |pieces, change| joined(pieces, change.tag(), change.value()));
    without_lone_spaces(pieces)
}

/// Takes white space between two changes into both, so that a changed phrase stays in one piece.
fn without_lone_spaces(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut runs: Vec<Piece> = Vec::new();
    let (mut deleted, mut inserted) = (String::new(), String::new());
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Deleted(text) => deleted.push_str(&text),
            Piece::Inserted(text) => inserted.push_str(&text),
            Piece::Kept(text) if is_between_changes(&text, pieces.peek(), &deleted, &inserted) => {
                deleted.push_str(&text);
                inserted.push_str(&text);
            }
            Piece::Kept(text) => {
                runs.extend(change_of(&mut deleted, &mut inserted));
                runs.push(Piece::Kept(text));
            }
        }
    }
    runs.extend(change_of(&mut deleted, &mut inserted));
    runs
}

fn is_between_changes(text: &str, next: Option<&Piece>, deleted: &str, inserted: &str) -> bool {
    let is_space = !text.contains('\n') && text.trim().is_empty();
    is_space && next.is_some() && !deleted.is_empty() && !inserted.is_empty()
}

fn change_of(deleted: &mut String, inserted: &mut String) -> Vec<Piece> {
    let change = [Piece::Deleted(std::mem::take(deleted)), Piece::Inserted(std::mem::take(inserted))];
    change.into_iter().filter(|piece| !piece.text().is_empty()).collect()
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
    fn a_changed_phrase_stays_in_one_piece() {
        let found = passages("We answer within 48 hours, always.", "We answer within 5 days, always.");

        let expected = [
            Piece::Kept("We answer within ".to_owned()),
            Piece::Deleted("48 hours".to_owned()),
            Piece::Inserted("5 days".to_owned()),
            Piece::Kept(", always.".to_owned()),
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
