//! Splits Markdown into what people read: words, figures, shown addresses. Marks of layout and link targets are told
//! apart, so that a change of nothing else can be.

use super::phrases::DATE_WORDS;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Word,
    /// Digits, with what stands between them: `1,000`, `12.5`, `2024-05-01`.
    Number,
    /// A sign that means something by itself: `€`, `%`.
    Sign,
    /// A shown address of a page or a mailbox.
    Address,
    /// The number or letter of a list item or heading: `1.`, `(a)`.
    Marker,
}

/// One thing that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Equal for the same word, whatever its case.
    pub key: u64,
    pub class: Class,
    /// Where it stands in the text, in bytes.
    pub start: u32,
    pub end: u32,
    /// Whether a sentence ends behind it, and whether a paragraph does.
    pub ends_sentence: bool,
    pub ends_block: bool,
    /// Whether it stands in a heading.
    pub is_heading: bool,
    /// Which link it is the label of, counted from one; 0 outside of links.
    pub link: u32,
}

/// A text taken apart.
#[derive(Debug, Default)]
pub struct Tokens {
    pub list: Vec<Token>,
    /// Where the targets of links stand, in bytes.
    pub links: Vec<(u32, u32)>,
    /// Of words, whatever their case.
    pub words: u64,
    /// Of words with exactly their letters, and of the marks between them: commas, quotation marks, brackets.
    pub punctuation: u64,
    /// Of everything but the targets of links and images.
    pub skeleton: u64,
}

/// Longest text that is read, in bytes; what comes after is not judged.
pub const MAX_TEXT_BYTES: usize = 16 << 20;

/// Longest address or word, in bytes.
const LONGEST_ADDRESS: usize = 2000;

/// Signs that are read as words.
const SIGNS: [char; 10] = ['€', '$', '£', '¥', '%', '₹', '₽', '₩', '₺', '‰'];

/// Takes a text apart.
pub fn tokens(text: &str) -> Tokens {
    let mut scanner = Scanner {
        text: bounded(text),
        at: 0,
        found: Tokens::default(),
        labels: Vec::new(),
        block: 0,
        copied: 0,
        is_heading_line: false,
    };
    scanner.run();
    scanner.found
}

fn bounded(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT_BYTES)]
}

