//! What feeds say, by language.

use crate::domain::{ChangeKind, Kind};
use crate::signal::Language;

/// The words of one language.
pub struct Words {
    /// Its code.
    pub code: &'static str,
    /// As verdicts speak it.
    pub language: Language,
    pub first: &'static str,
    pub changed: &'static str,
    pub upgraded: &'static str,
    pub version: &'static str,
    pub snapshot: &'static str,
    pub snapshot_before: &'static str,
    pub words_inserted: &'static str,
    pub words_deleted: &'static str,
    pub changes_of: &'static str,
    kinds: [&'static str; 13],
}

pub static ENGLISH: Words = Words {
    code: "en",
    language: Language::English,
    first: "first recorded",
    changed: "changed",
    upgraded: "extracted anew",
    version: "the version",
    snapshot: "what was fetched",
    snapshot_before: "what was fetched before",
    words_inserted: "words inserted",
    words_deleted: "words deleted",
    changes_of: "changes",
    kinds: [
        "first version",
        "substantive",
        "editorial",
        "links only",
        "layout only",
        "around the terms",
        "dates and numbers",
        "reordered",
        "outage",
        "back after an outage",
        "flicker",
        "taken back",
        "technical upgrade",
    ],
};

pub static FRENCH: Words = Words {
    code: "fr",
    language: Language::French,
    first: "première version",
    changed: "modifié",
    upgraded: "extrait à nouveau",
    version: "la version",
    snapshot: "la page telle que reçue",
    snapshot_before: "la page reçue auparavant",
    words_inserted: "mots ajoutés",
    words_deleted: "mots supprimés",
    changes_of: "modifications",
    kinds: [
        "première version",
        "substantielle",
        "rédactionnelle",
        "liens seulement",
        "mise en forme seulement",
        "autour des conditions",
        "dates et nombres",
        "ordre modifié",
        "indisponibilité",
        "retour après indisponibilité",
        "clignotement",
        "retour en arrière",
        "mise à niveau technique",
    ],
};

impl Words {
    /// A kind of change in a word or two.
    pub fn of_change(&self, kind: ChangeKind) -> &'static str {
        let place = ChangeKind::ALL.iter().position(|other| *other == kind);
        place.and_then(|place| self.kinds.get(place)).copied().unwrap_or_default()
    }

    /// What became of a terms, by the kind of record.
    pub fn of_record(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::First => self.first,
            Kind::Change => self.changed,
            Kind::TechnicalUpgrade => self.upgraded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words_in_every_language() {
        for words in [&ENGLISH, &FRENCH] {
            assert!(ChangeKind::ALL.iter().all(|kind| !words.of_change(*kind).is_empty()), "{}", words.code);
        }
        assert_eq!(FRENCH.of_change(ChangeKind::TechnicalUpgrade), "mise à niveau technique");
    }
}
