//! Reads strict JSON and remembers where everything stands; says in words what is malformed.

use jsonc_parser::ast::{Array, Object, Value as Node};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::parsed::{Parsed, Places, member};
use super::{Diagnostic, Source, rules};

/// What a file of JSON holds, and what is odd about it.
pub struct Json {
    pub parsed: Parsed,
    /// Keys written twice.
    pub warnings: Vec<Diagnostic>,
}

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Most that places in a file may take up together, in bytes: each has the keys of all that it is in. Real declarations
/// take a few kilobytes.
const MAX_PLACES_BYTES: usize = 64 << 20;

/// Parses a file of JSON; a file that is none becomes one diagnostic at the place where it goes wrong.
pub fn parse(source: Source) -> Result<Json, Diagnostic> {
    let mut survey = Survey { source: &source, places: Places::default(), bytes: 0, warnings: Vec::new() };
    match syntax(&source)? {
        Some(root) => survey.visit(String::new(), None, &root),
        None => return Err(source.diagnostic(&rules::MALFORMED_JSON, 0..0, "the file is empty")),
    }
    let Survey { places, warnings, bytes, .. } = survey;
    if bytes > MAX_PLACES_BYTES {
        let message = "the file holds too much: its keys are too long, or too many within each other";
        return Err(source.diagnostic(&rules::MALFORMED_JSON, 0..1, message).with_hint("split or shorten the file"));
    }
    let value = serde_json::from_str(&source.text).map_err(|error| refused(&source, &error))?;
    Ok(Json { parsed: Parsed::new(source, value, places), warnings })
}

/// The syntax tree of a file of JSON; `None` for an empty file.
pub fn syntax(source: &Source) -> Result<Option<Node<'_>>, Diagnostic> {
    let parsed = parse_to_ast(&source.text, &CollectOptions::default(), &STRICT);
    parsed.map(|tree| tree.value).map_err(|error| malformed(source, &error))
}

/// A walk over the syntax tree that notes where things stand.
struct Survey<'a> {
    source: &'a Source,
    places: Places,
    /// How long all pointers to places are together.
    bytes: usize,
    warnings: Vec<Diagnostic>,
}

impl Survey<'_> {
    fn visit(&mut self, pointer: String, key: Option<std::ops::Range<usize>>, node: &Node<'_>) {
        let range = node.range();
        self.bytes = self.bytes.saturating_add(pointer.len());
        if self.bytes > MAX_PLACES_BYTES {
            return;
        }
        match node {
            Node::Object(object) => self.visit_members(&pointer, object),
            Node::Array(array) => self.visit_elements(&pointer, array),
            _ => {}
        }
        self.places.insert(pointer, key, range.start..range.end);
    }

    fn visit_members(&mut self, pointer: &str, object: &Object<'_>) {
        let mut seen = std::collections::HashSet::new();
        for property in &object.properties {
            let (name, range) = (property.name.as_str(), property.name.range());
            if !seen.insert(name) {
                let message = format!("the key `{name}` is written twice; only the last one counts");
                self.warnings.push(self.source.diagnostic(&rules::DUPLICATE_KEY, range.start..range.end, message));
            }
            self.visit(member(pointer, name), Some(range.start..range.end), &property.value);
        }
    }

    fn visit_elements(&mut self, pointer: &str, array: &Array<'_>) {
        for (index, element) in array.elements.iter().enumerate() {
            self.visit(member(pointer, index), None, element);
        }
    }
}

fn malformed(source: &Source, error: &ParseError) -> Diagnostic {
    let range = error.range();
    let (message, hint) = in_words(error.kind());
    let span = match error.kind() {
        // The range runs to the end of the file; what was opened is what the reader has to find.
        ParseErrorKind::UnterminatedObject | ParseErrorKind::UnterminatedArray => range.start..range.start + 1,
        _ => range.start..range.end,
    };
    let diagnostic = source.diagnostic(&rules::MALFORMED_JSON, span, message);
    if source.text.starts_with('\u{feff}') {
        return diagnostic.with_hint("save the file without a byte order mark");
    }
    diagnostic.with_hint(hint)
}

