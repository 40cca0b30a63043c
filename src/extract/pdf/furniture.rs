//! Takes out what a file repeats at the edge of every page: running heads, footers, page numbers.
//!
//! Left in place it would cut paragraphs in two, and every inserted sentence would move it. Each text is therefore kept
//! once, after everything else; bare page numbers are dropped.

use std::collections::HashMap;

use super::lines::Line;

/// How much of a page's height, at the top and at the bottom, may hold furniture.
const EDGE: f32 = 0.12;

/// A page number comes with few letters: `Page 3 sur 28`.
const PAGE_NUMBER_LETTERS: usize = 8;

/// Removes the furniture from the pages and returns its distinct lines.
pub(super) fn take_from(pages: &mut [Vec<Line>]) -> Vec<Line> {
    let repeated = repeated_on_most(pages);
    let mut kept: Vec<Line> = Vec::new();
    for page in pages {
        let (furniture, rest) = page.drain(..).partition(|line| repeated.contains_key(&pattern(line)) && is_edge(line));
        *page = rest;
        for line in furniture {
            if !is_page_number(&line) && !kept.iter().any(|other| pattern(other) == pattern(&line)) {
                kept.push(line);
            }
        }
    }
    kept
}

fn repeated_on_most(pages: &[Vec<Line>]) -> HashMap<String, usize> {
    let mut pages_with: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let mut patterns: Vec<String> = page.iter().filter(|line| is_edge(line)).map(pattern).collect();
        patterns.sort();
        patterns.dedup();
        for pattern in patterns {
            *pages_with.entry(pattern).or_default() += 1;
        }
    }
    let most = (pages.len() / 2).max(2);
    pages_with.retain(|_, count| *count >= most);
    pages_with
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

fn is_page_number(line: &Line) -> bool {
    let letters = line.text.chars().filter(|character| character.is_alphabetic()).count();
    letters <= PAGE_NUMBER_LETTERS && line.text.contains(|character: char| character.is_ascii_digit())
}
