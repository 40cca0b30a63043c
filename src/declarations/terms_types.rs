//! The list of terms types that declarations may use: Open Terms Archive's, or the collection's own.

use std::path::Path;

use serde_json::Value;

use super::{Diagnostic, Source, json, rules};

/// A collection's own list of terms types: an object whose keys are the types.
pub const FILE: &str = "termsTypes.json";

/// The names of the 44 terms types of `terms-types` 2.2.0.
pub fn terms_types() -> impl Iterator<Item = &'static str> + Clone {
    include_str!("terms_types.txt").lines()
}

/// The terms types of the collection in `collection_dir`: its own list where it has one, else [`terms_types`].
pub fn terms_types_of(collection_dir: &Path) -> Result<Vec<String>, Diagnostic> {
    if !collection_dir.join(FILE).exists() {
        return Ok(terms_types().map(str::to_owned).collect());
    }
    let parsed = json::parse(Source::read(collection_dir, FILE)?)?.parsed;
    match &parsed.value {
        Value::Object(types) => Ok(types.keys().cloned().collect()),
        _ => Err(parsed.at_value(
            "",
            &rules::WRONG_TYPE,
            "the list of terms types is an object whose keys are the types",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::fixture::Folder;

    #[test]
    fn the_embedded_list_has_44_types() {
        assert_eq!(terms_types().count(), 44);
        assert!(terms_types().any(|name| name == "Privacy Policy"));
    }

    #[test]
    fn a_collection_may_have_a_list_of_its_own() {
        let folder = Folder::new().top_file(FILE, r#"{ "House Rules": { "topic": "…" } }"#);

        assert_eq!(terms_types_of(folder.path()).unwrap(), ["House Rules"]);
    }
}
