//! Turns an error of the JSON Schema validator into words that a contributor understands.

use chrono::DateTime;
use chrono::format::ParseErrorKind;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::parsed::{Parsed, member};
use super::rules::{self, Rule};
use super::terms::{FILTER_HINT, INVALID_FILTER, INVALID_RANGE, RANGE_HINT};
use super::{Diagnostic, history, metadata, suggestion};

/// A fault, and what relates it to others.
pub struct Found {
    pub diagnostic: Diagnostic,
    /// The value that is at fault.
    pub pointer: String,
    /// The object that holds it, where a key is at fault.
    pub holder: String,
    /// The key that is missing.
    pub missing: Option<String>,
    /// The key that a misspelt one was probably meant to be.
    pub meant: Option<String>,
}

/// An error and what is needed to explain it.
struct Explained<'a> {
    parsed: &'a Parsed,
    pointer: &'a str,
    /// The part of the schema that asks for what is not there.
    rule: Option<&'a Value>,
    instance: &'a Value,
}

/// Says an error in words: one fault, or one for each key that does not belong.
pub fn in_words(schema: &Value, parsed: &Parsed, error: &ValidationError<'_>) -> Vec<Found> {
    let keyword = error.schema_path().as_str();
    let rule = keyword.rsplit_once('/').and_then(|(rule, _)| schema.pointer(rule));
    let pointer = error.instance_path().as_str();
    let explained = Explained { parsed, pointer, rule, instance: error.instance() };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => unexpected.iter().map(|key| explained.unknown_key(key)).collect(),
        Kind::Required { property } => vec![explained.missing_key(property.as_str().unwrap_or_default())],
        Kind::PropertyNames { error } => vec![explained.unknown_terms_type(error)],
        Kind::OneOfNotValid { .. } | Kind::OneOfMultipleValid { .. } => {
            vec![explained.here(&rules::INVALID_RANGE, INVALID_RANGE, RANGE_HINT)]
        }
        Kind::MinProperties { .. } | Kind::MaxProperties { .. } => {
            vec![explained.here(&rules::INVALID_FILTER, INVALID_FILTER, FILTER_HINT)]
        }
        Kind::Type { .. } => vec![explained.wrong_type()],
        Kind::Format { format } => vec![explained.wrong_format(format)],
        Kind::Enum { options } => vec![explained.not_listed(options)],
        _ => vec![explained.wrong_value()],
    }
}

