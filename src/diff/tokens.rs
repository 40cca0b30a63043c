//! Cuts the text of a block into what is never split: words, numbers, links, marks of Markdown.

use std::hash::{DefaultHasher, Hash, Hasher};

use unicode_segmentation::UnicodeSegmentation;

use super::link::{self, Link};
use super::script::{self, Script};
use super::structure::BlockKind;
use super::{syntax, typography};

/// Longest word that is told from others by its length when likeness is weighed.
const LONGEST_WEIGHT: usize = 12;

/// Bytes of a word beyond which it is cut in two.
const LONGEST_WORD: usize = 4096;

/// So many brackets and exclamation marks of a block that begin no link are looked at; what follows is read without links.
const MOST_BRACKETS: usize = 1000;

/// Bytes of code within a line, beyond which a backtick is taken for one.
const LONGEST_CODE: usize = 4096;

/// Words of up to so many letters tell little: most of them are articles and prepositions.
const LIGHT_LETTERS: usize = 3;

/// What a number weighs: as much as a rare word, for it often is what a clause is about.
const NUMBER_WEIGHT: u32 = 6;

/// A part of a text that is never split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub text: &'a str,
    /// White space after it.
    pub space: &'a str,
    pub kind: TokenKind<'a>,
    /// Equal for what reads the same: a link's is that of its label.
    pub key: u64,
    pub ends_sentence: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind<'a> {
    Word,
    Number,
    Punctuation,
    Link(Link<'a>),
    /// What is not read as words: emphasis, numbering of a list, indents.
    Markup,
}

/// The tokens of a block. Texts and white space, one after the other, are the block again.
pub(super) fn tokens(kind: BlockKind, raw: &str) -> Vec<Token<'_>> {
    Scanner::of(raw, kind == BlockKind::Code).block()
}

/// The tokens of a link, with those of its label: `[`, label, `](target)`.
pub(super) fn opened<'a>(token: &Token<'a>, link: &Link<'a>) -> Vec<Token<'a>> {
    let (opening, closing) = link.marks(token.text);
    let mut found = vec![Token::new(TokenKind::Markup, opening, "[")];
    found.extend(Scanner::of(link.label, false).line());
    found.push(Token { space: token.space, ..Token::new(TokenKind::Markup, closing, "](") });
    found
}

/// The same tokens, with those of labels in the place of links.
pub(super) fn with_links_opened<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut found = Vec::with_capacity(tokens.len());
    for token in tokens {
        match token.kind {
            TokenKind::Link(link) => found.extend(opened(token, &link)),
            _ => found.push(*token),
        }
    }
    found
}

impl<'a> Token<'a> {
    fn new(kind: TokenKind<'a>, text: &'a str, key: &str) -> Self {
        Self { text, space: "", kind, key: hashed(&kind, key), ends_sentence: false }
    }

    pub fn is_markup(&self) -> bool {
        self.kind == TokenKind::Markup
    }

    /// How much it says, for likeness and for tying a change together.
    pub fn weight(&self) -> u32 {
        let long = |text: &str| u32::try_from(text.chars().count().min(LONGEST_WEIGHT)).unwrap_or(u32::MAX);
        match self.kind {
            TokenKind::Markup => 0,
            TokenKind::Punctuation => 1,
            TokenKind::Number => NUMBER_WEIGHT,
            TokenKind::Link(link) => long(link.label).max(2),
            TokenKind::Word if script::of_char(self.text.chars().next().unwrap_or(' ')) != Script::Spaced => {
                2 * long(self.text)
            }
            TokenKind::Word => match self.text.chars().count() {
                letters if letters <= LIGHT_LETTERS => 1,
                _ => long(self.text),
            },
        }
    }
}

fn hashed(kind: &TokenKind<'_>, key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(kind).hash(&mut hasher);
    typography::folded(key).hash(&mut hasher);
    hasher.finish()
}

struct Scanner<'a> {
    rest: &'a str,
    is_code: bool,
    script: Script,
    /// How many brackets may still turn out to begin no link.
    brackets: usize,
    /// How much is left where the code within this line ends.
    code_end: Option<usize>,
}

impl<'a> Scanner<'a> {
    fn of(rest: &'a str, is_code: bool) -> Self {
        Self { rest, is_code, script: script::of(rest), brackets: MOST_BRACKETS, code_end: None }
    }

