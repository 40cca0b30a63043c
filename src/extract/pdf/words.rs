//! Characters and words: what to clean from them, what marks a list item, how lines join.

use std::collections::HashSet;

/// The text of a glyph as it is to be read: ligatures spelt out, unusual spaces made plain, invisible characters gone.
pub(super) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{fb00}' => clean.push_str("ff"),
            '\u{fb01}' => clean.push_str("fi"),
            '\u{fb02}' => clean.push_str("fl"),
            '\u{fb03}' => clean.push_str("ffi"),
            '\u{fb04}' => clean.push_str("ffl"),
            // Symbol and Wingdings bullets in the private use area, as Word writes them.
            '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f0fc}' | '\u{f076}' => clean.push('•'),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' => {}
            _ if character.is_whitespace() => clean.push(' '),
            _ if character.is_control() => {}
            _ => clean.push(character),
        }
    }
    clean
}

/// What a line of a list begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Marker {
    Bullet,
    Number(u32),
}

const BULLETS: &[char] = &['•', '●', '▪', '◦', '○', '■', '□', '‣', '⁃', '∙', '·', '➢', '➔', '❖', '✓', '►'];
const DASHES: &[char] = &['-', '–', '—', 'o', '*'];

/// Whether the whole text is what stands before an item or a section: `•`, `3.`, `2.1`, `a)`, `(iv)`.
pub(super) fn is_marker(text: &str) -> bool {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (None, _) => false,
        (Some(only), None) => BULLETS.contains(&only) || DASHES.contains(&only),
        _ => is_section_number(text) || is_lettered(text),
    }
}

/// Whether a text begins with a marker of any kind.
pub(super) fn begins_with_marker(text: &str) -> bool {
    list_item(text).is_some() || text.split_once(' ').is_some_and(|(first, _)| is_marker(first))
}

fn is_section_number(text: &str) -> bool {
    const DIGITS: usize = 2;
    let numbers = text.trim_end_matches(['.', ')']);
    let is_number = |part: &str| (1..=DIGITS).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (numbers.len() < text.len() || numbers.contains('.')) && numbers.split('.').all(is_number)
}

/// `a)`, `B.`, `(c)`, `iv)`.
fn is_lettered(text: &str) -> bool {
    let Some(letters) = text.strip_suffix([')', '.']) else { return false };
    let letters = letters.strip_prefix('(').unwrap_or(letters);
    let is_roman = letters.len() <= 4 && letters.bytes().all(|byte| b"ivx".contains(&byte));
    !letters.is_empty() && (is_roman || (letters.len() == 1 && letters.bytes().all(|byte| byte.is_ascii_alphabetic())))
}

/// Splits a list item into its marker and its text.
pub(super) fn list_item(text: &str) -> Option<(Marker, &str)> {
    let first = text.chars().next()?;
    let rest = &text[first.len_utf8()..];
    if BULLETS.contains(&first) || (DASHES.contains(&first) && rest.starts_with(' ')) {
        let rest = rest.trim_start();
        return (!rest.is_empty()).then_some((Marker::Bullet, rest));
    }
    let (number, rest) = text.split_once(' ')?;
    Some((Marker::Number(number_of(number)?), rest.trim_start()))
}

/// Reads `12.` and `12)`; longer numbers are years and amounts.
fn number_of(text: &str) -> Option<u32> {
    const DIGITS: usize = 2;
    let digits = text.strip_suffix(['.', ')'])?;
    let is_number = (1..=DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

/// All words of a text in lower case, to tell a hyphen that parts a word from one that belongs to it.
#[derive(Debug, Default)]
pub(super) struct Vocabulary(HashSet<String>);

impl Vocabulary {
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let is_part = |character: char| character.is_alphanumeric() || character == '-';
        let words = texts.flat_map(|text| text.split(move |character| !is_part(character)));
        Self(words.filter(|word| !word.is_empty() && !word.ends_with('-')).map(str::to_lowercase).collect())
    }

    /// Appends a line to the text of the lines before it.
    pub(super) fn join(&self, text: &mut String, line: &str) {
        if text.ends_with('\u{ad}') {
            text.pop();
        } else if text.ends_with('-') && line.starts_with(char::is_alphanumeric) {
            if self.parts_a_word(text, line) {
                text.pop();
            }
        } else if !text.is_empty() && !joins_without_space(text, line) {
            text.push(' ');
        }
        text.push_str(line);
    }

    fn parts_a_word(&self, text: &str, line: &str) -> bool {
        let head = text.trim_end_matches('-').rsplit(|c: char| !c.is_alphanumeric() && c != '-').next();
        let tail = line.split(|c: char| !c.is_alphanumeric() && c != '-').next();
        let (Some(head), Some(tail)) = (head, tail) else { return false };
        let is_known = |word: String| self.0.contains(&word.to_lowercase());
        is_known(format!("{head}{tail}")) && !is_known(format!("{head}-{tail}"))
    }
}

/// Chinese and Japanese are written without spaces.
fn joins_without_space(text: &str, line: &str) -> bool {
    let is_spaceless =
        |c: char| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}');
    text.ends_with(is_spaceless) && line.starts_with(is_spaceless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_markers_are_told_from_words_and_years() {
        assert_eq!(list_item("• a point"), Some((Marker::Bullet, "a point")));
        assert_eq!(list_item("- a point"), Some((Marker::Bullet, "a point")));
        assert_eq!(list_item("12) a point"), Some((Marker::Number(12), "a point")));
        assert_eq!(list_item("2016. A year"), None);
        assert_eq!(list_item("-5 degrees"), None);
        assert_eq!(list_item("1.1. A section"), None);
    }

    #[test]
    fn a_hyphen_goes_where_the_document_knows_the_word_without_it() {
        let vocabulary = Vocabulary::of(["your information", "an e-mail"].into_iter());

        let mut parted = "infor-".to_owned();
        vocabulary.join(&mut parted, "mation");
        let mut compound = "e-".to_owned();
        vocabulary.join(&mut compound, "mail");

        assert_eq!((parted.as_str(), compound.as_str()), ("information", "e-mail"));
    }
}
