//! `fineprint history`: which records there are.

use std::process::ExitCode;

use super::output::print;
use clap::Args;
use serde_json::Value;

use super::kinds::KindOptions;
use super::moment::{Moment, rfc3339};
use super::reading::{as_json, judged_words, short, unknown};
use super::{Context, table};
use crate::app::{App, explained};
use crate::domain::{ServiceId, TermsType};
use crate::records::{RecordEntry, RecordFilter, RecordStore, Recordable};

/// List what is recorded, the newest first
///
/// Dates are those at which the terms were fetched. DATE is a day, 2024-05-01, from its first to its last second in UTC,
/// or an instant, 2024-05-01T10:00:00Z. Names are taken literally. Ends with 1 if no record is found.
#[derive(Debug, Args)]
pub struct History {
    /// Only this service, by id
    service: Option<ServiceId>,

    /// Only this terms type
    #[arg(value_name = "TYPE")]
    terms_type: Option<TermsType>,

    /// Only records of this day or later
    #[arg(long, value_name = "DATE")]
    since: Option<Moment>,

    /// Only records of this day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<Moment>,

    #[command(flatten)]
    kinds: KindOptions,

    /// The newest so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,

    /// The snapshots, rather than the versions
    #[arg(long, conflicts_with = "significant")]
    snapshots: bool,

    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
}

impl History {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let archive = App::archive_for_reading(&context.root)?;
        let entries = match self.snapshots {
            true => self.entries(&archive.snapshots()?)?,
            false => {
                let versions = archive.versions()?;
                self.kinds.prepare(&versions, context)?;
                self.entries(&versions)?
            }
        };
        match self.json {
            true => print!("{:#}\n", entries.iter().map(as_json).collect::<Value>()),
            false if entries.is_empty() => context.console.note("no record matches"),
            false => print!("{}", listed(&entries)),
        }
        Ok(if entries.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn entries<T: Recordable>(&self, store: &dyn RecordStore<T>) -> anyhow::Result<Vec<RecordEntry>> {
        let entries = store.list(&self.filter()).map_err(explained)?;
        let named =
            RecordFilter { service: self.service.clone(), terms_type: self.terms_type.clone(), ..Default::default() };
        let any_of_that_name = RecordFilter { limit: Some(1), ..named };
        if entries.is_empty() && store.list(&any_of_that_name).map_err(explained)?.is_empty() {
            return Err(unknown(store, self.service.as_ref(), self.terms_type.as_ref())?);
        }
        Ok(entries)
    }

    fn filter(&self) -> RecordFilter {
        let mut filter = RecordFilter {
            service: self.service.clone(),
            terms_type: self.terms_type.clone(),
            since: self.since.map(Moment::start),
            until: self.until.map(Moment::end),
            limit: self.limit.map(|limit| limit as usize),
            ..RecordFilter::default()
        };
        self.kinds.narrow(&mut filter);
        filter
    }
}

fn listed(entries: &[RecordEntry]) -> String {
    let heading = ["Date", "Id", "Kind", "Service", "Terms"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(heading).chain(entries.iter().map(row)).collect();
    table::columns(&rows).join("\n") + "\n"
}

fn row(entry: &RecordEntry) -> [String; 5] {
    // As the file in the repository is named.
    let document = entry.document.as_ref().map(|document| format!(" #{document}")).unwrap_or_default();
    [
        rfc3339(entry.date),
        short(&entry.id).to_owned(),
        judged_words(entry),
        entry.terms.service.to_string(),
        format!("{}{document}", entry.terms.terms_type),
    ]
}
