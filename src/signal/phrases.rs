//! What pages say in many languages when they are not terms, and around terms. All in lower case, as plain words:
//! one a line in the files of `phrases/`, by language, where a line that begins with `#` says which.

use std::sync::LazyLock;

/// What only a page says that failed, wants a login or tests for robots. Looked for in short paragraphs.
pub static FAILURES: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/failures.txt")));

/// What a page says that is not there, and terms say of what they promise as well.
pub static ABSENCES: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/absences.txt")));

/// A page that is nothing but one of these is not there yet.
pub static PLACEHOLDERS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/placeholders.txt")));

/// Stems of words that terms are full of and other pages hardly use.
pub static LEGAL_STEMS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/legal-stems.txt")));

/// Words of a line that tells when a text was last touched.
pub static UPDATE_CUES: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/update-cues.txt")));

/// Words of a heading that tells from when a text is in force.
pub static EFFECTIVE_CUES: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/effective-cues.txt")));

/// Words with which a date decides something: who is bound, from when, until when.
pub static DECIDING: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/deciding.txt")));

/// Words before a number that only points to another place.
pub static REFERENCES: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/references.txt")));

/// A line with one of these counts something of the page itself.
pub static COUNTERS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/counters.txt")));

/// What a short line tallies that says nothing else.
pub static TALLIES: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/tallies.txt")));

/// What amounts are counted in: a number before one of these decides something.
pub static UNITS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/units.txt")));

/// What stands in a cell and says something only together with the label of its row.
pub static VALUES: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/values.txt")));

/// Short lines that stand around terms: controls, navigation, consent banners, calls to act.
pub static SURROUNDINGS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/surroundings.txt")));

/// What points to other editions of the same text.
pub static EDITIONS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/editions.txt")));

/// Words that make a change count even in a sentence that points elsewhere or invites.
pub static BINDING: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/binding.txt")));

/// Words without which a sentence says the same.
pub static LIGHT_WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/light-words.txt")));

/// Ways of writing the same word.
pub static SAME_WORDS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| pairs(include_str!("phrases/same-words.txt")));

/// Words that differ by a letter and are both meant: one is no slip of the other.
pub static LOOK_ALIKES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| pairs(include_str!("phrases/look-alikes.txt")));

/// Names of months and days, and what stands around dates.
pub static DATE_WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| lines(include_str!("phrases/date-words.txt")));

fn pairs(file: &'static str) -> Vec<(&'static str, &'static str)> {
    lines(file).into_iter().filter_map(|line| line.split_once(" = ")).collect()
}

fn lines(file: &'static str) -> Vec<&'static str> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}
