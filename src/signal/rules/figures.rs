//! Dates, amounts and other figures: which of them decide something.

use super::Seen;
use super::surroundings::has_words;
use crate::signal::pair::{Hunk, Pair};
use crate::signal::phrases::{
    COUNTERS, DATE_WORDS, DECIDING, EFFECTIVE_CUES, LIGHT_WORDS, TALLIES, UNITS, UPDATE_CUES, VALUES,
};
use crate::signal::text::{Sentence, Text};
use crate::signal::token::{Class, Token};

/// Longest line, in words, that does nothing but date a text.
const LONGEST_DATE_LINE: usize = 16;

/// Longest line that counts something of its page.
const LONGEST_COUNTER: usize = 14;

/// Longest line, in words, that is a value of a row.
const LONGEST_VALUE: usize = 5;

/// Longest line that claims copyright.
const LONGEST_CLAIM: usize = 100;

/// Words that may stand in a date line beside its date and cue.
const MOST_OTHER_WORDS: usize = 8;

/// Marks of a line that claims copyright.
const COPYRIGHT: &[&str] = &["copyright", "all rights reserved", "tous droits réservés", "alle rechte vorbehalten"];

/// The same in a line that came or went as a whole.
const MOST_WORDS_OF_A_NEW_LINE: usize = 5;

/// The same of words that came or went within a line that stayed.
const MOST_WORDS_MORE: usize = 1;

/// Shortest mark of a line that dates a text that is also known as a part of a word, in bytes.
const SHORTEST_STEM: usize = 6;

const MONTHS: [&[&str]; 12] = [
    &["january", "janvier", "januar", "jänner", "enero", "gennaio", "janeiro", "januari", "jan"],
    &["february", "février", "februar", "febrero", "febbraio", "fevereiro", "februari", "feb"],
    &["march", "mars", "märz", "marzo", "março", "maart", "mar"],
    &["april", "avril", "abril", "aprile", "apr"],
    &["may", "mai", "mayo", "maggio", "maio", "mei"],
    &["june", "juin", "juni", "junio", "giugno", "junho", "jun"],
    &["july", "juillet", "juli", "julio", "luglio", "julho", "jul"],
    &["august", "août", "agosto", "augustus", "aug"],
    &["september", "septembre", "septiembre", "settembre", "setembro", "sept", "sep"],
    &["october", "octobre", "oktober", "octubre", "ottobre", "outubro", "oct"],
    &["november", "novembre", "noviembre", "novembro", "nov"],
    &["december", "décembre", "dezember", "diciembre", "dicembre", "dezembro", "dec"],
];

/// A year in a line that claims copyright.
pub fn copyright_year(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_years = |token: &Token, text: &Text| token.class == Class::Number && year(text.shown(token)).is_some();
    let all_years = hunk.old_tokens(pair).all(|token| is_years(token, pair.old))
        && hunk.new_tokens(pair).all(|token| is_years(token, pair.new));
    let claims = || hunk.blocks(pair).into_iter().chain(hunk.sentences(pair)).any(|(text, line)| claims(text, line));
    (all_years && claims()).then(|| sides(hunk, pair))
}

/// Whether a line claims copyright, by a sign in front of it or within, or in words.
fn claims(text: &Text, line: &[Token]) -> bool {
    let (Some(first), Some(last)) = (line.first(), line.last()) else { return false };
    if line.len() > LONGEST_CLAIM {
        return false;
    }
    let from = text.source().floor_char_boundary((first.start as usize).saturating_sub(8));
    let written = &text.source()[from..last.end as usize];
    let plain = text.plain(line);
    written.contains('©') || written.contains("(c)") || COPYRIGHT.iter().any(|mark| plain.contains(mark))
}

/// A line that does nothing but tell when the text was last touched, or from when it is in force.
pub fn date_line(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_line = |text: &Text, of: &[usize]| {
        of.iter().all(|at| {
            let line = text.sentence_of(*at);
            is_date_line(text, line) && !(hunk.is_whole() && names_another(text, line))
        })
    };
    let says_more = |text: &Text, of: &[usize]| {
        let words: Vec<Token> = of.iter().map(|at| text.tokens()[*at]).collect();
        !hunk.is_whole() && words_beside_dates(text, &words) > MOST_WORDS_MORE
    };
    let are_lines = is_line(pair.old, &hunk.old) && is_line(pair.new, &hunk.new);
    let is_one = are_lines && !says_more(pair.old, &hunk.old) && !says_more(pair.new, &hunk.new);
    is_one.then(|| sides(hunk, pair))
}

/// Whether a line that came or went dates something else than the text it stands in: a document that it shows the address
/// of, or tells at length.
fn names_another(text: &Text, line: &[Token]) -> bool {
    words_beside_dates(text, line) > MOST_WORDS_OF_A_NEW_LINE || line.iter().any(|token| token.class == Class::Address)
}

/// How many words are neither part of a date nor about updating.
fn words_beside_dates(text: &Text, line: &[Token]) -> usize {
    let is_cue = |word: &String| UPDATE_CUES.iter().chain(EFFECTIVE_CUES.iter()).any(|cue| has_cue(word, cue));
    other_words(text, line).into_iter().filter(|word| !is_cue(word)).count()
}

