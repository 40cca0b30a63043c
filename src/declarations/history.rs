//! Reads what was declared before, and finds the terms that were valid at a date.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::folder::history_file;
use super::parsed::{Parsed, member};
use super::terms::{Inheritance, TermsReader};
use super::{Diagnostic, Source, json, rules, service};
use crate::domain::{InvalidName, ServiceId, Terms, TermsKey, TermsType, tolerant_instant};

/// The past declarations of one service, the earliest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    pub past: Vec<PastTerms>,
    /// What was wrong with the rest of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// A terms as it was declared until some date.
#[derive(Debug, Clone)]
pub struct PastTerms {
    /// The last instant at which it was valid.
    pub valid_until: DateTime<Utc>,
    pub terms: Terms,
}

impl History {
    /// The terms as declared at `date`: the first past one that was still valid, else the current one.
    pub fn valid_at<'a>(
        &'a self,
        terms_type: &TermsType,
        current: Option<&'a Terms>,
        date: DateTime<Utc>,
    ) -> Option<&'a Terms> {
        self.past_at(terms_type, date).map(|past| &past.terms).or(current)
    }

    /// The first past terms of a type that was still valid at `date`.
    pub fn past_at(&self, terms_type: &TermsType, date: DateTime<Utc>) -> Option<&PastTerms> {
        self.past.iter().find(|past| &past.terms.key.terms_type == terms_type && date <= past.valid_until)
    }

    /// The last instant for which a terms of this type is declared here.
    pub fn last_of(&self, terms_type: &TermsType) -> Option<DateTime<Utc>> {
        let of_type = self.past.iter().filter(|past| past.terms.key.terms_type == *terms_type);
        of_type.map(|past| past.valid_until).max()
    }
}

/// Reads the history of a service; empty when it has none. Entries that cannot be used are left out.
pub fn history(collection_dir: &Path, id: &ServiceId) -> History {
    let file = history_file(id.as_str());
    if !collection_dir.join(&file).exists() {
        return History::default();
    }
    match Source::read(collection_dir, &file).and_then(json::parse) {
        Ok(json) => read(collection_dir, id, json),
        Err(fault) => History { past: Vec::new(), diagnostics: vec![fault] },
    }
}

fn read(collection_dir: &Path, id: &ServiceId, json: json::Json) -> History {
    let module = service::past_filters_module(collection_dir, id);
    let parsed = &json.parsed;
    let reader = TermsReader { parsed, filters_module: module.as_deref(), inheritance: Inheritance::WhenFalsy };
    let mut history = History { past: Vec::new(), diagnostics: json.warnings };
    for (terms_type, entries) in parsed.value.as_object().into_iter().flatten() {
        history.add(&reader, id, terms_type, entries);
    }
    history.past.sort_by_key(|past| past.valid_until);
    history
}

impl History {
    fn add(&mut self, reader: &TermsReader<'_>, id: &ServiceId, terms_type: &str, entries: &Value) {
        let pointer = member("", terms_type);
        let Value::Array(entries) = entries else {
            self.diagnostics.push(not_an_array(reader.parsed, &pointer, terms_type));
            return;
        };
        let key = match terms_type.parse() {
            Ok(terms_type) => TermsKey::new(id.clone(), terms_type),
            Err(error) => {
                let error: InvalidName = error;
                self.diagnostics.push(reader.parsed.at_key(&pointer, &rules::INVALID_ID, error.to_string()));
                return;
            }
        };
        for (index, entry) in entries.iter().enumerate() {
            match self.past_terms(reader, &key, &member(&pointer, index), entry) {
                Ok(past) => self.past.push(past),
                Err(fault) => self.diagnostics.push(fault),
            }
        }
    }

    fn past_terms(
        &mut self,
        reader: &TermsReader<'_>,
        key: &TermsKey,
        pointer: &str,
        entry: &Value,
    ) -> Result<PastTerms, Diagnostic> {
        let documents = reader.documents(pointer, entry)?;
        let Some((name, date)) = valid_until(entry) else {
            let message = "`validUntil` is missing, so this past declaration is never used";
            return Err(reader.parsed.at_value(pointer, &rules::NEVER_VALID, message));
        };
        let at = member(pointer, name);
        if name != VALID_UNTIL {
            let message = format!("`{name}` is read as `{VALID_UNTIL}`");
            let misspelt = reader.parsed.at_key(&at, &rules::UNKNOWN_KEY, message);
            self.diagnostics.push(misspelt.with_hint(format!("write `{VALID_UNTIL}`")));
        }
        let valid_until = instant(reader.parsed, &at, date)?;
        Ok(PastTerms { valid_until, terms: Terms { key: key.clone(), documents, valid_until: None } })
    }
}