    /// Tokens of a whole block, with the marks at the start of its lines.
    fn block(mut self) -> Vec<Token<'a>> {
        let mut found = Vec::new();
        let mut is_at_start = true;
        while !self.rest.is_empty() {
            if is_at_start && !self.is_code {
                found.extend(self.marks(found.is_empty()));
            }
            if !self.rest.is_empty() && !self.rest.starts_with(char::is_whitespace) {
                let token = self.inline();
                found.push(token);
            }
            is_at_start = self.space(&mut found);
        }
        mark_sentences(&mut found);
        found
    }

    /// Tokens of text that begins no line.
    fn line(mut self) -> Vec<Token<'a>> {
        let mut found = Vec::new();
        while !self.rest.is_empty() {
            if !self.rest.starts_with(char::is_whitespace) {
                let token = self.inline();
                found.push(token);
            }
            self.space(&mut found);
        }
        found
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// The marks at the start of a line: indent and `>`, then `#`, `*` or `1.`; or the line below a heading.
    fn marks(&mut self, is_first: bool) -> Option<Token<'a>> {
        let line = self.rest.split('\n').next().unwrap_or_default();
        if !is_first && (syntax::underline(line).is_some() || syntax::is_delimiter_row(line)) {
            let text = self.take(line.trim_end().len());
            return Some(Token::new(TokenKind::Markup, text, "underline"));
        }
        let length = if is_first { leading(self.rest) } else { syntax::lead(line).min(quoted(line)) };
        (length > 0).then(|| {
            let text = self.take(length);
            Token::new(TokenKind::Markup, text, "lead")
        })
    }

    /// Gives the white space that follows to the last token. Tells whether a line begins after it.
    fn space(&mut self, found: &mut Vec<Token<'a>>) -> bool {
        let length = self.rest.len() - self.rest.trim_start().len();
        let space = self.take(length);
        if space.is_empty() {
            return false;
        }
        match found.last_mut() {
            Some(last) if last.space.is_empty() => last.space = space,
            _ => found.push(Token::new(TokenKind::Markup, space, "space")),
        }
        space.contains('\n')
    }

    fn inline(&mut self) -> Token<'a> {
        let unseen = typography::invisible(self.rest);
        if unseen > 0 {
            return Token::new(TokenKind::Markup, self.take(unseen), "invisible");
        }
        if !self.is_code
            && let Some(token) = self.markup()
        {
            return token;
        }
        if let Some(length) = link::bare_length(self.rest) {
            let text = self.take(length);
            return Token::new(TokenKind::Word, text, text);
        }
        let (kind, length) = word(self.rest, self.script);
        let text = self.take(length);
        Token::new(kind, text, text)
    }

    fn markup(&mut self) -> Option<Token<'a>> {
        if self.code_end.is_some() || self.rest.starts_with('`') {
            return self.code_mark();
        }
        let may_be_link = self.brackets > 0 && self.rest.starts_with(['[', '!']);
        let link = may_be_link.then(|| link::at(self.rest)).flatten();
        self.brackets -= usize::from(may_be_link && link.is_none());
        if let Some(link) = link {
            let text = self.take(link.length);
            let key = if link.is_image { "!" } else { "" }.to_owned() + link.label;
            return Some(Token::new(TokenKind::Link(link), text, &key));
        }
        if self.rest.starts_with('\\') && self.rest[1..].starts_with(|c: char| c.is_ascii_punctuation()) {
            let text = self.take(2);
            return Some(Token::new(TokenKind::Punctuation, text, &text[1..]));
        }
        let mark = ["<br>", "**", "__", "~~", "*", "_"].into_iter().find(|mark| self.rest.starts_with(mark))?;
        let text = self.take(mark.len());
        Some(Token::new(TokenKind::Markup, text, text))
    }

    /// The backticks around code; what stands between them is read as it is.
    fn code_mark(&mut self) -> Option<Token<'a>> {
        let ticks = ticks_at(self.rest);
        self.code_end = match self.code_end {
            Some(end) if self.rest.len() > end => return None,
            Some(_) => None,
            None => Some(end_of_code(self.rest, ticks)?),
        };
        let text = self.take(ticks);
        Some(Token::new(TokenKind::Markup, text, text))
    }
}

