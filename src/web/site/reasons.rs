//! Why a terms is held or fails, in the reader's language, with what was seen. Records of checks keep kinds and
//! parameters where they can, and sentences in English else, from which the evidence is taken.

use super::words::{Value, Words};
use crate::checks::{Suspicion, Trouble};
use crate::domain;
use crate::fetch::FailureKind;
use crate::gate::Rule;
use crate::signal;

/// Marks in the sentences about extraction, and of which kind each tells.
const EXTRACTION: [(&str, &str); 9] = [
    ("has no match", "no-match"),
    ("matches an empty content", "empty-match"),
    ("filter function", "filter"),
    ("Can't parse PDF", "unreadable-pdf"),
    ("contains no text", "empty-pdf"),
    ("needs more than", "too-large"),
    ("more than the limit", "too-large"),
    ("s of work", "too-large"),
    ("", "selector"),
];

/// Pieces of evidence shown of one failure.
const MOST_PIECES: usize = 6;

/// Names of what a rule of the gate saw, in the messages about it.
const SEEN: [&str; 3] = ["a", "b", "c"];

/// Why a terms cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub text: String,
    /// What was seen: statuses, selectors, addresses.
    pub evidence: Vec<String>,
    /// What a person can do.
    pub advice: Option<String>,
}

/// Why a change is judged as it is.
pub fn of_verdict(reason: &domain::Reason, words: Words) -> String {
    // Of rows of tables, cells are told apart as in quotes.
    signal::explained(reason, words.language.reasons).replace(" | ", " · ")
}

/// Why a text is held.
pub fn of_suspicion(suspicion: &Suspicion, words: Words) -> Reason {
    let (rule, seen) = (&suspicion.reason.rule, &suspicion.reason.seen);
    if Rule::named(rule).is_none() {
        return Reason::plain(suspicion.text.clone());
    }
    let told = |seen: &String| if rule == "other-language" { language(seen, words) } else { counted(seen, words) };
    let values = SEEN.iter().zip(seen).map(|(name, seen)| -> Value<'_> { (*name, told(seen).into()) });
    Reason::plain(words.say_of(&format!("gate-{rule}"), values))
}

/// Why a terms fails.
pub fn of_trouble(trouble: &Trouble, words: Words) -> Reason {
    match kind(trouble) {
        Some(kind) => Reason {
            text: words.say(&format!("failure-{kind}")),
            evidence: evidence(&trouble.message),
            advice: Some(words.say(&format!("advice-{kind}"))),
        },
        None => Reason { text: trouble.message.clone(), evidence: Vec::new(), advice: trouble.advice.clone() },
    }
}

/// The same of a failure of which only the kind is known; nothing where it is of none.
pub fn of_kind(kind: &str, words: Words) -> Option<String> {
    FailureKind::named(kind).map(|kind| words.say(&format!("failure-{}", kind.name())))
}

impl Reason {
    fn plain(text: String) -> Self {
        Self { text, evidence: Vec::new(), advice: None }
    }
}

/// The end of the names of the messages about a failure.
fn kind(trouble: &Trouble) -> Option<String> {
    let of_extraction = || EXTRACTION.iter().find(|(mark, _)| trouble.message.contains(mark));
    match trouble.kind.as_str() {
        "extraction" => of_extraction().map(|(_, kind)| format!("extraction-{kind}")),
        "unrecordable" | "no-snapshot" => Some(trouble.kind.clone()),
        name => FailureKind::named(name).map(|kind| kind.name().to_owned()),
    }
}

/// Numbers in groups of digits; anything else as it is.
fn counted(seen: &str, words: Words) -> String {
    seen.parse().map_or_else(|_| seen.to_owned(), |number| words.number(number))
}

fn language(name: &str, words: Words) -> String {
    let message = format!("language-{}", name.to_lowercase());
    let told = words.say(&message);
    if told == message { name.to_owned() } else { told }
}

/// What a sentence about a failure quotes: statuses, codes, selectors, addresses.
fn evidence(message: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let status =
        message.split("HTTP code ").skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect());
    found.extend(status.map(|code: String| format!("HTTP {code}")));
    let is_code = |word: &&str| {
        word.len() > 4 && word.starts_with('E') && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
    };
    found.extend(message.split_whitespace().filter(is_code).map(str::to_owned));
    found.extend(quoted(message, '"'));
    found.extend(quoted(message, '\'').filter(|quoted| quoted.starts_with("http")));
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|piece| !piece.is_empty() && seen.insert(piece.clone()));
    found.truncate(MOST_PIECES);
    found
}