/// FNV-1a: the same on every machine.
pub fn hashed(hash: u64, bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// One hash taken into another.
pub fn mixed(hash: u64, other: u64) -> u64 {
    (hash.rotate_left(5) ^ other).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The hash of a long text, eight bytes at a time.
fn hashed_text(hash: u64, text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(hash, |hash, word| mixed(hash, u64::from_le_bytes(*word)));
    hashed(hash, rest.iter().copied())
}

/// The key of a word: equal for the same word, whatever its case and apostrophes.
pub fn key_of(shown: &str) -> u64 {
    match shown.is_ascii() {
        true => hashed(EMPTY_HASH, shown.bytes().map(|byte| byte.to_ascii_lowercase())),
        false => hashed(EMPTY_HASH, folded(shown).bytes()),
    }
}

pub const EMPTY_HASH: u64 = 0xcbf2_9ce4_8422_2325;

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    found: Tokens,
    /// The first tokens behind open brackets, which may turn out to be labels of links.
    labels: Vec<usize>,
    /// The first token of this paragraph.
    block: usize,
    /// Up to where the skeleton is read.
    copied: usize,
    /// Whether this line begins with `#`.
    is_heading_line: bool,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        (self.found.words, self.found.punctuation, self.found.skeleton) = (EMPTY_HASH, EMPTY_HASH, EMPTY_HASH);
        self.found.list.reserve(self.text.len() / 6);
        self.line_start();
        while let Some(c) = self.peek() {
            match c {
                '\n' => self.line_break(),
                c if c.is_whitespace() || is_invisible(c) => self.at += c.len_utf8(),
                '[' => {
                    self.labels.push(self.found.list.len());
                    self.at += 1;
                }
                ']' => self.label_end(),
                '!' if self.rest().starts_with("![") => self.at += 1,
                '<' => self.angle(),
                '&' => self.entity(),
                '\\' => self.at += 1,
                '*' | '_' | '`' | '~' | '|' | '#' => self.at += 1,
                c if SIGNS.contains(&c) => self.push(Class::Sign, c.len_utf8()),
                c if c.is_alphanumeric() => self.word(),
                c => self.punctuation(c),
            }
        }
        self.end_block();
        self.copy_to(self.text.len());
    }

    /// Takes what was passed over into the skeleton.
    fn copy_to(&mut self, end: usize) {
        self.found.skeleton = hashed_text(self.found.skeleton, &self.text[self.copied..end]);
        self.copied = end;
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, class: Class, length: usize) {
        let (start, end) = (self.at, self.at + length);
        let shown = &self.text[start..end];
        let key = key_of(shown);
        self.found.words = mixed(self.found.words, key);
        self.found.punctuation = hashed(self.found.punctuation, shown.bytes());
        let (start, end) = (position(start), position(end));
        let (ends_sentence, ends_block, is_heading, link) = (false, false, self.is_heading_line, 0);
        self.found.list.push(Token { key, class, start, end, ends_sentence, ends_block, is_heading, link });
        self.at += length;
    }

    fn end_sentence(&mut self) {
        if let Some(last) = self.found.list.last_mut() {
            last.ends_sentence = true;
        }
    }

    fn end_block(&mut self) {
        if let Some(last) = self.found.list.last_mut() {
            (last.ends_sentence, last.ends_block) = (true, true);
        }
        self.block = self.found.list.len();
    }

    /// The line above a rule, or behind a `#`, is a heading.
    fn mark_heading(&mut self, first: usize) {
        for token in &mut self.found.list[first..] {
            token.is_heading = true;
        }
    }

    fn line_break(&mut self) {
        self.at += 1;
        let line = self.rest().trim_start_matches([' ', '\t', '\u{a0}']);
        if is_rule(line) {
            self.mark_heading(self.block);
        }
        let is_break = line.is_empty() || line.starts_with(['\n', '\r', '#', '>', '|']) || self.is_in_heading();
        if is_break || is_rule(line) || bullet(line).is_some() {
            self.end_block();
        }
        self.is_heading_line = false;
        self.line_start();
    }

    fn is_in_heading(&self) -> bool {
        self.found.list[self.block..].first().is_some_and(|token| token.is_heading)
    }

    /// Skips marks at the start of a line, and reads the number of a list item.
    fn line_start(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\u{a0}', '>', '*', '#']);
            self.is_heading_line |= rest.trim_start_matches([' ', '>']).starts_with('#');
            self.at += rest.len() - trimmed.len();
            let Some(mark) = bullet(trimmed) else { break };
            let has_number = trimmed.starts_with(|c: char| c.is_alphanumeric() || c == '(');
            if has_number { self.push(Class::Marker, mark) } else { self.at += mark }
        }
        if is_rule(self.rest()) {
            let line = self.rest().find('\n').unwrap_or(self.rest().len());
            self.at += line;
            self.end_block();
        }
    }

    fn label_end(&mut self) {
        self.at += 1;
        let Some(first) = self.labels.pop() else { return };
        let Some(length) = link_target(self.rest()) else { return };
        self.found.links.push((position(self.at), position(self.at + length)));
        let link = position(self.found.links.len());
        for token in &mut self.found.list[first..] {
            token.link = link;
        }
        self.copy_to(self.at);
        self.at += length;
        self.copied = self.at;
    }

    /// `<https://…>` is a shown address; other angles are marks.
    fn angle(&mut self) {
        let end = self.rest().find(['>', '\n', ' ']).filter(|end| self.rest()[*end..].starts_with('>'));
        match end {
            Some(end) if is_address(&self.rest()[1..end]) => {
                self.at += 1;
                self.push(Class::Address, end - 1);
                self.at += 1;
            }
            Some(end) if end < 200 => self.at += end + 1,
            _ => self.at += 1,
        }
    }

    /// `&nbsp;` and the like are white space or marks; both are skipped.
    fn entity(&mut self) {
        let end = self.rest()[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
        match end {
            Some(end) if end > 1 && end < 10 && self.rest()[1 + end..].starts_with(';') => self.at += end + 2,
            _ => self.at += 1,
        }
    }

    fn word(&mut self) {
        let rest = self.rest();
        let is_end = |byte: u8| byte.is_ascii_whitespace() || b"<>()[]\"|*".contains(&byte);
        let chunk =
            rest.bytes().take(LONGEST_ADDRESS).position(is_end).unwrap_or_else(|| rest.len().min(LONGEST_ADDRESS));
        let chunk = rest.floor_char_boundary(chunk);
        let chunk =
            rest[..chunk].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '”', '»', '_', '。', '、', '`']);
        if is_address(chunk) {
            return self.push(Class::Address, chunk.len());
        }
        let first = self.peek().unwrap_or(' ');
        if stands_alone(first) {
            return self.push(Class::Word, first.len_utf8());
        }
        if first.is_numeric() {
            return self.push(Class::Number, number_length(chunk));
        }
        self.push(Class::Word, word_length(chunk));
    }

    /// Whether what comes next can begin a sentence: behind `Ste.` comes a number, behind `e.g.` a small letter, and
    /// behind `5.` in German a month.
    fn begins_sentence(&self) -> bool {
        let rest = self.rest();
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return false;
        }
        let next = rest.trim_start();
        let first = next.chars().find(|c| c.is_alphanumeric());
        first.is_none_or(|c| !c.is_numeric() && !c.is_lowercase()) && !(self.is_behind_day() && is_date_word(next))
    }

    fn is_behind_day(&self) -> bool {
        self.found.list.last().is_some_and(|last| last.class == Class::Number && last.end - last.start <= 2)
    }

    fn punctuation(&mut self, c: char) {
        self.found.punctuation = hashed(self.found.punctuation, u32::from(c).to_le_bytes());
        self.at += c.len_utf8();
        let is_end = match c {
            '.' | '!' | '?' | '…' => self.begins_sentence(),
            '。' | '！' | '？' | '؟' | '۔' | '।' => true,
            _ => false,
        };
        if is_end {
            self.end_sentence();
        }
    }
}

