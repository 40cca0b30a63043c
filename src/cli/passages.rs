//! Shows where two texts differ: deletions and insertions within their sentence, far-off words folded.

use owo_colors::OwoColorize;

use crate::diff::{Passage, Piece};

/// Words kept on either side of a change.
const CONTEXT: usize = 12;

/// One line per passage. Coloured text also carries marks, `[-…-]` and `{+…+}`, so that colour never tells alone.
pub fn render(passages: &[Passage]) -> Vec<String> {
    passages.iter().map(line).filter(|line| !line.trim().is_empty()).collect()
}

fn line(Passage(pieces): &Passage) -> String {
    let last = pieces.len().saturating_sub(1);
    let shown = pieces.iter().enumerate().map(|(place, piece)| match piece {
        Piece::Kept(text) => folded(text, place > 0, place < last),
        Piece::Deleted(text) => marked(text, |text| format!("{}", format!("[-{text}-]").red().strikethrough())),
        Piece::Inserted(text) => marked(text, |text| format!("{}", format!("{{+{text}+}}").green().underline())),
    });
    shown.collect::<String>().trim().to_owned()
}

/// Marks the words of each line, and leaves white space around them alone.
fn marked(text: &str, mark: impl Fn(&str) -> String) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let words = line.trim();
        if words.is_empty() { line.to_owned() } else { line.replacen(words, &mark(words), 1) }
    });
    lines.collect::<String>().replace("\n\n", "\n")
}

/// Keeps the words next to a change, and folds those further away.
fn folded(text: &str, after_change: bool, before_change: bool) -> String {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let head = if after_change { CONTEXT } else { 0 };
    let tail = if before_change { CONTEXT } else { 0 };
    if words.len() <= head + tail {
        return text.to_owned();
    }
    let (start, end) = (words[..head].concat(), words[words.len() - tail..].concat());
    format!("{start}… {end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff;

    #[test]
    fn a_change_is_marked_without_colour_too() {
        let shown = render(&diff::passages("You may leave within 130 days.", "You may leave within 30 days."));
        let plain = anstream::adapter::strip_str(&shown[0]).to_string();

        assert_eq!(plain, "You may leave within [-130-]{+30+} days.");
    }

    #[test]
    fn words_far_from_a_change_are_folded() {
        let far = "word ".repeat(40);
        let shown = render(&diff::passages(&format!("{far}old."), &format!("{far}new.")));
        let plain = anstream::adapter::strip_str(&shown[0]).to_string();

        assert_eq!(plain, format!("… {}[-old-]{{+new+}}.", "word ".repeat(12)));
    }
}