/// A date within a sentence that decides something.
pub fn deciding_date(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_date = |text: &Text, of: &[usize]| {
        let (Some(first), Some(last)) = (of.first(), of.last()) else { return false };
        let has_number = of.iter().any(|at| text.tokens()[*at].class == Class::Number);
        let around = &text.tokens()[first.saturating_sub(2)..(last + 3).min(text.tokens().len())];
        has_number && has_date(&text.plain(around))
    };
    let dates = is_all(hunk, pair, is_date_token);
    let is_one = dates && is_date(pair.old, &hunk.old) && is_date(pair.new, &hunk.new);
    (is_one && !is_in_label(hunk, pair)).then(|| sides(hunk, pair))
}

/// Whether a year stands in lines that are nothing but a link, to another page than before: those dates are of that page.
fn is_in_label(hunk: &Hunk, pair: &Pair<'_>) -> bool {
    let blocks = hunk.blocks(pair);
    let targets: Vec<&str> = blocks.iter().filter_map(|(text, line)| Some(text.target(line.first()?.link))).collect();
    let is_label = |(text, line): &(&Text, &[Token])| {
        let years = line.iter().filter(|token| year(text.shown(token)).is_some()).count();
        years == 1 && line.iter().all(|token| token.link > 0 && token.link == line[0].link)
    };
    let is_year = is_all(hunk, pair, |_, shown| year(shown).is_some());
    is_year && targets.len() == 2 && targets[0] != targets[1] && blocks.iter().all(is_label)
}

/// A count of views, votes or minutes in a short line of its own.
pub fn counter(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_counter = |(text, block): &(&Text, &[Token])| {
        if block.len() > LONGEST_COUNTER {
            return false;
        }
        let line = format!(" {} ", text.plain(block));
        // The length of a video.
        let is_time = block.len() == 1 && line.contains(':');
        is_time || COUNTERS.iter().any(|cue| has_words(&line, cue)) || is_tally(&line)
    };
    let is_number = |token: &Token, _: &str| token.class == Class::Number;
    let blocks = hunk.blocks(pair);
    (is_all(hunk, pair, is_number) && !blocks.is_empty() && blocks.iter().all(is_counter)).then(|| sides(hunk, pair))
}

/// Whether a line, with a space at both ends, tallies something and says nothing else: `5 comments`, `3 days ago`. As part
/// of a clause, the same words can decide something.
fn is_tally(line: &str) -> bool {
    let is_filling = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit()) || UNITS.contains(&word) || LIGHT_WORDS.contains(&word)
    };
    let mut cues = TALLIES.iter().filter(|cue| has_words(line, cue));
    cues.any(|cue| line.replacen(&format!(" {cue} "), " ", 1).split_whitespace().all(is_filling))
}

/// Whether a line of its own says something only together with the label above it: `Yes`, `30 days`, `$5`.
pub fn is_value(text: &Text, sentence: &Sentence) -> bool {
    let tokens = text.of(sentence);
    let is_own_line = sentence.block == (sentence.first, sentence.end);
    if !is_own_line || tokens.len() > LONGEST_VALUE || tokens.iter().any(|token| token.link > 0 || token.is_heading) {
        return false;
    }
    let plain = text.plain(tokens);
    VALUES.contains(&plain.as_str()) || (is_quantity(text, tokens) && !has_date(&plain))
}

/// Whether a line is a figure with its unit, and perhaps a bound: `30 days`, `up to $5`.
fn is_quantity(text: &Text, line: &[Token]) -> bool {
    const BOUNDS: &[&str] = &["up", "within", "for", "after", "max", "maximum", "min", "at", "least", "most", "about"];
    let is_figure =
        |token: &Token, shown: &str| matches!(token.class, Class::Number | Class::Sign) || is_numeral(shown);
    let is_filling = |shown: &str| [&UNITS[..], &LIGHT_WORDS[..], BOUNDS].iter().any(|words| words.contains(&shown));
    let words: Vec<(&Token, String)> = line.iter().map(|token| (token, text.shown(token).to_lowercase())).collect();
    words.iter().any(|(token, shown)| is_figure(token, shown))
        && words.iter().all(|(token, shown)| is_figure(token, shown) || is_filling(shown))
}

/// An amount, an age, a deadline, a percentage, a currency.
pub fn figure(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_figure = |token: &Token, shown: &str| {
        matches!(token.class, Class::Number | Class::Sign) || CURRENCIES.contains(&shown) || is_numeral(shown)
    };
    let both = !hunk.old.is_empty() && !hunk.new.is_empty();
    (both && is_all(hunk, pair, is_figure) && !is_in_label(hunk, pair)).then(|| sides(hunk, pair))
}

const CURRENCIES: &[&str] =
    &["usd", "eur", "gbp", "chf", "jpy", "euro", "euros", "dollars", "dollar", "pounds", "cents"];

