//! Looks at a text before it is recorded as a version: is it the terms, or an error page, a wall, a part of them?
//!
//! Pure: a text and its past in, reasons with evidence out. Who holds a suspect, and for how long, is not decided here.

mod address;
mod config;
mod language;
mod likeness;
mod measures;
mod page;
mod phrases;
mod replay;
mod rules;
#[cfg(test)]
mod tests;
mod wording;

use url::Url;

use crate::domain::Reason;

pub use address::astray;
pub use config::Config;
pub use likeness::{are_same, former_sketch, sketch};
pub use measures::VERSIONS_LOOKED_AT;
pub use page::table as rules_as_markdown;
pub use replay::{Fate, Replayed, replay};
pub use rules::{Confirmation, RULES, Rule};

/// Why `text` is a suspect as the next version after `past`, the newest first; nothing if it is none.
pub fn suspicions(text: &str, past: &[String]) -> Vec<Reason> {
    look(text, past, None, |_| true)
}

/// The same for a text of which it is known where its address has led [astray](astray()), if it has.
pub fn suspicions_of_fetch(text: &str, past: &[String], astray: Option<&Url>) -> Vec<Reason> {
    look(text, past, astray, |_| true)
}

/// The same for a text that a corrected declaration gives: what differs from the past may well be meant.
pub fn suspicions_of_upgrade(text: &str, past: &[String]) -> Vec<Reason> {
    look(text, past, None, Rule::reads_phrases)
}

/// A reason as a phrase for people.
pub fn in_words(reason: &Reason) -> String {
    Rule::named(&reason.rule).map_or_else(|| reason.rule.clone(), |rule| rule.told(&reason.seen))
}

fn look(text: &str, past: &[String], astray: Option<&Url>, is_asked: impl Fn(&Rule) -> bool) -> Vec<Reason> {
    let wording = wording::wording(text);
    let candidate = rules::Candidate { text, astray, wording: &wording, usual: measures::Usual::of(past) };
    let asked = RULES.iter().filter(|rule| is_asked(rule));
    asked.filter_map(|rule| Some(Reason { rule: rule.name.to_owned(), seen: (rule.sees)(rule, &candidate)? })).collect()
}
