//! Writes JSON the way declarations are written: two spaces, one member or element a line, all else as it was.

use jsonc_parser::ast::Value as Node;
use jsonc_parser::common::Ranged;

use super::{Diagnostic, Source, json};

const INDENT: &str = "  ";

/// The text of a file of JSON as it should be formatted. A final newline is kept, neither added nor removed.
///
/// Keys, texts and numbers stay letter for letter as they were written.
pub fn formatted(source: &Source) -> Result<String, Diagnostic> {
    // Also refuses what only the stricter of the two readings refuses.
    json::parse(source.clone())?;
    let mut out = String::with_capacity(source.text.len());
    if let Some(root) = json::syntax(source)? {
        Formatter { text: &source.text, out: &mut out }.write(&root, 0);
    }
    if source.text.ends_with('\n') {
        out.push('\n');
    }
    Ok(out)
}

struct Formatter<'a> {
    text: &'a str,
    out: &'a mut String,
}

impl Formatter<'_> {
    fn write(&mut self, node: &Node<'_>, depth: usize) {
        match node {
            Node::Object(object) if !object.properties.is_empty() => {
                self.write_lines(['{', '}'], depth, &object.properties, |this, property| {
                    this.write_as_written(&property.name);
                    this.out.push_str(": ");
                    this.write(&property.value, depth + 1);
                });
            }
            Node::Array(array) if !array.elements.is_empty() => {
                self.write_lines(['[', ']'], depth, &array.elements, |this, element| this.write(element, depth + 1));
            }
            Node::Object(_) => self.out.push_str("{}"),
            Node::Array(_) => self.out.push_str("[]"),
            scalar => self.write_as_written(scalar),
        }
    }

    fn write_lines<T>(
        &mut self,
        [open, close]: [char; 2],
        depth: usize,
        entries: &[T],
        write_entry: impl Fn(&mut Self, &T),
    ) {
        self.out.push(open);
        for (index, entry) in entries.iter().enumerate() {
            self.out.push_str(if index == 0 { "" } else { "," });
            self.start_line(depth + 1);
            write_entry(self, entry);
        }
        self.start_line(depth);
        self.out.push(close);
    }

    fn start_line(&mut self, depth: usize) {
        self.out.push('\n');
        self.out.push_str(&INDENT.repeat(depth));
    }

    fn write_as_written(&mut self, part: &impl Ranged) {
        let range = part.range();
        self.out.push_str(&self.text[range.start..range.end]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(text: &str) -> String {
        formatted(&Source { file: "a.json".into(), text: text.into() }).unwrap()
    }

    #[test]
    fn every_member_and_element_has_its_own_line() {
        let text = "{\"b\":[1, {\"x\" : 1.50}],\r\n\"a\":{ },\"c\":[\n],\"\\u00e9\":\"\\/é\"}";

        let expected = "{\n  \"b\": [\n    1,\n    {\n      \"x\": 1.50\n    }\n  ],\n  \"a\": {},\n  \
                        \"c\": [],\n  \"\\u00e9\": \"\\/é\"\n}";
        assert_eq!(format(text), expected);
        assert_eq!(format(expected), expected);
    }

    #[test]
    fn a_final_newline_is_neither_added_nor_removed() {
        assert_eq!(format("{ }"), "{}");
        assert_eq!(format("{ }\n"), "{}\n");
    }

    proptest::proptest! {
        #[test]
        fn formatting_changes_no_value_and_is_done_once(value in json_value()) {
            let once = format(&value.to_string());

            proptest::prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&once).unwrap(), value);
            proptest::prop_assert_eq!(format(&once), once);
        }
    }

    fn json_value() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
        use proptest::prelude::*;
        let scalar = prop_oneof![
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i32>().prop_map(serde_json::Value::from),
            any::<String>().prop_map(serde_json::Value::from),
        ];
        scalar.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                prop::collection::vec((any::<String>(), inner), 0..4)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }
}
