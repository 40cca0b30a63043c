//! `fineprint track`: fetches terms, once or on a schedule, and records what is new.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::output::println;
use anyhow::Context as _;
use clap::Args;
use indicatif::ProgressBar;
use tracing::{info, warn};

use super::ending::{CollectionFaults, Ending};
use super::findings::counted;
use super::selection::Selection;
use super::{Context, schedule};
use crate::app::{App, Repositories};
use crate::domain::{Clock, Kind, SourceDocument, Terms, TermsKey};
use crate::tracker::{Observer, Outcome, Stop, Stopper, Tally, Tracker};

/// How long a run may take to end by itself once it was asked to; what is not durable by then is fetched anew.
const TIME_TO_END: Duration = Duration::from_secs(8);

/// How a run ends that was cut short, as shells tell an interrupt.
const INTERRUPTED: u8 = 130;

/// Names of terms shown for one reason of failure; the log has them all.
const NAMES_SHOWN: usize = 5;

/// Fetch terms and record what is new
#[derive(Debug, Args)]
pub struct Track {
    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    ending: Ending,

    /// Stay, and track whenever `trackingSchedule` says, or each terms at its own pace (`schedule.adaptive`)
    #[arg(long)]
    schedule: bool,

    /// Fetch and extract, but record nothing
    #[arg(long, conflicts_with = "schedule")]
    dry_run: bool,
}

impl Track {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        runtime.block_on(async {
            let stop = stop_on_signals();
            match self.schedule {
                true => schedule::run(&self, context, &stop).await,
                false => self.begin(context, None)?.finish(context, &stop).await,
            }
        })
    }

    /// Gets ready to track what is selected, or only some of it.
    ///
    /// # Errors
    /// When the collection cannot be read, something is asked for that is not declared, or the archive cannot be written:
    /// then nothing has begun.
    pub(super) fn begin(&self, context: &Context, only: Option<&BTreeSet<TermsKey>>) -> anyhow::Result<Begun> {
        let app = App::open(&context.root)?;
        context.tell_faults(&app);
        let mut terms = self.terms(&app)?;
        terms.retain(|terms| only.is_none_or(|only| only.contains(&terms.key)));
        let repositories = if self.dry_run { None } else { Some(app.repositories()?) };
        let archive = repositories.as_ref().map_or_else(|| app.rehearsal(), |both| Ok(both.archive()))?;
        let tracker = app.tracker(archive, Clock::system())?;
        Ok(Begun { terms, repositories, tracker, faults: CollectionFaults::of(&app), ending: self.ending })
    }

    /// The terms that are meant.
    ///
    /// # Errors
    /// When something is asked for that is not declared.
    pub(super) fn terms(&self, app: &App) -> anyhow::Result<Vec<Arc<Terms>>> {
        self.selection.of(app)
    }

    /// Whether all terms are meant.
    pub(super) fn is_about_all(&self) -> bool {
        self.selection.is_everything()
    }
}

/// A run that is about to begin.
pub(super) struct Begun {
    terms: Vec<Arc<Terms>>,
    /// `None` where nothing is recorded.
    repositories: Option<Repositories>,
    tracker: Tracker,
    faults: CollectionFaults,
    ending: Ending,
}

impl Begun {
    /// Tracks, tells what came of it, and publishes it.
    pub(super) async fn finish(self, context: &Context, stop: &Stop) -> anyhow::Result<ExitCode> {
        let Self { terms, repositories, tracker, faults, ending } = self;
        let passages = repositories.as_ref().map(Repositories::passages_behind);
        let ran = run(context, &tracker, &terms, stop).await;
        if let Ok(ran) = &ran {
            print_summary(&ran.outcomes, repositories.is_none());
            faults.print();
        }
        if let Some(repositories) = &repositories {
            tokio::task::block_in_place(|| repositories.judge_versions());
        }
        if let Some(passages) = passages {
            tokio::task::block_in_place(|| passages.finish());
        }
        // Records made before a fault are as good as any; a run that shall end leaves them to the next.
        let published = match &repositories {
            Some(repositories) if !stop.is_requested() => tokio::task::block_in_place(|| repositories.publish()),
            _ => Ok(()),
        };
        let ran = ran?;
        published?;
        if ran.not_reached > 0 {
            println!("not reached: {}", ran.not_reached);
            return Ok(ExitCode::from(INTERRUPTED));
        }
        Ok(ending.code(&faults, ran.tracked()))
    }
}

