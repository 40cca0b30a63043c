//! Quotes the change that matters most in one line, for lists and feeds.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;
use utoipa::ToSchema;

use super::plain::Pen;
use super::spans::Ink;
use super::structure::{Block, BlockKind, Diff, Fate, Piece, Touch};

/// Words quoted on either side of the change.
const WORDS_BESIDE: usize = 10;

/// Words quoted of what was deleted, and of what was inserted.
const WORDS_CHANGED: usize = 24;

/// Words that often carry what a clause means, in the languages most terms are written in.
const TELLING: &[&str] = &[
    "not",
    "no",
    "never",
    "must",
    "shall",
    "may",
    "without",
    "unless",
    "except",
    "only",
    "sell",
    "share",
    "waive",
    "arbitration",
    "liability",
    "liable",
    "fee",
    "fees",
    "refund",
    "delete",
    "retain",
    "terminate",
    "suspend",
    "consent",
    "age",
    "years",
    "days",
    "months",
    "training",
    "biometric",
    "ne",
    "pas",
    "sans",
    "jamais",
    "doit",
    "nicht",
    "kein",
    "keine",
    "ohne",
    "nie",
    "muss",
    "nunca",
    "sin",
    "debe",
    "non",
    "senza",
    "não",
    "sem",
];

/// Words beside a date that say no more than when a text was changed.
const DATELINE: &[&str] = &["updated", "effective", "revised", "modified", "version", "published", "stand", "jour"];

/// The change that matters most, quoted in its sentence: text as it is read, without Markdown's marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Headline {
    /// The titles over it, the outermost first.
    pub section: Vec<String>,
    pub fate: Fate,
    pub pieces: Vec<Piece>,
}

impl Diff {
    /// The change that matters most; nothing where no words, links or places changed.
    pub fn headline(&self) -> Option<Headline> {
        let told = self.changes().filter(|block| block.fate != Fate::MovedAway && block.is_readable_change());
        let quotes = told.flat_map(|block| quotes(block).into_iter().map(move |quote| (block, quote)));
        let weighed = quotes.map(|(block, quote)| (importance(block, &quote), block, quote));
        let first_of_best = weighed.reduce(|best, next| if next.0 > best.0 { next } else { best });
        first_of_best.map(|(_, block, quote)| Headline {
            section: block.section().to_vec(),
            fate: block.fate,
            pieces: quote.cut(),
        })
    }
}

impl fmt::Display for Headline {
    /// With marks, `at least [-13-]{+16+} years old`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.fate == Fate::Moved && self.pieces.iter().all(|piece| matches!(piece, Piece::Kept { .. })) {
            out.write_str("moved: ")?;
        }
        for piece in &self.pieces {
            match piece {
                Piece::Kept { text } => out.write_str(text)?,
                Piece::Deleted { text } => out.write_str(&(Pen::PLAIN.deleted)(text))?,
                Piece::Inserted { text } => out.write_str(&(Pen::PLAIN.inserted)(text))?,
                Piece::Relinked { label, old, new } => write!(out, "{label} ([-{old}-]{{+{new}+}})")?,
            }
        }
        Ok(())
    }
}

/// One change with what stands beside it, up to the next.
#[derive(Debug, Default, Clone)]
struct Quote {
    before: String,
    deleted: String,
    inserted: String,
    relinked: Option<Piece>,
    after: String,
    /// Whether the text beside it begins, and ends, at another change rather than with the block.
    follows_change: bool,
    precedes_change: bool,
}

/// The changes of a block, each with its neighbourhood.
fn quotes(block: &Block) -> Vec<Quote> {
    let mut quotes = vec![Quote::default()];
    for span in block.spans() {
        if span.ink != Ink::Kept
            && let Some(last) = quotes.last_mut().filter(|last| last.is_change() && !last.after.is_empty())
        {
            last.precedes_change = true;
            let before = last.after.clone();
            quotes.push(Quote { before, follows_change: true, ..Quote::default() });
        }
        let Some(quote) = quotes.last_mut() else { continue };
        match span.ink {
            Ink::Kept if quote.is_change() => quote.after.push_str(&span.text),
            Ink::Kept => quote.before.push_str(&span.text),
            Ink::Deleted => quote.deleted.push_str(&span.text),
            Ink::Inserted => quote.inserted.push_str(&span.text),
            Ink::Relinked { old, new } => quote.relinked = Some(Piece::Relinked { label: span.text, old, new }),
        }
    }
    let is_moved = block.fate == Fate::Moved;
    quotes.retain(|quote| quote.is_change() || (is_moved && !quote.before.trim().is_empty()));
    quotes
}

/// How much a change matters, in no unit.
fn importance(block: &Block, quote: &Quote) -> i32 {
    let words = |text: &str| text.unicode_words().map(str::to_lowercase).collect::<Vec<_>>();
    let (deleted, inserted) = (words(&quote.deleted), words(&quote.inserted));
    let changed = deleted.len().max(inserted.len());
    let has_number = |words: &[String]| words.iter().any(|word| word.contains(char::is_numeric));
    let is_telling = deleted.iter().chain(&inserted).any(|word| TELLING.contains(&word.as_str()));
    let is_dated = words(&quote.before).iter().chain(&deleted).any(|word| DATELINE.contains(&word.as_str()));
    let is_number = has_number(&deleted) && has_number(&inserted);
    let mut importance = i32::try_from(changed.min(64).next_power_of_two().ilog2()).unwrap_or(0);
    importance += 3 * i32::from(is_telling) + 4 * i32::from(is_number && !is_dated);
    importance -= 4 * i32::from(is_dated && changed <= WORDS_BESIDE);
    importance += match block.kind {
        BlockKind::Paragraph | BlockKind::Quote => 2,
        BlockKind::ListItem | BlockKind::TableRow => 1,
        BlockKind::Heading | BlockKind::Code | BlockKind::Rule => -1,
    };
    match block.touches {
        _ if changed == 0 && quote.relinked.is_some() => importance - 8,
        Some(Touch::Words) => importance + 8,
        _ => importance,
    }
}

