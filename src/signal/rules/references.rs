//! Numbers that point to another section of the text, told from figures that stand beside such a number.

use super::Seen;
use super::figures::sides;
use crate::signal::pair::{Hunk, Pair};
use crate::signal::phrases::{REFERENCES, UNITS};
use crate::signal::text::Text;
use crate::signal::token::{Class, Token};

/// By how many words behind its number an item is known again.
const WORDS_OF_ITEM: usize = 2;

/// The number of an item that stands within a line in one text, and at the beginning of one in the other.
pub fn item_number(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let (text, other, at) = match (&hunk.old[..], &hunk.new[..]) {
        ([at], []) => (pair.old, pair.new, *at),
        ([], [at]) => (pair.new, pair.old, *at),
        _ => return None,
    };
    let [number, next @ ..] = text.tokens().get(at..=at + WORDS_OF_ITEM)? else { return None };
    let shown = text.shown(number);
    let is_numbering = text.source()[number.end as usize..].trim_start_matches('\\').starts_with(['.', ')']);
    let is_same = |item: &[Token]| {
        let same_words = || item[1..].iter().zip(next).all(|(one, other)| one.key == other.key);
        item[0].class == Class::Marker && is_numbered(other.shown(&item[0]), shown) && same_words()
    };
    (is_numbering && other.tokens().windows(WORDS_OF_ITEM + 1).any(is_same)).then(|| sides(hunk, pair))
}

/// Whether the mark of an item is this number: `2.`, `(2)`, `2)`.
fn is_numbered(mark: &str, number: &str) -> bool {
    mark.trim().trim_matches(['(', ')', '.', '\\']).eq_ignore_ascii_case(number)
}

/// A number that points to another section of the text.
pub fn cross_reference(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_reference = |text: &Text, of: &[usize]| {
        let (Some(first), Some(last)) = (of.first(), of.last()) else { return false };
        let has_name = of.iter().any(|at| is_name_of_section(text, *at));
        let is_one = has_name && of.iter().all(|at| is_name_of_section(text, *at) || is_joiner(text, *at));
        is_one && of.len() <= 3 && is_behind_reference(text, *first) && !is_amount(text, last + 1)
    };
    (is_reference(pair.old, &hunk.old) && is_reference(pair.new, &hunk.new)).then(|| sides(hunk, pair))
}

/// `14`, `2.1`, `b`, `iv`.
fn is_name_of_section(text: &Text, at: usize) -> bool {
    let token = &text.tokens()[at];
    let shown = text.shown(token);
    let is_letter = shown.chars().count() == 1 && shown.chars().all(char::is_alphabetic);
    let is_roman = shown.len() <= 5 && shown.bytes().all(|byte| b"ivxlIVXL".contains(&byte));
    token.class == Class::Number || is_letter || is_roman
}

fn is_joiner(text: &Text, at: usize) -> bool {
    let shown = text.shown(&text.tokens()[at]).to_lowercase();
    ["and", "or", "to", "through", "und", "oder", "bis", "et", "ou", "à", "y", "o", "e", "en", "of"]
        .contains(&shown.as_str())
}

/// Whether the name of a section can stand here: right behind `section`, behind `section 4 and`, or as the part of
/// `section 4(2)` or `section 4 (b)`. Behind `section 4, ` something else begins.
fn is_behind_reference(text: &Text, at: usize) -> bool {
    let is_word = |back: usize| {
        let token = at.checked_sub(back).map(|before| text.shown(&text.tokens()[before]).to_lowercase());
        token.is_some_and(|word| REFERENCES.contains(&word.as_str()))
    };
    let is_name = |back: usize| at.checked_sub(back).is_some_and(|before| is_name_of_section(text, before));
    let is_part = is_name(1) && (text.tokens()[at].class != Class::Number || is_in_bracket(text, at));
    let is_joined = is_name(2) && is_joiner(text, at - 1);
    is_word(1) || (is_part && is_word(2)) || (is_joined && is_word(3))
}

/// Whether nothing but a bracket opens between a token and the one before.
fn is_in_bracket(text: &Text, at: usize) -> bool {
    let before = at.checked_sub(1).map_or(0, |before| text.tokens()[before].end as usize);
    &text.source()[before..text.tokens()[at].start as usize] == "("
}

/// Whether what stands before this token is an amount: followed by a unit, a sign or a currency.
fn is_amount(text: &Text, next: usize) -> bool {
    let is_unit = |token: &Token| {
        let shown = text.shown(token).to_lowercase();
        token.class == Class::Sign || UNITS.contains(&shown.as_str())
    };
    text.tokens().get(next).is_some_and(is_unit)
}
