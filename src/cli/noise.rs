//! `fineprint noise`: terms whose changes mostly do not count, why, and what would silence them.

use std::collections::BTreeMap;
use std::process::ExitCode;

use super::output::println;
use clap::Args;

use super::Context;
use super::kinds::judge_all;
use super::reading::unknown;
use super::trial::{Replay, Trial};
use crate::app::{App, explained};
use crate::domain::{ChangeKind, Kind, ServiceId, Terms, TermsKey, Version};
use crate::records::{Order, RecordEntry, RecordFilter, RecordStore};

/// Fewest changes of a terms from which its habits show.
const FEWEST_CHANGES: usize = 5;

/// Name terms whose changes mostly do not count, the cause, and the filter that would silence them
///
/// Each built-in filter that could help is tried on stored snapshots of the declared terms; what history would have
/// looked like with it is told. Without snapshots, only causes are. Ends with 1 if no terms is noisy.
#[derive(Debug, Args)]
pub struct Noise {
    /// Only this service, by id
    service: Option<ServiceId>,
}

/// The changes of one terms, oldest first.
struct Course {
    terms: TermsKey,
    changes: Vec<RecordEntry>,
}

impl Noise {
    /// Ends with 1 if no terms is noisy.
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let archive = App::archive_for_reading(&context.root)?;
        let versions = archive.versions()?;
        self.check_name(&versions)?;
        judge_all(&versions, context)?;
        let filter = RecordFilter {
            service: self.service.clone(),
            kinds: vec![Kind::Change],
            order: Order::LastRecordedFirst,
            ..RecordFilter::default()
        };
        let mut entries = versions.list(&filter).map_err(explained)?;
        for entry in &mut entries {
            entry.terms = archive.renames().current(&entry.terms, entry.date);
        }
        let mut noisy = courses(entries);
        noisy.retain(Course::is_noisy);
        noisy.sort_by_key(|course| std::cmp::Reverse(course.noise()));
        let app = App::open(&context.root).ok();
        let replay = archive.snapshots_if_any()?.map(Replay::on);
        for course in &noisy {
            let declared = app.as_ref().and_then(|app| app.collection.terms().find(|terms| terms.key == course.terms));
            print(course, declared, replay.as_ref())?;
        }
        if noisy.is_empty() {
            context.console.note("no terms has changes that mostly do not count");
        }
        Ok(if noisy.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    /// Nothing is noisy under a name that nothing is recorded under, which is another answer.
    fn check_name(&self, versions: &dyn RecordStore<Version>) -> anyhow::Result<()> {
        let any = RecordFilter { service: self.service.clone(), limit: Some(1), ..RecordFilter::default() };
        match versions.list(&any).map_err(explained)?.is_empty() {
            true => Err(unknown(versions, self.service.as_ref(), None)?),
            false => Ok(()),
        }
    }
}

/// Changes by terms, from a list with the last first.
fn courses(entries: Vec<RecordEntry>) -> Vec<Course> {
    let mut found: BTreeMap<TermsKey, Vec<RecordEntry>> = BTreeMap::new();
    for entry in entries.into_iter().rev() {
        found.entry(entry.terms.clone()).or_default().push(entry);
    }
    found.into_iter().map(|(terms, changes)| Course { terms, changes }).collect()
}

impl Course {
    fn is_noisy(&self) -> bool {
        self.changes.len() >= FEWEST_CHANGES && self.noise() * 2 > self.changes.len()
    }

    /// How many changes do not count.
    fn noise(&self) -> usize {
        self.changes.iter().filter(|entry| entry.verdict.as_ref().is_some_and(|verdict| !verdict.significant)).count()
    }

    /// The kinds of changes that do not count, the most frequent first.
    fn causes(&self) -> Vec<(ChangeKind, usize)> {
        let mut counts: BTreeMap<ChangeKind, usize> = BTreeMap::new();
        for verdict in self.changes.iter().filter_map(|entry| entry.verdict.as_ref()).filter(|v| !v.significant) {
            *counts.entry(verdict.kind).or_default() += 1;
        }
        let mut counts: Vec<(ChangeKind, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }
}

fn print(course: &Course, declared: Option<&Terms>, replay: Option<&Replay>) -> anyhow::Result<()> {
    let causes: Vec<String> = course.causes().iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let (noise, all) = (course.noise(), course.changes.len());
    println!("{}: {noise} of {all} changes do not count ({})", course.terms, causes.join(", "));
    match (declared, replay) {
        (Some(terms), Some(replay)) => print_trial(replay.best(terms, &course.changes)?),
        (None, _) => println!("  it is not declared any more, so nothing was tried"),
        (_, None) => println!("  there are no snapshots, so nothing was tried"),
    }
    Ok(())
}

fn print_trial(trial: Trial) {
    match trial {
        Trial::NoSnapshots => println!("  its snapshots are not stored, so nothing was tried"),
        Trial::Nothing { replayed } => println!(
            "  no built-in filter helps over {replayed} stored versions: look for a part of the page to `remove`"
        ),
        Trial::Better { filter, replayed, before, after } => {
            println!("  \"filter\": [\"{filter}\"]");
            println!("  over {replayed} stored versions, {before} changes would have been {after}");
        }
    }
}
