//! `fineprint site`: writes the site as plain files.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use super::output::println;
use anyhow::{Context as _, bail};
use clap::Args;
use url::Url;

use super::{Context, with_hint};
use crate::app::{Serving, hinted};
use crate::web::{ExportSettings, ExportSummary, export};

/// How many of the newest records have pages of their own where nothing else is said.
const RECORDS: &str = "1000";

/// Failures told one by one.
const FAILURES_TOLD: usize = 10;

/// Write the site as plain files, for any web server and for when there is none
///
/// The pages are those that `fineprint serve` shows, in every language, with feeds, sitemap and texts; their links lead from
/// file to file, so that they work below any address and without a server. Written again into the same folder, only what
/// changed is written.
#[derive(Debug, Args)]
pub struct Site {
    /// The folder to write to: an empty one, a new one, or one written to before
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Where the files will be found, such as `https://example.org/terms`: for canonical links, feeds, the sitemap and cards
    #[arg(long, value_name = "URL")]
    base_url: Option<Url>,

    /// How many of the newest records have pages of their own, or `all`; the latest of each terms always has
    #[arg(long, value_name = "NUMBER", default_value = RECORDS)]
    records: Records,

    /// Only the latest text of each terms has pages of its own
    #[arg(long, conflicts_with = "records")]
    only_latest: bool,

    /// Make every page anew, also those whose content is known to be the same
    #[arg(long)]
    force: bool,
}

/// A number of records; `None` for all.
#[derive(Debug, Clone, Copy)]
struct Records(Option<usize>);

impl FromStr for Records {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self(None)),
            text => text.parse().map(|number| Self(Some(number))).map_err(|_| "neither a number nor `all`".to_owned()),
        }
    }
}

impl Site {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let serving = Serving::open(&context.root)?;
        context.tell_warnings(&serving.warnings);
        let settings = ExportSettings {
            base_url: self.base_url.as_ref().map(base).transpose()?,
            records: if self.only_latest { Some(0) } else { self.records.0 },
            force: self.force,
            out: self.out,
        };
        let is_address_known = settings.base_url.is_some();
        let served = serving.served()?;
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        let counter = context.console.counter("files");
        let exported = runtime.block_on(export(&served, settings, |done| counter.set_position(done as u64)));
        counter.finish_and_clear();
        let summary = exported.map_err(|error| hinted(&told(&error), error.hint()))?;
        print(&summary);
        if !is_address_known {
            let (text, hint) =
                ("without the address of the copy, it has no sitemap, canonical links or cards", "`--base-url URL`");
            context.console.note(&with_hint(text, Some(hint)));
        }
        Ok(end(context, &summary))
    }
}

/// An error and what it came from, on one line.
fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"))
}

fn base(url: &Url) -> anyhow::Result<String> {
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        bail!("`{url}` is no address of a folder on the web\nhint: something like `https://example.org/terms`");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn print(summary: &ExportSummary) {
    let (kept, all) = summary.records;
    println!("written: {} files, {}", summary.written, size(summary.bytes_written));
    println!("unchanged: {}", summary.unchanged);
    println!("removed: {}", summary.removed);
    println!("in all: {} files, {}", summary.written + summary.unchanged, size(summary.bytes));
    if kept < all {
        println!("{kept} of {all} records have pages of their own; `--records all` gives them to all");
    }
}

/// A number of bytes as people say it.
#[expect(clippy::cast_precision_loss, reason = "the first three digits are told")]
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["bytes", "kB", "MB", "GB"];
    let place = (0..3).take_while(|place| bytes >= 1_000_u64.pow(place + 1)).count();
    match place {
        0 => format!("{bytes} bytes"),
        place => format!("{:.1} {}", bytes as f64 / 1e3_f64.powf(place as f64), UNITS[place]),
    }
}

/// Tells what could not be copied; what an earlier export wrote of it stays.
fn end(context: &Context, summary: &ExportSummary) -> ExitCode {
    for (address, why) in summary.failed.iter().take(FAILURES_TOLD) {
        context.console.warning(&format!("{address} could not be copied: {why}"));
    }
    if summary.failed.len() > FAILURES_TOLD {
        context.console.warning(&format!("… and {} more", summary.failed.len() - FAILURES_TOLD));
    }
    if summary.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
