//! MIME types and the file extensions they go by.
//!
//! The two tables are the facts of the `mime` 4.1.0 package, frozen because they decide file names in archives.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// A MIME type without parameters, in lower case: `text/html`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MimeType(String);

static TYPE_BY_EXTENSION: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("mime/types.json")).expect("the embedded table is a JSON object of strings")
});

static EXTENSION_BY_TYPE: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("mime/extensions.json")).expect("the embedded table is a JSON object of strings")
});

impl MimeType {
    /// Reads a `Content-Type` value; parameters are dropped.
    pub fn from_content_type(value: &str) -> Self {
        let essence = value.split(';').next().unwrap_or_default();
        Self(essence.trim().to_ascii_lowercase())
    }

    /// The type that files of this extension have, if the table knows it.
    pub fn from_extension(extension: &str) -> Option<Self> {
        let found = TYPE_BY_EXTENSION.get(extension.to_ascii_lowercase().as_str())?;
        Some(Self((*found).to_owned()))
    }

    pub fn html() -> Self {
        Self("text/html".to_owned())
    }

    pub fn pdf() -> Self {
        Self("application/pdf".to_owned())
    }

    pub fn markdown() -> Self {
        Self("text/markdown".to_owned())
    }

    /// The file extension of this type; `bin` where the table has none.
    pub fn extension(&self) -> &'static str {
        EXTENSION_BY_TYPE.get(self.0.as_str()).copied().unwrap_or("bin")
    }

    /// Whether a file-name extension belongs to any known type, in any case.
    pub fn is_known_extension(extension: &str) -> bool {
        TYPE_BY_EXTENSION.contains_key(extension.to_ascii_lowercase().as_str())
    }

    pub fn is_text(&self) -> bool {
        self.0.starts_with("text/")
    }

    pub fn is_pdf(&self) -> bool {
        self.0 == "application/pdf"
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MimeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_follow_the_frozen_table() {
        let cases = [
            ("text/html; charset=UTF-8", "html"),
            ("Application/PDF", "pdf"),
            ("application/xhtml+xml", "xhtml"),
            ("text/plain", "txt"),
            ("application/xml", "xml"),
            ("application/json", "json"),
            ("application/octet-stream", "bin"),
            ("made/up", "bin"),
            ("text/markdown", "md"),
        ];

        for (content_type, extension) in cases {
            assert_eq!(MimeType::from_content_type(content_type).extension(), extension, "{content_type}");
        }
    }
}
