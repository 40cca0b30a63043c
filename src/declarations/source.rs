//! The text of a file of the collection, and the places in it.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use super::Diagnostic;
use super::rules::{self, Rule};

/// Largest file that is read; the largest real history has some 100 kB.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// A file of the collection and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Relative to the collection folder, with `/` between its parts.
    pub file: String,
    pub text: String,
}

impl Source {
    /// Reads `file` of the collection; whatever is wrong with it becomes a diagnostic.
    pub fn read(collection_dir: &Path, file: &str) -> Result<Self, Diagnostic> {
        let bytes = read_bounded(collection_dir, file).map_err(|why| unreadable(file, &why.to_string()))?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { file: file.to_owned(), text }),
            Err(error) => Err(not_utf8(file, error.as_bytes(), error.utf8_error().valid_up_to())),
        }
    }

    /// A fault of the bytes `span` of this file.
    pub fn diagnostic(&self, rule: &'static Rule, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        let span = self.within(span);
        let (line, column) = self.line_and_column(span.start);
        let whole = Diagnostic::of_file(&self.file, rule, message.into());
        Diagnostic { line, column, span, ..whole }
    }

    /// The line and column of a byte, both from 1, the column in characters.
    pub fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..self.within(byte..byte).start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The byte at a line and column, both from 1.
    pub fn byte_at(&self, line: usize, column: usize) -> usize {
        let line_start: usize = self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let within: usize = self.text[line_start..].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
        line_start + within
    }

    /// The span cut to the text and to whole characters.
    fn within(&self, span: Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.ceil_char_boundary(span.end.max(span.start));
        start..end.max(start)
    }
}

/// Reads at most [`MAX_FILE_BYTES`] of a regular file that lies in the collection, following links no further.
fn read_bounded(collection_dir: &Path, file: &str) -> io::Result<Vec<u8>> {
    let path = collection_dir.join(file).canonicalize()?;
    if !path.starts_with(collection_dir.canonicalize()?) {
        return Err(io::Error::other("it is a link that leaves the collection"));
    }
    if !path.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(&path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(io::Error::other("it is larger than 4 MiB"));
    }
    Ok(bytes)
}

fn unreadable(file: &str, why: &str) -> Diagnostic {
    Diagnostic::of_file(file, &rules::UNREADABLE_FILE, format!("the file cannot be read: {why}"))
}

fn not_utf8(file: &str, bytes: &[u8], valid_up_to: usize) -> Diagnostic {
    let text = String::from_utf8_lossy(&bytes[..valid_up_to]).into_owned();
    let source = Source { file: file.to_owned(), text };
    source
        .diagnostic(&rules::UNREADABLE_FILE, valid_up_to..valid_up_to, "the file is not UTF-8 text from here on")
        .with_hint("save the file as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let source = Source { file: "a.json".into(), text: "{\n  \"é条\": 1\n}".into() };
        let byte = source.text.find('1').unwrap();

        assert_eq!(source.line_and_column(byte), (2, 9));
        assert_eq!(source.byte_at(2, 9), byte);
    }

    #[test]
    fn a_file_that_is_not_utf8_says_from_where() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.json"), b"{\n  \"caf\xe9\"").unwrap();

        let diagnostic = Source::read(dir.path(), "a.json").unwrap_err();

        assert_eq!(diagnostic.to_string(), "a.json:2:7: unreadable-file: the file is not UTF-8 text from here on");
    }

    #[test]
    fn a_file_beyond_the_bound_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.json"), vec![b' '; MAX_FILE_BYTES as usize + 1]).unwrap();

        let diagnostic = Source::read(dir.path(), "a.json").unwrap_err();

        let expected = "a.json:1:1: unreadable-file: the file cannot be read: it is larger than 4 MiB";
        assert_eq!(diagnostic.to_string(), expected);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_collection_is_not_followed() {
        let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(outside.path().join("secret"), "secret").unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), dir.path().join("a.json")).unwrap();

        let diagnostic = Source::read(dir.path(), "a.json").unwrap_err();

        let expected = "a.json:1:1: unreadable-file: the file cannot be read: it is a link that leaves the collection";
        assert_eq!(diagnostic.to_string(), expected);
    }
}
