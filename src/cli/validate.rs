//! `validate`: finds every fault in declarations and metadata, and says where and what to do.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

use super::Context;
use super::findings::{Colour, Findings, Format, counted};
use super::output::Out;
use super::selection::refuse_unknown;
use crate::app::{App, NoProbe, hinted};
use crate::declarations::{
    Checked, DeclarationsError, Diagnostic, IsCron, Loaded, Modified, Probe, check, check_metadata, load, modified,
    probe_all, service_ids,
};
use crate::domain::Terms;
use crate::extract::filters;
use crate::tracker::Schedule;

/// Find every fault in the collection's declarations or metadata
#[derive(Debug, clap::Args)]
pub struct Validate {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Declarations(Declarations),
    Metadata(Metadata),
}

/// Check declarations, and that what they declare can be fetched and extracted today
#[derive(Debug, clap::Args)]
struct Declarations {
    /// Only these services
    #[arg(short, long, num_args = 1.., value_name = "ID")]
    services: Vec<String>,
    /// Fetch only these terms types
    #[arg(short, long = "types", num_args = 1.., value_name = "TYPE")]
    types: Vec<String>,
    /// Only what differs from the branch `main` of `origin`
    #[arg(short, long)]
    modified: bool,
    /// Check the files only, fetch nothing
    #[arg(short = 'o', long)]
    schema_only: bool,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Check metadata.yml
#[derive(Debug, clap::Args)]
struct Metadata {
    /// How to print what is found
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What the command needs from the other parts.
pub struct Parts<'a> {
    pub collection_dir: &'a Path,
    /// The names of the built-in filters.
    pub built_in_filters: &'a [&'a str],
    pub is_cron: IsCron,
    /// Fetches and extracts a source document.
    pub probe: &'a dyn Probe,
}

/// How the command ends, as an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Sound = 0,
    Faulty = 1,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome as u8)
    }
}

impl Validate {
    /// Checks and prints to the standard output, in colour when that is a terminal.
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let built_in: Vec<&str> = filters::BUILT_IN.iter().map(|filter| filter.name).collect();
        // Only the network part needs a configuration that can be used.
        let (collection_dir, probe) = match App::open(&context.root) {
            Ok(app) => (app.config.collection_path.clone(), app.probe()?),
            Err(_) if !self.needs_network() => (context.root.clone(), Box::new(NoProbe) as Box<dyn Probe>),
            Err(error) => return Err(error),
        };
        let parts = Parts {
            collection_dir: &collection_dir,
            built_in_filters: &built_in,
            is_cron: |expression| Schedule::parse(expression).is_ok(),
            probe: probe.as_ref(),
        };
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        let outcome = runtime.block_on(self.check(&parts))?;
        Ok(outcome.into())
    }

    fn needs_network(&self) -> bool {
        matches!(&self.what, What::Declarations(declarations) if !declarations.schema_only)
    }

    async fn check(self, parts: &Parts<'_>) -> anyhow::Result<Outcome> {
        self.run_into(parts, &mut Out, Colour::of_stdout()).await
    }

    async fn run_into(self, parts: &Parts<'_>, out: &mut dyn Write, colour: Colour) -> anyhow::Result<Outcome> {
        match self.what {
            What::Declarations(declarations) => declarations.run(parts, out, colour).await,
            What::Metadata(metadata) => metadata.run(parts, out, colour),
        }
    }
}

impl Metadata {
    fn run(self, parts: &Parts<'_>, out: &mut dyn Write, colour: Colour) -> anyhow::Result<Outcome> {
        let diagnostics = check_metadata(parts.collection_dir, parts.is_cron);
        report(parts, &diagnostics, "metadata.yml".to_owned(), out, self.format, colour)
    }
}

impl Declarations {
    async fn run(self, parts: &Parts<'_>, out: &mut dyn Write, colour: Colour) -> anyhow::Result<Outcome> {
        check_names(parts.collection_dir, &self.services)?;
        let modified = match self.modified {
            true => Some(modified(parts.collection_dir).map_err(|error| hinted(&error, Some(error.hint())))?),
            false => None,
        };
        let scope = Scope { only: self.only(modified.as_ref()), modified, types: self.types };
        let (checked, loaded) = read(parts, &scope).map_err(|error| hinted(&error, Some(error.hint())))?;
        scope.check_types(&loaded)?;
        let mut diagnostics = checked.diagnostics;
        if !self.schema_only {
            let terms: Vec<&Terms> = loaded.collection.terms().filter(|terms| scope.contains(terms)).collect();
            diagnostics.extend(probe_all(parts.collection_dir, &terms, parts.probe).await);
        }
        report(parts, &diagnostics, counted(checked.services.len(), "service"), out, self.format, colour)
    }

