//! Takes a version apart into passages: paragraphs, items of lists, rows of tables, headings, each as it reads.
//!
//! Addresses of links and the marks of Markdown are left out: a paragraph in which nothing but an address changed is the
//! same paragraph.

/// Longest passage, in bytes. A longer one is cut.
pub const MAX_PASSAGE_BYTES: usize = 16 << 10;

/// How far the end of a link's address is looked for, in bytes.
const MAX_ADDRESS_BYTES: usize = 8 << 10;

/// The passages of a version, still in Markdown.
pub fn passages(markdown: &str) -> impl Iterator<Item = &str> {
    let mut rest = markdown;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(['\n', '\r']);
        if rest.is_empty() {
            return None;
        }
        let (passage, after) = rest.split_at(end_of_passage(rest));
        rest = after;
        Some(passage)
    })
}

/// A passage as it reads, on one line; empty if it is made of signs only.
pub fn as_read(passage: &str) -> String {
    let mut reading = Reading::default();
    for line in passage.lines().filter(|line| !is_underline(line)) {
        reading.line(without_marks(line));
    }
    reading.finish()
}

fn end_of_passage(text: &str) -> usize {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let is_over = end > 0 && (line.trim().is_empty() || begins_passage(line));
        if is_over || end + line.len() > MAX_PASSAGE_BYTES {
            break;
        }
        end += line.len();
    }
    if end > 0 { end } else { cut(text) }
}

/// Where a line is cut that is longer than a passage: after a space, if there is one.
fn cut(text: &str) -> usize {
    let end = text.floor_char_boundary(MAX_PASSAGE_BYTES);
    text[..end].rfind(' ').map_or(end, |space| space + 1)
}

fn begins_passage(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['|', '#', '>']) || without_bullet(line).is_some()
}

/// Whether a line only makes a heading of the one above.
fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    line.len() > 1 && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// A line without what makes it a heading, an item, a quotation or a row.
fn without_marks(line: &str) -> &str {
    let mut rest = line.trim();
    loop {
        let shorter = match rest.as_bytes().first() {
            Some(b'#' | b'>' | b'|') => Some(rest[1..].trim_start()),
            _ => without_bullet(rest),
        };
        match shorter {
            Some(shorter) => rest = shorter,
            None => return rest,
        }
    }
}

/// A line without the `*`, `-`, `+` or `1.` of an item.
fn without_bullet(line: &str) -> Option<&str> {
    let number = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = match number {
        0 => line.strip_prefix(['*', '-', '+'])?,
        1..=9 => line[number..].strip_prefix(['.', ')'])?,
        _ => return None,
    };
    (rest.starts_with([' ', '\t']) || rest.is_empty()).then(|| rest.trim_start())
}

/// What was read of a passage so far.
#[derive(Default)]
struct Reading {
    text: String,
    /// Where a bracket was read that may begin a link.
    brackets: Vec<usize>,
    /// Brackets that did begin one, and are no part of the text.
    dropped: Vec<usize>,
}

impl Reading {
    fn line(&mut self, line: &str) {
        self.push_space();
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let length = self.sign(c, rest);
            rest = &rest[length..];
        }
    }

    /// Reads what begins with `c`; how many bytes that is.
    fn sign(&mut self, c: char, rest: &str) -> usize {
        match c {
            '\\' if rest[1..].starts_with(|c: char| c.is_ascii_punctuation()) => {
                self.text.push_str(&rest[1..2]);
                2
            }
            '!' if rest[1..].starts_with('[') => 1,
            '[' => {
                self.brackets.push(self.text.len());
                self.text.push('[');
                1
            }
            ']' => self.end_of_bracket(rest),
            '`' => 1,
            '*' | '_' => self.run_of(c, rest),
            c if c.is_whitespace() => {
                self.push_space();
                c.len_utf8()
            }
            c => {
                self.text.push(c);
                c.len_utf8()
            }
        }
    }

    fn end_of_bracket(&mut self, rest: &str) -> usize {
        match (self.brackets.pop(), address(&rest[1..])) {
            (Some(start), Some(address)) => {
                self.dropped.push(start);
                1 + address
            }
            _ => {
                self.text.push(']');
                1
            }
        }
    }

    /// Reads a sign that may stand several times in a row; how many times it does.
    fn run_of(&mut self, sign: char, rest: &str) -> usize {
        let after = rest.trim_start_matches(sign);
        let length = rest.len() - after.len();
        if !self.is_emphasis(sign, after) {
            self.text.push_str(&rest[..length]);
        }
        length
    }

    /// Whether a sign marks words, rather than standing among spaces or within a name.
    fn is_emphasis(&self, sign: char, after: &str) -> bool {
        let before = self.text.chars().next_back().filter(|c| !c.is_whitespace());
        let after = after.chars().next().filter(|c| !c.is_whitespace());
        match sign {
            '_' => !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)),
            _ => before.is_some() || after.is_some(),
        }
    }

    fn push_space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn finish(mut self) -> String {
        self.dropped.sort_unstable();
        let mut dropped = self.dropped.iter().peekable();
        let kept = self.text.char_indices().filter(|(at, _)| dropped.next_if_eq(&at).is_none());
        let text: String = kept.map(|(_, c)| c).collect();
        let text = text.trim().trim_end_matches('|').trim_end();
        if text.chars().any(char::is_alphanumeric) { text.to_owned() } else { String::new() }
    }
}

/// The length of `(address "title")` at the start of a text.
fn address(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().take(MAX_ADDRESS_BYTES) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(markdown: &str) -> Vec<String> {
        passages(markdown).map(as_read).filter(|text| !text.is_empty()).collect()
    }

    #[test]
    fn paragraphs_headings_items_and_rows_are_passages() {
        let markdown = "Terms\n=====\n\nYou may leave.  \nAt once.\n\n* * *\n\n*   One\n    more\n*   Two\n1.  Three\n\n\
                        | Fee | Price |\n| --- | --- |\n| One | 5 € |\n\n> ## Quoted";

        let expected =
            ["Terms", "You may leave. At once.", "One more", "Two", "Three", "Fee | Price", "One | 5 €", "Quoted"];
        assert_eq!(read(markdown), expected);
    }

    #[test]
    fn marks_and_addresses_are_not_read() {
        let cases = [
            ("See [our **Privacy** Policy](https://a.example/x_(y)?z=\\) \"T\").", "See our Privacy Policy."),
            ("![a logo](data:x) [![b](c)](d)", "a logo b"),
            ("[as is] and [a](b", "[as is] and [a](b"),
            ("\\[not\\](a link\\) 2 \\* 3", "[not](a link) 2 * 3"),
            ("_one_ **two** `snake_case` 5 * 3 a\u{a0}b", "one two snake_case 5 * 3 a b"),
        ];

        for (markdown, text) in cases {
            assert_eq!(as_read(markdown), text, "{markdown}");
        }
    }

    #[test]
    fn nothing_is_too_long() {
        let words = "word ".repeat(10_000);
        let lines = "line\n".repeat(10_000);
        let solid = "é".repeat(20_000);

        for text in [words, lines, solid] {
            let found: Vec<&str> = passages(&text).collect();
            assert!(found.iter().all(|passage| passage.len() <= MAX_PASSAGE_BYTES));
            assert_eq!(found.concat(), text);
        }
    }

    #[test]
    fn hostile_text_is_read_in_time() {
        for unit in ["](", "[", "![", "\\", "*", "*_", "(", "> "] {
            as_read(&unit.repeat(MAX_PASSAGE_BYTES / unit.len()));
        }
    }
}
