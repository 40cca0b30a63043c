//! Reads one declaration file into a service; terms that cannot be tracked are left out with a diagnostic.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use url::Url;

use super::folder::{declaration_file, filters_file, filters_history_file};
use super::history::VALID_UNTIL;
use super::parsed::{Parsed, member};
use super::terms::{Inheritance, TermsReader};
use super::{Diagnostic, Source, history, json, rules};
use crate::domain::{Service, ServiceId, SourceDocument, Terms, TermsKey};

/// Reads the declaration of the service `id`. Nothing comes back when the file is of no use at all.
pub fn load(collection_dir: &Path, id: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Service> {
    let file = declaration_file(id);
    let id = match id.parse::<ServiceId>() {
        Ok(id) => id,
        Err(error) => {
            diagnostics.push(Diagnostic::of_file(&file, &rules::INVALID_ID, error.to_string()));
            return None;
        }
    };
    match Source::read(collection_dir, &file).and_then(json::parse) {
        Ok(json) => {
            diagnostics.extend(json.warnings);
            read(&id, &json.parsed, filters_module(collection_dir, &id).as_deref(), diagnostics)
        }
        Err(fault) => {
            diagnostics.push(fault);
            None
        }
    }
}

/// The service's filters file, where there is one.
pub fn filters_module(collection_dir: &Path, id: &ServiceId) -> Option<PathBuf> {
    Some(collection_dir.join(filters_file(id.as_str()))).filter(|path| path.is_file())
}

/// As [`filters_module`], also where only its past filters are left.
pub fn past_filters_module(collection_dir: &Path, id: &ServiceId) -> Option<PathBuf> {
    let history = collection_dir.join(filters_history_file(id.as_str()));
    let module = || history.is_file().then(|| collection_dir.join(filters_file(id.as_str())));
    filters_module(collection_dir, id).or_else(module)
}

/// Reads a parsed declaration; what is wrong with it is added to `diagnostics`.
pub fn read(
    id: &ServiceId,
    parsed: &Parsed,
    filters_module: Option<&Path>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Service> {
    let declared = match parsed.value.get("terms") {
        Some(Value::Object(declared)) => declared,
        Some(_) => {
            diagnostics.push(parsed.at_value(
                "/terms",
                &rules::WRONG_TYPE,
                "`terms` is an object of terms by their type",
            ));
            return None;
        }
        None => {
            diagnostics.push(missing_terms(parsed));
            return None;
        }
    };
    let reader = TermsReader { parsed, filters_module, inheritance: Inheritance::WhenAbsent };
    let mut terms = Vec::new();
    for (terms_type, value) in declared {
        match read_terms(&reader, id, terms_type, value) {
            Ok(read) => {
                diagnostics.extend(collisions(parsed, &read));
                terms.push(read);
            }
            Err(fault) => diagnostics.push(fault),
        }
    }
    Some(Service { id: id.clone(), name: name(id, parsed, diagnostics), terms })
}

fn missing_terms(parsed: &Parsed) -> Diagnostic {
    let message = if parsed.value.is_object() { "`terms` is missing" } else { "a declaration is an object" };
    let hint = "write `\"terms\": {}`, also for a service that closed";
    parsed.at_value("", &rules::MISSING_KEY, message).with_hint(hint)
}

fn name(id: &ServiceId, parsed: &Parsed, diagnostics: &mut Vec<Diagnostic>) -> String {
    match parsed.value.get("name") {
        Some(Value::String(name)) => return name.clone(),
        Some(_) => diagnostics.push(parsed.at_value("/name", &rules::WRONG_TYPE, "`name` is a text")),
        None => {
            let message = format!("`name` is missing; `{id}` is used instead");
            let hint = "add `\"name\"`, the official name of the service in its own script";
            diagnostics.push(parsed.at_value("", &rules::MISSING_KEY, message).with_hint(hint));
        }
    }
    id.to_string()
}

fn read_terms(
    reader: &TermsReader<'_>,
    id: &ServiceId,
    terms_type: &str,
    declared: &Value,
) -> Result<Terms, Diagnostic> {
    let pointer = member("/terms", terms_type);
    let invalid = |error| reader.parsed.at_key(&pointer, &rules::INVALID_ID, format!("{error}"));
    let key =
        TermsKey::new(id.clone(), terms_type.parse().map_err(|error: crate::domain::InvalidName| invalid(error))?);
    let documents = reader.documents(&pointer, declared)?;
    let valid_until = match declared.get(VALID_UNTIL) {
        Some(date) if !date.is_null() => Some(history::instant(reader.parsed, &member(&pointer, VALID_UNTIL), date)?),
        _ => None,
    };
    Ok(Terms { key, documents, valid_until })
}

/// Tells documents that share a snapshot file with an earlier one, which keeps their terms from being tracked. An anchor
/// alone makes no other page.
fn collisions(parsed: &Parsed, terms: &Terms) -> Vec<Diagnostic> {
    let mut first_with: HashMap<&str, usize> = HashMap::new();
    let mut warnings = Vec::new();
    for (index, document) in terms.documents.iter().enumerate() {
        let Some(id) = &document.id else { continue };
        let first = *first_with.entry(id.as_str()).or_insert(index);
        if page(&terms.documents[first]) != page(document) {
            warnings.push(collision(parsed, terms, first, index));
        }
    }
    warnings
}

fn page(document: &SourceDocument) -> Url {
    let mut location = document.location.clone();
    location.set_fragment(None);
    location
}

fn collision(parsed: &Parsed, terms: &Terms, first: usize, index: usize) -> Diagnostic {
    let pointer = format!("{}/combine/{index}/fetch", member("/terms", &terms.key.terms_type));
    let message = format!(
        "this source document would share its snapshot file with <{}>, so these terms are not tracked",
        terms.documents[first].location
    );
    parsed
        .at_value(&pointer, &rules::DOCUMENT_ID_COLLISION, message)
        .with_hint("only the path of a URL tells source documents apart; declare the documents as terms of their own")
}
