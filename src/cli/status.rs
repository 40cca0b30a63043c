//! `fineprint status`: how each terms stands.

use std::collections::{BTreeSet, HashMap};
use std::process::ExitCode;

use anstream::{print, println};
use chrono::{DateTime, Utc};
use clap::Args;
use owo_colors::OwoColorize;

use super::moment::rfc3339;
use super::reading::{harmless, unknown_among};
use super::{Context, table};
use crate::app::{App, checks_for_reading, explained};
use crate::checks::{State, Status as TermsStatus};
use crate::domain::{Kind, ServiceId, TermsKey, TermsType};
use crate::records::{RecordFilter, RecordStore};

/// Tell for each terms when it was last checked and changed, what fails or is held, since when and why
///
/// Ends with 0 whatever the status is; programs read `--json`.
#[derive(Debug, Args)]
pub struct Status {
    /// Only this service, by id
    service: Option<ServiceId>,

    /// Only this terms type
    #[arg(value_name = "TYPE")]
    terms_type: Option<TermsType>,

    /// Only terms that fail or are held
    #[arg(long)]
    troubled: bool,

    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let statuses = self.statuses(context)?;
        if self.json {
            println!("{:#}", serde_json::to_value(&statuses)?);
        } else if statuses.is_empty() {
            context.console.note("no terms to tell of");
        } else {
            print!("{}", told(&statuses));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn statuses(&self, context: &Context) -> anyhow::Result<Vec<TermsStatus>> {
        let config = App::configuration(&context.root)?.config;
        let declared: BTreeSet<TermsKey> = App::declared(&config)?.terms().map(|terms| terms.key.clone()).collect();
        let mut statuses = checks_for_reading(&config)?.statuses(&declared)?;
        self.check_names(&statuses)?;
        statuses.retain(|status| self.is_meant(status));
        let changes = last_changes(context).unwrap_or_default();
        for status in &mut statuses {
            status.last_change = status.last_change.max(changes.get(&status.terms).copied());
        }
        Ok(statuses)
    }

    /// That nothing goes by a name is another answer than that nothing of it is in trouble.
    fn check_names(&self, statuses: &[TermsStatus]) -> anyhow::Result<()> {
        if statuses.is_empty() || statuses.iter().any(|status| self.is_named(status)) {
            return Ok(());
        }
        let known: Vec<TermsKey> = statuses.iter().map(|status| status.terms.clone()).collect();
        let (service, terms_type) = (self.service.as_ref(), self.terms_type.as_ref());
        Err(unknown_among(&known, "declared or was checked", "`fineprint status` lists all", service, terms_type))
    }

    fn is_named(&self, status: &TermsStatus) -> bool {
        self.service.as_ref().is_none_or(|service| *service == status.terms.service)
            && self.terms_type.as_ref().is_none_or(|terms_type| *terms_type == status.terms.terms_type)
    }

    fn is_meant(&self, status: &TermsStatus) -> bool {
        self.is_named(status) && (!self.troubled || matches!(status.state(), State::Failing | State::Held))
    }
}

/// When each terms last changed, as the archive has it, which may be older than the record of checks.
fn last_changes(context: &Context) -> anyhow::Result<HashMap<TermsKey, DateTime<Utc>>> {
    let versions = App::archive_for_reading(&context.root)?.versions()?;
    let filter = RecordFilter { kinds: vec![Kind::First, Kind::Change], ..RecordFilter::default() };
    let newest_first = versions.list(&filter).map_err(explained)?;
    Ok(newest_first.into_iter().rev().map(|entry| (entry.terms, entry.date)).collect())
}

fn told(statuses: &[TermsStatus]) -> String {
    let heading = ["Service", "Terms", "Last check", "Last change", "Status"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(heading).chain(statuses.iter().map(row)).collect();
    let troubles: Vec<String> = statuses.iter().flat_map(trouble).collect();
    let mut lines = table::columns(&rows);
    if !troubles.is_empty() {
        lines.push(String::new());
        lines.extend(troubles);
    }
    lines.join("\n") + "\n"
}

fn row(status: &TermsStatus) -> [String; 5] {
    let date = |date: Option<DateTime<Utc>>| date.map_or_else(|| "–".to_owned(), rfc3339);
    [
        status.terms.service.to_string(),
        status.terms.terms_type.to_string(),
        date(status.last_check),
        date(status.last_change),
        status.state().in_words().to_owned(),
    ]
}

/// Since when, why, and what to do about it.
fn trouble(status: &TermsStatus) -> Vec<String> {
    let name = status.terms.bold();
    match (status.state(), &status.failing, &status.held) {
        (State::Failing, Some((since, trouble)), _) => {
            let mut lines = vec![format!("{name}: failing since {}: {}", rfc3339(*since), harmless(&trouble.message))];
            lines.extend(trouble.advice.as_ref().map(|advice| format!("  hint: {advice}")));
            lines
        }
        (State::Held, _, Some(hold)) => {
            let reasons: Vec<String> = hold.suspicions.iter().map(|suspicion| harmless(&suspicion.text)).collect();
            vec![
                format!("{name}: held since {}: {}", rfc3339(hold.since), reasons.join("; ")),
                "  hint: `fineprint held` shows the text, and how to decide".to_owned(),
            ]
        }
        _ => Vec::new(),
    }
}