/// How much of a text is left where a piece of code ends that so many backticks begin: at as many of them.
fn end_of_code(text: &str, ticks: usize) -> Option<usize> {
    let within = &text[ticks..text.floor_char_boundary(LONGEST_CODE.min(text.len()))];
    let mut at = 0;
    while let Some(next) = within[at..].find('`') {
        let length = ticks_at(&within[at + next..]);
        if length == ticks {
            return Some(text.len() - ticks - at - next);
        }
        at += next + length;
    }
    None
}

fn ticks_at(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b'`').count()
}

/// The bytes of white space and marks at the start of a block.
fn leading(raw: &str) -> usize {
    let content = raw.trim_start();
    let space = raw.len() - content.len();
    let line = content.split('\n').next().unwrap_or_default();
    space + syntax::lead(line)
}

/// The bytes of `>` and white space around it at the start of a line within a block.
fn quoted(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t', '>']).len()
}

/// The kind and length of the word, number or punctuation mark that a text begins with.
fn word(text: &str, script: Script) -> (TokenKind<'static>, usize) {
    let first = text.chars().next().expect("asked for where text is left");
    if let Some(length) = amount(text, first) {
        return (TokenKind::Number, length);
    }
    if script::of_char(first) != Script::Spaced {
        return (TokenKind::Word, script::run(text, script));
    }
    if !first.is_alphanumeric() {
        let length = text.chars().take_while(|c| *c == first).count() * first.len_utf8();
        let is_read = first.is_ascii() || !is_joined(text, length);
        let grapheme = text.graphemes(true).next().map_or(length, str::len);
        return (TokenKind::Punctuation, if is_read { length.max(grapheme) } else { grapheme });
    }
    let mut length = segment(text);
    while let Some(more) = joined(&text[length..], &text[..length]) {
        length += more;
    }
    let kind = if text[..length].contains(char::is_numeric) { TokenKind::Number } else { TokenKind::Word };
    (kind, length)
}

/// Whether marks such as a joiner or a variation selector follow.
fn is_joined(text: &str, length: usize) -> bool {
    text.graphemes(true).next().is_some_and(|grapheme| grapheme.len() > length)
}

/// The length of a number with the sign of a currency before it: `$1,000.50`.
fn amount(text: &str, first: char) -> Option<usize> {
    let rest = &text[first.len_utf8()..];
    let is_sign = matches!(first, '$' | '€' | '£' | '¥' | '₹' | '₩' | '₽' | '§' | '#');
    (is_sign && rest.starts_with(char::is_numeric)).then(|| first.len_utf8() + word(rest, Script::Spaced).1)
}

/// The length of the first word by Unicode's rules (UAX #29), which know `1,000.50` and `can't`.
fn segment(text: &str) -> usize {
    let ascii = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let next = text[ascii..].chars().next();
    // Most words are plain letters before a space; the full rules take much longer.
    if ascii > 0 && next.is_none_or(|c| matches!(c, ' ' | '\n' | ';' | ')' | '-' | '/')) {
        return ascii;
    }
    // By the rules a narrow space and an underscore are part of a word; here one ends it, the other ends emphasis.
    let head = &text[..text.floor_char_boundary(LONGEST_WORD)];
    let head = &head[..head.find(char::is_whitespace).unwrap_or(head.len())];
    let word = head.split_word_bounds().next().unwrap_or(head);
    word.trim_end_matches('_').len()
}

/// The length of what goes on with a word without a space: `30%`, `opt-out`, `2024-05-01`, `a@b.example`, `a\_b`.
fn joined(rest: &str, word: &str) -> Option<usize> {
    let unseen = typography::invisible(rest);
    if unseen > 0 {
        return begins_word(&rest[unseen..]).then(|| unseen + segment(&rest[unseen..]));
    }
    let mut chars = rest.chars();
    let joint = chars.next()?;
    let is_number = word.ends_with(char::is_numeric);
    if matches!(joint, '%' | '‰' | '°') {
        return is_number.then(|| joint.len_utf8());
    }
    let mut after = chars.as_str();
    if joint == '\\' {
        after = after.strip_prefix(['_', '-', '.', '@'])?;
    }
    let next = after.chars().next().filter(|_| begins_word(after))?;
    let holds = match joint {
        '-' | '‑' | '@' | '\\' => true,
        // A path after a domain: `acme.example/terms`.
        '/' if word.contains('.') => true,
        '/' | ':' | '–' | '.' => is_number && next.is_numeric(),
        _ => false,
    };
    holds.then(|| rest.len() - after.len() + segment(after))
}

