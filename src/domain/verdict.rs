//! What a record means to somebody who follows a terms: of which kind the change is, and whether it counts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What kind of change a version is. Closed: readers, feeds and pages tell all of them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// The first version of a terms.
    First,
    /// The terms say something else.
    Substantive,
    /// Typing errors, punctuation, style: other words to the same effect.
    Editorial,
    /// Only targets of links.
    Links,
    /// Only marks of layout.
    Formatting,
    /// Only what stands around the terms: navigation, banners, counters, teasers.
    Boilerplate,
    /// Only dates, numbers or amounts.
    DatesNumbers,
    /// The same words in another order.
    Reorder,
    /// No terms, or not these: an error page, a sign-in page, a bot check, a part, another language.
    Outage,
    /// The terms are there again after an outage, as they were before.
    Recovery,
    /// An earlier text again, by an artefact of publication or tracking.
    Blink,
    /// An earlier text again, because the provider took a change back.
    RealRevert,
    /// The way of extracting changed, not the terms.
    TechnicalUpgrade,
}

/// What is thought of one record, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub kind: ChangeKind,
    /// Whether somebody who follows the terms wants to hear of it.
    pub significant: bool,
    /// How much there is to it, from 0 to 100.
    pub weight: u8,
    /// The strongest first.
    pub reasons: Vec<Reason>,
    /// The number of the rules that gave the verdict; 0 for a person.
    pub rules: u32,
}

/// Why a verdict is as it is: the rule that spoke, and what it saw. Words come from the rule's table, in any language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule's name, such as `amount-changed`.
    pub rule: String,
    /// What it saw, in the order in which the rule's sentence names it.
    pub seen: Vec<String>,
}

impl ChangeKind {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; 13] = [
        Self::First,
        Self::Substantive,
        Self::Editorial,
        Self::Links,
        Self::Formatting,
        Self::Boilerplate,
        Self::DatesNumbers,
        Self::Reorder,
        Self::Outage,
        Self::Recovery,
        Self::Blink,
        Self::RealRevert,
        Self::TechnicalUpgrade,
    ];

    /// Its name in JSON, in options and in the index.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Substantive => "substantive",
            Self::Editorial => "editorial",
            Self::Links => "links",
            Self::Formatting => "formatting",
            Self::Boilerplate => "boilerplate",
            Self::DatesNumbers => "dates-numbers",
            Self::Reorder => "reorder",
            Self::Outage => "outage",
            Self::Recovery => "recovery",
            Self::Blink => "blink",
            Self::RealRevert => "real-revert",
            Self::TechnicalUpgrade => "technical-upgrade",
        }
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// A text names no kind of change.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` is no kind of change")]
pub struct UnknownKind {
    pub name: String,
}

impl FromStr for ChangeKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| UnknownKind { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_same_name_in_json_and_on_the_command_line() {
        for kind in ChangeKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(kind.name().parse::<ChangeKind>().unwrap(), kind);
        }
    }
}
