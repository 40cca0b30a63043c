//! Texts made to keep a reader busy: the time they take grows with their length, not with its square. Without bounds
//! on what is looked ahead and looked up, longer ones would take hours, or all memory.

use super::verdict;

/// How many bytes of hostile text are read.
const BYTES: usize = 20_000;

fn of(part: &str) -> String {
    part.repeat(BYTES / part.len())
}

fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// A word of its own for each number, of letters.
fn letters(at: usize) -> String {
    let digits = format!("{at:05}");
    digits.bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

#[test]
fn one_mark_over_and_over_is_read() {
    let parts = [
        "<",
        "<a",
        "[](",
        "](",
        "[",
        "\\<",
        "[x](()",
        "a,",
        "a@",
        "a/",
        "://",
        ". ",
        "1. ",
        "- ",
        "(a) ",
        "&#",
        "# ",
        "\n# ",
        "利",
        "利。",
        "a'",
        "![",
        "[![a](b)](c)",
    ];

    for part in parts {
        assert!(verdict("We keep logs.", &of(part)).reasons.len() <= 5, "{part}");
    }
}

#[test]
fn labels_within_labels_are_read() {
    let text = format!("{}{}{}", of("["), of("word "), of("](a)"));

    assert!(verdict("We keep logs.", &text).significant);
}

#[test]
fn a_heading_as_long_as_the_text_is_told_once() {
    let heading = format!("# {} necessary\n\n", of("word "));
    let lines: Vec<String> = (0..5000).map(|at| format!("Line {at}\n\n")).collect();
    let reversed: Vec<String> = lines.iter().rev().cloned().collect();

    let verdict = verdict(&format!("{heading}{}", lines.concat()), &format!("{heading}{}", reversed.concat()));

    assert_eq!(verdict.reasons[0].rule, "moved");
}

#[test]
fn places_without_number_in_one_paragraph_are_judged() {
    let links = |label: &str| numbered(900, |at| format!("[{label} {at}](x). "));
    let years = |first: usize| numbered(2000, |at| format!("{}. A ", first + at % 50));
    let slips = |word: &str| numbered(2000, |at| format!("K{0} is {word}{0}. ", letters(at)));

    assert_eq!(verdict(&links("Alpha"), &links("Beta")).reasons[0].rule, "navigation");
    assert_eq!(verdict(&years(1991), &years(2041)).reasons[0].rule, "date-line");
    assert_eq!(verdict(&slips("informaation"), &slips("information")).reasons[0].rule, "same-meaning");
}

#[test]
fn one_sentence_like_many_others_is_compared_with_each() {
    let large = numbered(8000, |at| format!("{} ", letters(at)));
    let small = numbered(4000, |at| format!("{} q.\n\n", letters(at)));

    assert!(verdict(&large, &small).significant && verdict(&small, &large).significant);
}
