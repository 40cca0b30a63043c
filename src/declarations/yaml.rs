//! Reads YAML and remembers where everything stands.

use std::ops::Range;

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::{Map, Value};

use super::parsed::{Parsed, Places, member};
use super::{Diagnostic, Source, rules};

/// How many lists may open on one line; the parser itself bounds all other nesting that a line can hold.
const MAX_LISTS_IN_A_LINE: usize = 16;
/// Larger files could nest by indentation alone deeper than the stack holds.
const MAX_BYTES: usize = 256 * 1024;

/// Parses a file of YAML; a file that is none becomes one diagnostic at the place where it goes wrong.
pub fn parse(source: Source) -> Result<Parsed, Diagnostic> {
    if source.text.len() > MAX_BYTES || source.text.lines().any(opens_many_lists) {
        return Err(source.diagnostic(&rules::MALFORMED_YAML, 0..0, "the file is too large or nested too deeply"));
    }
    let documents = MarkedYaml::load_from_str(&source.text).map_err(|error| {
        let byte = source.byte_at(error.marker().line(), error.marker().col() + 1);
        source
            .diagnostic(&rules::MALFORMED_YAML, byte..byte + 1, error.info())
            .with_hint("check the indentation and the quotes")
    })?;
    let bytes = ByteOfChar::of(&source.text);
    let mut places = Places::default();
    let value = match documents.first() {
        Some(root) => convert(root, String::new(), None, &bytes, &mut places),
        None => Value::Null,
    };
    Ok(Parsed::new(source, value, places))
}

fn opens_many_lists(line: &str) -> bool {
    line.split([' ', '\t']).filter(|word| matches!(*word, "-" | "?")).count() > MAX_LISTS_IN_A_LINE
}

/// The byte at which each character of a text starts; the parser counts characters.
struct ByteOfChar(Vec<usize>);

impl ByteOfChar {
    fn of(text: &str) -> Self {
        Self(text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect())
    }

    fn range(&self, node: &MarkedYaml<'_>) -> Range<usize> {
        let end = self.0.len() - 1;
        self.0[node.span.start.index().min(end)]..self.0[node.span.end.index().min(end)]
    }
}

fn convert(
    node: &MarkedYaml<'_>,
    pointer: String,
    key: Option<Range<usize>>,
    bytes: &ByteOfChar,
    places: &mut Places,
) -> Value {
    let value = match &node.data {
        YamlData::Mapping(mapping) => {
            let mut members = Map::new();
            for (name, value) in mapping {
                let name_text = key_text(name);
                let value = convert(value, member(&pointer, &name_text), Some(bytes.range(name)), bytes, places);
                members.insert(name_text, value);
            }
            Value::Object(members)
        }
        YamlData::Sequence(entries) => {
            let entry = |(index, entry)| convert(entry, member(&pointer, index), None, bytes, places);
            Value::Array(entries.iter().enumerate().map(entry).collect())
        }
        YamlData::Tagged(_, inner) => return convert(inner, pointer, key, bytes, places),
        YamlData::Value(scalar) => scalar_value(scalar),
        YamlData::Representation(text, ..) => Value::from(text.as_ref()),
        YamlData::Alias(_) | YamlData::BadValue => Value::Null,
    };
    places.insert(pointer, key, bytes.range(node));
    value
}

fn scalar_value(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(boolean) => Value::from(*boolean),
        Scalar::Integer(integer) => Value::from(*integer),
        Scalar::FloatingPoint(float) => Value::from(float.into_inner()),
        Scalar::String(text) => Value::from(text.as_ref()),
    }
}

fn key_text(key: &MarkedYaml<'_>) -> String {
    match &key.data {
        YamlData::Value(scalar) => match scalar_value(scalar) {
            Value::String(text) => text,
            other => other.to_string(),
        },
        _ => String::new(),
    }
}
