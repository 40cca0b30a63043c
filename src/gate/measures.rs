//! What compares a text with the past of its terms: its length and its language.

use super::language;
use super::wording::wording;

/// Fewer characters than this are hardly a terms.
pub const LEAST_CHARACTERS: usize = 100;

/// Below this share of the usual length, in per cent, a text has collapsed.
pub const COLLAPSED_BELOW: usize = 40;

/// Above this share of the usual length, in per cent, a text has blown up.
pub const BLOWN_UP_ABOVE: usize = 250;

/// Below this share of the usual length, in per cent, no more than a remnant is left, if that is [brief](REMNANT).
pub const REMNANT_BELOW: usize = 5;

/// Fewer characters than this are a remnant of a longer text rather than another edition of it.
pub const REMNANT: usize = 1_000;

/// How many past versions tell what is usual.
pub const VERSIONS_LOOKED_AT: usize = 7;

/// What is usual for a terms, from its latest versions.
pub struct Usual {
    /// The wordings of the versions, the newest first; never empty.
    wordings: Vec<String>,
    /// Characters that a person reads, of each.
    read: Lengths,
    /// Characters of each with layout and the targets of links, as readers of the archive count them.
    whole: Lengths,
}

/// How long versions are, the newest first.
pub struct Lengths(Vec<usize>);

impl Usual {
    /// Learns from versions, the newest first; `None` where there are none.
    pub fn of(past: &[String]) -> Option<Self> {
        let past = &past[..past.len().min(VERSIONS_LOOKED_AT)];
        let wordings: Vec<String> = past.iter().map(|version| wording(version)).collect();
        let read = Lengths(wordings.iter().map(|wording| length(wording)).collect());
        let whole = Lengths(past.iter().map(|version| length(version)).collect());
        (!wordings.is_empty()).then_some(Self { wordings, read, whole })
    }

    pub fn latest(&self) -> &str {
        &self.wordings[0]
    }

    /// Characters that a person usually reads.
    pub fn read(&self) -> &Lengths {
        &self.read
    }

    /// Characters that a version usually has.
    pub fn whole(&self) -> &Lengths {
        &self.whole
    }

    /// The language of the text, if none of the past versions is in it.
    pub fn other_language(&self, wording: &str) -> Option<(whatlang::Lang, whatlang::Lang)> {
        let found = language::of(wording)?;
        // The latest is usually in the same language, so that no other is looked at.
        let mut languages = self.wordings.iter().filter_map(|wording| language::of(wording));
        let usual = languages.next().filter(|usual| *usual != found)?;
        (!languages.any(|language| language == found)).then_some((found, usual))
    }
}

impl Lengths {
    /// Half of the versions are no longer, half no shorter.
    pub fn median(&self) -> usize {
        let mut lengths = self.0.clone();
        lengths.sort_unstable();
        lengths.get(lengths.len() / 2).copied().unwrap_or_default()
    }

    /// Whether a length is below a share, in per cent, both of the latest version and of the usual one.
    ///
    /// Both, because a true rewrite is the latest version and not yet the usual one, and the return from an outage that
    /// was recorded is the other way round.
    pub fn are_cut_to(&self, length: usize, share: usize) -> bool {
        self.both(|usual| length * 100 < usual * share)
    }

    pub fn are_exceeded_by(&self, length: usize, share: usize) -> bool {
        self.both(|usual| length * 100 > usual * share)
    }

    pub fn were_always_at_least(&self, length: usize) -> bool {
        self.both(|usual| usual >= length)
    }

    fn both(&self, holds: impl Fn(usize) -> bool) -> bool {
        self.0.first().is_some_and(|latest| holds(*latest)) && holds(self.median())
    }
}

/// Characters of a wording.
pub fn length(wording: &str) -> usize {
    wording.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rewrite_that_was_let_through_is_usual_at_once() {
        assert!(!Lengths(vec![1_000, 9_000, 9_000, 9_000]).are_cut_to(1_100, COLLAPSED_BELOW));
    }

    #[test]
    fn the_return_from_a_recorded_outage_is_no_blow_up() {
        let lengths = Lengths(vec![300, 9_000, 9_000, 9_000]);

        assert!(!lengths.are_exceeded_by(9_000, BLOWN_UP_ABOVE));
        assert!(lengths.are_exceeded_by(30_000, BLOWN_UP_ABOVE));
    }

    #[test]
    fn the_bounds_themselves_are_not_suspect() {
        let lengths = Lengths(vec![1_000]);

        assert!(!lengths.are_cut_to(400, COLLAPSED_BELOW) && lengths.are_cut_to(399, COLLAPSED_BELOW));
        assert!(!lengths.are_exceeded_by(2_500, BLOWN_UP_ABOVE) && lengths.are_exceeded_by(2_501, BLOWN_UP_ABOVE));
    }
}
