//! What people read of a block: its words without the marks of Markdown.

use super::structure::BlockKind;
use super::tokens::{Token, TokenKind, opened, tokens};

/// A run of a block's text as it is read, and where it stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// The bytes in the raw text that it stands for.
    pub start: usize,
    pub end: usize,
    /// Nothing for marks.
    pub text: String,
    pub style: Style,
}

impl Run {
    /// Whether it is read as it is written.
    pub fn is_literal(&self) -> bool {
        self.text.len() == self.end - self.start
    }
}

/// How a run of text is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Style {
    pub strong: bool,
    pub emphasis: bool,
    pub code: bool,
    /// Where it leads.
    pub link: Option<String>,
}

/// The text of a block as it is read, in one line.
pub(super) fn plain(kind: BlockKind, raw: &str) -> String {
    let text: String = runs(kind, raw).into_iter().map(|run| run.text).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The runs of a block, which cover all its bytes.
pub(super) fn runs(kind: BlockKind, raw: &str) -> Vec<Run> {
    let mut reader = Reader { runs: Vec::new(), at: 0, style: Style::default() };
    reader.read(&tokens(kind, raw));
    reader.runs
}

struct Reader {
    runs: Vec<Run>,
    at: usize,
    style: Style,
}

impl Reader {
    fn read(&mut self, tokens: &[Token<'_>]) {
        for token in tokens {
            match token.kind {
                TokenKind::Link(link) => {
                    let outer = self.style.link.replace(target(link.target));
                    self.read(&opened(token, &link));
                    self.style.link = outer;
                    continue;
                }
                TokenKind::Markup => {
                    self.toggle(token.text);
                    // A break within a cell of a table.
                    self.push(token.text, if token.text == "<br>" { " " } else { "" });
                }
                TokenKind::Punctuation if token.text.len() > 1 && token.text.starts_with('\\') => {
                    self.push(token.text, token.text.trim_start_matches('\\'));
                }
                TokenKind::Punctuation => self.push(token.text, token.text),
                _ => self.push(token.text, &token.text.replace('\\', "")),
            }
            self.push(token.space, token.space);
        }
    }

    fn toggle(&mut self, mark: &str) {
        match mark {
            "**" | "__" => self.style.strong = !self.style.strong,
            "*" | "_" => self.style.emphasis = !self.style.emphasis,
            ticks if ticks.starts_with('`') => self.style.code = !self.style.code,
            _ => {}
        }
    }

    fn push(&mut self, raw: &str, text: &str) {
        let (start, end) = (self.at, self.at + raw.len());
        self.at = end;
        let is_literal = raw == text;
        match self.runs.last_mut() {
            Some(last) if is_literal && last.is_literal() && last.style == self.style => {
                last.text.push_str(text);
                last.end = end;
            }
            _ if raw.is_empty() => {}
            _ => self.runs.push(Run { start, end, text: text.to_owned(), style: self.style.clone() }),
        }
    }
}

/// The URL of a target, without the title after it.
fn target(target: &str) -> String {
    let url = target.split_whitespace().next().unwrap_or_default();
    url.trim_start_matches('<').trim_end_matches('>').to_owned()
}
