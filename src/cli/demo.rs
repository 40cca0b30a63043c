//! `fineprint demo`: tracks a small fictional web through two simulated years, and shows what was recorded.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use super::output::println;
use anyhow::{Context as _, bail};
use clap::Args;
use owo_colors::OwoColorize;
use tokio::net::TcpListener;

use super::track::{run, stop_on_signals};
use super::{Context, difference, table};
use crate::app::{App, Serving};
use crate::demo::{REVISIONS, Web, date_of, write_collection};
use crate::diff;
use crate::domain::{Clock, Kind, Terms, Version};
use crate::records::{Order, RecordEntry, RecordFilter, RecordStore, RecordsError};
use crate::tracker::{Stop, Tally};
use crate::web::{self, Listeners};

/// Places shown where one change altered a text.
const PLACES_SHOWN: usize = 3;

/// Track a small fictional web through two simulated years, without any network
#[derive(Debug, Args)]
pub struct Demo {
    /// The folder to make the collection in; by default a new temporary one
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,

    /// End when the collection is tracked, rather than serve its site until Ctrl-C
    #[arg(long)]
    no_serve: bool,

    /// The port to serve the site on; any that is free by default
    #[arg(long, value_name = "PORT", default_value_t = 0, conflicts_with = "no_serve")]
    port: u16,

    /// The port to serve the fictional web on, so that declarations can be tried on it while the demo stays
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    web_port: u16,
}

impl Demo {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let folder = self.folder()?;
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        runtime.block_on(async {
            let stop = stop_on_signals();
            let web = Web::serve(self.web_port).await.context("cannot serve the fictional web")?;
            track_all(context, &web, &folder, &stop).await?;
            let is_complete = !stop.is_requested();
            print_result(&folder)?;
            if is_complete && !self.no_serve {
                self.serve(context, &web, &folder, stop).await?;
            }
            Ok(if is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }

    /// Serves the site of the collection until it is told to stop, and the web it was tracked from.
    async fn serve(&self, context: &Context, web: &Web, folder: &Path, stop: Stop) -> anyhow::Result<()> {
        let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.port);
        let public = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        println!("\nRead it at http://{}/", public.local_addr()?);
        context.console.note(&format!("The fictional web stays at {}; Ctrl-C ends both.", web.address()));
        let served = Serving::open(folder)?.served()?;
        let listeners = Listeners { public, metrics: None };
        web::serve(listeners, served, async move { stop.requested().await }).await.context("cannot go on serving")
    }

    /// An empty folder for the collection: nothing that exists is ever written over.
    fn folder(&self) -> anyhow::Result<PathBuf> {
        let Some(into) = &self.into else {
            let made = tempfile::Builder::new().prefix("fineprint-demo-").tempdir();
            return Ok(made.context("cannot make a temporary folder")?.keep());
        };
        let attempt = || format!("cannot use {}", into.display());
        std::fs::create_dir_all(into).with_context(attempt)?;
        if std::fs::read_dir(into).with_context(attempt)?.next().is_some() {
            bail!("{} is not empty\nhint: name a folder that does not exist yet", into.display());
        }
        Ok(into.clone())
    }
}

/// Lets the web go through its revisions, and tracks each at its simulated date.
async fn track_all(context: &Context, web: &Web, folder: &Path, stop: &Stop) -> anyhow::Result<()> {
    let console = &context.console;
    console.note(&format!("A small fictional web is served on {} for this demo.", web.address()));
    console.note(&format!("The collection is in {}.\n", folder.display()));
    for revision in 1..=REVISIONS {
        if stop.is_requested() {
            break;
        }
        let started = Instant::now();
        web.turn_to(revision);
        write_collection(folder, revision, web.address().port()).context("cannot write the collection")?;
        let app = App::open(folder)?;
        let terms: Vec<Arc<Terms>> = app.collection.terms().cloned().map(Arc::new).collect();
        let tracker = app.tracker(app.repositories()?.archive(), Clock::fixed(date_of(revision)))?;
        let ran = run(context, &tracker, &terms, stop).await?;
        let tally = Tally::of(&ran.outcomes);
        console.note(&format!(
            "{}  {:>2} versions recorded, {:>2} unchanged, {} held, {} failed{}  ({} ms)",
            date_of(revision).format("%Y-%m-%d"),
            tally.new_versions,
            tally.unchanged,
            tally.held.len(),
            tally.failed.values().map(Vec::len).sum::<usize>(),
            reasons(&tally),
            started.elapsed().as_millis()
        ));
    }
    App::open(folder)?.repositories()?.judge_versions();
    Ok(())
}

fn reasons(tally: &Tally) -> String {
    let reasons: Vec<&str> = tally.failed.keys().map(String::as_str).collect();
    if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) }
}

