//! A value read from a file that still knows where each of its parts stands.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::Value;

use super::rules::Rule;
use super::{Diagnostic, Source};

/// A file's value, with the place of every part of it.
#[derive(Debug, Clone)]
pub struct Parsed {
    pub source: Source,
    pub value: Value,
    places: Places,
}

/// Where the value at each JSON pointer (RFC 6901) stands, and its key where it is a member of an object.
#[derive(Debug, Clone, Default)]
pub struct Places(HashMap<String, Place>);

#[derive(Debug, Clone)]
struct Place {
    key: Option<Range<usize>>,
    value: Range<usize>,
}

impl Parsed {
    pub fn new(source: Source, value: Value, places: Places) -> Self {
        Self { source, value, places }
    }

    /// The value at `pointer` as it is written.
    pub fn written(&self, pointer: &str) -> Option<&str> {
        self.source.text.get(self.places.0.get(pointer)?.value.clone())
    }

    /// A fault of the value at `pointer`; of its key where the value runs over several lines.
    pub fn at_value(&self, pointer: &str, rule: &'static Rule, message: impl Into<String>) -> Diagnostic {
        let Some(place) = self.places.nearest(pointer) else {
            return self.source.diagnostic(rule, 0..0, message);
        };
        let span = if self.source.text[place.value.clone()].contains('\n') {
            place.key.clone().unwrap_or(place.value.start..place.value.start + 1)
        } else {
            place.value.clone()
        };
        self.source.diagnostic(rule, span, message)
    }

    /// A fault of the key of the member at `pointer`.
    pub fn at_key(&self, pointer: &str, rule: &'static Rule, message: impl Into<String>) -> Diagnostic {
        match self.places.nearest(pointer).and_then(|place| place.key.clone()) {
            Some(key) => self.source.diagnostic(rule, key, message),
            None => self.at_value(pointer, rule, message),
        }
    }
}

impl Places {
    pub fn insert(&mut self, pointer: String, key: Option<Range<usize>>, value: Range<usize>) {
        self.0.insert(pointer, Place { key, value });
    }

    /// The place of the value at `pointer`, or of the nearest thing around it that exists.
    fn nearest(&self, pointer: &str) -> Option<&Place> {
        let mut pointer = pointer;
        loop {
            if let Some(place) = self.0.get(pointer) {
                return Some(place);
            }
            pointer = &pointer[..pointer.rfind('/')?];
        }
    }
}

/// The JSON pointer of the member `key`, or of the array element with this index, of the value at `pointer`.
pub fn member(pointer: &str, key: impl ToString) -> String {
    format!("{pointer}/{}", key.to_string().replace('~', "~0").replace('/', "~1"))
}
