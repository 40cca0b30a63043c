//! `fineprint apply-technical-upgrades`: extracts again from stored snapshots where the engine or a declaration changed.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::Context;
use super::selection::Selection;
use super::track::{print_summary, stop_on_signals};
use crate::app::App;
use crate::domain::Clock;

/// Extract again from stored snapshots where the engine, a declaration or a filter changed
#[derive(Debug, Args)]
pub struct ApplyTechnicalUpgrades {
    #[command(flatten)]
    selection: Selection,

    /// Extract, but record nothing
    #[arg(long)]
    dry_run: bool,
}

impl ApplyTechnicalUpgrades {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let app = App::open(&context.root)?;
        context.tell_faults(&app);
        let terms = self.selection.of(&app.collection, &context.console);
        let repositories = if self.dry_run { None } else { Some(app.repositories()?) };
        let archive = repositories.as_ref().map_or_else(|| app.rehearsal(), |both| Ok(both.archive()))?;
        let tracker = app.tracker(archive, Clock::system())?;
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        let outcomes = runtime.block_on(async { tracker.upgrade(&terms, &(), &stop_on_signals()).await })?;
        print_summary(&outcomes, self.dry_run);
        if let Some(repositories) = repositories {
            repositories.publish()?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
