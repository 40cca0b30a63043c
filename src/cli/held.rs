//! `fineprint held`: texts that were not believed to be the terms, and what a person says of them.

use std::process::ExitCode;

use anstream::{print, println};
use anyhow::bail;
use clap::{Args, Subcommand};
use owo_colors::OwoColorize;
use serde_json::{Value, json};

use super::Context;
use super::moment::rfc3339;
use super::reading::harmless;
use super::replay::Replay;
use crate::app::{App, checks_for_reading, checks_for_writing};
use crate::checks::{Decision, Hold};
use crate::config;
use crate::domain::{Clock, Saved, ServiceId, TermsKey, TermsType};
use crate::gate;

/// Lines of a held text that are shown.
const LINES_SHOWN: usize = 4;

/// List texts that were not believed to be the terms, or decide about one
///
/// A held text is in the snapshots, and not in the versions. `docs/gate.md` tells what is held, and for how long.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Held {
    #[command(subcommand)]
    action: Option<Action>,

    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say that a held text is the terms: it is recorded, now and whenever it comes back
    Accept(Named),
    /// Say that a held text is not the terms, and never will be, however long it stands
    Reject(Named),
    /// Tell what the gate would have done with the history that is recorded
    Replay(Replay),
    /// Print the rules and their phrases as Markdown
    Rules,
}

/// The terms that is meant.
#[derive(Debug, Args)]
struct Named {
    service: ServiceId,

    #[arg(value_name = "TYPE")]
    terms_type: TermsType,
}

impl Held {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self.action {
            None => list(context, self.json)?,
            Some(Action::Accept(named)) => accept(context, &named.key())?,
            Some(Action::Reject(named)) => reject(context, &named.key())?,
            Some(Action::Replay(replay)) => replay.run(context)?,
            Some(Action::Rules) => print!("{}", gate::rules_as_markdown()),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Named {
    fn key(self) -> TermsKey {
        TermsKey::new(self.service, self.terms_type)
    }
}

fn list(context: &Context, as_json: bool) -> anyhow::Result<()> {
    let config = App::configuration(&context.root)?.config;
    let holds = checks_for_reading(&config)?.holds()?;
    if as_json {
        println!("{:#}", holds.iter().map(exported).collect::<Value>());
    } else if holds.is_empty() {
        context.console.note("nothing is held");
    }
    if !as_json {
        holds.iter().for_each(|hold| print!("{}", told(hold, &config.gate)));
    }
    Ok(())
}

fn exported(hold: &Hold) -> Value {
    let mut object = json!({ "service": hold.terms.service, "termsType": hold.terms.terms_type });
    if let (Some(object), Value::Object(facts)) = (object.as_object_mut(), hold.as_json()) {
        object.extend(facts);
    }
    object
}

fn told(hold: &Hold, gate: &gate::Config) -> String {
    let runs = if hold.runs == 1 { "1 run".to_owned() } else { format!("{} runs", hold.runs) };
    let mut lines = vec![
        hold.terms.bold().to_string(),
        format!("  held since {}, seen in {runs}, last at {}", rfc3339(hold.since), rfc3339(hold.last_seen)),
    ];
    lines.extend(hold.suspicions.iter().map(|suspicion| format!("  {}", harmless(&suspicion.text))));
    lines.push(format!("  {}", prospect(hold, gate)));
    let text = hold.excerpt.lines().filter(|line| !line.trim().is_empty()).take(LINES_SHOWN);
    lines.extend(text.map(|line| format!("  | {}", harmless(line))));
    lines.join("\n") + "\n\n"
}

/// What will become of it.
fn prospect(hold: &Hold, gate: &gate::Config) -> String {
    let is_believed = gate.believes_what_stands(hold.suspicions.iter().map(|suspicion| &suspicion.reason));
    match hold.decision {
        Some(Decision::Accepted) => "accepted: it will be recorded at the next run".to_owned(),
        Some(Decision::Rejected) => "rejected: it stays out".to_owned(),
        None if is_believed => {
            let until = hold.since + gate.confirm_after;
            format!("will be believed from {} on, after {} runs, if it stays so", rfc3339(until), gate.confirm_runs)
        }
        None => "waits for a person: `fineprint held accept` or `fineprint held reject`".to_owned(),
    }
}

fn accept(context: &Context, terms: &TermsKey) -> anyhow::Result<()> {
    let app = App::open(&context.root)?;
    decide(&app.config, terms, Decision::Accepted)?;
    let Some(declared) = app.collection.terms().find(|declared| declared.key == *terms) else {
        bail!("{terms} is not declared any more, so nothing is recorded")
    };
    let repositories = match app.repositories() {
        Ok(repositories) => repositories,
        Err(error) => {
            context.console.note(&format!("Accepted; the next run records it, since now: {error:#}"));
            return Ok(());
        }
    };
    match app.tracker(repositories.archive(), Clock::system())?.release(declared)? {
        Ok(Saved::Recorded { id, .. }) => println!("accepted, and recorded as {id}"),
        Ok(Saved::Unchanged { .. }) => println!("accepted; the latest version says the same"),
        Err(failure) => println!("accepted, and nothing is recorded yet: {failure}"),
    }
    repositories.publish()
}

fn reject(context: &Context, terms: &TermsKey) -> anyhow::Result<()> {
    let config = App::configuration(&context.root)?.config;
    decide(&config, terms, Decision::Rejected)?;
    println!("rejected: it stays out, also when it comes back");
    Ok(())
}

fn decide(config: &config::Config, terms: &TermsKey, decision: Decision) -> anyhow::Result<()> {
    // Only reading tells a missing record from an empty one.
    checks_for_reading(config)?;
    let ledger = checks_for_writing(config)?;
    match ledger.decide(terms, decision, Clock::system().now())? {
        Some(_) => Ok(()),
        None => bail!("nothing of {terms} is held\nhint: `fineprint held` lists what is"),
    }
}
