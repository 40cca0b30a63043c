//! What was recorded before.

use chrono::{DateTime, Utc};

use crate::domain::{ChangeKind, Kind};

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
    /// [`Text::gist`](super::Text::gist) of its text.
    pub gist: u64,
    pub date: DateTime<Utc>,
    pub kind: ChangeKind,
    pub significant: bool,
}
