//! What compares a text with the past of its terms: its length and its language.

use super::language;
use super::wording::wording;

/// Fewer characters than this are hardly a terms.
pub const LEAST_CHARACTERS: usize = 100;

/// Below this share of the usual length, in per cent, a text has collapsed.
pub const COLLAPSED_BELOW: usize = 40;

/// Above this share of the usual length, in per cent, a text has blown up.
pub const BLOWN_UP_ABOVE: usize = 250;

/// How many past versions tell what is usual.
pub const VERSIONS_LOOKED_AT: usize = 7;

/// What is usual for a terms, from its latest versions.
pub struct Usual {
    /// The wordings of the versions, the newest first; never empty.
    wordings: Vec<String>,
    /// Characters of each.
    lengths: Vec<usize>,
}

impl Usual {
    /// Learns from versions, the newest first; `None` where there are none.
    pub fn of(past: &[String]) -> Option<Self> {
        let wordings: Vec<String> = past.iter().take(VERSIONS_LOOKED_AT).map(|version| wording(version)).collect();
        let lengths = wordings.iter().map(|wording| length(wording)).collect();
        (!wordings.is_empty()).then_some(Self { wordings, lengths })
    }

    pub fn latest(&self) -> &str {
        &self.wordings[0]
    }

    /// Half of the versions are no longer, half no shorter.
    pub fn median(&self) -> usize {
        let mut lengths = self.lengths.clone();
        lengths.sort_unstable();
        lengths[lengths.len() / 2]
    }

    /// Whether a length is below the share both of the latest version and of the usual one.
    ///
    /// Both, because a true rewrite is the latest version and not yet the usual one, and the return from an outage that
    /// was recorded is the other way round.
    pub fn is_collapsed(&self, length: usize) -> bool {
        self.both(|usual| length * 100 < usual * COLLAPSED_BELOW)
    }

    pub fn is_blown_up(&self, length: usize) -> bool {
        self.both(|usual| length * 100 > usual * BLOWN_UP_ABOVE)
    }

    pub fn was_always_longer_than(&self, length: usize) -> bool {
        self.both(|usual| usual >= length)
    }

    /// The language of the text, if none of the past versions is in it.
    pub fn other_language(&self, wording: &str) -> Option<(whatlang::Lang, whatlang::Lang)> {
        let found = language::of(wording)?;
        // The latest is usually in the same language, so that no other is looked at.
        let mut languages = self.wordings.iter().filter_map(|wording| language::of(wording));
        let usual = languages.next().filter(|usual| *usual != found)?;
        (!languages.any(|language| language == found)).then_some((found, usual))
    }

    fn both(&self, holds: impl Fn(usize) -> bool) -> bool {
        self.lengths.first().is_some_and(|latest| holds(*latest)) && holds(self.median())
    }
}

/// Characters of a wording.
pub fn length(wording: &str) -> usize {
    wording.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(lengths: &[usize]) -> Usual {
        let versions: Vec<String> = lengths.iter().map(|length| "a".repeat(*length)).collect();
        Usual::of(&versions).unwrap()
    }

    #[test]
    fn a_rewrite_that_was_let_through_is_usual_at_once() {
        assert!(!usual(&[1_000, 9_000, 9_000, 9_000]).is_collapsed(1_100));
    }

    #[test]
    fn the_return_from_a_recorded_outage_is_no_blow_up() {
        assert!(!usual(&[300, 9_000, 9_000, 9_000]).is_blown_up(9_000));
        assert!(usual(&[300, 9_000, 9_000, 9_000]).is_blown_up(30_000));
    }

    #[test]
    fn the_bounds_themselves_are_not_suspect() {
        assert!(!usual(&[1_000]).is_collapsed(400) && usual(&[1_000]).is_collapsed(399));
        assert!(!usual(&[1_000]).is_blown_up(2_500) && usual(&[1_000]).is_blown_up(2_501));
    }
}
