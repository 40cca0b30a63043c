//! Words that differ: ways of writing that say the same, and those that do not.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Seen;
use super::figures::sides;
use crate::signal::pair::{Hunk, Pair};
use crate::signal::phrases::{LIGHT_WORDS, LOOK_ALIKES, SAME_WORDS};
use crate::signal::text::Text;
use crate::signal::token::{Class, key_of};

/// Shortest word in which a slip of typing is looked for.
const SHORTEST_TYPO: usize = 6;

const NEGATIONS: &[&str] = &[
    "not",
    "no",
    "never",
    "cannot",
    "don't",
    "won't",
    "can't",
    "without",
    "except",
    "unless",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "ohne",
    "ne",
    "pas",
    "jamais",
    "sans",
    "aucun",
    "aucune",
    "sauf",
    "non",
    "nunca",
    "sin",
    "mai",
    "senza",
    "não",
    "nem",
    "sem",
    "niet",
    "geen",
    "zonder",
    "nie",
    "ikke",
    "inte",
    "ei",
    "не",
    "нет",
    "لا",
    "ません",
    "ない",
    "不",
];

const PERMISSIONS: &[&str] = &[
    "may", "must", "shall", "can", "will", "should", "might", "could", "would", "required", "optional", "only",
    "always", "and", "or", "any", "all", "some", "peut", "doit", "peuvent", "doivent", "kann", "muss", "darf",
    "dürfen", "müssen", "können", "soll", "puede", "debe", "pueden", "deben", "può", "deve", "possono", "devono",
    "pode", "podem", "devem", "kan", "moet", "mag", "kunnen", "moeten", "mogen",
];

/// The same letters, with other spaces or hyphens between them.
pub fn same_letters(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let (old, new) = (pair.old.letters(hunk.old_tokens(pair)), pair.new.letters(hunk.new_tokens(pair)));
    (!old.is_empty() && old == new).then(|| sides(hunk, pair))
}

/// Shown addresses of pages that were replaced, added or dropped, at most for the label of a link.
pub fn shown_address(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_page = |text: &Text, at: usize| {
        let token = &text.tokens()[at];
        token.class == Class::Address && !is_mailbox(text.shown(token))
    };
    let is_label = |text: &Text, at: usize| text.tokens()[at].link > 0;
    let (old, new) = (&hunk.old, &hunk.new);
    let old_pages = old.iter().all(|at| is_page(pair.old, *at));
    let new_pages = new.iter().all(|at| is_page(pair.new, *at));
    let becomes_label = !old.is_empty() && old_pages && new.iter().all(|at| is_label(pair.new, *at));
    let was_label = !new.is_empty() && new_pages && old.iter().all(|at| is_label(pair.old, *at));
    ((old_pages && new_pages) || becomes_label || was_label).then(|| sides(hunk, pair))
}

/// Shown addresses of pages on both sides.
pub fn shown_address_changed(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let both = !hunk.old.is_empty() && !hunk.new.is_empty() && hunk.is_of(pair, Class::Address);
    if both { shown_address(hunk, pair) } else { None }
}

/// A mailbox that was replaced, added or dropped.
pub fn mailbox(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let has = |text: &Text, of: &[usize]| {
        of.iter()
            .map(|at| &text.tokens()[*at])
            .any(|token| token.class == Class::Address && is_mailbox(text.shown(token)))
    };
    (hunk.len() <= 6 && (has(pair.old, &hunk.old) || has(pair.new, &hunk.new))).then(|| sides(hunk, pair))
}

fn is_mailbox(shown: &str) -> bool {
    shown.contains('@') && !shown.contains("://")
}

/// Other ways of writing the same: spelling, abbreviation, plural, slips of typing, small words.
pub fn same_meaning(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let plain = |words: Vec<String>| {
        let spelt = words.iter().flat_map(|word| expanded(word));
        spelt.filter(|word| !LIGHT_WORDS.contains(&word.as_str())).map(|word| stem(&word)).collect::<Vec<String>>()
    };
    if is_floor(hunk, pair) {
        return Some(sides(hunk, pair));
    }
    let (old, new) = (plain(hunk.old_words(pair)), plain(hunk.new_words(pair)));
    let is_same = old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| is_same_word(old, new, pair));
    is_same.then(|| sides(hunk, pair))
}

/// The floor of a postal address, such as `4F`.
fn is_floor(hunk: &Hunk, pair: &Pair<'_>) -> bool {
    let is_floor = |word: &String| {
        let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
        let suffix = &word[digits.len()..];
        (!digits.is_empty()
            && digits.len() <= 2
            && digits.bytes().all(|b| b.is_ascii_digit())
            && ["f", "fl", "st", "nd", "rd", "th", "e", "er"].contains(&suffix))
            || ["floor", "floors", "étage", "stock", "og", "piso", "piano", "andar", "verdieping"]
                .contains(&word.as_str())
    };
    let words: Vec<String> = hunk.old_words(pair).into_iter().chain(hunk.new_words(pair)).collect();
    let names_floor = words.iter().any(|word| is_floor(word) && !word.ends_with(['d', 'h']));
    words.len() <= 2 && names_floor && words.iter().all(is_floor)
}

fn is_same_word(old: &str, new: &str, pair: &Pair<'_>) -> bool {
    old == new || is_among(&SAME_WORDS, old, new) || is_typo(old, new, pair)
}

