//! `fineprint checks`: the record of every fetch, for people and, as JSON lines, for other programs.

use std::process::ExitCode;

use anstream::{print, println};
use clap::Args;
use serde::Serialize;

use super::moment::{Moment, rfc3339};
use super::reading::{harmless, unknown_among};
use super::{Context, table};
use crate::app::{App, checks_for_reading};
use crate::checks::{Check, CheckFilter, Day, Event, EventReason, Ledger};
use crate::config::Config;
use crate::domain::{ServiceId, TermsKey, TermsType};

/// Checks that are listed for people where they do not say how many.
const LISTED: usize = 100;

/// List when which source document was fetched, and what came of it, the oldest first
///
/// Previews, validation and dry runs are not recorded. DATE is a day, 2024-05-01, in UTC, or an instant,
/// 2024-05-01T10:00:00Z. The newest 100 are listed; `--jsonl` and `--days` give all.
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
        self.check_names(&ledger, &config)?;
        if self.events {
            let mut events = ledger.events(self.since.map(Moment::start))?;
            events.retain(|event| self.is_meant(event));
            self.print(&events, event_row)
        } else if self.days {
            self.print(&ledger.days(&self.filter())?, day_row)
        } else {
            self.print(&ledger.checks(&self.filter())?, check_row)
        }
    }

    /// Nothing was checked under a name that nothing goes by, which is another answer.
    fn check_names(&self, ledger: &Ledger, config: &Config) -> anyhow::Result<()> {
        let (service, terms_type) = (self.service.as_ref(), self.terms_type.as_ref());
        let mut known = ledger.terms()?;
        known.extend(App::declared(config)?.terms().map(|terms| terms.key.clone()));
        let is_meant = |terms: &TermsKey| {
            service.is_none_or(|service| *service == terms.service)
                && terms_type.is_none_or(|terms_type| *terms_type == terms.terms_type)
        };
        if (service.is_none() && terms_type.is_none()) || known.iter().any(is_meant) {
            return Ok(());
        }
        let list = "`fineprint checks` lists what was checked";
        Err(unknown_among(&known, "declared or was checked", list, service, terms_type))
    }

    fn filter(&self) -> CheckFilter {
        let listed = (!self.jsonl && !self.days).then_some(LISTED);
        CheckFilter {
            service: self.service.clone(),
            terms_type: self.terms_type.clone(),
            since: self.since.map(Moment::start),
            until: self.until.map(Moment::end),
            limit: self.limit.map(|limit| limit as usize).or(listed),
        }
    }

    fn is_meant(&self, event: &Event) -> bool {
        self.service.as_ref().is_none_or(|service| *service == event.terms.service)
            && self.terms_type.as_ref().is_none_or(|terms_type| *terms_type == event.terms.terms_type)
            && self.until.is_none_or(|until| event.at <= until.end())
    }

    fn print<T: Serialize, const N: usize>(&self, found: &[T], row: fn(&T) -> [String; N]) -> anyhow::Result<ExitCode> {
        if self.jsonl {
            for one in found {
                println!("{}", serde_json::to_string(one)?);
            }
        } else if !found.is_empty() {
            print!("{}\n", table::columns(&found.iter().map(row).collect::<Vec<_>>()).join("\n"));
        }
        Ok(if found.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
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
