//! Pages that are no terms, or not these: errors, sign-ins, placeholders, other pages, other languages, parts, old
//! editions.

use super::Seen;
use super::figures::{edition, sides};
use super::shortened;
use super::surroundings::run_around;
use crate::signal::pair::{Hunk, Pair};
use crate::signal::past::Past;
use crate::signal::phrases::{ABSENCES, FAILURES, LEGAL_STEMS, PLACEHOLDERS};
use crate::signal::text::Text;

/// Fewest words of a text that can be terms, where there was much more before.
const FEWEST_WORDS: usize = 60;

/// How many words of a text are looked at to tell what it is.
const WORDS_LOOKED_AT: usize = 3000;

/// Longest paragraph, in words, that tells of a failure.
const LONGEST_FAILURE: usize = 30;

/// Longest page that is nothing but a failure.
const LONGEST_FAILED_PAGE: usize = 400;

/// Words at the top of a page, where a failure is told.
const TOP: usize = 12;

/// Of a long text, one word in so many is gone where a failure is told instead of it.
const LEAST_LOST: usize = 10;

/// Most sentences of a notice that something fails.
const LONGEST_NOTICE: usize = 6;

/// A text that is hardly there any more.
pub fn nothing_left(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    let (old, new) = (pair.old.tokens().len(), pair.new.tokens().len());
    let is_placeholder = new <= 4 && PLACEHOLDERS.contains(&pair.new.plain(pair.new.tokens()).as_str());
    (is_placeholder || (new < FEWEST_WORDS && new * 5 < old)).then(|| vec![old.to_string(), new.to_string()])
}

/// A paragraph that tells of a failure, which was not there before.
pub fn failure_told(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    let is_short =
        pair.new.tokens().len() <= LONGEST_FAILED_PAGE && pair.new.tokens().len() * 2 < pair.old.tokens().len();
    // Above a text that is still there, what is not available is something that the terms speak of, and what fails is
    // something else of the page.
    let (lost, _) = pair.sizes();
    let is_much_gone = lost * 2 >= pair.old.tokens().len();
    let is_touched = lost * LEAST_LOST >= pair.old.tokens().len();
    let told = pair.gained.iter().filter_map(|at| {
        let sentence = &pair.new.sentences()[*at];
        let tokens = pair.new.of(sentence);
        let is_placed = is_short || (is_touched && (sentence.first as usize) < TOP);
        if tokens.len() > LONGEST_FAILURE || !is_placed {
            return None;
        }
        let plain = pair.new.plain(tokens);
        let absences = ABSENCES.iter().filter(|_| is_short || is_much_gone);
        let is_told = FAILURES.iter().chain(absences).any(|phrase| contains_words(&plain, phrase));
        is_told.then(|| pair.new.excerpt(tokens))
    });
    let said = told.take(1).next()?;
    Some(vec![shortened(&said)])
}

/// Sentences that came or went together above a text that is still there, one of which tells of a failure.
pub fn notice_above(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let (text, changed, at) = match (hunk.old.first(), hunk.new.first()) {
        (None, Some(at)) => (pair.new, &pair.gained, *at),
        (Some(at), None) => (pair.old, &pair.lost, *at),
        _ => return None,
    };
    let run = run_around(text, changed, at);
    let sentence = |at: &usize| &text.sentences()[*at];
    let is_above = run.first().is_some_and(|first| (sentence(first).first as usize) < TOP);
    let tells = |at: &usize| {
        let tokens = text.of(sentence(at));
        let plain = text.plain(tokens);
        tokens.len() <= LONGEST_FAILURE && FAILURES.iter().any(|phrase| contains_words(&plain, phrase))
    };
    let is_notice = hunk.is_whole() && run.len() <= LONGEST_NOTICE && is_above && run.iter().any(tells);
    is_notice.then(|| sides(hunk, pair))
}

fn contains_words(plain: &str, phrase: &str) -> bool {
    if !phrase.is_ascii() && plain.replace(' ', "").contains(phrase) {
        return true;
    }
    plain.match_indices(phrase).any(|(at, _)| {
        let before = plain[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let after = plain[at + phrase.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        (before && after) || !phrase.is_ascii()
    })
}

/// Another language throughout.
pub fn other_language(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    if !is_replaced(pair, 80) {
        return None;
    }
    let (old, new) = (language(pair.old)?, language(pair.new)?);
    (old != new).then(|| vec![old.eng_name().to_owned(), new.eng_name().to_owned()])
}

fn language(text: &Text) -> Option<whatlang::Lang> {
    const LETTERS: usize = 4000;
    let tokens = &text.tokens()[..text.tokens().len().min(WORDS_LOOKED_AT)];
    let words = tokens.iter().map(|token| text.shown(token)).filter(|word| word.chars().all(char::is_alphabetic));
    let mut sample = String::with_capacity(LETTERS);
    for word in words.take_while(|_| true) {
        if sample.len() > LETTERS {
            break;
        }
        sample.push_str(word);
        sample.push(' ');
    }
    let found = whatlang::detect(&sample)?;
    (sample.len() > 200 && found.confidence() > 0.8).then(|| found.lang())
}

/// A wholly different text that hardly has a word of terms.
pub fn other_page(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    if !is_replaced(pair, 85) || pair.old.tokens().len() < 100 {
        return None;
    }
    let (old, new) = (legal_share(pair.old), legal_share(pair.new));
    (new * 10 < old * 6 && new < 60).then(|| vec![format!("{}", old / 10), format!("{}", new / 10)])
}

/// Words of terms in a thousand.
fn legal_share(text: &Text) -> usize {
    let tokens = &text.tokens()[..text.tokens().len().min(WORDS_LOOKED_AT)];
    let is_legal = |word: &str| LEGAL_STEMS.iter().any(|stem| word.starts_with(stem));
    let legal = tokens.iter().filter(|token| is_legal(&text.shown(token).to_lowercase())).count();
    legal * 1000 / tokens.len().max(1)
}

/// Only a small part of the text that was there.
pub fn part_only(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    let (_, gained) = pair.sizes();
    let (old, new) = (pair.old.tokens().len(), pair.new.tokens().len());
    (new * 10 < old * 3 && gained * 10 <= new && old >= 300).then(|| vec![old.to_string(), new.to_string()])
}

/// An edition that says of itself that it is older, with another text.
pub fn older_edition(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    const MONTHS: i32 = 3;
    let (lost, gained) = pair.sizes();
    let is_other_text = (lost + gained) * 20 > pair.old.tokens().len() + pair.new.tokens().len();
    if !is_other_text {
        return None;
    }
    let (old, new) = (edition(pair.old)?, edition(pair.new)?);
    let month = |months: i32| format!("{:04}-{:02}", months / 12, months % 12 + 1);
    (new + MONTHS <= old).then(|| vec![month(old), month(new)])
}

/// Whether so many hundredths of both texts are in one of them only.
fn is_replaced(pair: &Pair<'_>, hundredths: usize) -> bool {
    let (lost, gained) = pair.sizes();
    lost * 100 >= pair.old.tokens().len() * hundredths && gained * 100 >= pair.new.tokens().len() * hundredths
}
