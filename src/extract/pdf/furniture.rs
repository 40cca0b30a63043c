//! Takes out what a file repeats at the edge of every page: running heads, footers, page numbers.
//!
//! Left in place it would cut paragraphs in two, and every inserted sentence would move it. Each text is therefore kept
//! once, after everything else; bare page numbers are dropped.

use std::collections::HashMap;

use super::lines::Line;

/// How much of a page's height, at the top and at the bottom, may hold furniture.
const EDGE: f32 = 0.12;

/// A page number comes with few letters: `Page 3 sur 28`.
const PAGE_NUMBER_LETTERS: usize = 12;

/// Removes the furniture from the pages and returns its distinct lines.
pub(super) fn take_from(pages: &mut [Vec<Line>]) -> Vec<Line> {
    let repeated = repeated_on_most(pages);
    let mut kept: Vec<Line> = Vec::new();
    for page in pages {
        let (furniture, rest) = page.drain(..).partition(|line| is_edge(line) && repeated.contains_key(&pattern(line)));
        *page = rest;
        for line in furniture {
            let is_page_number = repeated[&pattern(&line)].is_counting && is_terse(&line);
            if !is_page_number && !kept.iter().any(|other| pattern(other) == pattern(&line)) {
                kept.push(line);
            }
        }
    }
    kept
}

/// How a text at the edge of pages recurs.
struct Recurrence {
    pages: usize,
    text: String,
    /// Whether its numbers change from page to page.
    is_counting: bool,
}

fn repeated_on_most(pages: &[Vec<Line>]) -> HashMap<String, Recurrence> {
    let mut recurrences: HashMap<String, Recurrence> = HashMap::new();
    for page in pages {
        let mut lines: Vec<&Line> = page.iter().filter(|line| is_edge(line)).collect();
        lines.sort_by_key(|line| pattern(line));
        lines.dedup_by_key(|line| pattern(line));
        for line in lines {
            let first = || Recurrence { pages: 0, text: line.text.clone(), is_counting: false };
            let recurrence = recurrences.entry(pattern(line)).or_insert_with(first);
            recurrence.pages += 1;
            recurrence.is_counting |= recurrence.text != line.text;
        }
    }
    let most = (pages.len() / 2).max(2);
    recurrences.retain(|_, recurrence| recurrence.pages >= most);
    recurrences
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

fn is_terse(line: &Line) -> bool {
    line.text.chars().filter(|character| character.is_alphabetic()).count() <= PAGE_NUMBER_LETTERS
}
