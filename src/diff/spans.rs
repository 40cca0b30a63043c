//! The pieces of a block as they are read: without the marks of Markdown, with what they mean.

use super::inline::{self, Run, Style};
use super::structure::{Block, BlockKind, Piece, Touch};
use super::tokens::{Token, TokenKind, tokens, with_links_opened};
use super::typography;

/// A run of text as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub ink: Ink,
    pub text: String,
    pub style: Style,
}

/// What became of a run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ink {
    Kept,
    Deleted,
    Inserted,
    /// The label of a link that leads elsewhere now.
    Relinked {
        old: String,
        new: String,
    },
}

/// A link that leads elsewhere now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relink {
    /// What of its label stayed, as it is read.
    pub label: String,
    pub old: String,
    pub new: String,
}

impl Block {
    /// Its text as it is read, with what became of each run: for renderers, so that none has to know Markdown.
    ///
    /// Quotes, dashes and invisible characters in another form are no change to a reader.
    pub fn spans(&self) -> Vec<Span> {
        spans(self.kind, &self.pieces)
    }

    /// The links that lead elsewhere, also those whose label was altered as well.
    pub fn relinked(&self) -> Vec<Relink> {
        relinked(&self.spans())
    }
}

fn spans(kind: BlockKind, pieces: &[Piece]) -> Vec<Span> {
    // Most blocks of most texts stay as they are, and a whole text is read to be shown.
    if let [Piece::Kept { text }] = pieces {
        let runs = inline::runs(kind, text).into_iter().filter(|run| !run.text.is_empty());
        return joined(runs.map(|run| Span { ink: Ink::Kept, text: run.text, style: run.style }).collect());
    }
    let side = |text: fn(&Piece) -> String| Side::new(kind, &pieces.iter().map(text).collect::<String>());
    let (mut old, mut new) = (side(Piece::old_text), side(Piece::new_text));
    let mut found: Vec<Span> = Vec::new();
    for piece in pieces {
        let (gone, came) = (old.take(piece.old_text().len()), new.take(piece.new_text().len()));
        let (runs, ink) = match piece {
            Piece::Kept { .. } => {
                found.extend(kept(gone, came));
                continue;
            }
            Piece::Deleted { .. } => (gone, Ink::Deleted),
            Piece::Inserted { .. } => (came, Ink::Inserted),
            Piece::Relinked { old, new, .. } => (came, Ink::Relinked { old: old.clone(), new: new.clone() }),
        };
        found.extend(runs.into_iter().map(|(text, style)| Span { ink: ink.clone(), text, style }));
    }
    joined(found)
}

/// Runs that read the same on both sides. Words of a label that was altered elsewhere may lead elsewhere now.
fn kept(gone: Vec<(String, Style)>, came: Vec<(String, Style)>) -> Vec<Span> {
    let mut before = gone.into_iter();
    let (mut link, mut link_end, mut at) = (None, 0, 0);
    let mut found = Vec::with_capacity(came.len());
    for (text, style) in came {
        while link_end <= at
            && let Some((text, style)) = before.next()
        {
            link_end += text.len();
            link = style.link;
        }
        at += text.len();
        let ink = match (&link, &style.link) {
            (Some(old), Some(new)) if old != new && !text.trim().is_empty() => {
                Ink::Relinked { old: old.clone(), new: new.clone() }
            }
            _ => Ink::Kept,
        };
        found.push(Span { ink, text, style });
    }
    found
}

/// The links of a block that lead elsewhere, each once: the words of one label may stand apart.
fn relinked(spans: &[Span]) -> Vec<Relink> {
    let mut found: Vec<Relink> = Vec::new();
    let mut is_open = false;
    for Span { ink, text, .. } in spans {
        let open = found.last_mut().filter(|_| is_open);
        match (ink, open) {
            (Ink::Relinked { old, new }, Some(link)) if (&link.old, &link.new) == (old, new) => link.label += text,
            (Ink::Relinked { old, new }, _) => {
                found.push(Relink { label: text.clone(), old: old.clone(), new: new.clone() });
                is_open = true;
            }
            (Ink::Kept, Some(link)) if text.trim().is_empty() => link.label += text,
            (Ink::Kept, _) => is_open = false,
            (Ink::Deleted | Ink::Inserted, _) => {}
        }
    }
    for link in &mut found {
        link.label = link.label.trim().to_owned();
    }
    found
}