pub(super) const VALID_UNTIL: &str = "validUntil";
pub(super) const DATE_HINT: &str = "write it with its zone, such as `2026-11-22T15:00:00Z`";

/// The date of a past declaration, under whatever capitals its key is written.
fn valid_until(entry: &Value) -> Option<(&str, &Value)> {
    let entry = entry.as_object()?;
    let exact = entry.get_key_value(VALID_UNTIL);
    let found = exact.or_else(|| entry.iter().find(|(key, _)| key.eq_ignore_ascii_case(VALID_UNTIL)));
    found.map(|(key, date)| (key.as_str(), date))
}

/// The instant that a declaration names at `pointer`.
pub(super) fn instant(parsed: &Parsed, pointer: &str, date: &Value) -> Result<DateTime<Utc>, Diagnostic> {
    date.as_str().and_then(tolerant_instant).ok_or_else(|| {
        let message = format!("{date} is not a date and time");
        parsed.at_value(pointer, &rules::INVALID_DATE, message).with_hint(DATE_HINT)
    })
}

pub(super) fn not_an_array(parsed: &Parsed, pointer: &str, terms_type: &str) -> Diagnostic {
    let message = format!("the past declarations of `{terms_type}` are not an array");
    parsed
        .at_value(pointer, &rules::INVALID_HISTORY, message)
        .with_hint("put them in brackets: `[{ … }]`, also a single one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::fixture::Folder;

    const HISTORY: &str = r#"{
  "Imprint": [
    { "fetch": "https://acme.example/2", "select": "p", "validUntil": "2022-01-01T00:00:00+0100" },
    { "fetch": "https://acme.example/1", "select": "p", "ValidUntil": "2021-01-01T00:00:00.123456Z" },
    { "fetch": "https://acme.example/0", "select": "p", "validUntil": "long ago" }
  ],
  "Privacy Policy": { "fetch": "https://acme.example/p" },
  "Live Policy": [
    { "combine": [{ "fetch": "https://acme.example/l" }], "select": "p" },
    { "combine": [{ "fetch": "https://acme.example/l", "select": "" }], "select": "b", "validUntil": "2020-01-01T00:00:00Z" }
  ]
}"#;

    fn acme() -> (History, ServiceId) {
        let id: ServiceId = "Acme".parse().unwrap();
        (history(Folder::new().file("Acme.history.json", HISTORY).path(), &id), id)
    }

    fn location(history: &History, date: &str) -> Option<String> {
        let terms = history.valid_at(&"Imprint".parse().unwrap(), None, date.parse().unwrap());
        terms.map(|terms| terms.documents[0].location.to_string())
    }

    #[test]
    fn the_terms_of_a_date_are_the_first_still_valid_then() {
        let (history, _) = acme();

        assert_eq!(location(&history, "2020-05-05T00:00:00Z").unwrap(), "https://acme.example/1");
        assert_eq!(location(&history, "2021-06-05T00:00:00Z").unwrap(), "https://acme.example/2");
        assert_eq!(location(&history, "2021-12-31T23:00:00Z").unwrap(), "https://acme.example/2", "inclusive");
        assert_eq!(location(&history, "2021-12-31T23:00:01Z"), None, "then the current one");
    }

    #[test]
    fn in_histories_an_empty_selector_inherits_too() {
        let (history, _) = acme();

        let live = history.past.iter().find(|past| past.terms.key.terms_type.as_str() == "Live Policy").unwrap();
        assert_eq!(live.terms.documents[0].select[0].to_string(), "b");
    }

    #[test]
    fn defects_of_real_histories_are_said_and_tolerated() {
        let (history, _) = acme();

        let said: Vec<_> = history.diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "declarations/Acme.history.json:4:57: unknown-key: `ValidUntil` is read as `validUntil`",
                "declarations/Acme.history.json:5:71: invalid-date: \"long ago\" is not a date and time",
                "declarations/Acme.history.json:7:21: invalid-history: the past declarations of `Privacy Policy` \
                 are not an array",
                "declarations/Acme.history.json:9:5: never-valid: `validUntil` is missing, so this past declaration \
                 is never used",
            ]
        );
    }
}
