//! Prints the faults found in files: for people, for programs, and for GitHub's annotations.

use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use codespan_reporting::diagnostic::{Diagnostic as Snippet, Label, Severity as SnippetSeverity};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term::{Config, Styles, StylesWriter, emit_to_write_style, termcolor::Buffer};
use serde_json::json;

use crate::declarations::{Diagnostic, Severity, Source};

/// Longer lines are not shown; they are hardly written by hand.
const MAX_SHOWN_LINE: usize = 400;

/// How to print what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// With the lines at fault, for reading.
    #[default]
    Human,
    /// As one JSON object.
    Json,
    /// As GitHub workflow commands, which become annotations.
    Github,
}

/// Whether to colour what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Never,
    Always,
}

impl Colour {
    /// In colour when the standard output is a terminal whose owner wants it.
    pub fn of_stdout() -> Self {
        let is_wanted = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        if is_wanted { Self::Always } else { Self::Never }
    }
}

/// What was found, and in how many of what.
pub struct Findings<'a> {
    pub collection_dir: &'a Path,
    pub diagnostics: &'a [Diagnostic],
    /// What was checked, for the summary: `3 services`.
    pub checked: String,
}

impl Findings<'_> {
    /// Prints all of it, and a summary.
    pub fn print(&self, out: &mut dyn Write, format: Format, colour: Colour) -> io::Result<()> {
        match format {
            Format::Human => self.print_for_people(out, colour),
            Format::Json => self.print_json(out),
            Format::Github => self.print_annotations(out),
        }
    }

    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|fault| fault.is_error()).count()
    }

    fn summary(&self) -> String {
        let errors = self.errors();
        let found = match (errors, self.diagnostics.len() - errors) {
            (0, 0) => return format!("checked {}: no faults", self.checked),
            (errors, 0) => counted(errors, "error"),
            (0, warnings) => counted(warnings, "warning"),
            (errors, warnings) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
        };
        format!("checked {}: {found}", self.checked)
    }

    fn print_for_people(&self, out: &mut dyn Write, colour: Colour) -> io::Result<()> {
        let mut texts = HashMap::new();
        for fault in self.diagnostics {
            writeln!(out, "{fault}")?;
            let text = texts.entry(&fault.file).or_insert_with(|| shown_text(self.collection_dir, &fault.file));
            match snippet(fault, text, colour).filter(|_| has_place(fault, text)) {
                Some(snippet) => writeln!(out, "{snippet}")?,
                None => writeln!(out, "{}", without_snippet(fault))?,
            }
        }
        writeln!(out, "{}", self.summary())
    }

    fn print_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let errors = self.errors();
        let summary = json!({ "checked": self.checked, "errors": errors, "warnings": self.diagnostics.len() - errors });
        let all = json!({ "diagnostics": self.diagnostics, "summary": summary });
        writeln!(out, "{all:#}")
    }

    fn print_annotations(&self, out: &mut dyn Write) -> io::Result<()> {
        for fault in self.diagnostics {
            let hint = fault.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            writeln!(
                out,
                "::{} file={},line={},col={},title={}::{}",
                fault.rule.severity,
                escaped_property(&fault.file),
                fault.line,
                fault.column,
                fault.rule.name,
                escaped(&format!("{}{hint}", fault.message)),
            )?;
        }
        writeln!(out, "{}", self.summary())
    }
}

/// `1 error`, `2 errors`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The text of a file, fit for a terminal; empty when it cannot be read.
fn shown_text(collection_dir: &Path, file: &str) -> String {
    let text = Source::read(collection_dir, file).map(|source| source.text).unwrap_or_default();
    text.chars().map(shown_char).collect()
}

/// Control characters could drive the terminal; what replaces them is as many bytes long, so that places stay right.
fn shown_char(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\r' => ' ',
        c if c.is_ascii_control() => '?',
        c if c.is_control() => '¿',
        c => c,
    }
}

fn has_place(fault: &Diagnostic, text: &str) -> bool {
    let line = text.lines().nth(fault.line.saturating_sub(1));
    fault.span.end > 0 && fault.span.end <= text.len() && line.is_some_and(|line| line.len() <= MAX_SHOWN_LINE)
}

/// The lines at fault with a caret below, and the hint.
fn snippet(fault: &Diagnostic, text: &str, colour: Colour) -> Option<String> {
    let (severity, word) = match fault.rule.severity {
        Severity::Error => (SnippetSeverity::Error, "error"),
        Severity::Warning => (SnippetSeverity::Warning, "warning"),
    };
    let label = Label::primary((), fault.span.clone()).with_message(word);
    let notes = fault.hint.iter().map(|hint| format!("hint: {hint}")).collect();
    let snippet = Snippet::new(severity).with_labels(vec![label]).with_notes(notes);
    let (mut buffer, styles) = match colour {
        Colour::Never => (Buffer::no_color(), Styles::no_color()),
        Colour::Always => (Buffer::ansi(), Styles::default()),
    };
    let file = SimpleFile::new(&fault.file, text);
    emit_to_write_style(&mut StylesWriter::new(&mut buffer, &styles), &Config::default(), &file, &snippet).ok()?;
    let printed = String::from_utf8(buffer.into_inner()).ok()?;
    // The first two lines repeat what the line of the diagnostic says.
    let lines: Vec<&str> = printed.trim_end().lines().skip(2).collect();
    Some(lines.join("\n") + "\n")
}

