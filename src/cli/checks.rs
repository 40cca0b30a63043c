//! `fineprint checks`: the record of every fetch, for people and, as JSON lines, for other programs.

use std::process::ExitCode;

use super::output::{print, println};
use chrono::DateTime;
use clap::Args;
use serde::Serialize;

use super::moment::{Moment, rfc3339};
use super::reading::{harmless, unknown_among};
use super::{Context, table};
use crate::app::{App, checks_for_reading};
use crate::checks::{Check, CheckFilter, ChecksError, Day, Event, EventReason, Ledger};
use crate::config::Config;
use crate::domain::{ServiceId, TermsKey, TermsName, TermsType};

/// Checks that are listed for people where they do not say how many.
const LISTED: usize = 100;

/// List when which source document was fetched, and what came of it, the oldest first
///
/// Previews, validation and dry runs are not recorded. DATE is a day, 2024-05-01, in UTC, or an instant,
/// 2024-05-01T10:00:00Z. The newest 100 are listed; `--jsonl` and `--days` give all. Ends with 1 if nothing is found.
#[derive(Debug, Args)]
pub struct Checks {
    /// Only this service, by id
    service: Option<ServiceId>,

    /// Only this terms type
    #[arg(value_name = "TYPE")]
    terms_type: Option<TermsType>,

    /// Only checks of this day or later
    #[arg(long, value_name = "DATE")]
    since: Option<Moment>,

    /// Only checks of this day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<Moment>,

    /// The newest so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,

    /// Sums of days, which are kept for ever
    #[arg(long, conflicts_with = "limit")]
    days: bool,

    /// When terms began and ended to be tracked, and why; a terms that could not be read for seven days has ended
    #[arg(long, conflicts_with_all = ["days", "limit"])]
    events: bool,

    /// Print one JSON object a line, with all that is known
    #[arg(long)]
    jsonl: bool,
}

impl Checks {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let config = App::configuration(&context.root)?.config;
        let ledger = checks_for_reading(&config)?;
        let names = config.recorder.versions.renames.names(self.service.as_ref(), self.terms_type.as_ref());
        self.check_names(&names, &ledger, &config)?;
        if self.events {
            let mut events = ledger.events(self.since.map(Moment::start))?;
            events.retain(|event| self.is_meant(&names, event));
            self.print(&events, event_row, context)
        } else if self.days {
            let mut days = self.under(&names, |filter| ledger.days(filter))?;
            days.sort_by_key(|day| day.day);
            self.print(&days, day_row, context)
        } else {
            let mut checks = self.under(&names, |filter| ledger.checks(filter))?;
            checks.sort_by_key(|check| check.at);
            let left_out = checks.len().saturating_sub(self.most());
            self.print(&checks[left_out..], check_row, context)?;
            if left_out > 0 && self.limit.is_none() {
                let told = format!("the newest {LISTED} are listed; `--limit N` lists more, `--jsonl` all");
                context.console.note(&told);
            }
            Ok(ended(&checks))
        }
    }

    /// What is known under each of the names that were asked for or went before.
    fn under<T>(
        &self,
        names: &[TermsName],
        of: impl Fn(&CheckFilter) -> Result<Vec<T>, ChecksError>,
    ) -> anyhow::Result<Vec<T>> {
        let mut all = Vec::new();
        for name in names {
            all.extend(of(&self.filter(name))?);
        }
        Ok(all)
    }

    /// Nothing was checked under a name that nothing goes by, which is another answer.
    fn check_names(&self, names: &[TermsName], ledger: &Ledger, config: &Config) -> anyhow::Result<()> {
        let (service, terms_type) = (self.service.as_ref(), self.terms_type.as_ref());
        let mut known = ledger.terms()?;
        known.extend(App::declared(config)?.collection.terms().map(|terms| terms.key.clone()));
        let is_meant = |terms: &TermsKey| {
            names.iter().any(|name| TermsName { until: None, ..name.clone() }.is_of(terms, DateTime::UNIX_EPOCH))
        };
        if (service.is_none() && terms_type.is_none()) || known.iter().any(is_meant) {
            return Ok(());
        }
        let list = "`fineprint checks` lists what was checked";
        Err(unknown_among(&known, "declared or was checked", list, service, terms_type))
    }

    fn filter(&self, name: &TermsName) -> CheckFilter {
        let ends = self.until.map(Moment::end).into_iter().chain(name.until);
        CheckFilter {
            service: name.service.clone(),
            terms_type: name.terms_type.clone(),
            since: self.since.map(Moment::start),
            until: ends.min(),
            // One more, to know whether there are more.
            limit: Some(self.most().saturating_add(1)),
        }
    }

    /// How many checks are listed.
    fn most(&self) -> usize {
        let by_default = if self.jsonl { usize::MAX } else { LISTED };
        self.limit.map_or(by_default, |limit| limit as usize)
    }

    fn is_meant(&self, names: &[TermsName], event: &Event) -> bool {
        names.iter().any(|name| name.is_of(&event.terms, event.at))
            && self.until.is_none_or(|until| event.at <= until.end())
    }

    fn print<T: Serialize, const N: usize>(
        &self,
        found: &[T],
        row: fn(&T) -> [String; N],
        context: &Context,
    ) -> anyhow::Result<ExitCode> {
        if self.jsonl {
            for one in found {
                println!("{}", serde_json::to_string(one)?);
            }
        } else if found.is_empty() {
            context.console.note("nothing was noted that matches");
        } else {
            print!("{}\n", table::columns(&found.iter().map(row).collect::<Vec<_>>()).join("\n"));
        }
        Ok(ended(found))
    }
}

fn ended<T>(found: &[T]) -> ExitCode {
    if found.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn check_row(check: &Check) -> [String; 6] {
    let document = check.document.as_ref().map(|document| format!(" #{document}")).unwrap_or_default();
    let status = check.status.map(|status| status.to_string()).unwrap_or_default();
    let failure = check.failure.as_ref().map(|failure| format!(": {}", failure.kind)).unwrap_or_default();
    [
        rfc3339(check.at),
        format!("{}{document}", check.terms),
        format!("{}{failure}", check.outcome.name()),
        status,
        format!("{} ms", check.duration_ms),
        harmless(check.final_url.as_deref().unwrap_or_default()),
    ]
}

fn event_row(event: &Event) -> [String; 4] {
    let reason = event.reason.as_ref().map(EventReason::in_words).unwrap_or_default();
    [rfc3339(event.at), event.terms.to_string(), event.kind.name().to_owned(), harmless(&reason)]
}

fn day_row(day: &Day) -> [String; 5] {
    [
        day.day.to_string(),
        format!("{}{}", day.terms, if day.document.is_empty() { String::new() } else { format!(" #{}", day.document) }),
        format!("{} checks", day.checks),
        format!("{} new", day.recorded),
        format!("{} failed", day.failed),
    ]
}
