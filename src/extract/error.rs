//! Why a document gives no Markdown.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Why a document gives no Markdown. The texts of the first six are those of Open Terms Archive's engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ExtractError {
    #[error(
        "Extract failed: The provided selector \"{selectors}\" has no match in the web page at '{location}'. This could be due to elements being removed before content selection if \"remove\" and \"select\" selectors match the same content."
    )]
    NoMatch { selectors: String, location: String },
    #[error(
        "Extract failed: The provided selector \"{selectors}\" matches an empty content in the web page at '{location}'"
    )]
    EmptyMatch { selectors: String, location: String },
    #[error("Extract failed: The \"{end}\" selector has no match in document in: {range}")]
    RangeEndMissing { end: Cow<'static, str>, range: String },
    #[error(
        "Extract failed: The provided selector \"{selectors}\" has no match in the web page at '{location}', for the end of a range stands before its start"
    )]
    RangeReversed { selectors: String, location: String },
    #[error("Extract failed: {fault}")]
    InvalidSelector { fault: String },
    #[error("Extract failed: The filter function \"{filter}\" failed: {reason}")]
    FilterFailed { filter: String, reason: String },
    #[error("Extract failed: Can't parse PDF file")]
    UnreadablePdf,
    #[error(
        "Extract failed: The PDF file at '{location}' contains no text, it might contain scanned images of text instead of actual text"
    )]
    EmptyPdf { location: String },
    #[error("Extract failed: the PDF file needs more than {what}")]
    LargePdf { what: String },
    #[error("Extract failed: the page has {found} {what}, more than the limit of {limit}")]
    TooLarge { what: Cow<'static, str>, found: usize, limit: usize },
    #[error("Extract failed: the page takes more than {seconds} s of work")]
    TooSlow { seconds: u64 },
}

/// What Open Terms Archive's engine calls selectors that are not declared.
pub(super) const UNDECLARED: &str = "undefined";

impl ExtractError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoMatch { selectors, .. } if selectors == UNDECLARED => {
                Some("declare `select` with the CSS selector of the terms: only PDF files go without")
            }
            Self::NoMatch { .. } | Self::RangeEndMissing { .. } => Some(
                "correct the selector; if it matched before, the page changed, and the recorded snapshot shows how",
            ),
            Self::EmptyMatch { .. } => Some("the page may need a browser: declare `executeClientScripts`"),
            Self::InvalidSelector { .. } => Some("correct the selector in the declaration"),
            Self::FilterFailed { .. } => Some("correct the filter, or drop it from the declaration"),
            Self::EmptyPdf { .. } => Some("ask the service for a file whose text can be selected"),
            Self::UnreadablePdf => Some(
                "open the file: if it is damaged or locked, ask the service for another, or declare a page instead",
            ),
            Self::LargePdf { .. } | Self::TooLarge { .. } | Self::TooSlow { .. } => {
                Some("declare the address of the text itself, or leave out what is large with `remove`")
            }
            Self::RangeReversed { .. } => Some("swap the two ends, or choose an end that stands after the start"),
        }
    }
}
