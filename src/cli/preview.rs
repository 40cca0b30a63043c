//! `fineprint preview`: the Markdown that today's page gives, what its selectors find, and how it differs from the last
//! version.
//!
//! With `--at`, that of an earlier day; with `--watch`, again whenever the declaration changes.

mod watch;

use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use clap::Args;

use super::moment::Moment;
use super::reading::print_text;
use super::selection::undeclared;
use super::{Context, difference, past, selectors};
use crate::app::App;
use crate::declarations::check;
use crate::diff;
use crate::domain::{Clock, Terms, TermsKey, Version};
use crate::extract::filters;
use crate::tracker::{Archive, Failure, Tracker};

/// The rule of `validate` that tells filters that nothing goes by.
const UNKNOWN_FILTER: &str = "unknown-filter";

/// What can be done about a text that would be held.
const HELD: &str =
    "hint: declare what shows the terms; if these are, `fineprint held accept` after a run lets them through";

/// Show the Markdown that today's page would give, recording nothing
///
/// Below it, on standard error: how much each selector of the declaration finds, and how the text differs from the last
/// version. With --at, the text that the recorded snapshot of a day gives with the declaration and the filters of that
/// day, as `<service>.history.json` and `<service>.filters.history.js` keep them; nothing is fetched.
#[derive(Debug, Args)]
pub struct Preview {
    /// The service, by id
    service: String,

    /// The terms type
    #[arg(value_name = "TYPE")]
    terms_type: String,

    /// What the snapshot of this date gives with what was declared then: a day, 2024-05-01, or an instant
    #[arg(long, value_name = "DATE")]
    at: Option<Moment>,

    /// Stay, and show what becomes of the page whenever the declaration or a filter is saved; it is fetched once
    #[arg(long, conflicts_with = "at")]
    watch: bool,
}

impl Preview {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        if self.watch {
            return watch::run(&self, context);
        }
        let app = App::open(&context.root)?;
        if let Some(date) = self.at {
            let key = TermsKey::new(self.service.parse()?, self.terms_type.parse()?);
            past::preview(&app, &key, date, context)?;
            return Ok(ExitCode::SUCCESS);
        }
        let terms = self.terms(&app, context)?;
        let kept = app.rehearsal()?;
        let before = kept.versions.latest(&terms.key)?.map(|record| record.content.markdown);
        let tracker = app.tracker(kept.clone(), Clock::system())?;
        let result = fetched(&tracker, terms)?;
        if let Ok(version) = &result {
            print_text(&format!("{}\n", version.markdown))?;
        }
        tell_unknown_filters(&app, terms, context)?;
        tell_selectors(&app, &kept, terms, &result, context)?;
        let today = result.map_err(|failure| explained(&failure))?;
        context.console.note(&comparison(before.as_deref(), &today.markdown));
        if let Some(doubts) = tracker.doubts(terms, &today)? {
            context.console.warning(&format!("a run would hold this text rather than record it: {doubts}\n{HELD}"));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The terms that is meant. Where there is none, the faults of its service's files are told.
    fn terms<'a>(&self, app: &'a App, context: &Context) -> anyhow::Result<&'a Terms> {
        self.find(app).map_err(|unknown| {
            let faults = app.faults_of(&self.service);
            context.tell(faults.iter().copied());
            if faults.is_empty() {
                return unknown;
            }
            anyhow!("{} of {} cannot be read for the faults above", self.terms_type, self.service)
        })
    }

    fn find<'a>(&self, app: &'a App) -> anyhow::Result<&'a Terms> {
        let services: Vec<&str> = app.collection.services.iter().map(|service| service.id.as_str()).collect();
        let service = app
            .collection
            .services
            .iter()
            .find(|service| service.id.as_str() == self.service)
            .ok_or_else(|| undeclared("service", &self.service, None, &services))?;
        let types: Vec<&str> = service.terms.iter().map(|terms| terms.key.terms_type.as_str()).collect();
        service
            .terms
            .iter()
            .find(|terms| terms.key.terms_type.as_str() == self.terms_type)
            .ok_or_else(|| undeclared("terms type", &self.terms_type, Some(service.id.as_str()), &types))
    }
}

/// Tells filters that nothing goes by, since the text looks as if they had nothing to do.
fn tell_unknown_filters(app: &App, terms: &Terms, context: &Context) -> anyhow::Result<()> {
    let built_in: Vec<&str> = filters::BUILT_IN.iter().map(|filter| filter.name).collect();
    let service = [terms.key.service.to_string()];
    let found = check(&app.config.collection_path, Some(&service), &built_in)?.diagnostics;
    context.tell(found.iter().filter(|fault| fault.rule.name == UNKNOWN_FILTER));
    Ok(())
}

/// Fetches and extracts a terms; what was fetched is kept by an archive that forgets.
fn fetched(tracker: &Tracker, terms: &Terms) -> anyhow::Result<Result<Version, Failure>> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    Ok(runtime.block_on(tracker.preview(terms))?)
}

/// Tells what the selectors find on the pages that were fetched. Of pages that were not, there is nothing to tell.
fn tell_selectors<T>(
    app: &App,
    kept: &Archive,
    terms: &Terms,
    result: &Result<T, Failure>,
    context: &Context,
) -> anyhow::Result<()> {
    if matches!(result, Err(Failure::Fetch(_))) {
        return Ok(());
    }
    let table = selectors::table(&app.extractor(), &*kept.snapshots, terms)?;
    if !table.is_empty() {
        context.console.note(&format!("\n{table}\n"));
    }
    Ok(())
}

fn explained(failure: &Failure) -> anyhow::Error {
    let hint = failure.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    anyhow!("{failure}{hint}")
}

/// How today's text differs from the last version.
fn comparison(before: Option<&str>, today: &str) -> String {
    let Some(before) = before else {
        return "No version has been recorded yet.".to_owned();
    };
    differing(before, today, "The same as the last version.", "Differs from the last version:")
}

fn differing(before: &str, today: &str, same: &str, differs: &str) -> String {
    let diff = diff::between(before, today);
    if diff.is_empty() {
        return same.to_owned();
    }
    format!("{differs}\n\n{}", difference::entries(&diff, 0).join("\n\n"))
}