/// What went wrong, and what to do.
fn in_words(kind: &ParseErrorKind) -> (String, &'static str) {
    use ParseErrorKind as Kind;
    let (message, hint) = match kind {
        Kind::TrailingCommasNotAllowed => ("a comma stands after the last entry", "remove this comma"),
        Kind::ExpectedComma => ("a comma is missing between two entries", "add `,` here"),
        Kind::UnexpectedComma => ("a comma stands where a value is expected", "remove this comma, or write the value"),
        Kind::ExpectedColonAfterObjectKey => ("a colon is missing after the key", "write `\"key\": value`"),
        Kind::UnexpectedColon => ("a colon stands where a value is expected", "check the quotes and commas before it"),
        Kind::ExpectedObjectValue => ("a value is missing after the key", "write the value after the colon"),
        Kind::ExpectedStringObjectProperty => ("a key is not in double quotes", "write `\"key\": value`"),
        Kind::SingleQuotedStringsNotAllowed => ("a text is in single quotes", "use double quotes"),
        Kind::UnexpectedWord => ("a word is not in double quotes", "put texts in double quotes"),
        Kind::CommentsNotAllowed => ("JSON allows no comments", "remove the comment"),
        Kind::UnterminatedObject => ("this brace is never closed", "add the missing `}`"),
        Kind::UnterminatedArray => ("this bracket is never closed", "add the missing `]`"),
        Kind::UnexpectedCloseBrace => {
            ("a closing brace stands where a value is expected", "check what opens before it")
        }
        Kind::UnexpectedCloseBracket => {
            ("a closing bracket stands where a value is expected", "check what opens before it")
        }
        Kind::MultipleRootJsonValues => ("more text follows the end of the value", "remove what follows"),
        Kind::NestingDepthExceeded => ("objects and arrays are nested too deeply", "flatten the file"),
        Kind::String(_) => ("a text is not closed, or holds a character that must be escaped", "close it with `\"`"),
        other => return (in_one_word(other), "see https://www.json.org for what JSON allows"),
    };
    (message.to_owned(), hint)
}

fn in_one_word(kind: &ParseErrorKind) -> String {
    kind.to_string().to_lowercase()
}

/// What only the second, stricter reading refuses: control characters in texts, broken escapes, numbers out of range.
fn refused(source: &Source, error: &serde_json::Error) -> Diagnostic {
    // Column 0 is the end of the line before.
    let byte = (source.byte_at(error.line(), 1) + error.column()).saturating_sub(1);
    let described = error.to_string();
    let described = described.split(" at line ").next().unwrap_or(&described);
    let (message, hint) = if described.starts_with("control character") {
        (
            "a text holds a line break, a tab or another control character",
            "close the text with `\"`, or write `\\n`, `\\t`",
        )
    } else {
        (described, "see https://www.json.org for what JSON allows")
    };
    source.diagnostic(&rules::MALFORMED_JSON, byte..byte + 1, message).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_of(text: &str) -> String {
        let source = Source { file: "declarations/Acme.json".into(), text: text.into() };
        let Err(diagnostic) = parse(source) else { panic!("{text} is accepted") };
        assert!(diagnostic.hint.is_some() || text.is_empty(), "{text}");
        diagnostic.to_string().replace("declarations/Acme.json:", "").replace(" malformed-json:", "")
    }

    #[test]
    fn malformed_json_is_said_in_words_and_in_place() {
        let faults = [
            ("", "1:1: the file is empty"),
            ("{\n  \"a\": 1,\n}", "2:9: a comma stands after the last entry"),
            ("{ \"a\": [1, 2,] }", "1:13: a comma stands after the last entry"),
            ("{\n  \"a\": 1\n  \"b\": 2\n}", "2:9: a comma is missing between two entries"),
            ("{ \"a\" 1 }", "1:7: a colon is missing after the key"),
            ("{ a: 1 }", "1:3: a key is not in double quotes"),
            ("{ 'a': 1 }", "1:3: a text is in single quotes"),
            ("{ \"a\": yes }", "1:8: a word is not in double quotes"),
            ("{ // no\n}", "1:3: JSON allows no comments"),
            ("{\n  \"a\": { \"b\": 1\n", "2:8: this brace is never closed"),
            ("{ \"a\": [1 }", "1:11: a closing brace stands where a value is expected"),
            ("{} {}", "1:4: more text follows the end of the value"),
            ("{ \"é\": \"b }", "1:8: a text is not closed, or holds a character that must be escaped"),
            ("{ \"a\": \"b\nc\" }", "1:10: a text holds a line break, a tab or another control character"),
            ("{ \"a\": }", "1:8: a closing brace stands where a value is expected"),
        ];

        for (text, expected) in faults {
            assert_eq!(fault_of(text), expected, "{text}");
        }
    }

    #[test]
    fn a_key_written_twice_is_a_warning_and_the_last_one_counts() {
        let source = Source { file: "a.json".into(), text: "{ \"a\": 1,\n  \"a\": 2 }".into() };

        let json = parse(source).unwrap_or_else(|fault| panic!("{fault}"));

        assert_eq!(json.parsed.value["a"], 2);
        let expected = "a.json:2:3: duplicate-key: the key `a` is written twice; only the last one counts";
        assert_eq!(json.warnings[0].to_string(), expected);
    }

    #[test]
    fn keys_that_would_fill_the_memory_are_an_error() {
        let text = format!("{{ \"{}\": [{}1] }}", "k".repeat(100_000), "1,".repeat(2_000));

        assert!(fault_of(&text).contains("the file holds too much"));
    }

    #[test]
    fn deep_nesting_is_an_error_not_a_crash() {
        assert!(fault_of(&"[".repeat(100_000)).contains("nested too deeply"));
    }
}
