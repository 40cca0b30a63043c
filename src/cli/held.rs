//! `fineprint held`: texts that were not believed to be the terms, and what a person says of them.

use std::process::ExitCode;

use super::output::{print, println};
use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand};
use owo_colors::OwoColorize;
use serde_json::{Value, json};

use super::Context;
use super::moment::rfc3339;
use super::reading::{harmless, print_text, short};
use super::replay::Replay;
use crate::app::{App, Repositories, checks_for_reading, checks_for_writing, explained, hinted};
use crate::checks::{Decision, Hold, Ledger};
use crate::config;
use crate::declarations::closest;
use crate::domain::{Clock, RecordId, Saved, ServiceId, Snapshot, Terms, TermsKey, TermsType};
use crate::gate;
use crate::records::RecordStore;
use crate::tracker::held_text;

/// Lines of a held text that are shown.
const LINES_SHOWN: usize = 4;

/// Digits of the hash that a held text is named by.
const DIGITS_SHOWN: usize = 8;

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
    /// Print the whole text that is held
    Show(Named),
    /// Say that a held text is the terms: it is recorded, now and whenever it comes back
    Accept(Decided),
    /// Say that a held text is not the terms, and never will be, however long it stands
    Reject(Decided),
    /// Tell what the gate would have done with the history that is recorded
    Replay(Replay),
    /// Print the rules and their phrases as Markdown
    Rules,
}

/// The terms that is meant.
#[derive(Debug, Args)]
struct Named {
    /// The service, by id
    service: ServiceId,

    /// The terms type
    #[arg(value_name = "TYPE")]
    terms_type: TermsType,
}

/// The text that is decided about.
#[derive(Debug, Args)]
struct Decided {
    #[command(flatten)]
    named: Named,

    /// Only if the text that is held now is the one that `fineprint held` named so
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

impl Held {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        match self.action {
            None => list(context, self.json)?,
            Some(Action::Show(named)) => show(context, &named.key())?,
            Some(Action::Accept(decided)) => accept(context, &decided)?,
            Some(Action::Reject(decided)) => reject(context, &decided)?,
            Some(Action::Replay(replay)) => replay.run(context)?,
            Some(Action::Rules) => print!("{}", gate::rules_as_markdown()),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Named {
    fn key(&self) -> TermsKey {
        TermsKey::new(self.service.clone(), self.terms_type.clone())
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
    lines.extend(hold.text_hash.as_deref().map(|hash| format!("  text {}", name_of(hash))));
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

/// A text by the first digits of its hash.
fn name_of(hash: &str) -> &str {
    hash.get(..DIGITS_SHOWN).unwrap_or(hash)
}

fn show(context: &Context, terms: &TermsKey) -> anyhow::Result<()> {
    let app = App::open(&context.root)?;
    let ledger = checks_for_reading(&app.config)?;
    let Some(hold) = ledger.hold(terms)? else { return Err(nothing_held(&ledger, terms)) };
    let snapshots = App::archive_for_reading(&context.root)?.snapshots()?;
    match held_text(&snapshots, &app.extractor(), declared(&app, terms)?, &hold).map_err(explained)? {
        Some(version) => print_text(&format!("{}\n", version.markdown))?,
        None => bail!("the text cannot be made again, since {}", why_gone(&snapshots, &hold)?),
    }
    Ok(())
}

/// Why what is held cannot be made again.
fn why_gone(snapshots: &dyn RecordStore<Snapshot>, hold: &Hold) -> anyhow::Result<&'static str> {
    for id in &hold.snapshots {
        if snapshots.find(id).map_err(explained)?.is_none() {
            return Ok("the run that saw it was cut short before its page was kept: the next run looks again");
        }
    }
    Ok("its declaration or its filters changed: the next run looks again")
}

fn accept(context: &Context, decided: &Decided) -> anyhow::Result<()> {
    let app = App::open(&context.root)?;
    let terms = decided.named.key();
    let hold = decide(&app.config, decided, Decision::Accepted)?;
    let declared = declared(&app, &terms).context("accepted, and nothing is recorded")?;
    let repositories = match app.repositories() {
        Ok(repositories) => repositories,
        Err(error) => {
            // What can be done about it is to wait for that run, rather than what it would be otherwise.
            let error = format!("{error:#}");
            let why = error.split("\nhint: ").next().unwrap_or_default();
            context.console.note(&format!("Accepted; the next run records it, since now: {why}"));
            return Ok(());
        }
    };
    let released = app.tracker(repositories.archive(), Clock::system())?.release(declared, &hold)?;
    match &released {
        Some(Saved::Recorded { id, .. }) => println!("accepted, and recorded as {id}"),
        Some(Saved::Unchanged { .. }) => println!("accepted; the latest version says the same"),
        None => {
            let snapshots = repositories.archive().snapshots;
            println!("accepted; it cannot be made again now, since {}", why_gone(&*snapshots, &hold)?);
        }
    }
    repositories.judge_versions();
    if let Some(Saved::Recorded { id, .. }) = &released {
        let_count(context, &repositories, id);
    }
    repositories.publish()
}

/// What a person says of a text weighs more than what the rules, which may take it for no terms, say of its version.
fn let_count(context: &Context, repositories: &Repositories, accepted: &RecordId) {
    match repositories.count_as_change(accepted) {
        Ok(false) => {}
        Ok(true) => println!("marked as a change that counts, though the rules take it for an outage"),
        Err(error) => {
            let command = format!("fineprint mark {} --kind substantive", short(accepted));
            let fault = "the rules take it for an outage, and it is not marked as a change that counts";
            context.console.warning(&format!("{fault}: {error:#}\nhint: then run `{command}`"));
        }
    }
}

fn reject(context: &Context, decided: &Decided) -> anyhow::Result<()> {
    let config = App::configuration(&context.root)?.config;
    decide(&config, decided, Decision::Rejected)?;
    println!("rejected: it stays out, also when it comes back");
    Ok(())
}

fn decide(config: &config::Config, decided: &Decided, decision: Decision) -> anyhow::Result<Hold> {
    let (terms, text) = (decided.named.key(), decided.text.as_deref());
    // Only reading tells a missing record from an empty one.
    let ledger = checks_for_reading(config)?;
    let held = ledger.hold(&terms)?;
    match checks_for_writing(config)?.decide(&terms, text, decision, Clock::system().now())? {
        Some(hold) => Ok(hold),
        None if held.is_none() => Err(nothing_held(&ledger, &terms)),
        None => bail!("another text of {terms} is held now\nhint: look at it first: `fineprint held`"),
    }
}

fn declared<'a>(app: &'a App, terms: &TermsKey) -> anyhow::Result<&'a Terms> {
    let found = app.collection.terms().find(|declared| declared.key == *terms);
    found.ok_or_else(|| anyhow!("{terms} is not declared any more"))
}

/// Nothing goes by this name, or a similar one does.
fn nothing_held(ledger: &Ledger, terms: &TermsKey) -> anyhow::Error {
    let held: Vec<TermsKey> = ledger.holds().into_iter().flatten().map(|hold| hold.terms).collect();
    let of_service = held.iter().filter(|other| other.service == terms.service).map(|other| other.terms_type.as_str());
    let meant = closest(terms.terms_type.as_str(), of_service)
        .or_else(|| closest(terms.service.as_str(), held.iter().map(|other| other.service.as_str())));
    let hint = meant.map_or("`fineprint held` lists what is".to_owned(), |meant| format!("did you mean `{meant}`?"));
    hinted(&format!("nothing of {terms} is held"), Some(hint))
}
