//! Takes out what a file repeats at the edge of every page: running heads, footers, page numbers.
//!
//! Left in place it would cut paragraphs in two, and every inserted sentence would move it. Each text is therefore kept
//! once, after everything else; bare page numbers are dropped.
//!
//! A page may well begin with `Article 3`, or with an amount where the one before has another: what differs from page to
//! page is taken out only if it counts the pages, and says no more than a running head does.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::lines::Line;

/// How much of a page's height, at the top and at the bottom, may hold furniture.
const EDGE: f32 = 0.12;

/// How far what recurs may be from where it was, as a part of the page's height.
const SHIFT: f32 = 0.01;

/// With fewer pages, what is furniture is on all of them.
const FEW_PAGES: usize = 4;

/// Words that stand with a page number, in the languages of many terms.
static PAGE_WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("furniture/page-words.txt").split_whitespace().collect());

/// Words that parts of a text are numbered with.
static PART_WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("furniture/part-words.txt").split_whitespace().collect());

/// Removes the furniture from the pages and returns its distinct lines.
pub(super) fn take_from(pages: &mut [Vec<Line>]) -> Vec<Line> {
    let recurring = recurring(pages);
    let mut kept: Vec<Line> = Vec::new();
    for page in pages {
        let is_furniture = |line: &Line| is_edge(line) && recurring.get(&pattern(line)).is_some_and(|r| r.is_at(line));
        let (furniture, rest) = page.drain(..).partition(is_furniture);
        *page = rest;
        for line in furniture {
            if !is_page_number(&line) && !kept.iter().any(|other| pattern(other) == pattern(&line)) {
                kept.push(line);
            }
        }
    }
    kept
}

/// A text at the edge of a page.
struct Sighting {
    page: usize,
    place: f32,
    /// The numbers in the text.
    numbers: Vec<String>,
}

/// A text at the edge of pages that recurs there.
#[derive(Default)]
struct Recurrence {
    /// Once for each page that has it.
    seen: Vec<Sighting>,
    /// The texts are not all the same.
    differs: bool,
    text: String,
}

impl Recurrence {
    fn is_at(&self, line: &Line) -> bool {
        self.seen.iter().filter(|seen| (seen.place - line.place).abs() <= SHIFT).count() > 1
    }

    /// Whether one of its numbers goes up with the pages; others may be written before it without a space.
    fn counts_pages(&self) -> bool {
        let first = &self.seen[0];
        first.numbers.iter().enumerate().any(|(n, number)| {
            (0..number.len()).any(|prefix| {
                let (prefix, start) = number.split_at(prefix);
                let Ok(start) = start.parse::<usize>() else { return false };
                self.seen.iter().all(|seen| {
                    let expected = start.checked_add(seen.page - first.page).map(|number| format!("{prefix}{number}"));
                    expected.is_some_and(|expected| seen.numbers.get(n) == Some(&expected))
                })
            })
        })
    }
}

fn recurring(pages: &[Vec<Line>]) -> HashMap<String, Recurrence> {
    let mut found: HashMap<String, Recurrence> = HashMap::new();
    for (page, lines) in pages.iter().enumerate() {
        for line in lines.iter().filter(|line| is_edge(line)) {
            let recurrence = found.entry(pattern(line)).or_default();
            if recurrence.seen.last().is_some_and(|last| last.page == page) {
                continue;
            }
            if recurrence.seen.is_empty() {
                recurrence.text.clone_from(&line.text);
            }
            recurrence.differs |= recurrence.text != line.text;
            recurrence.seen.push(Sighting { page, place: line.place, numbers: numbers(&line.text) });
        }
    }
    let most = if pages.len() < FEW_PAGES { pages.len().max(2) } else { pages.len() / 2 };
    found.retain(|_, recurrence| {
        let is_head = || recurrence.counts_pages() && !names_a_part(&recurrence.text);
        recurrence.seen.len() >= most && (!recurrence.differs || is_head())
    });
    found
}

fn is_edge(line: &Line) -> bool {
    !(EDGE..=1.0 - EDGE).contains(&line.place)
}

/// The text with its numbers made alike.
fn pattern(line: &Line) -> String {
    let mut pattern = String::with_capacity(line.text.len());
    for character in line.text.chars() {
        match character.is_ascii_digit() {
            true if pattern.ends_with('0') => {}
            true => pattern.push('0'),
            false => pattern.push(character),
        }
    }
    pattern
}

fn numbers(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(str::to_owned).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Whether a line says nothing but which page it is on.
fn is_page_number(line: &Line) -> bool {
    !numbers(&line.text).is_empty() && words(&line.text).all(|word| PAGE_WORDS.contains(word.as_str()))
}

/// Whether a text begins as the title of a part does: `Article 3`, `§ 2`, `4. Payment`.
fn names_a_part(text: &str) -> bool {
    let after_number = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let is_numbered = after_number.len() < text.len() && after_number.trim().starts_with(char::is_alphabetic);
    let is_page = |word: &String| PAGE_WORDS.contains(word.as_str());
    let begins = words(text).next();
    text.starts_with('§')
        || begins.as_ref().is_some_and(|word| PART_WORDS.contains(word.as_str()))
        || is_numbered && !begins.as_ref().is_some_and(is_page)
}
