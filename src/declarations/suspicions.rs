//! Finds what the schema allows but was hardly meant.

use std::collections::BTreeSet;

use serde_json::Value;
use url::Url;

use super::history::VALID_UNTIL;
use super::parsed::{Parsed, member};
use super::{Diagnostic, rules, suggestion};
use crate::domain::tolerant_instant;
use crate::extract::is_selector;

/// The filters that declarations of one service can name.
pub struct KnownFilters<'a> {
    pub built_in: &'a [&'a str],
    /// What the service's filters file exports; `None` when it cannot be read, so that nothing can be said.
    pub exported: Option<&'a BTreeSet<String>>,
}

/// Looks at every declared terms of a declaration or history.
pub struct Suspicions<'a> {
    pub parsed: &'a Parsed,
    pub filters: &'a KnownFilters<'a>,
}

impl Suspicions<'_> {
    /// All that is suspicious in a declaration.
    pub fn in_declaration(&self) -> Vec<Diagnostic> {
        let terms = self.parsed.value.get("terms").and_then(Value::as_object);
        let mut found = Vec::new();
        for (terms_type, declared) in terms.into_iter().flatten() {
            self.look_at_terms(&member("/terms", terms_type), declared, &mut found);
        }
        found
    }

    /// All that is suspicious in a history.
    pub fn in_history(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (terms_type, entries) in self.parsed.value.as_object().into_iter().flatten() {
            let mut dates = BTreeSet::new();
            for (index, entry) in entries.as_array().into_iter().flatten().enumerate() {
                let pointer = member(&member("", terms_type), index);
                self.look_at_terms(&pointer, entry, &mut found);
                self.look_at_date(&pointer, entry, &mut found);
                let date = entry.get(VALID_UNTIL).and_then(Value::as_str).and_then(tolerant_instant);
                if date.is_some_and(|date| !dates.insert(date)) {
                    let message =
                        "another past declaration before it has the same `validUntil`, so this one is never used";
                    found.push(self.parsed.at_value(&member(&pointer, VALID_UNTIL), &rules::NEVER_VALID, message));
                }
            }
        }
        found
    }

    fn look_at_terms(&self, pointer: &str, declared: &Value, found: &mut Vec<Diagnostic>) {
        self.look_at_document(pointer, declared, found);
        let list = member(pointer, "combine");
        let Some(items) = declared.get("combine").and_then(Value::as_array) else { return };
        if items.is_empty() {
            let message = "`combine` names no source document, so there is nothing to track";
            found.push(self.parsed.at_value(&list, &rules::NO_DOCUMENTS, message));
        }
        for (index, item) in items.iter().enumerate() {
            let at = member(&list, index);
            self.look_at_document(&at, item, found);
            if item.get("select").or(declared.get("select")).is_none() && !is_pdf(item) {
                let message = "no `select` says which part of this source document to keep";
                let fault = self.parsed.at_value(&at, &rules::NOTHING_SELECTED, message);
                found.push(fault.with_hint("add `select` here, or beside `combine` for all source documents"));
            }
        }
    }

    fn look_at_document(&self, pointer: &str, declared: &Value, found: &mut Vec<Diagnostic>) {
        self.look_at_location(&member(pointer, "fetch"), declared.get("fetch"), found);
        self.look_at_filters(&member(pointer, "filter"), declared.get("filter"), found);
        for key in ["select", "remove"] {
            self.look_at_selectors(&member(pointer, key), declared.get(key), found);
        }
        if declared.get("select").and_then(Value::as_array).is_some_and(Vec::is_empty) {
            let message = "`select` is empty, so nothing of the page is kept";
            found.push(self.parsed.at_value(&member(pointer, "select"), &rules::NOTHING_SELECTED, message));
        }
    }

    fn look_at_location(&self, pointer: &str, location: Option<&Value>, found: &mut Vec<Diagnostic>) {
        let Some(location) = location.and_then(Value::as_str) else { return };
        let Ok(url) = Url::parse(location) else { return };
        if !matches!(url.scheme(), "http" | "https") {
            let message = format!("`{location}` is not an absolute HTTP or HTTPS URL");
            found.push(self.parsed.at_value(pointer, &rules::INVALID_URL, message));
        }
        let query_alone_says_pdf = location.to_lowercase().ends_with("?.pdf");
        if query_alone_says_pdf && !url.path().to_lowercase().ends_with(".pdf") {
            let message = "`?.pdf` only makes this URL look like that of a PDF file";
            let fault = self.parsed.at_value(pointer, &rules::DISGUISED_PDF, message);
            found.push(fault.with_hint("for a page, leave `?.pdf` out and add `select`"));
        }
    }

    fn look_at_filters(&self, pointer: &str, filters: Option<&Value>, found: &mut Vec<Diagnostic>) {
        let Some(exported) = self.filters.exported else { return };
        for (index, filter) in filters.and_then(Value::as_array).into_iter().flatten().enumerate() {
            let Some(name) = filter_name(filter) else { continue };
            if self.filters.built_in.contains(&name) || exported.contains(name) {
                continue;
            }
            let known = self.filters.built_in.iter().copied().chain(exported.iter().map(String::as_str));
            let hint = match suggestion::closest(name, known) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "export it from the service's `.filters.js` file, or leave it out".to_owned(),
            };
            let message = format!("no filter is named `{name}`, so it does nothing");
            let at = member(pointer, index);
            found.push(self.parsed.at_value(&at, &rules::UNKNOWN_FILTER, message).with_hint(hint));
        }
    }

    fn look_at_selectors(&self, pointer: &str, selectors: Option<&Value>, found: &mut Vec<Diagnostic>) {
        match selectors {
            Some(Value::String(css)) if !css.is_empty() => self.look_at_css(pointer, css, found),
            Some(Value::Array(entries)) => {
                for (index, entry) in entries.iter().enumerate() {
                    self.look_at_selectors(&member(pointer, index), Some(entry), found);
                }
            }
            Some(Value::Object(ends)) => {
                for (end, css) in ends {
                    self.look_at_selectors(&member(pointer, end), Some(css).filter(|css| css.is_string()), found);
                }
            }
            _ => {}
        }
    }

    fn look_at_css(&self, pointer: &str, css: &str, found: &mut Vec<Diagnostic>) {
        if !is_selector(css) {
            let message = format!("`{css}` is not a CSS selector that can be understood");
            found.push(self.parsed.at_value(pointer, &rules::INVALID_SELECTOR, message));
        }
    }

    fn look_at_date(&self, pointer: &str, entry: &Value, found: &mut Vec<Diagnostic>) {
        // For single documents and PDF files the schema already asks for it.
        if entry.get("combine").is_some() && entry.get("validUntil").is_none() {
            let message = "`validUntil` is missing, so this past declaration is never used";
            found.push(self.parsed.at_value(pointer, &rules::NEVER_VALID, message));
        }
    }
}

/// The name of a declared filter, with or without parameters.
fn filter_name(filter: &Value) -> Option<&str> {
    match filter {
        Value::String(name) => Some(name),
        Value::Object(named) if named.len() == 1 => named.keys().next().map(String::as_str),
        _ => None,
    }
}

fn is_pdf(declared: &Value) -> bool {
    let location = declared.get("fetch").and_then(Value::as_str).unwrap_or_default();
    Url::parse(location).is_ok_and(|url| url.path().to_lowercase().ends_with(".pdf"))
}
