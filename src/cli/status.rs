//! `fineprint status`: how each terms stands.

use std::collections::{BTreeSet, HashMap};
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use owo_colors::OwoColorize;
use serde_json::{Value, json};

use super::moment::rfc3339;
use super::output::{print, println};
use super::reading::{harmless, unknown_among};
use super::{Context, table};
use crate::app::{App, checks_for_reading, declared_to_checks, explained, service_of};
use crate::checks::{State, Status as TermsStatus};
use crate::declarations::Diagnostic;
use crate::domain::{Kind, Renames, ServiceId, TermsKey, TermsName, TermsType};
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

    /// Only terms that fail, are held, or whose declaration cannot be read
    #[arg(long)]
    troubled: bool,

    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
}

/// How terms stand, and what is wrong with the files that declare them.
struct Report {
    statuses: Vec<TermsStatus>,
    /// Each with the service whose file it is in.
    faults: Vec<(String, Diagnostic)>,
}

impl Status {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let report = self.report(context)?;
        if self.json {
            println!("{:#}", report.as_json()?);
        } else if report.is_empty() {
            let nothing = if self.troubled { "nothing is in trouble" } else { "nothing is declared, nor was checked" };
            context.console.note(nothing);
        } else {
            print!("{}", report.told());
        }
        Ok(ExitCode::SUCCESS)
    }

    fn report(&self, context: &Context) -> anyhow::Result<Report> {
        let config = App::configuration(&context.root)?.config;
        let renames = &config.recorder.versions.renames;
        let declared = App::declared(&config)?;
        let ledger = checks_for_reading(&config)?;
        let statuses = ledger.statuses(&declared_to_checks(&declared.collection, &declared.diagnostics, &config))?;
        let (faults, others) = by_service(declared.diagnostics);
        context.tell(&others);
        let mut report = Report { statuses, faults };
        self.narrow(&mut report, renames)?;
        // What the record of checks says of a run that was cut short may be lost: the archive knows better.
        if let Ok(changes) = last_changes(context, renames) {
            for status in &mut report.statuses {
                status.last_change = changes.get(&status.terms).copied();
            }
        }
        Ok(report)
    }

    /// Leaves what is meant. A name that nothing goes by is another answer than nothing to tell.
    fn narrow(&self, report: &mut Report, renames: &Renames) -> anyhow::Result<()> {
        // Asked by a former name, a terms is told by today's.
        let names = renames.names(self.service.as_ref(), self.terms_type.as_ref());
        let Some(TermsName { service, terms_type, .. }) = names.into_iter().next() else { return Ok(()) };
        let known: Vec<TermsKey> = report.statuses.iter().map(|status| status.terms.clone()).collect();
        let is_service = |name: &str| service.as_ref().is_none_or(|service| service.as_str() == name);
        report.statuses.retain(|status| {
            is_service(status.terms.service.as_str())
                && terms_type.as_ref().is_none_or(|terms_type| *terms_type == status.terms.terms_type)
        });
        report.faults.retain(|(id, _)| is_service(id));
        let is_named = service.is_some() || terms_type.is_some();
        if is_named && report.is_empty() {
            let list = "`fineprint status` lists all";
            return Err(unknown_among(&known, "declared or was checked", list, service.as_ref(), terms_type.as_ref()));
        }
        report.statuses.retain(|status| !self.troubled || status.state().is_trouble());
        Ok(())
    }
}

/// What is wrong with files of services, and what with others.
fn by_service(diagnostics: Vec<Diagnostic>) -> (Vec<(String, Diagnostic)>, Vec<Diagnostic>) {
    let mut faults = Vec::new();
    let mut others = Vec::new();
    for fault in diagnostics.into_iter().filter(Diagnostic::is_error) {
        match service_of(&fault).map(str::to_owned) {
            Some(service) => faults.push((service, fault)),
            None => others.push(fault),
        }
    }
    (faults, others)
}

/// When each terms last changed, as the archive has it, which may be older than the record of checks.
fn last_changes(context: &Context, renames: &Renames) -> anyhow::Result<HashMap<TermsKey, DateTime<Utc>>> {
    let versions = App::archive_for_reading(&context.root)?.versions()?;
    let filter = RecordFilter { kinds: vec![Kind::First, Kind::Change], ..RecordFilter::default() };
    let newest_first = versions.list(&filter).map_err(explained)?.into_iter();
    Ok(newest_first.rev().map(|entry| (renames.current(&entry.terms, entry.date), entry.date)).collect())
}

impl Report {
    fn is_empty(&self) -> bool {
        self.statuses.is_empty() && self.faults.is_empty()
    }

    /// What people read: a table, and below it what is in trouble.
    fn told(&self) -> String {
        let heading = ["Service", "Terms", "Last check", "Last change", "Status"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(heading).chain(self.statuses.iter().map(row)).collect();
        let mut troubles: Vec<String> = self.statuses.iter().flat_map(trouble).collect();
        troubles.extend(self.faults.iter().flat_map(|(service, fault)| told_fault(service, fault)));
        let mut lines = if self.statuses.is_empty() { Vec::new() } else { table::columns(&rows) };
        if !troubles.is_empty() && !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(troubles);
        lines.join("\n") + "\n"
    }

    /// The same for programs: one object for each terms, and one for each service of which none is known for a fault.
    fn as_json(&self) -> anyhow::Result<Value> {
        let mut objects: Vec<Value> = self.statuses.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
        for object in objects.iter_mut().filter(|object| object["state"] == json!(State::Faulty)) {
            let found = self.faults.iter().find(|(service, _)| object["service"] == **service);
            object["fault"] = json!(found.map(|(_, fault)| fault.to_string()));
        }
        let told: BTreeSet<&str> = self.statuses.iter().map(|status| status.terms.service.as_str()).collect();
        let untold = self.faults.iter().filter(|(service, _)| !told.contains(service.as_str()));
        objects.extend(untold.map(|(service, fault)| {
            json!({ "service": service, "termsType": null, "state": State::Faulty, "fault": fault.to_string() })
        }));
        Ok(Value::from(objects))
    }
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

/// Where a declaration cannot be read, and what to do about it.
fn told_fault(service: &str, fault: &Diagnostic) -> Vec<String> {
    let mut lines = vec![format!("{}: faulty: {fault}", service.bold())];
    lines.extend(fault.hint.as_ref().map(|hint| format!("  hint: {hint}")));
    lines
}