/// Numbers as words, up to what terms use.
fn is_numeral(shown: &str) -> bool {
    const NUMERALS: &[&str] = &[
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "eighteen",
        "twenty",
        "thirty",
        "forty",
        "forty-five",
        "sixty",
        "ninety",
        "hundred",
        "thousand",
        "million",
        "zwei",
        "drei",
        "vier",
        "sechs",
        "zwölf",
        "dreißig",
        "deux",
        "trois",
        "quatre",
        "six",
        "douze",
        "trente",
        "dos",
        "tres",
        "cuatro",
        "seis",
        "doce",
        "treinta",
    ];
    NUMERALS.contains(&shown)
}

/// The month in which a text says near its top that it was last touched, as months since the year 0.
pub fn edition(text: &Text) -> Option<i32> {
    const LINES: usize = 12;
    let lines = text.sentences().iter().take(LINES).map(|sentence| text.of(sentence));
    lines.filter(|line| is_date_line(text, line)).find_map(|line| {
        let words: Vec<String> = line.iter().map(|token| text.shown(token).to_lowercase()).collect();
        let year = words.iter().find_map(|word| year(word))?;
        let month = MONTHS.iter().position(|names| words.iter().any(|word| names.contains(&word.as_str())))?;
        Some(year * 12 + i32::try_from(month).ok()?)
    })
}

/// Whether a sentence does nothing but date a text.
pub fn is_date_line(text: &Text, sentence: &[Token]) -> bool {
    if sentence.is_empty() || sentence.len() > LONGEST_DATE_LINE {
        return false;
    }
    let line = text.plain(sentence);
    if !has_date(&line) {
        return false;
    }
    let others = other_words(text, sentence);
    let squeezed = line.replace(' ', "");
    // Scripts without spaces were read character by character.
    let is_within = |cue: &str| !cue.is_ascii() && (line.contains(cue) || squeezed.contains(cue));
    let is_cued = || UPDATE_CUES.iter().chain(EFFECTIVE_CUES.iter()).any(|cue| is_within(cue) || has_cue(&line, cue));
    let decides = || DECIDING.iter().any(|cue| line.contains(cue) || is_within(cue));
    // In Italian and Portuguese, `data` is a date.
    others.iter().all(|word| word == "data") || (others.len() <= MOST_OTHER_WORDS && is_cued() && !decides())
}

/// The words of a line that are no part of a date, in lower case.
fn other_words(text: &Text, line: &[Token]) -> Vec<String> {
    let words = line.iter().map(|token| (token, text.shown(token).to_lowercase()));
    words.filter(|(token, shown)| !is_date_token(token, shown)).map(|(_, shown)| shown).collect()
}

/// Whether a line has a cue as words of its own. Longer ones are stems, also of compounds, and only short ones are
/// something else within another word: `stand` in `standard`, `date` in `dated`.
fn has_cue(line: &str, cue: &str) -> bool {
    line.match_indices(cue).any(|(at, _)| {
        let begins = line[..at].chars().next_back().is_none_or(|c| c == ' ');
        let ends = line[at + cue.len()..].chars().next().is_none_or(|c| c == ' ');
        (begins && ends) || (cue.len() >= SHORTEST_STEM && (begins || ends))
    })
}

/// Whether a line names a day, a month or a year.
fn has_date(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let is_number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    words.iter().enumerate().any(|(at, word)| {
        // `May` is a month beside a number only.
        let around = &words[at.saturating_sub(2)..(at + 3).min(words.len())];
        let is_month = || MONTHS.iter().any(|names| names.contains(word)) || matches!(*word, "年" | "月" | "년" | "월");
        year(word).is_some() || is_numeric_date(word) || (is_month() && around.iter().any(is_number))
    })
}

/// `05/01/24`, `1.5.24`.
fn is_numeric_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
    parts.len() == 3
        && parts.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

fn is_date_token(token: &Token, shown: &str) -> bool {
    token.class == Class::Number || DATE_WORDS.contains(&shown) || LIGHT_WORDS.contains(&shown)
}

/// A year of our time, also within a date such as 2024-05-01.
fn year(shown: &str) -> Option<i32> {
    let parts = shown.split(['-', '/', '.']).filter(|part| part.len() == 4);
    parts.filter_map(|part| part.parse().ok()).find(|year| (1990..2100).contains(year))
}

/// Whether all tokens of a hunk pass a test that sees them in lower case.
fn is_all(hunk: &Hunk, pair: &Pair<'_>, test: impl Fn(&Token, &str) -> bool) -> bool {
    hunk.old_tokens(pair).all(|token| test(token, &pair.old.shown(token).to_lowercase()))
        && hunk.new_tokens(pair).all(|token| test(token, &pair.new.shown(token).to_lowercase()))
}

/// Both sides of a hunk as reasons show them.
pub fn sides(hunk: &Hunk, pair: &Pair<'_>) -> Seen {
    let side = |text: &Text, of: &[usize]| match (of.first(), of.last()) {
        (Some(first), Some(last)) => super::shortened(&text.excerpt(&text.tokens()[*first..=*last])),
        _ => super::NOTHING.to_owned(),
    };
    vec![side(pair.old, &hunk.old), side(pair.new, &hunk.new)]
}