fn quoted(message: &str, mark: char) -> impl Iterator<Item = String> {
    message.split(mark).skip(1).step_by(2).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::language::LANGUAGES;
    use super::*;
    use crate::gate::RULES;

    fn french() -> Words {
        Words::of(LANGUAGES[1])
    }

    fn english() -> Words {
        Words::of(LANGUAGES[0])
    }

    fn trouble(kind: &str, message: &str) -> Trouble {
        Trouble { kind: kind.to_owned(), message: message.to_owned(), advice: None }
    }

    fn suspicion(rule: &str, seen: &[&str]) -> Suspicion {
        let seen: Vec<String> = seen.iter().map(|seen| (*seen).to_owned()).collect();
        Suspicion { reason: crate::domain::Reason { rule: rule.to_owned(), seen }, text: "as it was kept".to_owned() }
    }

    #[test]
    fn english_pages_tell_of_failures_as_the_table_does() {
        for kind in FailureKind::ALL {
            let reason = of_trouble(&trouble(kind.name(), ""), english());

            assert_eq!((reason.text.as_str(), reason.advice.as_deref()), (kind.about(), Some(kind.advice())));
        }
    }

    #[test]
    fn english_pages_tell_of_suspects_as_the_gate_does() {
        for rule in RULES {
            let seen = ["12", "34", "56"].map(str::to_owned);

            let told = of_suspicion(&suspicion(rule.name, &["12", "34", "56"]), english());

            assert_eq!(told.text, rule.told(&seen), "{}", rule.name);
        }
    }

    #[test]
    fn every_reason_is_told_in_every_language() {
        for words in LANGUAGES.map(Words::of) {
            let rules = RULES.iter().map(|rule| format!("gate-{}", rule.name));
            let kinds = FailureKind::ALL.iter().map(|kind| kind.name().to_owned());
            let kinds = kinds.chain(EXTRACTION.iter().map(|(_, kind)| format!("extraction-{kind}")));
            let failures = kinds.flat_map(|kind| [format!("failure-{kind}"), format!("advice-{kind}")]);
            for name in rules.chain(failures) {
                assert_ne!(words.say(&name), name, "{}", words.language.tag);
            }
        }
    }

    #[test]
    fn a_failure_keeps_its_evidence_in_another_language() {
        let message = "Fetch failed: Received HTTP code 404 when trying to fetch 'https://acme.example/terms'";

        let reason = of_trouble(&trouble("not-found", message), french());

        assert_eq!(reason.text, "cette page n’existe pas");
        assert_eq!(reason.evidence, ["HTTP 404", "https://acme.example/terms"]);
    }

    #[test]
    fn a_failed_extraction_names_its_selector() {
        let message = "Extract failed: The provided selector \".legal\" has no match in the web page at \
                       'https://acme.example/terms'";

        let reason = of_trouble(&trouble("extraction", message), french());

        assert_eq!(reason.text, "un sélecteur ne trouve rien");
        assert_eq!(reason.evidence, [".legal", "https://acme.example/terms"]);
    }

    #[test]
    fn a_text_in_another_language_is_told_in_the_readers_words() {
        let told = of_suspicion(&suspicion("other-language", &["German", "English"]), french());

        assert_eq!(told.text, "en allemand et non plus en anglais");
    }

    #[test]
    fn a_rule_that_is_not_known_any_more_is_told_as_it_was_kept() {
        assert_eq!(of_suspicion(&suspicion("odd", &[]), french()).text, "as it was kept");
    }
}
