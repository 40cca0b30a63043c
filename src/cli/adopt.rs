//! `fineprint adopt`: tells what existing repositories hold, before fineprint continues them.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anstream::println;
use clap::Args;

use super::Context;
use super::track::kind_in_words;
use crate::app::{App, explained};
use crate::domain::TermsKey;
use crate::records::{Other, Survey};

/// Services listed where they are not declared.
const SERVICES_SHOWN: usize = 20;

/// Tell what the configured repositories hold, as fineprint understands it, and change nothing
#[derive(Debug, Args)]
pub struct Adopt;

impl Adopt {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let app = App::open(&context.root)?;
        let archive = App::archive_for_reading(&context.root)?;
        let declared: BTreeSet<&str> = app.collection.services.iter().map(|service| service.id.as_str()).collect();
        print("snapshots", &archive.snapshots()?.survey().map_err(explained)?, &declared);
        print("versions", &archive.versions()?.survey().map_err(explained)?, &declared);
        println!(
            "`fineprint track` continues both as they are; `fineprint apply-technical-upgrades --dry-run` shows what"
        );
        println!("extracting again would change.");
        Ok(ExitCode::SUCCESS)
    }
}

fn print(name: &str, survey: &Survey, declared: &BTreeSet<&str>) {
    let records: usize = survey.records.values().sum();
    println!("{name}: {records} records of {} terms", survey.terms.len());
    for (kind, count) in &survey.records {
        println!("  {}: {count}", kind_in_words(*kind));
    }
    if let (Some(oldest), Some(newest)) = (survey.oldest, survey.newest) {
        println!("  from {} to {}", oldest.format("%Y-%m-%d"), newest.format("%Y-%m-%d"));
    }
    for (engine, count) in &survey.engines {
        println!("  by {}: {count}", engine.as_deref().unwrap_or("an engine that does not say"));
    }
    for (other, skipped) in &survey.skipped {
        println!("  left out, {}: {}, the first of them {}", why(*other), skipped.count, skipped.first);
    }
    print_undeclared(&survey.terms, declared);
    println!();
}

fn print_undeclared(terms: &BTreeSet<TermsKey>, declared: &BTreeSet<&str>) {
    let services: BTreeSet<&str> = terms.iter().map(|terms| terms.service.as_str()).collect();
    let undeclared: Vec<&str> = services.difference(declared).copied().collect();
    if undeclared.is_empty() {
        return;
    }
    let shown = undeclared.iter().take(SERVICES_SHOWN).copied().collect::<Vec<_>>().join(", ");
    let more = undeclared.len().saturating_sub(SERVICES_SHOWN);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    println!("  services without declaration, which stay readable: {shown}{rest}");
}

fn why(other: Other) -> &'static str {
    match other {
        Other::Merge => "merges",
        Other::OtherSubject => "commits of people",
        Other::NoRecordFile => "commits that change no record",
        Other::Damaged => "commits that cannot be read",
    }
}