/// Upgrades, then tracks, with a progress display.
pub async fn run(context: &Context, tracker: &Tracker, terms: &[Arc<Terms>], stop: &Stop) -> anyhow::Result<Ran> {
    let display = Display { bar: context.console.bar(terms.len()) };
    display.bar.set_message("upgrades");
    let mut outcomes = tracker.upgrade(terms, &(), stop).await?;
    outcomes.retain(|outcome| outcome.recorded().is_some());
    let upgraded = outcomes.len();
    info!("tracking {} terms", terms.len());
    let tracked = tracker.track(terms, &display, stop).await;
    display.bar.finish_and_clear();
    let tracked = tracked?;
    let not_reached = terms.len() - tracked.len();
    outcomes.extend(tracked);
    Ok(Ran { outcomes, upgraded, not_reached })
}

/// What came of a run.
pub struct Ran {
    /// Upgrades that were recorded, and all terms that were tracked.
    pub outcomes: Vec<Outcome>,
    /// How many of them are upgrades, which come first.
    upgraded: usize,
    /// How many terms a stop kept from being tracked.
    pub not_reached: usize,
}

impl Ran {
    fn tracked(&self) -> &[Outcome] {
        &self.outcomes[self.upgraded..]
    }
}

struct Display {
    bar: ProgressBar,
}

impl Observer for Display {
    fn fetching(&self, _: &Terms, document: &SourceDocument) {
        self.bar.set_message(document.location.to_string());
    }

    fn finished(&self, _: &Outcome) {
        self.bar.inc(1);
    }
}

/// Hears Ctrl-C and SIGTERM; a second one, or taking long to end, ends the process at once, which the archive survives.
pub fn stop_on_signals() -> Stop {
    let (stopper, stop) = Stop::channel();
    tokio::spawn(async move {
        signal().await;
        warn!("ending after the record being written; once more to end at once");
        Stopper::stop(&stopper);
        // A thread of its own, since the runtime waits for work that blocks when it ends.
        std::thread::spawn(|| {
            std::thread::sleep(TIME_TO_END);
            std::process::exit(INTERRUPTED.into());
        });
        signal().await;
        std::process::exit(INTERRUPTED.into());
    });
    stop
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Tells what came of a run: what was recorded, what stayed, and why others failed.
pub fn print_summary(outcomes: &[Outcome], dry_run: bool) {
    let tally = Tally::of(outcomes);
    let would = if dry_run { "would record" } else { "recorded" };
    println!(
        "{would} {} and {}",
        counted(tally.new_versions, "new version"),
        counted(tally.new_snapshots, "new snapshot")
    );
    for (kind, names) in by_kind(outcomes) {
        println!("  {kind}: {}", listed(&names));
    }
    println!("unchanged: {}", tally.unchanged);
    if !tally.held.is_empty() {
        println!("held: {}", tally.held.len());
        // A dry run keeps nothing that could be shown.
        let why = if dry_run { "told above why" } else { "`fineprint held` tells why" };
        println!("  {why}: {}", listed(&tally.held));
    }
    println!("failed: {}", tally.failed.values().map(Vec::len).sum::<usize>());
    for (reason, names) in &tally.failed {
        println!("  {reason}: {}", listed(names));
    }
}

fn by_kind(outcomes: &[Outcome]) -> BTreeMap<&'static str, Vec<TermsKey>> {
    let mut names: BTreeMap<&str, Vec<TermsKey>> = BTreeMap::new();
    for outcome in outcomes {
        if let Some(kind) = outcome.recorded() {
            names.entry(kind_in_words(kind)).or_default().push(outcome.terms.clone());
        }
    }
    names
}

/// A kind of record in a word or two.
pub fn kind_in_words(kind: Kind) -> &'static str {
    match kind {
        Kind::First => "first",
        Kind::Change => "changed",
        Kind::TechnicalUpgrade => "technical upgrade",
    }
}

fn listed(names: &[TermsKey]) -> String {
    let shown: Vec<String> = names.iter().take(NAMES_SHOWN).map(ToString::to_string).collect();
    let more = names.len().saturating_sub(NAMES_SHOWN);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    shown.join(", ") + &rest
}
