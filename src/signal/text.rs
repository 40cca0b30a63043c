//! A text, taken apart into sentences that can be looked up in another one.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use super::token::{Class, EMPTY_HASH, Token, Tokens, link_target, mixed, tokens, visible};

/// How many digits stand between the marks of a long figure.
const THOUSANDS: usize = 3;

/// A text that was taken apart; made once for each version.
#[derive(Debug)]
pub struct Text {
    source: String,
    tokens: Tokens,
    sentences: Vec<Sentence>,
    /// Of the words but for numbers of items: equal for texts that say the same in the same order.
    gist: u64,
    /// How often each word occurs, once somebody asked.
    uses: OnceCell<HashMap<u64, u32>>,
}

/// A sentence, a heading, an item or a cell.
#[derive(Debug, Clone, Copy)]
pub struct Sentence {
    /// Equal for the same words, whatever numbers its item.
    pub hash: u64,
    pub first: u32,
    pub end: u32,
    /// The first token of the paragraph it stands in, and the one behind it.
    pub block: (u32, u32),
    /// The nearest heading above it, by hash.
    pub heading: u64,
}

impl Text {
    pub fn new(source: String) -> Self {
        let tokens = tokens(&source);
        let sentences = sentences(&tokens.list);
        let gist = sentences.iter().fold(EMPTY_HASH, |gist, sentence| mixed(gist, sentence.hash));
        Self { source, tokens, sentences, gist, uses: OnceCell::new() }
    }

    /// Equal for texts that say the same in the same order, whatever their layout and links.
    pub fn gist(&self) -> u64 {
        self.gist
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn tokens(&self) -> &[Token] {
        &self.tokens.list
    }

    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    pub fn words(&self) -> u64 {
        self.tokens.words
    }

    pub fn punctuation(&self) -> u64 {
        self.tokens.punctuation
    }

    pub fn skeleton(&self) -> u64 {
        self.tokens.skeleton
    }

    /// The tokens of a sentence.
    pub fn of(&self, sentence: &Sentence) -> &[Token] {
        &self.tokens.list[sentence.first as usize..sentence.end as usize]
    }

    /// The paragraph that a token stands in.
    pub fn block_of(&self, token: usize) -> &[Token] {
        &self.tokens.list[self.block_around(token)]
    }

    /// The paragraph that a token stands in, as numbers of tokens.
    pub fn block_around(&self, token: usize) -> Range<usize> {
        let at = self.sentences.partition_point(|sentence| sentence.end as usize <= token);
        let (first, end) = self.sentences.get(at).map_or((0, 0), |sentence| sentence.block);
        first as usize..end as usize
    }

    /// The sentence that a token stands in.
    pub fn sentence_of(&self, token: usize) -> &[Token] {
        let at = self.sentences.partition_point(|sentence| sentence.end as usize <= token);
        self.sentences.get(at).map_or(&[], |sentence| self.of(sentence))
    }

    /// A token as it is written.
    pub fn shown(&self, token: &Token) -> &str {
        &self.source[token.start as usize..token.end as usize]
    }

    /// Tokens in lower case, one space between two.
    pub fn plain(&self, tokens: &[Token]) -> String {
        tokens.iter().map(|token| self.shown(token).to_lowercase().replace('’', "'")).collect::<Vec<_>>().join(" ")
    }

    /// Letters and digits in lower case, whatever stands between them; but figures stay apart, and keep the marks within
    /// them that do not part thousands.
    pub fn letters<'a>(&'a self, tokens: impl Iterator<Item = &'a Token>) -> String {
        let mut letters = String::new();
        for token in tokens {
            let shown = visible(self.shown(token));
            if token.class == Class::Address {
                letters.push_str(&shown);
                continue;
            }
            let digits = shown.bytes().take_while(u8::is_ascii_digit).count();
            if letters.ends_with(is_digit) && digits > 0 && digits != THOUSANDS {
                letters.push(' ');
            }
            let plain = plain_figure(&shown).to_lowercase().replace('-', " ");
            letters.extend(plain.chars().filter(|c| !matches!(c, '\'' | '’' | 'ʼ' | '‘')));
        }
        letters
    }

