//! The phrases by which pages give themselves away that are no terms, by rule and language: the files of `phrases/`.
//!
//! Phrases are written as [`wording`](super::wording) leaves them: lower case, straight apostrophes.

use std::sync::LazyLock;

use super::measures::length;
use super::rules::Candidate;
use super::wording::position;

/// Up to this length a text may be nothing but such a page; a whole terms may well name a sign-in in passing.
const BRIEF: usize = 3_000;

/// Up to this length one mild phrase is enough.
const NOTE: usize = 1_000;

/// Where the title of a page stands.
const OPENING: usize = 160;

/// Rules whose phrases count in the opening of longer texts too: no terms is called so. A privacy policy, though, may
/// well begin by saying that somebody values privacy.
const TOLD_BY_TITLES: [&str; 2] = ["bot-check", "not-found"];

/// Rules whose phrases a short terms may use as well, so that beyond a note it takes two of them.
const MILD: [&str; 3] = ["unavailable", "sign-in", "consent"];

const FILES: [(&str, &str); 5] = [
    ("bot-check", include_str!("phrases/bot-check.txt")),
    ("not-found", include_str!("phrases/not-found.txt")),
    ("unavailable", include_str!("phrases/unavailable.txt")),
    ("sign-in", include_str!("phrases/sign-in.txt")),
    ("consent", include_str!("phrases/consent.txt")),
];

/// Phrases of one rule in one language, or of one maker of bot checks.
#[derive(Debug)]
pub struct Row {
    pub rule: &'static str,
    pub language: &'static str,
    pub phrases: Vec<&'static str>,
    /// A page that the row is for, as Markdown.
    pub example: String,
}

/// All phrases.
pub static PHRASES: LazyLock<Vec<Row>> =
    LazyLock::new(|| FILES.iter().flat_map(|(rule, file)| rows(rule, file)).collect());

/// Whether there are phrases of this rule.
pub fn are_for(rule: &str) -> bool {
    FILES.iter().any(|(name, _)| *name == rule)
}

/// Finds a phrase of a rule, unless it was in the latest version too.
///
/// It counts in a short text, and for some rules in the opening of any.
pub fn found(rule: &str, candidate: &Candidate) -> Option<(&'static Row, &'static str)> {
    let wording = candidate.wording;
    let size = length(wording);
    let opening = if TOLD_BY_TITLES.contains(&rule) { OPENING } else { 0 };
    let counts = |phrase: &str| {
        let is_usual = || candidate.usual.as_ref().is_some_and(|usual| position(usual.latest(), phrase).is_some());
        position(wording, phrase).is_some_and(|at| (size <= BRIEF || at < opening) && !is_usual())
    };
    let rows = PHRASES.iter().filter(|row| row.rule == rule);
    let phrases = rows.flat_map(|row| row.phrases.iter().map(move |phrase| (row, *phrase)));
    let mut found = phrases.filter(|(_, phrase)| counts(phrase));
    let first = found.next()?;
    (!MILD.contains(&rule) || size <= NOTE || found.next().is_some()).then_some(first)
}

/// Reads the rows of a file: `#` begins one, `>` gives a line of its example, the other lines are its phrases.
fn rows(rule: &'static str, file: &'static str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with("//")) {
        if let Some(language) = line.strip_prefix("# ") {
            rows.push(Row { rule, language, phrases: Vec::new(), example: String::new() });
        } else if let Some(row) = rows.last_mut() {
            match line.strip_prefix('>') {
                Some(example) => row.example.extend([example.strip_prefix(' ').unwrap_or(example), "\n"]),
                None => row.phrases.push(line),
            }
        }
    }
    rows
}
