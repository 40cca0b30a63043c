//! Breaks texts into lines that fit, and ends what does not fit with an ellipsis.

use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_segmentation::UnicodeSegmentation;

use super::face::{Drawn, Face};
use super::{Ink, Run};

/// More of a text than this is never looked at, in characters.
const MOST_CHARACTERS: usize = 600;

const ELLIPSIS: &str = "…";

/// A line of words, each at its place.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub words: Vec<Word>,
    pub size: f32,
}

/// A word, or a part of one that is longer than a line.
#[derive(Debug, Clone)]
pub struct Word {
    pub ink: Ink,
    pub drawn: Drawn,
    pub x: f32,
    /// Whether a space is before it.
    is_apart: bool,
    text: String,
}

impl Line {
    pub fn width(&self) -> f32 {
        self.words.last().map_or(0.0, |word| word.x + word.drawn.width)
    }
}

/// Runs of text as lines of a width, so many at most.
pub fn laid_out(face: &'static Face, size: f32, runs: &[Run], width: f32, most: usize) -> Vec<Line> {
    let space = face.drawn(" ", size).width;
    let mut lines = vec![Line { words: Vec::new(), size }];
    for word in words(face, size, runs, width) {
        let Some(line) = lines.last_mut() else { break };
        let is_replaced = line
            .words
            .last()
            .is_some_and(|last| last.ink != word.ink && last.ink != Ink::Kept && word.ink != Ink::Kept);
        let gap = match word.is_apart {
            true => space,
            // What came stands off a little from what went.
            false => {
                if is_replaced {
                    space / 2.0
                } else {
                    0.0
                }
            }
        };
        let x = if line.words.is_empty() { 0.0 } else { line.width() + gap };
        if line.words.is_empty() || x + word.drawn.width <= width {
            line.words.push(Word { x, ..word });
            continue;
        }
        if lines.len() == most {
            end(face, &mut lines[most - 1], width);
            break;
        }
        lines.push(Line { words: vec![Word { x: 0.0, ..word }], size });
    }
    lines.retain(|line| !line.words.is_empty());
    lines
}

/// Ends a line with an ellipsis, in place of words if need be.
fn end(face: &'static Face, line: &mut Line, width: f32) {
    let ellipsis = face.drawn(ELLIPSIS, line.size);
    while line.words.len() > 1 && line.width() + ellipsis.width > width {
        line.words.pop();
    }
    if line.width() + ellipsis.width > width {
        let Some(word) = line.words.pop() else { return };
        let (head, _) = fitting(face, line.size, &word.text, width - word.x - ellipsis.width);
        line.words.push(Word { drawn: face.drawn(head, line.size), text: head.to_owned(), ..word });
    }
    let ink = line.words.last().map_or(Ink::Kept, |word| word.ink);
    let word = Word { ink, x: line.width(), drawn: ellipsis, is_apart: false, text: ELLIPSIS.to_owned() };
    line.words.push(word);
}

/// The words of all runs, those that are longer than a line in parts.
fn words(face: &'static Face, size: f32, runs: &[Run], width: f32) -> Vec<Word> {
    let mut words = Vec::new();
    let mut left = MOST_CHARACTERS;
    let mut was_space = false;
    for run in runs {
        let text = clean(&run.text, left);
        left = left.saturating_sub(text.chars().count());
        for part in text.split_inclusive(' ') {
            let bare = part.trim_end_matches(' ');
            add(
                face,
                size,
                Word { ink: run.ink, drawn: Drawn::default(), x: 0.0, is_apart: was_space, text: bare.to_owned() },
                width,
                &mut words,
            );
            was_space = part.ends_with(' ') || (was_space && bare.is_empty());
        }
    }
    words
}

fn add(face: &'static Face, size: f32, word: Word, width: f32, words: &mut Vec<Word>) {
    let mut rest = word.text.as_str();
    let mut is_apart = word.is_apart;
    while !rest.is_empty() {
        let (head, tail) = fitting(face, size, rest, width);
        words.push(Word { drawn: face.drawn(head, size), is_apart, text: head.to_owned(), ..word });
        (rest, is_apart) = (tail, false);
    }
}

/// As much of a word as fits, one letter at least, and what is left.
fn fitting<'a>(face: &'static Face, size: f32, word: &'a str, width: f32) -> (&'a str, &'a str) {
    if face.drawn(word, size).width <= width {
        return (word, "");
    }
    let ends: Vec<usize> = word.grapheme_indices(true).map(|(at, letter)| at + letter.len()).collect();
    let fit = ends.partition_point(|end| face.drawn(&word[..*end], size).width <= width);
    word.split_at(ends.get(fit.saturating_sub(1)).copied().unwrap_or(word.len()))
}

/// A text as it is drawn: letters and marks composed, spaces alike, nothing that is not seen.
fn clean(text: &str, most: usize) -> String {
    let seen =
        text.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter }).filter(|letter| is_seen(*letter));
    let seen: String = seen.take(most).collect();
    ComposingNormalizerBorrowed::new_nfc().normalize(&seen).into_owned()
}

/// Whether a character is something to see, rather than a word to programs: controls, joiners, marks of direction,
/// variation selectors, tags.
fn is_seen(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::super::face::SERIF;
    use super::*;

    fn told(texts: &[(Ink, &str)], width: f32, most: usize) -> Vec<String> {
        let runs: Vec<Run> = texts.iter().map(|(ink, text)| Run { ink: *ink, text: (*text).to_owned() }).collect();
        let of_line = |line: &Line| {
            line.words.iter().fold(String::new(), |told, word| told + if word.is_apart { " " } else { "" } + &word.text)
        };
        let lines = laid_out(&SERIF, 40.0, &runs, width, most);
        for line in &lines {
            assert!(line.width() <= width, "{}", of_line(line));
        }
        lines.iter().map(|line| of_line(line).trim().to_owned()).collect()
    }

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(
            told(&[(Ink::Kept, "We keep your data  for\n30 days")], 300.0, 3),
            ["We keep your", "data for 30 days"]
        );
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(told(&[(Ink::Kept, "We keep your data for 30 days")], 300.0, 1), ["We keep your…"]);
        let lines = told(&[(Ink::Kept, &"x".repeat(5_000))], 300.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
    }

    #[test]
    fn words_that_replace_each_other_stand_apart_only_if_the_text_does() {
        let texts = [(Ink::Kept, "for "), (Ink::Deleted, "30"), (Ink::Inserted, "90"), (Ink::Kept, " days")];

        assert_eq!(told(&texts, 900.0, 1), ["for 3090 days"]);
    }

    #[test]
    fn a_text_in_a_script_without_letters_is_broken_anywhere() {
        assert!(told(&[(Ink::Kept, &"利用規約".repeat(20))], 300.0, 9).len() > 5);
    }
}