/// Joins runs of one ink and style, and what differs in typography alone with what is kept.
fn joined(spans: Vec<Span>) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for mut span in spans {
        let replaced = joined.pop_if(|last| {
            (&last.ink, &span.ink) == (&Ink::Deleted, &Ink::Inserted) && typography::is_same(&last.text, &span.text)
        });
        if replaced.is_some() {
            span.ink = Ink::Kept;
        }
        match joined.last_mut() {
            Some(last) if last.ink == span.ink && last.style == span.style => last.text.push_str(&span.text),
            _ => joined.push(span),
        }
    }
    joined
}

/// What the pieces of a block tell a reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub touch: Option<Touch>,
    pub words_deleted: usize,
    pub words_inserted: usize,
    pub links_changed: usize,
}

impl Told {
    pub fn of(kind: BlockKind, pieces: &[Piece]) -> Self {
        match pieces {
            [] | [Piece::Kept { .. }] => Self::default(),
            [Piece::Deleted { text }] => Self { words_deleted: words(kind, text), ..Self::whole(kind, text) },
            [Piece::Inserted { text }] => Self { words_inserted: words(kind, text), ..Self::whole(kind, text) },
            pieces => {
                let nothing = Self { touch: Some(Touch::Markup), ..Self::default() };
                let spans = spans(kind, pieces);
                let told = spans.iter().fold(nothing, |told, span| told.with(kind, span));
                Self { links_changed: relinked(&spans).len(), ..told }
            }
        }
    }

    /// A block that is in one text alone.
    fn whole(kind: BlockKind, text: &str) -> Self {
        let is_read = tokens(kind, text).iter().any(|token| !token.is_markup());
        Self { touch: Some(if is_read { Touch::Words } else { Touch::Markup }), ..Self::default() }
    }

    fn with(mut self, kind: BlockKind, span: &Span) -> Self {
        let touch = match span.ink {
            Ink::Deleted | Ink::Inserted if !span.text.trim().is_empty() => Touch::Words,
            Ink::Relinked { .. } => Touch::Links,
            _ => Touch::Markup,
        };
        match span.ink {
            Ink::Deleted => self.words_deleted += words(kind, &span.text),
            Ink::Inserted => self.words_inserted += words(kind, &span.text),
            Ink::Relinked { .. } | Ink::Kept => {}
        }
        Self { touch: self.touch.max(Some(touch)), ..self }
    }
}

/// How many words a text has, labels of links included.
fn words(kind: BlockKind, text: &str) -> usize {
    let is_word = |token: &Token<'_>| matches!(token.kind, TokenKind::Word | TokenKind::Number);
    with_links_opened(&tokens(kind, text)).iter().filter(|token| is_word(token)).count()
}

/// The runs of one text, taken byte by byte.
struct Side {
    runs: std::vec::IntoIter<Run>,
    at: usize,
    current: Option<Run>,
}

impl Side {
    fn new(kind: BlockKind, text: &str) -> Self {
        Self { runs: inline::runs(kind, text).into_iter(), at: 0, current: None }
    }

    /// What is read of the next bytes. A run that bytes end within is read where they end.
    fn take(&mut self, bytes: usize) -> Vec<(String, Style)> {
        let end = self.at + bytes;
        let mut found = Vec::new();
        while self.at < end {
            let Some(run) = self.current.take().or_else(|| self.runs.next()) else { break };
            if run.end > end {
                let (here, later) = cut(run, end - self.at);
                self.current = Some(later);
                found.push((here.text, here.style));
                self.at = end;
            } else {
                self.at = run.end;
                found.push((run.text, run.style));
            }
        }
        found.retain(|(text, _)| !text.is_empty());
        found
    }
}

/// Cuts a run in two. One that is not read as it is written is not cut: it is read with its later part.
fn cut(run: Run, bytes: usize) -> (Run, Run) {
    let is_literal = run.is_literal();
    let (here, later) = match run.text.split_at_checked(bytes) {
        Some((here, later)) if is_literal => (here.to_owned(), later.to_owned()),
        _ => (String::new(), run.text.clone()),
    };
    let middle = run.start + bytes;
    let first = Run { text: here, end: middle, style: run.style.clone(), ..run };
    (first, Run { text: later, start: middle, end: run.end, style: run.style })
}