fn is_date_word(rest: &str) -> bool {
    let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    DATE_WORDS.contains(&word.to_lowercase().as_str())
}

fn position(at: usize) -> u32 {
    u32::try_from(at).expect("texts are shorter than 16 MiB here")
}

/// Lower case, and typographic apostrophes as plain ones.
fn folded(word: &str) -> String {
    word.chars().map(|c| if matches!(c, '’' | 'ʼ' | '‘') { '\'' } else { c }).flat_map(char::to_lowercase).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
}

/// Whether a character is a word by itself: scripts that put no space between words.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{20000}'..='\u{2ffff}')
}

fn word_length(chunk: &str) -> usize {
    let mut end = 0;
    let mut chars = chunk.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let follows = chars.peek().is_some_and(|(_, next)| next.is_alphanumeric() && !stands_alone(*next));
        let is_inner = matches!(c, '\'' | '’' | 'ʼ' | '‘') && at > 0 && follows;
        let is_mark = !c.is_ascii() && !c.is_alphanumeric() && is_joined(c);
        if !(is_inner || is_mark || is_invisible(c) || (c.is_alphanumeric() && !stands_alone(c))) {
            break;
        }
        end = at + c.len_utf8();
    }
    end.max(chunk.chars().next().map_or(1, char::len_utf8))
}

/// Marks that belong to the letter before them.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}'
        | '\u{93a}'..='\u{94f}' | '\u{591}'..='\u{5c7}')
}

fn number_length(chunk: &str) -> usize {
    let mut end = 0;
    let mut chars = chunk.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let follows = chars.peek().is_some_and(|(_, next)| next.is_numeric());
        if !(c.is_alphanumeric() && !stands_alone(c) || (matches!(c, '.' | ',' | '/' | '-' | ':' | '\'') && follows)) {
            break;
        }
        end = at + c.len_utf8();
    }
    end.max(1)
}

/// Whether a run of characters is the address of a page or a mailbox.
pub fn is_address(chunk: &str) -> bool {
    if !chunk.bytes().any(|byte| matches!(byte, b'@' | b'/' | b':')) && !chunk.starts_with("www.") {
        return false;
    }
    let is_page = chunk.contains("://") || chunk.starts_with("www.") || chunk.starts_with("mailto:");
    let is_mailbox = chunk.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    is_page || is_mailbox || is_host_with_path(chunk)
}