    /// The services asked for; `None` for all.
    fn only(&self, modified: Option<&Modified>) -> Option<Vec<String>> {
        let is_asked_for = |id: &&String| self.services.is_empty() || self.services.contains(id);
        match modified {
            Some(modified) => Some(modified.keys().filter(is_asked_for).cloned().collect()),
            None => Some(self.services.clone()).filter(|services| !services.is_empty()),
        }
    }
}

fn read(parts: &Parts<'_>, scope: &Scope) -> Result<(Checked, Loaded), DeclarationsError> {
    let checked = check(parts.collection_dir, scope.only.as_deref(), parts.built_in_filters)?;
    Ok((checked, load(parts.collection_dir)?))
}

/// What is to be checked.
struct Scope {
    only: Option<Vec<String>>,
    modified: Option<Modified>,
    types: Vec<String>,
}

impl Scope {
    /// Whether the documents of these terms are to be fetched.
    fn contains(&self, terms: &Terms) -> bool {
        let (service, terms_type) = (terms.key.service.as_str(), terms.key.terms_type.as_str());
        let is_named = |names: &[String], name: &str| names.iter().any(|other| other == name);
        let is_modified = |modified: &Modified| modified.get(service).is_some_and(|types| is_named(types, terms_type));
        self.only.as_ref().is_none_or(|only| is_named(only, service))
            && (self.types.is_empty() || is_named(&self.types, terms_type))
            && self.modified.as_ref().is_none_or(is_modified)
    }

    /// Terms types that are asked for must be among those of the services that are, unless a file hides which these are.
    fn check_types(&self, loaded: &Loaded) -> anyhow::Result<()> {
        if self.modified.is_some() || loaded.diagnostics.iter().any(Diagnostic::is_error) {
            return Ok(());
        }
        let is_meant =
            |terms: &&Terms| self.only.as_ref().is_none_or(|only| only.contains(&terms.key.service.to_string()));
        let known: Vec<&str> =
            loaded.collection.terms().filter(is_meant).map(|terms| terms.key.terms_type.as_str()).collect();
        let of = self.only.as_ref().map(|only| only.join(", "));
        refuse_unknown("terms type", &self.types, of.as_deref(), &known)
    }
}

/// Services that are asked for must have a declaration: one that is misspelt would seem to be without faults.
pub fn check_names(collection_dir: &Path, services: &[String]) -> anyhow::Result<()> {
    let known = service_ids(collection_dir).map_err(|error| hinted(&error, Some(error.hint())))?;
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    refuse_unknown("service", services, None, &known)
}

