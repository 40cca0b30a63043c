//! `preview --watch`: the text again whenever a declaration or a filter is saved.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::cli::output::println;
use anyhow::anyhow;

use super::super::reading::harmless;
use super::{Preview, differing, explained, fetched, tell_selectors};
use crate::app::App;
use crate::cli::Context;
use crate::domain::{Clock, Record, Snapshot, SourceDocument, Terms};
use crate::tracker::{self, Archive, Failure};

/// How often it is looked whether something was saved.
const INTERVAL: Duration = Duration::from_millis(300);

/// Shows what the page gives, and again after each change, until the process is ended.
pub(super) fn run(preview: &Preview, context: &Context) -> anyhow::Result<ExitCode> {
    let app = App::open(&context.root)?;
    let folder = app.config.collection_path.join("declarations");
    let mut page = Page { kept: app.rehearsal()?, sources: Vec::new(), shown: None };
    loop {
        let saved = saved(&folder);
        if let Err(error) = page.show(preview, context) {
            context.console.error(&error);
        }
        context.console.note("waiting for a change of the declarations; Ctrl-C ends");
        while saved == self::saved(&folder) {
            thread::sleep(INTERVAL);
        }
    }
}

/// The files of a folder, with when each was last changed. A folder that cannot be read has none.
fn saved(folder: &Path) -> BTreeMap<OsString, Option<(SystemTime, u64)>> {
    let stamp = |entry: &fs::DirEntry| {
        let about = entry.metadata().ok()?;
        Some((about.modified().ok()?, about.len()))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| (entry.file_name(), stamp(&entry))).collect()
}

/// The page being worked on.
struct Page {
    /// Holds what was fetched.
    kept: Archive,
    /// What it was fetched for.
    sources: Vec<Source>,
    /// The text that was shown last.
    shown: Option<String>,
}

/// What a document is fetched by. As long as it is the same, nothing is fetched again.
type Source = (Option<String>, String, Option<bool>);

impl Page {
    fn show(&mut self, preview: &Preview, context: &Context) -> anyhow::Result<()> {
        let app = App::open(&context.root)?;
        let terms = preview.terms(&app, context)?;
        let result = self.markdown(&app, terms)?;
        if let Ok(markdown) = &result {
            println!("{}", self.shown_as(markdown));
        }
        tell_selectors(&app, &self.kept, terms, &result, context)?;
        self.shown = Some(result.map_err(|failure| explained(&failure))?);
        Ok(())
    }

    /// The whole text at first, then what became of it.
    fn shown_as(&self, markdown: &str) -> String {
        self.shown.as_deref().map_or_else(
            || harmless(markdown),
            |shown| differing(shown, markdown, "The same text as before.", "Differs from the text before:"),
        )
    }

    fn markdown(&mut self, app: &App, terms: &Terms) -> anyhow::Result<Result<String, Failure>> {
        let sources: Vec<Source> = terms.documents.iter().map(source).collect();
        if sources != self.sources {
            let result = fetched(&app.tracker(self.kept.clone(), Clock::system())?, terms)?;
            let is_here = !matches!(result, Err(Failure::Fetch(_)));
            self.sources = if is_here { sources } else { Vec::new() };
            return Ok(result.map(|version| version.markdown));
        }
        let stored = terms.documents.iter().map(|document| self.stored(terms, document));
        let stored = stored.collect::<anyhow::Result<Vec<_>>>()?;
        let texts = stored.iter().map(|(document, record)| (*document, &record.content));
        Ok(tracker::assembled(&app.extractor(), texts).map_err(Failure::from))
    }

    fn stored<'a>(
        &self,
        terms: &Terms,
        document: &'a SourceDocument,
    ) -> anyhow::Result<(&'a SourceDocument, Record<Snapshot>)> {
        let snapshot = self.kept.snapshots.latest(&terms.document_key(document))?;
        Ok((document, snapshot.ok_or_else(|| anyhow!("what was fetched of {} is gone", document.location))?))
    }
}

fn source(document: &SourceDocument) -> Source {
    let id = document.id.as_ref().map(ToString::to_string);
    (id, document.location.to_string(), document.execute_client_scripts)
}
