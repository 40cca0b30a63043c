//! A fault found in a file of a collection: where, what, and what to do about it.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use super::rules::Rule;

/// One fault, at one place of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The file, relative to the collection folder, with `/` between its parts.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The bytes of the file that are meant.
    pub span: Range<usize>,
    /// The rule that found it; JSON has its name and severity here.
    #[serde(flatten)]
    pub rule: &'static Rule,
    pub message: String,
    /// An act the reader can do.
    pub hint: Option<String>,
}

/// How much a fault weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What is meant cannot be used as it stands.
    Error,
    /// It works, but perhaps not as meant.
    Warning,
}

impl Diagnostic {
    /// A fault of a file as a whole, such as one that cannot be read.
    pub fn of_file(file: &str, rule: &'static Rule, message: String) -> Self {
        Self { file: file.to_owned(), line: 1, column: 1, span: 0..0, rule, message: visible(&message), hint: None }
    }

    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(visible(&hint.into())), ..self }
    }

    /// Whether both find the same fault at the same place.
    pub fn is_like(&self, other: &Self) -> bool {
        (&self.file, self.span.start, self.rule.name) == (&other.file, other.span.start, other.rule.name)
    }

    pub fn is_error(&self) -> bool {
        self.rule.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}: {}", visible(&self.file), self.line, self.column, self.rule.name, self.message)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// The text without characters that could drive a terminal: files of a collection are written by anybody.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
