//! The rules: what a row of their table is, and how its reasons are told.

mod figures;
mod outage;
mod references;
mod surroundings;
mod table;
mod whole;
mod wording;

use std::borrow::Cow;

use crate::domain::{ChangeKind, Reason};

use super::pair::{Hunk, Pair};
use super::past::Past;

pub use table::TABLE;
pub use whole::reversal;

/// The number of these rules, raised with every change of what they say: verdicts of another number are made anew.
pub const RULES: u32 = 5;

/// Longest excerpt in a reason, in characters.
const LONGEST_EXCERPT: usize = 160;

/// What is seen of a side that is empty.
const NOTHING: &str = "–";

/// How sentences begin that tell what became of words, and how instead where these were only added or only removed.
const BECAME: [(&str, &str, &str); 4] = [
    ("“{0}” became “{1}”", "“{1}” was added", "“{0}” was removed"),
    ("{0} became {1}", "{1} was added", "{0} was removed"),
    (
        "«\u{a0}{0}\u{a0}» est devenu «\u{a0}{1}\u{a0}»",
        "«\u{a0}{1}\u{a0}» a été ajouté",
        "«\u{a0}{0}\u{a0}» a été retiré",
    ),
    ("{0} est devenu {1}", "{1} a été ajouté", "{0} a été retiré"),
];

/// What a rule saw, in the order in which its sentence names it.
pub type Seen = Vec<String>;

/// The languages that reasons are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    French,
}

/// A rule that gives a verdict.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// As reasons name it.
    pub name: &'static str,
    /// What it looks at; `None` from its function lets the next rule have its say.
    pub asks: Asks,
    /// What it says of what it finds.
    pub kind: ChangeKind,
    /// How much there is to what it finds, from 1 to 100 where it counts; 0 where it does not.
    pub weight: u8,
    /// What it looks for.
    pub looks_for: &'static str,
    /// Its reason, with `{0}`, `{1}` for what it saw.
    pub english: &'static str,
    pub french: &'static str,
    /// Pairs of texts of which it speaks.
    pub cases: &'static [(&'static str, &'static str)],
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Asks {
    /// What was recorded before: the text need not be read.
    Past(fn(&Past<'_>) -> Option<Seen>),
    /// Both texts as a whole.
    Whole(fn(&Pair<'_>, &Past<'_>) -> Option<Seen>),
    /// Each place where words differ; the first rule that speaks settles that place.
    Hunk(fn(&Hunk, &Pair<'_>) -> Option<Seen>),
    /// Both texts again, where nothing that was found counts.
    Quiet(fn(&Pair<'_>) -> Option<Seen>),
    /// Nothing by itself: it is told when a comparison with an earlier text explains a change.
    Comparison,
}

impl Asks {
    /// What it looks at, in a word.
    fn of(self) -> &'static str {
        match self {
            Self::Past(_) => "the past",
            Self::Whole(_) => "the texts",
            Self::Hunk(_) => "a place",
            Self::Quiet(_) => "the texts again",
            Self::Comparison => "an earlier text",
        }
    }
}

impl Rule {
    /// Whether what it finds counts.
    pub fn is_significant(&self) -> bool {
        self.weight > 0
    }

    pub fn reason(&self, seen: Seen) -> Reason {
        Reason { rule: self.name.to_owned(), seen }
    }

    /// The rule of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLE.iter().find(|rule| rule.name == name)
    }
}

/// The rules as a table in Markdown, in the order in which they are asked.
pub fn as_markdown() -> String {
    let row = |rule: &Rule| {
        let counts = if rule.is_significant() { "yes" } else { "no" };
        format!("| `{}` | {} | {} | {counts} | {} |\n", rule.name, rule.asks.of(), rule.kind, rule.looks_for)
    };
    let head = "| rule | asks about | kind | counts | looks for |\n|---|---|---|---|---|\n";
    TABLE.iter().map(row).fold(head.to_owned(), |table, row| table + &row)
}

/// A reason in words. What a person said has no rule, and is told as it was said.
pub fn explained(reason: &Reason, language: Language) -> String {
    let Some(rule) = Rule::named(&reason.rule) else { return reason.seen.join(": ") };
    let sentence = match language {
        Language::English => rule.english,
        Language::French => rule.french,
    };
    let sentence = one_sided(sentence, &reason.seen);
    let mut told = String::with_capacity(sentence.len());
    let mut rest = &sentence[..];
    // What was seen comes from outside, and may hold braces itself: it is put in and not read again.
    while let Some(at) = rest.find('{') {
        told.push_str(&rest[..at]);
        let (number, after) = rest[at + 1..].split_once('}').unwrap_or(("", ""));
        told.push_str(number.parse().ok().and_then(|at: usize| reason.seen.get(at)).map_or("", String::as_str));
        rest = after;
    }
    told + rest
}

/// The sentence for a change of which one side is empty: nothing becomes something by being added.
fn one_sided<'a>(sentence: &'a str, seen: &[String]) -> Cow<'a, str> {
    let is_nothing = |at: usize| seen.get(at).is_some_and(|side| side == NOTHING);
    let form = BECAME.iter().find(|(both, ..)| sentence.starts_with(both));
    match form {
        Some((both, added, _)) if is_nothing(0) => sentence.replacen(both, added, 1).into(),
        Some((both, _, removed)) if is_nothing(1) => sentence.replacen(both, removed, 1).into(),
        _ => sentence.into(),
    }
}

/// An excerpt that is not too long for a reason.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_EXCERPT) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