/// `acme.example/privacy`.
fn is_host_with_path(chunk: &str) -> bool {
    let Some((host, _)) = chunk.split_once('/') else { return false };
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    !name.is_empty() && top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The length of the mark of a list item or numbered heading at the start of a line, white space included.
fn bullet(line: &str) -> Option<usize> {
    let head = line.as_bytes().first()?;
    if head.is_ascii_alphabetic()
        && !line.as_bytes()[..line.len().min(8)].iter().any(|byte| matches!(byte, b'.' | b')'))
    {
        return None;
    }
    let sign = line.starts_with(['-', '+', '•', '·', '–', '●', '○', '▪', '◦', '*']);
    let mark = match sign {
        true => line.chars().next().map_or(0, char::len_utf8),
        false => numbering(line)?,
    };
    let space = line[mark..].len() - line[mark..].trim_start_matches([' ', '\t', '\u{a0}']).len();
    (space > 0 || (!sign && line[mark..].is_empty())).then_some(mark + if sign { space } else { 0 })
}

/// The length of `1.`, `1.2.3`, `(a)`, `iv)`, `B.` at the start of a line.
fn numbering(line: &str) -> Option<usize> {
    let open = usize::from(line.starts_with('('));
    let body = &line[open..];
    let length = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '\\').unwrap_or(body.len());
    let name = &body[..length];
    let bare = name.trim_end_matches(['.', '\\']);
    let is_short = !bare.is_empty() && bare.split(['.', '\\']).all(is_ordinal);
    let closing = body[length..].starts_with(')');
    let has_end = closing || (open == 0 && name.ends_with('.'));
    (is_short && has_end).then_some(open + length + usize::from(closing))
}

fn is_ordinal(part: &str) -> bool {
    let is_number = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_roman = part.len() <= 5 && part.bytes().all(|byte| b"ivxlIVXL".contains(&byte));
    is_number || is_roman || (part.len() == 1 && part.is_ascii())
}

/// `---`, `* * *`, `=====`.
fn is_rule(line: &str) -> bool {
    if !line.starts_with(['-', '=', '*', '_', '|', ':', ' ']) {
        return false;
    }
    let end = line.find('\n').unwrap_or(line.len());
    let signs = line[..end].bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'|' | b':'));
    let Some(sign) = signs.clone().next().filter(|sign| b"-=*_".contains(sign)) else { return false };
    signs.clone().take_while(|byte| *byte == sign).count() >= 2 && signs.clone().all(|byte| byte == sign)
}

/// The length of `(target "title")` right behind a label; brackets within it are balanced.
fn link_target(rest: &str) -> Option<usize> {
    if !rest.starts_with('(') {
        return None;
    }
    let mut depth = 0_usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<&str> {
        tokens(text).list.iter().map(|token| &text[token.start as usize..token.end as usize]).collect()
    }

    #[test]
    fn marks_of_layout_and_targets_are_not_read() {
        assert_eq!(shown("## *Your* [data](https://a.example/?(x)) — \\_really\\_"), ["Your", "data", "really"]);
    }

    #[test]
    fn figures_keep_what_stands_between_their_digits() {
        assert_eq!(
            shown("€1,000.50 or 12.5% by 2024-05-01."),
            ["€", "1,000.50", "or", "12.5", "%", "by", "2024-05-01"]
        );
    }

    #[test]
    fn numbers_of_items_are_markers() {
        let text = "1. One\n2. Two\n   (a) Three";
        let markers = tokens(text).list.iter().filter(|token| token.class == Class::Marker).count();
        assert_eq!(markers, 3);
    }

    #[test]
    fn scripts_without_spaces_are_read_character_by_character() {
        assert_eq!(shown("利用規約。"), ["利", "用", "規", "約"]);
        assert_eq!(shown("اتفاقية الخدمة"), ["اتفاقية", "الخدمة"]);
    }

    #[test]
    fn addresses_are_one_token() {
        let text = "Write to dpo@acme.example, or see https://acme.example/a_b?c=d.";
        let addresses: Vec<_> = tokens(text).list.into_iter().filter(|t| t.class == Class::Address).collect();
        assert_eq!(addresses.len(), 2);
    }
}