impl Explained<'_> {
    fn unknown_key(&self, key: &str) -> Found {
        let known = self.known_keys();
        let pointer = member(self.pointer, key);
        let stands_beside_combine = key == "fetch" && known.contains(&"combine");
        let (message, hint) = if stands_beside_combine {
            (
                "`fetch` cannot stand beside `combine`".into(),
                "each source document in `combine` has its own `fetch`".into(),
            )
        } else {
            (format!("there is no key `{key}` here"), suggestion::hint(key, known.iter().copied()))
        };
        let diagnostic = self.parsed.at_key(&pointer, &rules::UNKNOWN_KEY, message).with_hint(hint);
        let meant = suggestion::closest(key, known).filter(|_| !stands_beside_combine).map(str::to_owned);
        Found { diagnostic, pointer, holder: self.pointer.to_owned(), missing: None, meant }
    }

    fn known_keys(&self) -> Vec<&str> {
        let properties = self.rule.and_then(|rule| rule.get("properties")).and_then(Value::as_object);
        properties.into_iter().flatten().map(|(key, _)| key.as_str()).collect()
    }

    fn missing_key(&self, key: &str) -> Found {
        let hint = match key {
            "select" => {
                "add `select` with the CSS selector of the terms; only a PDF file, whose URL ends in `.pdf`, goes without"
            }
            "fetch" => "add `fetch` with the URL of the source document",
            "validUntil" => history::DATE_HINT,
            "terms" => "write `\"terms\": {}`, also for a service that closed",
            _ if self.parsed.source.file == metadata::FILE => in_metadata(key),
            "name" => "add `\"name\"`, the official name of the service in its own script",
            _ => "add it",
        };
        let found = self.here(&rules::MISSING_KEY, &format!("`{key}` is missing"), hint);
        Found { missing: Some(key.to_owned()), ..found }
    }

    fn unknown_terms_type(&self, error: &ValidationError<'_>) -> Found {
        let name = error.instance().as_str().unwrap_or_default();
        let listed: Vec<&str> = match error.kind() {
            Kind::Enum { options } => options.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let hint = match suggestion::closest(name, listed) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "choose a listed one, or list your own in `termsTypes.json` in the collection folder".to_owned(),
        };
        let pointer = member(self.pointer, name);
        let message = format!("`{name}` is not a listed terms type");
        let diagnostic = self.parsed.at_key(&pointer, &rules::UNKNOWN_TERMS_TYPE, message).with_hint(hint);
        self.found(diagnostic, pointer)
    }

    fn wrong_type(&self) -> Found {
        let is_past = self.pointer.matches('/').count() == 1 && self.title() == "an array of past declarations";
        if is_past {
            let diagnostic = history::not_an_array(self.parsed, self.pointer, &self.name());
            return self.found(diagnostic, self.pointer.to_owned());
        }
        let message = format!("{} must be {}, not {}", self.subject(), self.title(), kind_of(self.instance));
        self.found(self.parsed.at_value(self.pointer, &rules::WRONG_TYPE, message), self.pointer.to_owned())
    }

    fn wrong_format(&self, format: &str) -> Found {
        let rule = match format {
            "uri" => &rules::INVALID_URL,
            "cron" => &rules::INVALID_SCHEDULE,
            _ => &rules::INVALID_DATE,
        };
        let message = format!("{} is not {}", self.instance, self.title());
        if format == "date-time" && self.instance.as_str().is_some_and(is_no_date) {
            let message = format!("{} is no time that there ever is", self.instance);
            return self.here(rule, &message, "correct the day of the month, or the hour");
        }
        let hint = match format {
            "uri" => "write the whole URL, such as `https://acme.example/privacy`, and encode spaces as `%20`",
            "date-time" => history::DATE_HINT,
            "cron" => "write minute, hour, day of month, month and day of week",
            _ => "write year, month and day",
        };
        self.here(rule, &message, hint)
    }

    fn not_listed(&self, options: &Value) -> Found {
        let listed: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let message = format!("{} is not {}", self.instance, self.title());
        let name = self.instance.as_str().unwrap_or_default();
        self.here(&rules::WRONG_VALUE, &message, &suggestion::hint(name, listed.iter().copied()))
    }

    fn wrong_value(&self) -> Found {
        if self.instance.as_str() == Some("") {
            let message = format!("{} is empty", self.title());
            return self.here(&rules::EMPTY_TEXT, &message, "write it, or leave it out");
        }
        let message = format!("{} is not {}", self.instance, self.title());
        self.found(self.parsed.at_value(self.pointer, &rules::WRONG_VALUE, message), self.pointer.to_owned())
    }

    fn here(&self, rule: &'static Rule, message: &str, hint: &str) -> Found {
        let diagnostic = self.parsed.at_value(self.pointer, rule, message).with_hint(hint);
        self.found(diagnostic, self.pointer.to_owned())
    }

    fn found(&self, diagnostic: Diagnostic, pointer: String) -> Found {
        Found { diagnostic, pointer, holder: self.pointer.to_owned(), missing: None, meant: None }
    }

    /// What is expected, as the schema's titles say it.
    fn title(&self) -> &str {
        let title = self.rule.and_then(|rule| rule.get("title")).and_then(Value::as_str);
        title.unwrap_or("what is expected here")
    }

    fn subject(&self) -> String {
        match self.name().as_str() {
            "" => "the file".to_owned(),
            index if index.bytes().all(|b| b.is_ascii_digit()) => "this entry".to_owned(),
            name => format!("`{name}`"),
        }
    }

    /// The last part of the pointer.
    fn name(&self) -> String {
        let last = self.pointer.rsplit('/').next().unwrap_or_default();
        last.replace("~1", "/").replace("~0", "~")
    }
}

/// What a key of `metadata.yml` says.
fn in_metadata(key: &str) -> &'static str {
    match key {
        "id" => "add `id`, a short name of the collection for addresses and programs",
        "name" => "add `name`, what the collection is called",
        "tagline" => "add `tagline`, one line on what the collection covers",
        "languages" => "add `languages`, the codes of those in which terms are collected, such as `[en]`",
        "jurisdictions" => {
            "add `jurisdictions`, the codes of the regions whose users the terms are for, such as `[EU]`"
        }
        _ => "add it; docs/metadata.schema.json tells what it holds",
    }
}

/// Whether a text has the form of a date and time, and the calendar or the clock knows no such.
fn is_no_date(text: &str) -> bool {
    let fault = DateTime::parse_from_rfc3339(text).err();
    fault.is_some_and(|fault| matches!(fault.kind(), ParseErrorKind::OutOfRange | ParseErrorKind::Impossible))
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
