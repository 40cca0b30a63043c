//! The rules: one row each, with the sentences in which a verdict tells its reasons.

use crate::domain::{ChangeKind, Reason, Verdict};

/// The number of these rules, raised with every change of what they say: verdicts of another number are made anew.
pub const RULES: u32 = 1;

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
    /// What it looks for.
    pub looks_for: &'static str,
    /// What it says, with `{0}`, `{1}` for what it saw.
    pub english: &'static str,
    pub french: &'static str,
}

/// All rules, in the order in which they are asked.
pub const TABLE: &[Rule] = &[
    Rule {
        name: "first-version",
        looks_for: "no version of the terms before",
        english: "The first version that was recorded.",
        french: "La première version enregistrée.",
    },
    Rule {
        name: "extraction-changed",
        looks_for: "a record that says of itself that it is a technical upgrade",
        english: "The way of extracting changed, not the terms.",
        french: "La manière d’extraire a changé, pas les conditions.",
    },
    Rule {
        name: "outage-again",
        looks_for: "exactly an earlier text that was an outage",
        english: "The same failure was captured on {0}.",
        french: "Le même échec a été capturé le {0}.",
    },
    Rule {
        name: "back-after-outage",
        looks_for: "exactly the text from before an outage",
        english: "The text of {0} is there again after an outage.",
        french: "Le texte du {0} est revenu après une panne.",
    },
    Rule {
        name: "text-of-earlier",
        looks_for: "exactly an earlier text",
        english: "This is exactly the text of {0}.",
        french: "C’est exactement le texte du {0}.",
    },
    Rule {
        name: "same-words",
        looks_for: "the same words in the same order, with other marks of layout",
        english: "Only the layout changed.",
        french: "Seule la mise en forme a changé.",
    },
    Rule {
        name: "link-targets",
        looks_for: "the same text with other link targets",
        english: "Only where links lead changed.",
        french: "Seules les cibles des liens ont changé.",
    },
    Rule {
        name: "words-changed",
        looks_for: "words that no other rule explains",
        english: "The wording changed.",
        french: "Le texte a changé.",
    },
];

/// A verdict for one reason.
pub fn said<const N: usize>(rule: &str, kind: ChangeKind, significant: bool, weight: u8, seen: [String; N]) -> Verdict {
    let reasons = vec![Reason { rule: rule.to_owned(), seen: seen.into() }];
    Verdict { kind, significant, weight, reasons, rules: RULES }
}

/// A reason in words.
pub fn explained(reason: &Reason, language: Language) -> String {
    let Some(rule) = TABLE.iter().find(|rule| rule.name == reason.rule) else { return reason.seen.join(" ") };
    let sentence = match language {
        Language::English => rule.english,
        Language::French => rule.french,
    };
    let filled = reason.seen.iter().enumerate();
    filled.fold(sentence.to_owned(), |text, (at, seen)| text.replace(&format!("{{{at}}}"), seen))
}
