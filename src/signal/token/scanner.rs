//! Reads a text from its beginning to its end, one token at a time. Whatever looks ahead looks only so far: pages are
//! written by others, and one of them may want to keep us busy.

use std::collections::VecDeque;

use super::forms::{
    address_length, angle_length, bullet, is_address, is_date_word, is_rule, link_target, number_length, stands_alone,
    tag_length, word_length,
};
use super::{Class, EMPTY_HASH, Token, Tokens, hashed, hashed_text, key_of, mixed, visible};
use crate::domain::is_invisible;

/// Longest word, in bytes.
const LONGEST_WORD: usize = 2000;

/// How many brackets may be open at once as labels of links; of more, the innermost count.
const DEEPEST_LABEL: usize = 8;

/// Longest mark of layout in angles, in bytes.
const LONGEST_MARK: usize = 200;

/// How far behind the end of a sentence its successor is looked for, in characters.
const LONGEST_GAP: usize = 64;

/// Signs that are read as words.
const SIGNS: [char; 10] = ['€', '$', '£', '¥', '%', '₹', '₽', '₩', '₺', '‰'];

/// A text being read.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    found: Tokens,
    /// The first tokens behind open brackets, which may turn out to be labels of links.
    labels: VecDeque<usize>,
    /// The first token of this paragraph.
    block: usize,
    /// Up to where the skeleton is read.
    copied: usize,
    /// Whether this line begins with `#`.
    is_heading_line: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            found: Tokens::default(),
            labels: VecDeque::new(),
            block: 0,
            copied: 0,
            is_heading_line: false,
        }
    }

    /// Reads all of it.
    pub(super) fn run(mut self) -> Tokens {
        (self.found.words, self.found.punctuation, self.found.skeleton) = (EMPTY_HASH, EMPTY_HASH, EMPTY_HASH);
        self.found.list.reserve(self.text.len() / 6);
        self.line_start();
        while let Some(c) = self.peek() {
            match c {
                '\n' => self.line_break(),
                c if c.is_whitespace() || is_invisible(c) => self.at += c.len_utf8(),
                '[' => self.label_start(),
                ']' => self.label_end(),
                '!' if self.rest().starts_with("![") => self.at += 1,
                '<' => self.angle(),
                '&' => self.entity(),
                '\\' => self.at += 1 + usize::from(self.rest()[1..].starts_with(['[', ']', '<', '\\'])),
                '*' | '_' | '`' | '~' | '|' | '#' => self.at += 1,
                c if SIGNS.contains(&c) => self.push(Class::Sign, c.len_utf8()),
                c if c.is_alphanumeric() => self.word(),
                c => self.punctuation(c),
            }
        }
        self.end_block();
        self.copy_to(self.text.len());
        self.found
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
        self.found.punctuation = match shown.is_ascii() {
            true => hashed(self.found.punctuation, shown.bytes()),
            false => hashed(self.found.punctuation, visible(shown).bytes()),
        };
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

    fn label_start(&mut self) {
        if self.labels.len() == DEEPEST_LABEL {
            self.labels.pop_front();
        }
        self.labels.push_back(self.found.list.len());
        self.at += 1;
    }

    fn label_end(&mut self) {
        self.at += 1;
        let Some(first) = self.labels.pop_back() else { return };
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
        let step = match angle_length(self.rest()) {
            Some(length) if is_address(&self.rest()[1..=length]) => {
                self.at += 1;
                self.push(Class::Address, length);
                1
            }
            Some(length) if length < LONGEST_MARK => length + 2,
            Some(_) => 1,
            None => return self.tag(),
        };
        self.at += step;
    }

    /// A tag of HTML with attributes, or a mere `<`. Where a link leads is told apart, as in Markdown.
    fn tag(&mut self) {
        let Some(length) = tag_length(self.rest()) else { return self.at += 1 };
        let leads = self.rest().starts_with("<a ") || self.rest().starts_with("<img ");
        if leads {
            self.copy_to(self.at);
        }
        self.at += length;
        if leads {
            self.copied = self.at;
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
        let first = self.peek().unwrap_or(' ');
        if stands_alone(first) {
            return self.push(Class::Word, first.len_utf8());
        }
        if let Some(length) = address_length(rest) {
            return self.push(Class::Address, length);
        }
        let bounded = &rest[..rest.floor_char_boundary(LONGEST_WORD)];
        match first.is_numeric() {
            true => self.push(Class::Number, number_length(bounded)),
            false => self.push(Class::Word, word_length(bounded)),
        }
    }

    /// Whether what comes next can begin a sentence: behind `Ste.` comes a number, behind `e.g.` a small letter, and
    /// behind `5.` in German a month.
    fn begins_sentence(&self) -> bool {
        let rest = self.rest();
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return false;
        }
        let next = rest.trim_start();
        let first = next.chars().take(LONGEST_GAP).find(|c| c.is_alphanumeric());
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

fn position(at: usize) -> u32 {
    u32::try_from(at).expect("texts are shorter than 16 MiB here")
}