fn print_result(folder: &Path) -> anyhow::Result<()> {
    let app = App::open(folder)?;
    let archive = app.rehearsal()?;
    let histories = histories(archive.versions.as_ref())?;
    print_table(&histories);
    for history in &histories {
        print_last_change(history, archive.versions.as_ref())?;
    }
    print_places(folder);
    Ok(())
}

/// The records of one terms, the last recorded first.
struct History(Vec<RecordEntry>);

impl History {
    fn latest(&self) -> &RecordEntry {
        &self.0[0]
    }

    /// The last change, and what it changed; technical upgrades are no changes of the terms.
    fn last_change(&self) -> Option<(&RecordEntry, &RecordEntry)> {
        let pairs = self.0.iter().zip(self.0.iter().skip(1));
        pairs.into_iter().find(|(record, _)| record.kind == Kind::Change)
    }
}

fn histories(versions: &dyn RecordStore<Version>) -> Result<Vec<History>, RecordsError> {
    let filter = RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::default() };
    let mut records = versions.list(&filter)?;
    // A stable sort keeps the order of records within each terms.
    records.sort_by(|a, b| a.terms.cmp(&b.terms));
    Ok(records.chunk_by(|a, b| a.terms == b.terms).map(|records| History(records.to_vec())).collect())
}

fn print_table(histories: &[History]) {
    let heading = ["Service", "Terms", "Versions", "Upgrades", "Last change"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(heading).chain(histories.iter().map(row)).collect();
    println!("\n{}", table::columns(&rows).join("\n"));
}

fn row(history: &History) -> [String; 5] {
    let terms = &history.latest().terms;
    let upgrades = history.0.iter().filter(|record| record.kind == Kind::TechnicalUpgrade).count();
    let last_change = history.last_change().map(|(record, _)| record.date.format("%Y-%m-%d").to_string());
    [
        terms.service.to_string(),
        terms.terms_type.to_string(),
        history.0.len().to_string(),
        upgrades.to_string(),
        last_change.unwrap_or_else(|| "–".to_owned()),
    ]
}

fn print_last_change(history: &History, versions: &dyn RecordStore<Version>) -> Result<(), RecordsError> {
    let Some((record, before)) = history.last_change() else { return Ok(()) };
    let (Some(new), Some(old)) = (versions.find(&record.id)?, versions.find(&before.id)?) else { return Ok(()) };
    println!("\n{}, {}", record.terms.to_string().bold(), record.date.format("%-d %B %Y"));
    let changes = difference::entries(&diff::between(&old.content.markdown, &new.content.markdown), 0);
    for change in changes.iter().take(PLACES_SHOWN) {
        println!("  {}", change.replace('\n', "\n  "));
    }
    if changes.len() > PLACES_SHOWN {
        println!("  … and {} more places", changes.len() - PLACES_SHOWN);
    }
    Ok(())
}

fn print_places(folder: &Path) {
    println!("\nThe history is in two git repositories:");
    for name in ["versions", "snapshots"] {
        println!("  git -C {} log --stat", quoted(&folder.join(name)));
    }
    println!("Every command works on this collection, for example:");
    for command in ["history", "diff Lumio \"Terms of Service\"", "held", "status", "verify"] {
        println!("  fineprint --collection {} {command}", quoted(folder));
    }
}

/// A path as a shell reads it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = path.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    if is_plain { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
