//! Writes edits down as pieces, which hold every byte of both blocks.

use super::effort::Effort;
use super::structure::Piece;
use super::tokens::{Token, TokenKind, with_links_opened};
use super::words::{self, Edit};

/// The share of a changed phrase with links that has to be kept for the links to be looked into, from 0 to 1.
const LEAST_KEPT_IN_LINKS: f64 = 0.45;

/// The pieces of a block that is in both texts.
pub(super) fn pieces(old: &[Token<'_>], new: &[Token<'_>], effort: &Effort) -> Vec<Piece> {
    let mut writer = Writer::default();
    writer.write(old, new, &words::edits(old, new, effort), &mut |writer, old, new| writer.changed(old, new, effort));
    writer.finish()
}

/// Pieces so far, and the change that is being written.
#[derive(Default)]
struct Writer {
    pieces: Vec<Piece>,
    kept: String,
    deleted: String,
    inserted: String,
}

type OnChange<'a> = &'a mut dyn FnMut(&mut Writer, &[Token<'_>], &[Token<'_>]);

impl Writer {
    fn write(&mut self, old: &[Token<'_>], new: &[Token<'_>], edits: &[Edit], on_change: OnChange<'_>) {
        let mut at = (0, 0);
        for edit in edits {
            self.same(&old[at.0..edit.old.start], &new[at.1..edit.new.start]);
            on_change(self, &old[edit.old.clone()], &new[edit.new.clone()]);
            at = (edit.old.end, edit.new.end);
        }
        self.same(&old[at.0..], &new[at.1..]);
    }

    /// Tokens that read the same; targets of links, marks and white space may differ.
    fn same(&mut self, old: &[Token<'_>], new: &[Token<'_>]) {
        for (old, new) in old.iter().zip(new) {
            match (old.kind, new.kind) {
                _ if old.text == new.text => self.keep(old.text),
                (TokenKind::Link(from), TokenKind::Link(to)) if from.label == to.label => {
                    if from.is_image {
                        self.keep("!");
                    }
                    self.relink(from.label, from.target, to.target);
                }
                _ => self.replace(old.text, new.text),
            }
            if old.space == new.space {
                self.keep(old.space);
            } else {
                self.replace(old.space, new.space);
            }
        }
    }

    fn changed(&mut self, old: &[Token<'_>], new: &[Token<'_>], effort: &Effort) {
        let has_link = |tokens: &[Token<'_>]| tokens.iter().any(|token| matches!(token.kind, TokenKind::Link(_)));
        if !old.is_empty() && !new.is_empty() && (has_link(old) || has_link(new)) {
            let (from, to) = (with_links_opened(old), with_links_opened(new));
            let edits = words::plain_edits(&from, &to, effort);
            if words::kept_share(&edits, &from, &to) >= LEAST_KEPT_IN_LINKS {
                return self.write(&from, &to, &edits, &mut |writer, old, new| writer.replace_tokens(old, new));
            }
        }
        self.replace_tokens(old, new);
    }

    fn replace_tokens(&mut self, old: &[Token<'_>], new: &[Token<'_>]) {
        let raw = |tokens: &[Token<'_>]| tokens.iter().flat_map(|token| [token.text, token.space]).collect::<String>();
        self.replace(&raw(old), &raw(new));
    }

    fn keep(&mut self, text: &str) {
        if !text.is_empty() {
            self.end_change();
            self.kept.push_str(text);
        }
    }

    fn replace(&mut self, old: &str, new: &str) {
        self.deleted.push_str(old);
        self.inserted.push_str(new);
    }

    fn relink(&mut self, label: &str, old: &str, new: &str) {
        self.end_change();
        self.end_kept();
        let relinked = Piece::Relinked { label: label.to_owned(), old: old.to_owned(), new: new.to_owned() };
        self.pieces.push(relinked);
    }

    fn end_kept(&mut self) {
        if !self.kept.is_empty() {
            self.pieces.push(Piece::Kept { text: std::mem::take(&mut self.kept) });
        }
    }

    /// Writes the change down, without the white space that both sides begin and end with.
    fn end_change(&mut self) {
        let (deleted, inserted) = (std::mem::take(&mut self.deleted), std::mem::take(&mut self.inserted));
        if deleted == inserted {
            self.kept.push_str(&deleted);
            return;
        }
        let head = shared_space(deleted.chars(), inserted.chars());
        self.kept.push_str(&deleted[..head]);
        let (deleted, inserted) = (&deleted[head..], &inserted[head..]);
        let tail = shared_space(deleted.chars().rev(), inserted.chars().rev());
        self.end_kept();
        let (gone, came) = (&deleted[..deleted.len() - tail], &inserted[..inserted.len() - tail]);
        self.pieces.extend((!gone.is_empty()).then(|| Piece::deleted(gone)));
        self.pieces.extend((!came.is_empty()).then(|| Piece::inserted(came)));
        self.kept.push_str(&inserted[inserted.len() - tail..]);
    }

    fn finish(mut self) -> Vec<Piece> {
        self.end_change();
        self.end_kept();
        self.pieces
    }
}

/// The bytes of white space that two texts have in common at one end.
fn shared_space(old: impl Iterator<Item = char>, new: impl Iterator<Item = char>) -> usize {
    let shared = old.zip(new).take_while(|(old, new)| old == new && old.is_whitespace());
    shared.map(|(space, _)| space.len_utf8()).sum()
}
