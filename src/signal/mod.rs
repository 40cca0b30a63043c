//! Says of which kind a change is, whether it counts, and why. Pure: no model, no network, no clock.

mod past;
mod rules;
mod token;

use crate::domain::{ChangeKind, Verdict};
use rules::said;
use token::tokens;

pub use past::{Earlier, Hash, Past};
pub use rules::{Language, RULES, Rule, TABLE, explained};

/// Judges a version by its text, the one before and what is known of earlier ones.
pub fn judge(old: &str, new: &str, past: &Past<'_>) -> Verdict {
    if let Some(verdict) = past.verdict() {
        return verdict;
    }
    let (before, after) = (tokens(old), tokens(new));
    if before.words == after.words {
        return match before.targets == after.targets {
            true => said("same-words", ChangeKind::Formatting, false, 0, []),
            false => said("link-targets", ChangeKind::Links, false, 0, []),
        };
    }
    said("words-changed", ChangeKind::Substantive, true, 50, [])
}

/// A number that is equal for texts with the same words in the same order, whatever their layout and links.
pub fn gist(text: &str) -> u64 {
    tokens(text).words
}
