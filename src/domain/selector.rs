//! What part of a page a declaration means: CSS selectors and ranges between them.

use std::fmt;

use serde_json::Value;

/// One entry of `select` or `remove`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// All elements that match a CSS selector.
    Css(String),
    /// All between two elements, each the first that matches a CSS selector.
    Range {
        start: Edge,
        end: Edge,
        /// The range as declared, for messages: JSON without spaces, keys in declared order.
        declared: String,
    },
}

/// One end of a range: just before or just after an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edge {
    Before(String),
    After(String),
}

impl Selector {
    /// Reads a selector as declarations write it: a string, or an object with one `start…` and one `end…`.
    ///
    /// `None` for any other shape; which fault it is, the schema of declarations tells.
    pub fn from_declared(value: &Value) -> Option<Self> {
        if let Value::String(css) = value {
            return (!css.is_empty()).then(|| Self::Css(css.clone()));
        }
        Some(Self::Range {
            start: edge(value, "startBefore", "startAfter")?,
            end: edge(value, "endBefore", "endAfter")?,
            declared: value.to_string(),
        })
    }
}

impl Selector {
    /// The selector as declarations write it.
    pub fn to_declared(&self) -> Value {
        match self {
            Self::Css(css) => Value::from(css.as_str()),
            Self::Range { declared, .. } => serde_json::from_str(declared).unwrap_or_default(),
        }
    }
}

impl Edge {
    /// The CSS selector of this end.
    pub fn css(&self) -> &str {
        match self {
            Self::Before(css) | Self::After(css) => css,
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Css(css) => f.write_str(css),
            Self::Range { declared, .. } => f.write_str(declared),
        }
    }
}

fn edge(value: &Value, before: &str, after: &str) -> Option<Edge> {
    match (value.get(before), value.get(after)) {
        (Some(Value::String(css)), None) => Some(Edge::Before(css.clone())),
        (None, Some(Value::String(css))) => Some(Edge::After(css.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_range_keeps_its_declared_form() {
        let range = Selector::from_declared(&json!({ "startBefore": "#a", "endAfter": ".b" })).unwrap();

        assert_eq!(range.to_string(), r##"{"startBefore":"#a","endAfter":".b"}"##);
    }

    #[test]
    fn a_range_needs_exactly_one_of_each_end() {
        assert_eq!(Selector::from_declared(&json!({ "startBefore": "#a" })), None);
        let three_ends = json!({ "startBefore": "#a", "startAfter": "#b", "endAfter": ".c" });
        assert_eq!(Selector::from_declared(&three_ends), None);
    }
}