    /// From the first to the last token as it is read, on one line.
    pub fn excerpt(&self, tokens: &[Token]) -> String {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return String::new() };
        let (start, end) = (first.start as usize, last.end as usize);
        let read = as_read(&self.source[start..end]).split_whitespace().collect::<Vec<_>>().join(" ");
        self.within_its_brackets(read, start, end)
    }

    /// An excerpt with the bracket that stands right before or behind it, where the other of the two is in it.
    fn within_its_brackets(&self, read: String, start: usize, end: usize) -> String {
        let (before, after) = (&self.source[..start], &self.source[end..]);
        let lacks = |one: char, other: char| read.matches(one).count() < read.matches(other).count();
        // A square one of a text is escaped; others are those of links.
        for (open, close, [before_it, behind_it]) in [('(', ')', ["(", ")"]), ('[', ']', ["\\[", "\\]"])] {
            if lacks(open, close) && before.ends_with(before_it) {
                return format!("{open}{read}");
            }
            if lacks(close, open) && after.starts_with(behind_it) {
                return format!("{read}{close}");
            }
        }
        read
    }

    /// Where a link leads, as it is written.
    pub fn target(&self, link: u32) -> &str {
        let found = (link as usize).checked_sub(1).and_then(|at| self.tokens.links.get(at));
        found.map_or("", |(start, end)| &self.source[*start as usize..*end as usize])
    }

    /// How often a word occurs, by its key.
    pub fn uses(&self, key: u64) -> u32 {
        let uses = self.uses.get_or_init(|| counted(self.tokens.list.iter().map(|token| token.key)));
        uses.get(&key).copied().unwrap_or(0)
    }

    /// How often each sentence occurs.
    pub fn counts(&self) -> HashMap<u64, u32> {
        counted(self.sentences.iter().map(|sentence| sentence.hash))
    }
}

/// Markdown without its marks: of links the labels, of what is escaped the sign itself.
fn as_read(written: &str) -> String {
    let mut read = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let (shown, next) = match c {
            '\\' if after.starts_with(|c: char| c.is_ascii_punctuation()) => after.split_at(1),
            '<' if rest.starts_with("<br>") => (" ", &rest[4..]),
            '*' | '_' | '`' | '[' => ("", after),
            // An address that goes on behind the excerpt is all that is left of it.
            ']' if after.starts_with('(') => ("", link_target(after).map_or("", |end| &after[end..])),
            _ => rest.split_at(c.len_utf8()),
        };
        read.push_str(shown);
        rest = next;
    }
    read
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// A figure without the marks between its thousands, and with a point before its fraction: `10,000` and `10.000` are
/// `10000`, and `1,5` is `1.5`, not `15`.
fn plain_figure(shown: &str) -> Cow<'_, str> {
    if !shown.starts_with(is_digit) || !shown.contains([',', '.', '\'']) {
        return shown.into();
    }
    let mut parts = shown.split([',', '.', '\'']);
    let first = parts.next().unwrap_or_default().to_owned();
    let is_thousands = |part: &str| part.len() == THOUSANDS && part.chars().all(is_digit);
    parts.fold(first, |plain, part| plain + if is_thousands(part) { "" } else { "." } + part).into()
}

fn counted(keys: impl ExactSizeIterator<Item = u64>) -> HashMap<u64, u32> {
    let mut counts = HashMap::with_capacity(keys.len());
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn sentences(tokens: &[Token]) -> Vec<Sentence> {
    let mut found: Vec<Sentence> = Vec::with_capacity(tokens.len() / 12);
    let (mut first, mut block, mut block_sentences) = (0, 0, 0);
    let (mut hash, mut heading, mut heading_so_far) = (EMPTY_HASH, EMPTY_HASH, EMPTY_HASH);
    for (at, token) in tokens.iter().enumerate() {
        if token.class != Class::Marker {
            hash = mixed(hash, token.key);
        }
        if !token.ends_sentence {
            continue;
        }
        let end = at + 1;
        if hash != EMPTY_HASH {
            let (first, end) = (number(first), number(end));
            found.push(Sentence { hash, first, end, block: (number(block), 0), heading });
        }
        heading_so_far = mixed(heading_so_far, hash);
        (first, hash) = (end, EMPTY_HASH);
        if token.ends_block {
            for sentence in &mut found[block_sentences..] {
                sentence.block.1 = number(end);
            }
            if token.is_heading {
                heading = heading_so_far;
            }
            (block, block_sentences, heading_so_far) = (end, found.len(), EMPTY_HASH);
        }
    }
    found
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("a text has fewer tokens than bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_has_both_brackets_or_none() {
        for (written, read) in [
            ("\\[2026-08-21\\] – We sell data.", "[2026-08-21] – We sell data"),
            ("(a) We sell data.", "(a) We sell data"),
            ("We share it with Acme (for statistics).", "We share it with Acme (for statistics)"),
            ("[Write to us](https://acme.example/contact).", "Write to us"),
        ] {
            let text = Text::new(written.to_owned());

            assert_eq!(text.excerpt(text.tokens()), read);
        }
    }

    #[test]
    fn an_excerpt_has_no_marks_of_markdown() {
        let written =
            "**We keep** [your _data_](https://acme.example/a_\\(b\\)) for 13<br>months \\[sic\\] 2 \\* 3\\_4";

        assert_eq!(as_read(written), "We keep your data for 13 months [sic] 2 * 3_4");
    }
}
