//! Reads one declared terms into its source documents: single, PDF or combined, with inheritance.
//!
//! Only what stops the terms from being tracked is a fault here; what else is wrong, the schema finds.

use std::path::Path;

use serde_json::Value;
use url::Url;

use super::parsed::{Parsed, member};
use super::{Diagnostic, rules};
use crate::domain::{DocumentId, FilterUse, Selector, SourceDocument};

/// When a document of combined terms takes a property from the terms around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inheritance {
    /// When its own is absent or null, as in current declarations.
    WhenAbsent,
    /// When its own is absent, null, empty text, zero or false, as in histories.
    WhenFalsy,
}

/// Reads declared terms of one file.
pub struct TermsReader<'a> {
    pub parsed: &'a Parsed,
    /// The service's filters file, where there is one.
    pub filters_module: Option<&'a Path>,
    pub inheritance: Inheritance,
}

/// A declared document, and the combined terms around it.
struct Declared<'a> {
    pointer: String,
    value: &'a Value,
    around: Option<(&'a str, &'a Value)>,
}

impl TermsReader<'_> {
    /// The source documents of the terms at `pointer`, with ids where there are several.
    pub fn documents(&self, pointer: &str, declared: &Value) -> Result<Vec<SourceDocument>, Diagnostic> {
        if !declared.is_object() {
            return Err(self.wrong_type(pointer, "a terms is an object that tells what to fetch"));
        }
        let mut documents = match declared.get("combine") {
            None | Some(Value::Null) => {
                vec![self.document(&Declared { pointer: pointer.to_owned(), value: declared, around: None })?]
            }
            Some(combined) => self.combined(pointer, declared, combined)?,
        };
        if documents.len() > 1 {
            documents.iter_mut().for_each(|document| document.id = Some(DocumentId::of(&document.location)));
        }
        Ok(documents)
    }

    fn combined(&self, pointer: &str, around: &Value, items: &Value) -> Result<Vec<SourceDocument>, Diagnostic> {
        let list = member(pointer, "combine");
        let Value::Array(items) = items else {
            return Err(self.wrong_type(&list, "`combine` is an array of source documents"));
        };
        if items.is_empty() {
            let message = "`combine` names no source document, so there is nothing to track";
            return Err(self.parsed.at_value(&list, &rules::NO_DOCUMENTS, message));
        }
        let around = Some((pointer, around));
        let declared = |(index, value)| Declared { pointer: member(&list, index), value, around };
        items.iter().enumerate().map(|item| self.document(&declared(item))).collect()
    }

    fn document(&self, declared: &Declared<'_>) -> Result<SourceDocument, Diagnostic> {
        if !declared.value.is_object() {
            return Err(self.wrong_type(&declared.pointer, "a source document is an object that tells what to fetch"));
        }
        Ok(SourceDocument {
            id: None,
            location: self.location(declared)?,
            declared_location: self
                .property(declared, "fetch")
                .and_then(|(_, url)| url.as_str())
                .unwrap_or_default()
                .to_owned(),
            select: self.selectors(declared, "select")?,
            select_is_list: self.property(declared, "select").is_some_and(|(_, value)| value.is_array()),
            remove: self.selectors(declared, "remove")?,
            remove_is_list: self.property(declared, "remove").is_some_and(|(_, value)| value.is_array()),
            filters: self.filters(declared)?,
            filters_module: self.filters_module.map(Path::to_path_buf),
            execute_client_scripts: self.execute_client_scripts(declared)?,
        })
    }

    fn location(&self, declared: &Declared<'_>) -> Result<Url, Diagnostic> {
        let Some((pointer, value)) = self.property(declared, "fetch") else {
            let message = "`fetch` is missing, so there is nothing to track";
            return Err(self.parsed.at_value(&declared.pointer, &rules::MISSING_KEY, message));
        };
        let Value::String(location) = value else {
            return Err(self.wrong_type(&pointer, "`fetch` is a text, the URL of the source document"));
        };
        match Url::parse(location) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
            _ => {
                let message = format!("`{location}` is not an absolute HTTP or HTTPS URL");
                let fault = self.parsed.at_value(&pointer, &rules::INVALID_URL, message);
                Err(fault.with_hint("write the whole URL, such as `https://acme.example/privacy`"))
            }
        }
    }

    fn selectors(&self, declared: &Declared<'_>, key: &str) -> Result<Vec<Selector>, Diagnostic> {
        match self.property(declared, key) {
            None => Ok(Vec::new()),
            Some((pointer, Value::Array(selectors))) => {
                let at = |(index, value)| self.selector(&member(&pointer, index), value);
                selectors.iter().enumerate().map(at).collect()
            }
            Some((pointer, value)) => Ok(vec![self.selector(&pointer, value)?]),
        }
    }

    fn selector(&self, pointer: &str, value: &Value) -> Result<Selector, Diagnostic> {
        Selector::from_declared(value).ok_or_else(|| match value {
            Value::String(_) => self.parsed.at_value(pointer, &rules::EMPTY_TEXT, "the selector is empty"),
            Value::Object(_) => {
                self.parsed.at_value(pointer, &rules::INVALID_RANGE, INVALID_RANGE).with_hint(RANGE_HINT)
            }
            _ => self.wrong_type(pointer, "a selector is a text, or an object for a range"),
        })
    }

    fn filters(&self, declared: &Declared<'_>) -> Result<Vec<FilterUse>, Diagnostic> {
        match self.property(declared, "filter") {
            None => Ok(Vec::new()),
            Some((pointer, Value::Array(filters))) => {
                let at = |(index, value)| self.filter(&member(&pointer, index), value);
                filters.iter().enumerate().map(at).collect()
            }
            Some((pointer, _)) => Err(self.wrong_type(&pointer, "`filter` is an array of filters")),
        }
    }

    fn filter(&self, pointer: &str, value: &Value) -> Result<FilterUse, Diagnostic> {
        match value {
            Value::String(name) if !name.is_empty() => Ok(FilterUse { name: name.clone(), params: None }),
            Value::String(_) => Err(self.parsed.at_value(pointer, &rules::EMPTY_TEXT, "the filter's name is empty")),
            Value::Object(named) => match named.iter().next() {
                Some((name, params)) if named.len() == 1 => {
                    Ok(FilterUse { name: name.clone(), params: Some(params.clone()) })
                }
                _ => Err(self.parsed.at_value(pointer, &rules::INVALID_FILTER, INVALID_FILTER).with_hint(FILTER_HINT)),
            },
            _ => Err(self.wrong_type(pointer, "a filter is a name, or an object of one name and its parameters")),
        }
    }

    fn execute_client_scripts(&self, declared: &Declared<'_>) -> Result<Option<bool>, Diagnostic> {
        // False is a decision of its own: it is never overridden from around, not even in histories.
        match self.with_inheritance(declared, "executeClientScripts", Inheritance::WhenAbsent) {
            None => Ok(None),
            Some((_, Value::Bool(execute))) => Ok(Some(*execute)),
            Some((pointer, _)) => Err(self.wrong_type(&pointer, "`executeClientScripts` must be `true` or `false`")),
        }
    }

    fn property<'v>(&self, declared: &Declared<'v>, key: &str) -> Option<(String, &'v Value)> {
        self.with_inheritance(declared, key, self.inheritance)
    }

    fn with_inheritance<'v>(&self, at: &Declared<'v>, key: &str, when: Inheritance) -> Option<(String, &'v Value)> {
        let own = at.value.get(key).filter(|value| !value.is_null());
        let inherits = own.is_none_or(|value| when == Inheritance::WhenFalsy && is_falsy(value));
        if let (true, Some((pointer, around))) = (inherits, at.around) {
            return Some((member(pointer, key), around.get(key).filter(|value| !value.is_null())?));
        }
        Some((member(&at.pointer, key), own?))
    }

    fn wrong_type(&self, pointer: &str, message: &str) -> Diagnostic {
        self.parsed.at_value(pointer, &rules::WRONG_TYPE, message)
    }
}

pub(super) const INVALID_RANGE: &str = "a range needs exactly one start and exactly one end";
pub(super) const RANGE_HINT: &str =
    "write one of `startBefore` and `startAfter`, and one of `endBefore` and `endAfter`, each a CSS selector";
pub(super) const INVALID_FILTER: &str = "a filter with parameters is an object with exactly one key, its name";
pub(super) const FILTER_HINT: &str =
    "write each filter as an entry of its own: `[\"first\", { \"second\": \"parameter\" }]`";

/// Whether JavaScript takes the value for false.
fn is_falsy(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_f64() == Some(0.0),
        _ => false,
    }
}
