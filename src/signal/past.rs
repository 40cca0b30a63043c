//! What was recorded before: an exact return of an earlier text is told by its hash alone.

use chrono::{DateTime, Utc};

use super::rules::said;
use crate::domain::{ChangeKind, Kind, Verdict};

/// The hash of a text: equal exactly for equal texts.
pub type Hash = [u8; 20];

/// What is known of a version besides its text and the one before.
pub struct Past<'a> {
    /// The hash of the version's own text.
    pub hash: Hash,
    /// What the record itself says it is.
    pub recorded: Kind,
    pub date: DateTime<Utc>,
    /// What was recorded before of the same terms, oldest first; the last is what the text is compared with.
    pub earlier: &'a [Earlier],
    /// Finds the text of an earlier version again.
    pub recall: &'a dyn Fn(&Hash) -> Option<String>,
}

/// An earlier version, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    pub hash: Hash,
    /// [`gist`](super::gist) of its text.
    pub gist: u64,
    pub date: DateTime<Utc>,
    pub kind: ChangeKind,
    pub significant: bool,
}

impl Past<'_> {
    /// The verdict that needs no text: on first versions, technical upgrades and exact returns.
    pub fn verdict(&self) -> Option<Verdict> {
        let Some(last) = self.earlier.last() else {
            return Some(said("first-version", ChangeKind::First, false, 0, []));
        };
        if self.recorded == Kind::TechnicalUpgrade {
            return Some(said("extraction-changed", ChangeKind::TechnicalUpgrade, false, 0, []));
        }
        let seen = self.earlier.iter().rev().skip(1).find(|earlier| earlier.hash == self.hash)?;
        let date = seen.date.format("%Y-%m-%d").to_string();
        Some(match (seen.kind, last.kind) {
            (ChangeKind::Outage, _) => said("outage-again", ChangeKind::Outage, false, 0, [date]),
            (_, ChangeKind::Outage) => said("back-after-outage", ChangeKind::Recovery, false, 0, [date]),
            _ => said("text-of-earlier", ChangeKind::Blink, false, 0, [date]),
        })
    }
}