fn begins_word(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_alphanumeric() && script::of_char(c) == Script::Spaced)
}

/// Marks the tokens after which a sentence ends.
fn mark_sentences(tokens: &mut [Token<'_>]) {
    let mut before = Vec::with_capacity(tokens.len());
    let mut last = None;
    for token in tokens.iter() {
        before.push(last);
        last = if token.is_markup() { last } else { Some(*token) };
    }
    let mut next = None;
    for (token, before) in tokens.iter_mut().zip(before).rev() {
        token.ends_sentence = ends_sentence(token, before, next);
        next = if token.is_markup() { next } else { Some(*token) };
    }
}

fn ends_sentence(token: &Token<'_>, before: Option<Token<'_>>, next: Option<Token<'_>>) -> bool {
    if token.space.contains("  \n") {
        return true;
    }
    let Some(next) = next else { return false };
    match token.text.chars().last() {
        Some('。' | '！' | '？') => true,
        Some('!' | '?' | '؟' | '।') => !token.space.is_empty(),
        Some('.') if token.kind == TokenKind::Punctuation => {
            let is_short = before.is_some_and(|word| word.text.chars().count() <= LIGHT_LETTERS + 1);
            let is_reference = is_short && next.kind == TokenKind::Number;
            !token.space.is_empty() && !next.text.starts_with(char::is_lowercase) && !is_reference
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(raw: &str) -> Vec<&str> {
        tokens(BlockKind::Paragraph, raw).iter().map(|token| token.text).collect()
    }

    #[test]
    fn numbers_dates_amounts_and_addresses_stay_whole() {
        assert_eq!(texts("pay $1,000.50 or 30% by 2024-05-01"), ["pay", "$1,000.50", "or", "30%", "by", "2024-05-01"]);
        assert_eq!(texts("from 01/05/2024, 10:30"), ["from", "01/05/2024", ",", "10:30"]);
        assert_eq!(texts("ask a.b@acme.example."), ["ask", "a.b@acme.example", "."]);
        assert_eq!(texts("see https://acme.example/a,b."), ["see", "https://acme.example/a,b", "."]);
        assert_eq!(texts("opt-out can't don’t data\\_type"), ["opt-out", "can't", "don’t", "data\\_type"]);
    }

    #[test]
    fn a_link_may_break_its_line_at_its_title() {
        assert_eq!(texts("[a](https://a.example \"\n  b (c)\") d"), ["[a](https://a.example \"\n  b (c)\")", "d"]);
        assert_ne!(texts("[a](b\n c)")[0], "[a](b\n c)");
    }

    #[test]
    fn what_stands_in_code_is_no_mark() {
        assert_eq!(texts("a `b *c* [d](e)` *f*")[..5], ["a", "`", "b", "*", "c"]);
        assert_eq!(texts("``a`b`` _c_"), ["``", "a", "`", "b", "``", "_", "c", "_"]);
        assert!(!tokens(BlockKind::Paragraph, "one ` two")[1].is_markup());
    }

    #[test]
    fn links_stay_whole_and_marks_stand_apart() {
        assert_eq!(
            texts("**See** [our _policy_](/p_(1)), now"),
            ["**", "See", "**", "[our _policy_](/p_(1))", ",", "now"]
        );
        assert_eq!(texts("1.  _One_ day"), ["1.", "_", "One", "_", "day"]);
    }

    #[test]
    fn languages_without_spaces_are_cut_where_their_words_may_end() {
        assert_eq!(texts("個人情報を取得します。"), ["個人情報", "を", "取得", "します", "。"]);
        assert_eq!(texts("我们会"), ["我", "们", "会"]);
        assert_eq!(texts("ผู้ใช้"), ["ผู้", "ใ", "ช้"]);
    }

    #[test]
    fn a_heading_underlined_and_a_quote_have_their_marks_apart() {
        let raw = "Terms\n=====\n\n";
        let all: String =
            tokens(BlockKind::Heading, raw).iter().map(|token| [token.text, token.space].concat()).collect();

        assert_eq!(all, raw);
        assert_eq!(texts("Terms\n=====\n\n"), ["Terms", "====="]);
        assert_eq!(texts("> a\n> b"), ["> ", "a", "> ", "b"]);
    }
}
