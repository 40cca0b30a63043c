//! Checks a file against its JSON Schema, and says each fault in the words of the field.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::fault_words::{Found, in_words};
use super::parsed::Parsed;
use super::{Diagnostic, rules};
use crate::domain::instant;

/// Tells whether a text is a cron expression; the schedule itself lives elsewhere.
pub type IsCron = fn(&str) -> bool;

/// A JSON Schema, ready to check files.
pub struct Schema {
    document: Value,
    validator: Validator,
}

const DECLARATION: &str = include_str!("../../docs/declaration.schema.json");
const HISTORY: &str = include_str!("../../docs/history.schema.json");
const RENAMES: &str = include_str!("../../docs/renames.schema.json");
const METADATA: &str = include_str!("../../docs/metadata.schema.json");

static DECLARATION_DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(DECLARATION).expect("the embedded schema of declarations is JSON"));

impl Schema {
    /// The schema of declarations, for this list of terms types.
    pub fn declaration(terms_types: &[String]) -> Self {
        let mut document = DECLARATION_DOCUMENT.clone();
        document["properties"]["terms"]["propertyNames"] = json!({ "enum": terms_types });
        Self::compile(document, |_| false)
    }

    /// The schema of histories, for this list of terms types.
    pub fn history(terms_types: &[String]) -> Self {
        // Editors find the other file beside this one; here both become one document.
        let text = HISTORY.replace("declaration.schema.json#", "#");
        let mut document: Value = serde_json::from_str(&text).expect("the embedded schema of histories is JSON");
        document["propertyNames"] = json!({ "enum": terms_types });
        let definitions = document["definitions"].as_object_mut().expect("the schema of histories has definitions");
        let shared =
            DECLARATION_DOCUMENT["definitions"].as_object().expect("the schema of declarations has definitions");
        definitions.extend(shared.clone());
        Self::compile(document, |_| false)
    }

    /// The schema of `renames.json`.
    pub fn renames() -> Self {
        let document = serde_json::from_str(RENAMES).expect("the embedded schema of renames is JSON");
        Self::compile(document, |_| false)
    }

    /// The schema of `metadata.yml`.
    pub fn metadata(is_cron: IsCron) -> Self {
        let document = serde_json::from_str(METADATA).expect("the embedded schema of metadata is JSON");
        Self::compile(document, is_cron)
    }

    fn compile(document: Value, is_cron: IsCron) -> Self {
        let validator = jsonschema::draft7::options()
            .should_validate_formats(true)
            .with_format("date-time", |text: &str| instant(text).is_some())
            .with_format("cron", is_cron)
            .build(&document)
            .expect("the embedded schemas are valid");
        Self { document, validator }
    }

    /// Every fault of the file, in the order in which they stand in it.
    pub fn faults(&self, parsed: &Parsed) -> Vec<Diagnostic> {
        let mut errors: Vec<_> = self.validator.iter_errors(&parsed.value).collect();
        // Of several errors at one place the outermost knows best what is meant there.
        errors.sort_by_key(|error| error.evaluation_path().as_str().len());
        let mut found: Vec<Found> = Vec::new();
        for error in &errors {
            for fault in in_words(&self.document, parsed, error) {
                if !found.iter().any(|other| other.covers(&fault)) {
                    found.push(fault);
                }
            }
        }
        let respelt: Vec<_> = found.iter().filter_map(Found::respelling).collect();
        found.retain(|fault| {
            fault.missing.as_ref().is_none_or(|key| !respelt.contains(&(fault.holder.clone(), key.clone())))
        });
        found.sort_by_key(|fault| fault.diagnostic.span.start);
        found.into_iter().map(|fault| fault.diagnostic).collect()
    }
}

impl Found {
    /// Whether this fault already says what `other` says.
    fn covers(&self, other: &Found) -> bool {
        let is_type = self.diagnostic.rule == &rules::WRONG_TYPE && other.diagnostic.rule == self.diagnostic.rule;
        self.diagnostic == other.diagnostic || (is_type && self.pointer == other.pointer)
    }

    /// The object and the key that a misspelt one was meant to be: one fault, not an unknown key and a missing one.
    fn respelling(&self) -> Option<(String, String)> {
        Some((self.holder.clone(), self.meant.clone()?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::terms_types;
    use super::*;

    #[test]
    fn the_published_schemas_list_the_terms_types() {
        let names: Vec<_> = terms_types().collect();
        let history: Value = serde_json::from_str(HISTORY).unwrap();

        assert_eq!(DECLARATION_DOCUMENT["properties"]["terms"]["propertyNames"]["enum"], json!(names));
        assert_eq!(history["propertyNames"]["enum"], json!(names));
    }
}
