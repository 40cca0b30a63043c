//! The faults looked for, one row each: name, weight, and what it means.

use serde::Serialize;

use super::Severity;

/// One kind of fault.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// What diagnostics are marked with.
    #[serde(rename = "rule")]
    pub name: &'static str,
    pub severity: Severity,
    /// What it means, as the documentation prints it.
    #[serde(skip)]
    pub meaning: &'static str,
}

macro_rules! rules {
    ($($constant:ident = $severity:ident $name:literal: $meaning:literal;)*) => {
        $(pub(super) static $constant: Rule = Rule { name: $name, severity: Severity::$severity, meaning: $meaning };)*

        /// Every rule, in the order in which the documentation lists them.
        pub static RULES: &[&Rule] = &[$(&$constant),*];
    };
}

rules! {
    UNREADABLE_FILE = Error "unreadable-file": "The file cannot be read: missing, not allowed, too large, not UTF-8, or outside the collection.";
    MALFORMED_JSON = Error "malformed-json": "The file is not JSON, so that nothing in it can be used.";
    MALFORMED_YAML = Error "malformed-yaml": "The file is not YAML, so that nothing in it can be used.";
    INVALID_ID = Error "invalid-id": "A file name or terms type cannot name a service or terms, because it would not be safe as a path.";
    DUPLICATE_KEY = Warning "duplicate-key": "A key is written twice in one object; only the last one counts.";
    MISSING_KEY = Error "missing-key": "A key that is needed is not there.";
    UNKNOWN_KEY = Error "unknown-key": "A key has no meaning where it stands.";
    WRONG_TYPE = Error "wrong-type": "A value is of another type than expected, such as a number where a text is meant.";
    WRONG_VALUE = Error "wrong-value": "A value has the right type but not a form that is understood.";
    EMPTY_TEXT = Error "empty-text": "A selector or a filter name is empty.";
    INVALID_URL = Error "invalid-url": "The location of a source document is not an absolute HTTP or HTTPS URL.";
    INVALID_RANGE = Error "invalid-range": "A range selector does not have exactly one start and one end.";
    INVALID_FILTER = Error "invalid-filter": "A filter with parameters is not an object with exactly one key, the filter's name.";
    INVALID_DATE = Error "invalid-date": "A date is missing, or not in a form that is understood.";
    INVALID_SCHEDULE = Error "invalid-schedule": "A schedule is not a cron expression.";
    UNKNOWN_TERMS_TYPE = Error "unknown-terms-type": "The terms type is not in the list of terms types. Such terms are tracked all the same.";
    UNKNOWN_FILTER = Warning "unknown-filter": "A filter is named that is neither built in nor exported by the service's filters file; it does nothing.";
    INVALID_FILTERS = Error "invalid-filters": "A filters file is not JavaScript, so that none of its filters runs.";
    RESERVED_FILTER_NAME = Error "reserved-filter-name": "A filters file exports a function with the name of a built-in filter, which would never be called.";
    DUPLICATE_DOCUMENT = Error "duplicate-document": "Combined terms name the same source document twice.";
    DOCUMENT_ID_COLLISION = Error "document-id-collision": "Two source documents of combined terms would share one snapshot file, because their URLs differ in query or known extension only; such terms are not tracked.";
    NO_DOCUMENTS = Warning "no-documents": "Combined terms name no source document, so there is nothing to track.";
    NOTHING_SELECTED = Warning "nothing-selected": "No selector says which part of the page to keep.";
    INVALID_SELECTOR = Error "invalid-selector": "A CSS selector cannot be parsed, so that nothing can be extracted.";
    DISGUISED_PDF = Warning "disguised-pdf": "A query like `?.pdf` only makes the URL look like that of a PDF file.";
    INVALID_RENAME = Error "invalid-rename": "A rename is one of a chain or a circle, stands twice, or its former name is still declared.";
    RENAMED_TO_NOTHING = Warning "renamed-to-nothing": "A rename leads to a name that is not declared, and is like one that is.";
    ORPHAN_HISTORY = Warning "orphan-history": "A history belongs to a service that is not declared.";
    ORPHAN_FILTERS = Warning "orphan-filters": "A filters file belongs to a service that is not declared.";
    UNPORTABLE_ID = Warning "unportable-id": "A service id has a character that some file systems do not allow.";
    SIMILAR_ID = Warning "similar-id": "Two service ids differ in case only, which some file systems cannot keep apart.";
    INVALID_HISTORY = Error "invalid-history": "The past declarations of terms are not an array.";
    NEVER_VALID = Warning "never-valid": "A past declaration has no `validUntil`, or that of another one before it, so that no date finds it.";
    MISFORMATTED = Error "misformatted": "The file is not formatted as declarations are: two spaces, one member or element a line.";
    NOT_FETCHABLE = Error "not-fetchable": "The source document cannot be fetched.";
    NOT_EXTRACTABLE = Error "not-extractable": "The terms cannot be extracted from the page as it is now.";
    TOO_SHORT = Error "too-short": "What is extracted has 100 characters or fewer, which is hardly a terms.";
    NOT_REPEATABLE = Error "not-repeatable": "Fetched and extracted twice in a row, the content differs, so every run would record a change.";
    TIMED_OUT = Error "timed-out": "The check of a source document took too long.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_a_sentence() {
        let names: HashSet<_> = RULES.iter().map(|rule| rule.name).collect();

        assert_eq!(names.len(), RULES.len());
        assert!(RULES.iter().all(|rule| rule.meaning.ends_with('.')));
    }
}
