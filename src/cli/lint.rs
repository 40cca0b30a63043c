//! `lint`: checks that declarations are formatted as they should be, and formats them.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use super::Context;
use super::findings::{Colour, Findings, Format, counted};
use super::output::Out;
use super::validate::{Outcome, check_names};
use crate::app::{App, hinted};
use crate::declarations::{Linted, lint, modified};

/// Check the format of declarations and histories, or format them
#[derive(Debug, clap::Args)]
pub struct Lint {
    /// Only these services
    #[arg(short, long, num_args = 1.., value_name = "ID")]
    services: Vec<String>,
    /// Only what differs from the branch `main` of `origin`
    #[arg(short, long)]
    modified: bool,
    /// Format the files
    #[arg(short, long)]
    fix: bool,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Options again: collections' scripts call `lint -- --fix`
    #[arg(last = true, hide = true)]
    after_dashes: Vec<String>,
}

impl Lint {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        // Formatting needs no configuration that can be used.
        let opened = App::open(&context.root);
        let collection_dir = opened.map_or_else(|_| context.root.clone(), |app| app.config.collection_path);
        Ok(self.run_into(&collection_dir, &mut Out, Colour::of_stdout())?.into())
    }

    fn run_into(self, collection_dir: &Path, out: &mut dyn Write, colour: Colour) -> anyhow::Result<Outcome> {
        check_names(collection_dir, &self.services)?;
        let linted = lint(collection_dir, self.only(collection_dir)?.as_deref());
        let linted = linted.map_err(|error| hinted(&error, Some(error.hint())))?;
        if self.fixes() {
            self.fix(linted, collection_dir, out, colour)
        } else {
            self.report(linted, collection_dir, out, colour)
        }
    }

    fn fixes(&self) -> bool {
        self.fix || self.after_dashes.iter().any(|option| option == "--fix" || option == "-f")
    }

    fn only(&self, collection_dir: &Path) -> anyhow::Result<Option<Vec<String>>> {
        let is_asked_for = |id: &String| self.services.is_empty() || self.services.contains(id);
        if self.modified {
            let modified = modified(collection_dir).map_err(|error| hinted(&error, Some(error.hint())))?;
            return Ok(Some(modified.into_keys().filter(is_asked_for).collect()));
        }
        Ok(Some(self.services.clone()).filter(|services| !services.is_empty()))
    }

    fn fix(&self, linted: Linted, dir: &Path, out: &mut dyn Write, colour: Colour) -> anyhow::Result<Outcome> {
        for file in &linted.misformatted {
            file.fix(dir).map_err(|error| anyhow::anyhow!("cannot write {}: {error}", file.diagnostic.file))?;
            writeln!(out, "formatted {}", file.diagnostic.file)?;
        }
        self.report(Linted { misformatted: Vec::new(), ..linted }, dir, out, colour)
    }

    fn report(&self, linted: Linted, dir: &Path, out: &mut dyn Write, colour: Colour) -> anyhow::Result<Outcome> {
        let checked = counted(linted.services.len(), "service");
        let misformatted = linted.misformatted.into_iter().map(|file| file.diagnostic);
        let diagnostics: Vec<_> = linted.malformed.into_iter().chain(misformatted).collect();
        let findings = Findings { collection_dir: dir, diagnostics: &diagnostics, checked };
        findings.print(out, self.format, colour)?;
        Ok(if diagnostics.is_empty() { Outcome::Sound } else { Outcome::Faulty })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        lint: Lint,
    }

    fn collection(declaration: &str) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("declarations")).unwrap();
        std::fs::write(dir.path().join("declarations/Acme.json"), declaration).unwrap();
        dir
    }

    fn run(dir: &tempfile::TempDir, arguments: &[&str]) -> (Outcome, String) {
        let mut out = Vec::new();
        let lint = Cli::parse_from([&["lint"], arguments].concat()).lint;
        let outcome = lint.run_into(dir.path(), &mut out, Colour::Never).unwrap();
        (outcome, String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_file_that_is_not_formatted_is_shown() {
        let dir = collection("{\n  \"name\": \"Acme\", \"terms\": {}\n}\n");

        let (outcome, out) = run(&dir, &[]);

        let expected = "\
declarations/Acme.json:2:18: misformatted: the file is not formatted as it should be from here on
  │
2 │   \"name\": \"Acme\", \"terms\": {}
  │                  ^ error
  │
  = hint: run `fineprint lint --fix`

checked 1 service: 1 error
";
        assert_eq!((outcome, out.as_str()), (Outcome::Faulty, expected));
    }

    #[test]
    fn fixing_is_understood_before_and_after_dashes() {
        for arguments in [&["--fix"][..], &["-f"], &["--", "--fix"]] {
            let dir = collection("{ \"name\": \"Acme\", \"terms\": {} }");

            let (outcome, out) = run(&dir, arguments);

            let expected = "formatted declarations/Acme.json\nchecked 1 service: no faults\n";
            assert_eq!((outcome, out.as_str()), (Outcome::Sound, expected), "{arguments:?}");
            assert_eq!(run(&dir, &[]), (Outcome::Sound, "checked 1 service: no faults\n".to_owned()));
        }
    }

    #[test]
    fn malformed_json_fails_even_when_fixing() {
        let (outcome, out) = run(&collection("{ \"name\" }"), &["--fix"]);

        assert_eq!(outcome, Outcome::Faulty);
        assert!(
            out.starts_with("declarations/Acme.json:1:10: malformed-json: a colon is missing after the key\n"),
            "{out}"
        );
    }

    #[test]
    fn outside_a_repository_nothing_can_be_modified() {
        let lint = Cli::parse_from(["lint", "-m"]).lint;
        let dir = collection("{}");

        let refused = lint.run_into(dir.path(), &mut Vec::new(), Colour::Never).unwrap_err().to_string();

        assert!(
            refused.contains(" lies in no git repository, so nothing tells what was modified\nhint: "),
            "{refused}"
        );
    }

    #[test]
    fn an_unknown_service_is_refused_with_a_suggestion() {
        let lint = Cli::parse_from(["lint", "-s", "acme"]).lint;

        let refused = lint.run_into(collection("{}").path(), &mut Vec::new(), Colour::Never).unwrap_err();

        assert_eq!(refused.to_string(), "no service `acme` is declared\nhint: did you mean `Acme`?");
    }
}
