//! `fineprint apply-technical-upgrades`: extracts again from stored snapshots where the engine or a declaration changed.

use std::process::ExitCode;
use std::sync::Arc;

use super::output::println;
use anyhow::Context as _;
use clap::Args;

use super::ending::{CollectionFaults, Ending};
use super::selection::Selection;
use super::track::{print_summary, stop_on_signals};
use super::{Context, difference};
use crate::app::App;
use crate::diff;
use crate::domain::{Clock, Saved, Terms, TermsKey};
use crate::records::RecordsError;
use crate::tracker::{Archive, Failure, Outcome, Tracker};

/// Extract again from stored snapshots where the engine, a declaration or a filter changed
#[derive(Debug, Args)]
pub struct ApplyTechnicalUpgrades {
    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    ending: Ending,

    /// Extract everything again and show what would differ, recording nothing
    #[arg(long)]
    dry_run: bool,
}

impl ApplyTechnicalUpgrades {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let app = App::open(&context.root)?;
        context.tell_faults(&app);
        let terms = self.selection.of(&app)?;
        let outcomes = if self.dry_run { rehearse(&app, &terms)? } else { apply(&app, &terms)? };
        let faults = CollectionFaults::of(&app);
        faults.print();
        Ok(self.ending.code(&faults, &outcomes))
    }
}

fn apply(app: &App, terms: &[Arc<Terms>]) -> anyhow::Result<Vec<Outcome>> {
    let repositories = app.repositories()?;
    let outcomes = upgrade(&app.tracker(repositories.archive(), Clock::system())?, terms)?;
    print_summary(&outcomes, false);
    repositories.judge_versions();
    repositories.publish()?;
    Ok(outcomes)
}

/// Tells, for each terms that was tracked before, whether its latest snapshots still give its latest version.
fn rehearse(app: &App, terms: &[Arc<Terms>]) -> anyhow::Result<Vec<Outcome>> {
    let (recorded, rehearsed) = (app.rehearsal()?, app.rehearsal()?);
    let mut outcomes = upgrade(&app.tracker(rehearsed.clone(), Clock::system())?, terms)?;
    outcomes.sort_by(|a, b| a.terms.cmp(&b.terms));
    let (mut identical, mut differing, mut failed) = (0, 0, 0);
    for outcome in &outcomes {
        match &outcome.version {
            Ok(Saved::Unchanged { .. }) => identical += 1,
            Ok(Saved::Recorded { .. }) => {
                differing += 1;
                print_difference(&outcome.terms, &recorded, &rehearsed)?;
            }
            Err(failure) => {
                failed += 1;
                print_failure(&outcome.terms, failure);
            }
        }
    }
    println!("identical: {identical} of {}\ndiffers: {differing}\nfailed: {failed}", outcomes.len());
    Ok(outcomes)
}

fn upgrade(tracker: &Tracker, terms: &[Arc<Terms>]) -> anyhow::Result<Vec<Outcome>> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    Ok(runtime.block_on(async { tracker.upgrade(terms, &(), &stop_on_signals()).await })?)
}

fn print_difference(terms: &TermsKey, recorded: &Archive, rehearsed: &Archive) -> Result<(), RecordsError> {
    let old = recorded.versions.latest(terms)?.map(|record| record.content.markdown);
    let new = rehearsed.versions.latest(terms)?.map(|record| record.content.markdown).unwrap_or_default();
    match old {
        None => println!("differs: {terms}: has no version yet\n"),
        Some(old) => {
            println!("differs: {terms}");
            for change in difference::entries(&diff::between(&old, &new), 0) {
                println!("  {}", change.replace('\n', "\n  "));
            }
            println!();
        }
    }
    Ok(())
}

fn print_failure(terms: &TermsKey, failure: &Failure) {
    println!("failed: {terms}: {failure}");
    if let Some(hint) = failure.hint() {
        println!("  hint: {hint}");
    }
    println!();
}