impl Quote {
    fn is_change(&self) -> bool {
        !self.deleted.trim().is_empty() || !self.inserted.trim().is_empty() || self.relinked.is_some()
    }

    /// The quote in one line, cut at the bounds of its sentence, or of words.
    fn cut(self) -> Vec<Piece> {
        if !self.is_change() {
            return vec![Piece::Kept { text: head(&in_line(&self.before), WORDS_CHANGED) }];
        }
        let (before, after) = (self.quoted_before(), self.quoted_after());
        let pieces = [
            Piece::Kept { text: before },
            Piece::Deleted { text: head(in_line(&self.deleted).trim_end(), WORDS_CHANGED) },
            Piece::Inserted { text: head(in_line(&self.inserted).trim_end(), WORDS_CHANGED) },
        ];
        let is_said = |piece: &Piece| !piece.old_text().is_empty() || !piece.new_text().is_empty();
        let mut quoted: Vec<Piece> = pieces.into_iter().filter(is_said).collect();
        quoted.extend(self.relinked);
        let is_apart = [&self.deleted, &self.inserted].into_iter().any(|text| text.ends_with(char::is_whitespace));
        let space = if is_apart && after.starts_with(|c: char| !c.is_whitespace()) { " " } else { "" };
        quoted.extend((!after.is_empty()).then(|| Piece::Kept { text: format!("{space}{after}") }));
        quoted
    }

    fn quoted_before(&self) -> String {
        let (text, is_cut) = last_sentence(&in_line(&self.before), WORDS_BESIDE);
        let is_cut = is_cut || (self.follows_change && text.trim() == self.before.trim() && !text.trim().is_empty());
        if is_cut { format!("… {}", text.trim_start()) } else { text }
    }

    fn quoted_after(&self) -> String {
        let whole = in_line(&self.after);
        let text = first_sentence(&whole, WORDS_BESIDE);
        let is_cut = self.precedes_change && text == whole.trim_end() && !text.ends_with(['.', '!', '?', ';']);
        if is_cut { format!("{text} …") } else { text }
    }
}

/// The text with each stretch of white space as one space.
fn in_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace()).enumerate().fold(String::new(), |mut line, (at, word)| {
        if at > 0 && !line.ends_with(' ') {
            line.push(' ');
        }
        line.push_str(word);
        line
    })
}

/// The first words of a text.
fn head(text: &str, words: usize) -> String {
    match text.split_word_bound_indices().filter(|(_, word)| word.contains(char::is_alphanumeric)).nth(words) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

fn first_sentence(text: &str, words: usize) -> String {
    // What is left of the sentence before may begin with its full stop.
    let end = if text.starts_with(['.', '!', '?']) { 1 } else { sentence_end(text, 0) };
    head(text[..end].trim_end(), words)
}

/// Where the sentence ends that a place is in.
fn sentence_end(text: &str, place: usize) -> usize {
    let mut ends = text.split_sentence_bound_indices().map(|(at, sentence)| at + sentence.len());
    ends.find(|end| *end > place).unwrap_or(text.len())
}

/// The last words of the sentence that a text ends within, and whether they are not all of it.
fn last_sentence(text: &str, words: usize) -> (String, bool) {
    let start = text.split_sentence_bound_indices().last().map_or(0, |(at, _)| at);
    let is_whole = text[start..].trim_end().ends_with(['.', '!', '?']);
    let sentence = if is_whole { "" } else { &text[start..] };
    let mut bounds = sentence.split_word_bound_indices().filter(|(_, word)| word.contains(char::is_alphanumeric)).rev();
    match bounds.nth(words.saturating_sub(1)) {
        Some((at, _)) if bounds.next().is_some() => (sentence[at..].to_owned(), true),
        _ => (sentence.trim_start().to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::super::between;

    fn headline(old: &str, new: &str) -> String {
        between(old, new).headline().map(|headline| headline.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_clause_is_quoted_rather_than_the_date_of_the_text() {
        let old = "Last updated: 1 May 2024\n\nWelcome to Lumio. You must be at least 13 years old to use it. Bye.\n";
        let new = "Last updated: 2 June 2025\n\nWelcome to Lumio. You must be at least 16 years old to use it. Bye.\n";

        assert_eq!(headline(old, new), "You must be at least [-13-]{+16+} years old to use it.");
    }

    #[test]
    fn a_long_insertion_is_cut_at_a_word() {
        let long = "word ".repeat(60);

        let quoted = headline("One.\n", &format!("One.\n\nWe {long}.\n"));

        assert_eq!(quoted, format!("{{+We {}…+}}", "word ".repeat(23).trim_end()));
    }

    #[test]
    fn a_new_target_is_quoted_where_nothing_else_changed() {
        assert_eq!(headline("See [it](/a).", "See [it](/b)."), "See it ([-/a-]{+/b+}).");
        assert_eq!(headline("One.", "One.\n"), "");
    }

    #[test]
    fn a_quote_that_ends_at_another_change_says_so() {
        let old =
            "You see [our terms](/a) of the service, in force before 13 May for everybody who had signed in by then.";
        let new = old.replace("(/a)", "(/b)").replace("13 May", "15 May");

        assert_eq!(
            headline(old, &new),
            "… of the service, in force before [-13-]{+15+} May for everybody who had signed in by then."
        );
    }
}