fn without_snippet(fault: &Diagnostic) -> String {
    let hint = fault.hint.as_ref().map(|hint| format!("  = hint: {hint}\n")).unwrap_or_default();
    format!("  = {}\n{hint}", fault.rule.severity)
}

/// Text of a workflow command, as GitHub's own toolkit writes it.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::check;

    const DECLARATION: &str = "{\n  \"name\": \"Acme\",\n  \"terms\": {\n    \"Imprint\": {\n      \
                               \"fetch\": \"https://acme.example/i\",\n      \"slect\": \"p\",\n      \
                               \"filter\": [\"shout\"]\n    }\n  }\n}\n";

    fn printed(format: Format) -> String {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("declarations")).unwrap();
        std::fs::write(dir.path().join("declarations/Acme.json"), DECLARATION).unwrap();
        std::fs::write(dir.path().join("declarations/Gone.history.json"), "{}").unwrap();
        let checked = check(dir.path(), None, &[]).unwrap();
        let findings =
            Findings { collection_dir: dir.path(), diagnostics: &checked.diagnostics, checked: "1 service".into() };
        let mut out = Vec::new();
        findings.print(&mut out, format, Colour::Never).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn people_see_the_line_a_caret_and_a_hint() {
        let expected = "\
declarations/Acme.json:6:7: unknown-key: there is no key `slect` here
  │
6 │       \"slect\": \"p\",
  │       ^^^^^^^ error
  │
  = hint: did you mean `select`?

declarations/Acme.json:7:18: unknown-filter: no filter is named `shout`, so it does nothing
  │
7 │       \"filter\": [\"shout\"]
  │                  ^^^^^^^ warning
  │
  = hint: export it from the service's `.filters.js` file, or leave it out

declarations/Gone.history.json:1:1: orphan-history: no service `Gone` is declared
  = warning
  = hint: add `declarations/Gone.json`, with `\"terms\": {}` if the service closed

checked 1 service: 1 error, 2 warnings
";

        assert_eq!(printed(Format::Human), expected);
    }

    #[test]
    fn programs_get_the_same_facts_as_json() {
        let all: serde_json::Value = serde_json::from_str(&printed(Format::Json)).unwrap();

        let first = json!({
            "file": "declarations/Acme.json", "line": 6, "column": 7, "span": { "start": 97, "end": 104 },
            "severity": "error", "rule": "unknown-key", "message": "there is no key `slect` here",
            "hint": "did you mean `select`?",
        });
        assert_eq!(all["diagnostics"][0], first);
        assert_eq!(all["summary"], json!({ "checked": "1 service", "errors": 1, "warnings": 2 }));
    }

    #[test]
    fn github_gets_one_command_for_each_fault() {
        let expected = "\
::error file=declarations/Acme.json,line=6,col=7,title=unknown-key::there is no key `slect` here%0Ahint: did you mean `select`?
::warning file=declarations/Acme.json,line=7,col=18,title=unknown-filter::no filter is named `shout`, so it does nothing%0Ahint: export it from the service's `.filters.js` file, or leave it out
::warning file=declarations/Gone.history.json,line=1,col=1,title=orphan-history::no service `Gone` is declared%0Ahint: add `declarations/Gone.json`, with `\"terms\": {}` if the service closed
checked 1 service: 1 error, 2 warnings
";

        assert_eq!(printed(Format::Github), expected);
    }

    #[test]
    fn a_file_cannot_drive_the_terminal() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("declarations")).unwrap();
        std::fs::write(dir.path().join("declarations/Acme.json"), "{ \x1b[31m \"\\u001b[2J\": 1 }").unwrap();
        let checked = check(dir.path(), None, &[]).unwrap();
        let findings =
            Findings { collection_dir: dir.path(), diagnostics: &checked.diagnostics, checked: String::new() };
        let mut out = Vec::new();

        findings.print(&mut out, Format::Human, Colour::Never).unwrap();

        assert!(!out.contains(&0x1b), "{}", String::from_utf8_lossy(&out));
    }

    #[test]
    fn colour_is_only_added() {
        let fault = check_one();

        let plain = snippet(&fault.0, &fault.1, Colour::Never).unwrap();
        let coloured = snippet(&fault.0, &fault.1, Colour::Always).unwrap();

        assert!(coloured.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    }

    fn check_one() -> (Diagnostic, String) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("declarations")).unwrap();
        std::fs::write(dir.path().join("declarations/Acme.json"), DECLARATION).unwrap();
        (check(dir.path(), None, &[]).unwrap().diagnostics.remove(0), DECLARATION.to_owned())
    }
}
