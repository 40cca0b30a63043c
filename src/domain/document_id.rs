//! The id of one source document among those of a combined terms, made from its URL.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use super::MimeType;

/// The path of a source document's URL as one file-name part; may be empty for a bare host.
///
/// Made as Open Terms Archive makes it since 11.0.2: percent-decoded path, a known extension dropped, the
/// segments joined with `-`, and each of `\ : " < > | * ?` replaced by `_`. Query and fragment do not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(String);

impl DocumentId {
    /// The id of the document at `location`.
    pub fn of(location: &Url) -> Self {
        let path = percent_decode_str(location.path()).decode_utf8_lossy().into_owned();
        let stem = without_known_extension(&path);
        let joined = stem.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
        Self(joined.chars().filter(|c| !c.is_control()).map(file_name_char).collect())
    }

    /// Reads an id back from a file name in an archive.
    pub fn from_file_name(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Drops as many characters from the end of the path as its known extension has.
///
/// The extension is looked for before any trailing slash, yet cut from the very end: `/a/b.html/` becomes
/// `/a/b.`. Archives hold such names, so they are kept.
fn without_known_extension(path: &str) -> String {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let extension = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension,
        _ => return path.to_owned(),
    };
    if !MimeType::is_known_extension(extension) {
        return path.to_owned();
    }
    let kept = path.chars().count() - extension.chars().count() - 1;
    path.chars().take(kept).collect()
}

fn file_name_char(c: char) -> char {
    match c {
        '\\' | ':' | '"' | '<' | '>' | '|' | '*' | '?' => '_',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_the_reference_gives() {
        let observed = [
            ("/", ""),
            ("/legal/terms", "legal-terms"),
            ("/en.html", "en"),
            ("/Terms.PDF", "Terms"),
            ("/t.php", "t"),
            ("/t.aspx", "t.aspx"),
            ("/v1.0", "v1.0"),
            ("/a/b.html/", "a-b."),
            ("/a.b.c.html", "a.b.c"),
            ("/a%2Fb", "a-b"),
            ("/b:c/d%20e", "b_c-d e"),
            ("/%E6%9D%A1", "条"),
            ("/foo.com", "foo"),
            ("/terms?id=1#top", "terms"),
        ];

        for (path, expected) in observed {
            let url = Url::parse(&format!("https://acme.example{path}")).unwrap();
            assert_eq!(DocumentId::of(&url).as_str(), expected, "{path}");
        }
    }
}