fn report(
    parts: &Parts<'_>,
    diagnostics: &[Diagnostic],
    checked: String,
    out: &mut dyn Write,
    format: Format,
    colour: Colour,
) -> anyhow::Result<Outcome> {
    let findings = Findings { collection_dir: parts.collection_dir, diagnostics, checked };
    findings.print(out, format, colour)?;
    Ok(if findings.errors() == 0 { Outcome::Sound } else { Outcome::Faulty })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declarations::ProbeError;
    use crate::domain::SourceDocument;
    use async_trait::async_trait;
    use clap::Parser;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        validate: Validate,
    }

    /// Finds all pages gone.
    struct Gone;

    #[async_trait]
    impl Probe for Gone {
        async fn markdown(&self, _: &SourceDocument) -> Result<String, ProbeError> {
            Err(ProbeError::NotFetched("Fetch failed: Received HTTP code 404".into()))
        }
    }

    const SOUND: &str = r#"{ "name": "A", "terms": {
  "Imprint": { "fetch": "https://a.example/i", "select": "p" },
  "Live Policy": { "fetch": "https://a.example/l", "select": "p" } } }"#;

    async fn validate(files: &[(&str, &str)], arguments: &[&str]) -> Result<(Outcome, String), String> {
        let dir = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let parts =
            Parts { collection_dir: dir.path(), built_in_filters: &[], is_cron: |text| text != "never", probe: &Gone };
        let mut out = Vec::new();
        let validate = Cli::parse_from([&["validate"], arguments].concat()).validate;
        let anonymous = |text: String| text.replace(dir.path().to_str().unwrap(), "DIR");
        match validate.run_into(&parts, &mut out, Colour::Never).await {
            Ok(outcome) => Ok((outcome, anonymous(String::from_utf8(out).unwrap()))),
            Err(error) => Err(anonymous(error.to_string())),
        }
    }

    #[tokio::test]
    async fn sound_declarations_end_well() {
        let files = [("declarations/Acme.json", SOUND)];

        let ended = validate(&files, &["declarations", "--schema-only"]).await;

        assert_eq!(ended, Ok((Outcome::Sound, "checked 1 service: no faults\n".to_owned())));
    }

    #[tokio::test]
    async fn documents_that_cannot_be_fetched_are_faults() {
        let files = [("declarations/Acme.json", SOUND)];

        let arguments = ["declarations", "-t", "Imprint", "--format", "github"];
        let (outcome, out) = validate(&files, &arguments).await.unwrap();

        assert_eq!(outcome, Outcome::Faulty);
        assert_eq!(
            out,
            "::error file=declarations/Acme.json,line=2,col=25,title=not-fetchable::Fetch failed: Received HTTP code \
             404\nchecked 1 service: 1 error\n"
        );
    }

    #[tokio::test]
    async fn names_that_nothing_goes_by_are_refused_with_a_suggestion() {
        let files = [("declarations/Acme.json", SOUND)];

        let service = validate(&files, &["declarations", "-o", "-s", "acme"]).await;
        let terms_type = validate(&files, &["declarations", "-o", "-t", "Imprnt"]).await;

        assert_eq!(service, Err("no service `acme` is declared\nhint: did you mean `Acme`?".to_owned()));
        assert_eq!(terms_type, Err("no terms type `Imprnt` is declared\nhint: did you mean `Imprint`?".to_owned()));
    }

    #[tokio::test]
    async fn a_service_whose_file_is_broken_is_no_unknown_one() {
        let files = [("declarations/Acme.json", "{")];

        let (outcome, out) = validate(&files, &["declarations", "-o", "-s", "Acme"]).await.unwrap();

        assert_eq!(outcome, Outcome::Faulty);
        assert!(out.ends_with("checked 1 service: 1 error\n"), "{out}");
    }

    #[tokio::test]
    async fn without_declarations_there_is_nothing_to_check() {
        let ended = validate(&[], &["declarations"]).await;

        let expected = "there is no declarations folder at DIR/declarations\n\
                        hint: run this in a collection's folder, or name one with `--collection DIR`";
        assert_eq!(ended, Err(expected.to_owned()));
    }

    #[tokio::test]
    async fn malformed_json_fails_and_shows_where() {
        let files = [("declarations/Acme.json", "{\n  \"name\": \"Acme\",\n}\n")];

        let (outcome, out) = validate(&files, &["declarations"]).await.unwrap();

        let expected = "\
declarations/Acme.json:2:17: malformed-json: a comma stands after the last entry
  │
2 │   \"name\": \"Acme\",
  │                 ^ error
  │
  = hint: remove this comma

checked 1 service: 1 error
";
        assert_eq!((outcome, out.as_str()), (Outcome::Faulty, expected));
    }

    #[tokio::test]
    async fn metadata_is_checked_too() {
        let metadata = "id: a\nname: A\ntagline: T\nlanguages: [en]\njurisdictions: [EU]\ntrackingPeriods:\n  \
                        - startDate: 2024-01-01\n    schedule: never\n    serverLocation: X\n";

        let (outcome, out) = validate(&[("metadata.yml", metadata)], &["metadata"]).await.unwrap();

        let expected = "\
metadata.yml:8:15: invalid-schedule: \"never\" is not a cron expression, such as `30 */12 * * *`
  │
8 │     schedule: never
  │               ^^^^^ error
  │
  = hint: write minute, hour, day of month, month and day of week

checked metadata.yml: 1 error
";
        assert_eq!((outcome, out.as_str()), (Outcome::Faulty, expected));
    }
}