/// Whether two stems are those of a pair, in any order.
fn is_among(pairs: &[(&str, &str)], old: &str, new: &str) -> bool {
    pairs.iter().any(|(a, b)| (stem(a) == old && stem(b) == new) || (stem(b) == old && stem(a) == new))
}

/// Whether one word is a slip of the other: almost the same letters, and one of both nowhere else in the texts.
fn is_typo(old: &str, new: &str, pair: &Pair<'_>) -> bool {
    let shortest = old.chars().count().min(new.chars().count());
    if shortest < SHORTEST_TYPO || old.chars().next() != new.chars().next() || strays(old, new) > 1 {
        return false;
    }
    // Other last letters tell who is meant: the licensor, the licensee.
    let is_other_end = old.chars().count() == new.chars().count() && old.chars().next_back() != new.chars().next_back();
    if is_other_end || is_among(&LOOK_ALIKES, old, new) {
        return false;
    }
    // A word that the texts use elsewhere is meant where it stands.
    let uses = |word: &str| {
        let of = |text: &Text| text.uses(key_of(word)) + text.uses(key_of(&format!("{word}s")));
        of(pair.old).max(of(pair.new))
    };
    // Endings tell who is meant: the licensor, the licensee.
    let is_inner = old.chars().next_back() == new.chars().next_back() && old.chars().count() != new.chars().count();
    (uses(old) <= 1 && (uses(new) > 1 || is_inner)) || (uses(new) <= 1 && uses(old) > 1 && is_inner)
}

/// Letters to add, drop, replace or swap to make one word the other; more than one counts as two.
fn strays(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a, b) {
        ([], []) => 0,
        ([_], []) | ([], [_]) | ([_], [_]) => 1,
        ([a0, a1], [b0, b1]) if a0 == b1 && a1 == b0 => 1,
        _ => 2,
    }
}

/// A word without contraction: `you're` is `you`, `are`.
fn expanded(word: &str) -> Vec<String> {
    static ENDINGS: LazyLock<HashMap<&str, &str>> =
        LazyLock::new(|| HashMap::from([("re", "are"), ("ve", "have"), ("ll", "will"), ("m", "am"), ("d", "would")]));
    if let Some(verb) = word.strip_suffix("n't") {
        let verb = if verb == "wo" {
            "will"
        } else if verb == "ca" {
            "can"
        } else {
            verb
        };
        return vec![verb.to_owned(), "not".to_owned()];
    }
    if word == "cannot" {
        return vec!["can".to_owned(), "not".to_owned()];
    }
    match word.split_once('\'') {
        Some((start, end)) if ENDINGS.contains_key(end) => vec![start.to_owned(), ENDINGS[end].to_owned()],
        Some((start, _)) if word.ends_with("'s") || word.ends_with("s'") => vec![start.to_owned()],
        _ => vec![word.to_owned()],
    }
}

/// A word without plural and in one spelling: British and American ones are the same.
fn stem(word: &str) -> String {
    if word.chars().count() <= 3 || word.chars().any(|c| c.is_ascii_digit()) {
        return word.to_owned();
    }
    let word = word
        .trim_end_matches("'s")
        .replace("isation", "ization")
        .replace("our", "or")
        .replace("ise", "ize")
        .replace("yse", "yze");
    let word = word.strip_suffix("tre").map_or(word.clone(), |start| format!("{start}ter"));
    let word = word.replace("ll", "l");
    match word.strip_suffix("ies") {
        Some(start) => format!("{start}y"),
        None if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") => word,
        None => word.strip_suffix('s').map_or(word.clone(), str::to_owned),
    }
}

/// A `not` more or less.
pub fn negation(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let negations = |words: &[String]| words.iter().filter(|word| NEGATIONS.contains(&word.as_str())).count();
    let is_changed = !hunk.is_whole() && negations(&hunk.old_words(pair)) != negations(&hunk.new_words(pair));
    is_changed.then(|| in_sentence(hunk, pair))
}

/// Another `may`, `must`, `only`, `and`, `or`.
pub fn permission(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_permission = |word: &String| PERMISSIONS.contains(&word.as_str());
    let words = [hunk.old_words(pair), hunk.new_words(pair)].concat();
    let is_one = words.iter().any(is_permission)
        && words.iter().all(|word| is_permission(word) || LIGHT_WORDS.contains(&word.as_str()));
    (!hunk.is_whole() && is_one).then(|| in_sentence(hunk, pair))
}

pub fn sentence_added(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    (hunk.is_whole() && hunk.old.is_empty()).then(|| vec![sides(hunk, pair).swap_remove(1)])
}

pub fn sentence_removed(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    (hunk.is_whole() && hunk.new.is_empty()).then(|| vec![sides(hunk, pair).swap_remove(0)])
}

pub fn words_changed(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    Some(sides(hunk, pair))
}

/// What differs, and the sentence in which it does.
fn in_sentence(hunk: &Hunk, pair: &Pair<'_>) -> Seen {
    let mut seen = sides(hunk, pair);
    let sentence = match hunk.new.first() {
        Some(at) => pair.new.excerpt(pair.new.sentence_of(*at)),
        None => hunk.old.first().map_or(String::new(), |at| pair.old.excerpt(pair.old.sentence_of(*at))),
    };
    seen.push(super::shortened(&sentence));
    seen
}
