//! `fineprint import`: makes the records of an archive from a dataset.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use super::output::println;
use clap::Args;

use super::Context;
use super::track::kind_in_words;
use crate::app::{App, explained, hinted};
use crate::dataset::{self, Imported, Plan, Refusal, Refused, Source};
use crate::declarations::terms_types_of;
use crate::domain::{Clock, New, Saved, Version};
use crate::records::{GitStore, Order, RecordFilter, RecordStore, RecordsError, Rehearsal};

/// Records that are made durable together; an import that is cut short goes on after the last.
const FLUSH_AFTER: usize = 1_000;

/// How to import what does not fit to what is recorded.
const HINT: &str = "import into a repository of its own: set `recorder.versions.storage.git.path` to a new folder";

/// Entries listed that were left out; the count tells of all.
const REFUSED_SHOWN: usize = 20;

/// Record the versions of a dataset, with their dates, in the repository of versions
///
/// DATASET is a folder or a ZIP file in the layout that Open Terms Archive publishes and `fineprint dataset` writes:
/// `<service>/<terms type>/<YYYY-MM-DDTHH-MM-SSZ>.md`, in a folder or not. The repository must hold nothing else; an import
/// that was cut short goes on where it ended, and of a later edition of a dataset what is new is added. What cannot be
/// recorded is told, and everything else goes on; then the command ends with 1.
#[derive(Debug, Args)]
pub struct Import {
    /// The dataset: a folder or a ZIP file
    #[arg(value_name = "DATASET")]
    dataset: PathBuf,

    /// Read everything and tell what would be recorded, but record nothing
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let mut source = Source::open(&self.dataset)?;
        let mut plan = Plan::of(&source, Clock::system().now());
        if source.has_hidden_entries() {
            context.console.warning("some entries have the same name in the ZIP file; of these, the last counts");
        }
        let target = Target::open(&context.root, self.dry_run)?;
        plan.resume_after(&target.recorded()?).map_err(|error| hinted(&error, Some(HINT)))?;
        tell_of_unlisted_types(context, &plan);
        let name = file_name(&self.dataset);
        let mut unflushed = 0;
        let imported =
            dataset::import(&mut source, plan, target.store(), |version| target.record(version, &name, &mut unflushed));
        target.flush()?;
        let imported = imported?;
        print(&imported, self.dry_run);
        tell_of_missed_dates(context, &imported.refused);
        Ok(if imported.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Where versions go.
enum Target {
    Repository(Arc<GitStore<Version>>),
    Nowhere(Rehearsal<Version>),
}

impl Target {
    fn open(root: &Path, dry_run: bool) -> anyhow::Result<Self> {
        match dry_run {
            true => App::versions_rehearsed(root).map(Self::Nowhere),
            false => App::versions_for_import(root).map(Self::Repository),
        }
    }

    fn store(&self) -> &dyn RecordStore<Version> {
        match self {
            Self::Repository(store) => store.as_ref(),
            Self::Nowhere(store) => store,
        }
    }

    fn recorded(&self) -> anyhow::Result<Vec<crate::records::RecordEntry>> {
        let filter = RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::default() };
        self.store().list(&filter).map_err(explained)
    }

    fn record(&self, version: Version, dataset: &str, unflushed: &mut usize) -> Result<Saved, RecordsError> {
        let saved = match self {
            Self::Repository(store) => store.import(version, dataset)?,
            Self::Nowhere(store) => store.save(New::tracked(version))?,
        };
        *unflushed += usize::from(matches!(saved, Saved::Recorded { .. }));
        if *unflushed >= FLUSH_AFTER {
            self.store().flush()?;
            *unflushed = 0;
        }
        Ok(saved)
    }

    fn flush(&self) -> anyhow::Result<()> {
        self.store().flush().map_err(explained)
    }
}

fn tell_of_unlisted_types(context: &Context, plan: &Plan) {
    let Ok(loaded) = App::configuration(&context.root) else { return };
    let Ok(listed) = terms_types_of(&loaded.config.collection_path) else { return };
    let unlisted: Vec<&str> = plan.terms_types().into_iter().map(|name| name.as_str()).collect();
    let unlisted: Vec<&str> = unlisted.into_iter().filter(|name| !listed.iter().any(|known| known == name)).collect();
    if !unlisted.is_empty() {
        let names = unlisted.iter().take(REFUSED_SHOWN).copied().collect::<Vec<_>>().join(", ");
        let count = unlisted.len();
        context
            .console
            .warning(&format!("terms types that are not listed, and are imported all the same: {count}: {names}"));
    }
}

/// Tells that texts can no longer be recorded at their dates, and how to have them all the same.
fn tell_of_missed_dates(context: &Context, refused: &[Refused]) {
    let count = refused.iter().filter(|refused| matches!(refused.why, Refusal::NotAmongRecords)).count();
    if count > 0 {
        let fault = "records are only added after the last of their terms, so texts are missing in the archive";
        context.console.warning(&format!("{fault}: {count}\nhint: {HINT}"));
    }
}

fn print(imported: &Imported, dry_run: bool) {
    println!("{} {} versions", if dry_run { "would record" } else { "recorded" }, imported.recorded());
    for (kind, count) in &imported.records {
        println!("  {}: {count}", kind_in_words(*kind));
    }
    if let (Some(oldest), Some(newest)) = (imported.oldest, imported.newest) {
        println!("  from {} to {}", oldest.format("%Y-%m-%d"), newest.format("%Y-%m-%d"));
    }
    if imported.resumed > 0 {
        println!("imported before: {}", imported.resumed);
    }
    if imported.unchanged > 0 {
        println!("unchanged: {}", imported.unchanged);
    }
    print_refused(&imported.refused);
}

fn print_refused(refused: &[Refused]) {
    if refused.is_empty() {
        return;
    }
    println!("left out: {}", refused.len());
    for refused in refused.iter().take(REFUSED_SHOWN) {
        println!("  {refused}");
    }
    if refused.len() > REFUSED_SHOWN {
        println!("  and {} more", refused.len() - REFUSED_SHOWN);
    }
}

/// What messages call the dataset.
fn file_name(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
