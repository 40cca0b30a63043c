//! Kinds of change as pages show them: a sign and a word, never a colour alone.

use super::words::Words;
use crate::domain::{ChangeKind, Kind};
use crate::records::RecordEntry;

/// A kind's sign and word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    pub shape: &'static str,
    pub word: String,
    pub meaning: String,
    pub name: &'static str,
}

/// The kind of a record: as it was judged, or as it says of itself.
pub fn kind_of(entry: &RecordEntry) -> Option<ChangeKind> {
    let said = match entry.kind {
        Kind::First => Some(ChangeKind::First),
        Kind::TechnicalUpgrade => Some(ChangeKind::TechnicalUpgrade),
        Kind::Change => None,
    };
    entry.verdict.as_ref().map(|verdict| verdict.kind).or(said)
}

pub fn sign_of(entry: &RecordEntry, words: Words) -> Sign {
    sign_or_none(kind_of(entry), words)
}

/// The sign of a version that may not be judged yet.
pub fn sign_or_none(kind: Option<ChangeKind>, words: Words) -> Sign {
    match kind {
        Some(kind) => sign(kind, words),
        None => Sign { shape: "○", word: words.say("kind-unknown"), meaning: String::new(), name: "" },
    }
}

pub fn sign(kind: ChangeKind, words: Words) -> Sign {
    let name = kind.name();
    Sign {
        shape: shape(kind),
        word: words.say(&format!("kind-{name}")),
        meaning: words.say(&format!("meaning-{name}")),
        name,
    }
}

/// All signs, for legends.
pub fn all(words: Words) -> Vec<Sign> {
    ChangeKind::ALL.into_iter().map(|kind| sign(kind, words)).collect()
}

pub fn shape(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::First => "★",
        ChangeKind::Substantive => "●",
        ChangeKind::Editorial => "◐",
        ChangeKind::Links => "◇",
        ChangeKind::Formatting => "▭",
        ChangeKind::Boilerplate => "▢",
        ChangeKind::DatesNumbers => "#",
        ChangeKind::Reorder => "⇅",
        ChangeKind::Outage => "▲",
        ChangeKind::Recovery => "▽",
        ChangeKind::Blink => "↺",
        ChangeKind::RealRevert => "↩",
        ChangeKind::TechnicalUpgrade => "⚙",
    }
}
