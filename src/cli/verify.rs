//! `fineprint verify`: checks every record of an archive, and that nothing was rewritten.

use std::process::ExitCode;

use super::output::println;
use chrono::{DateTime, Utc};
use clap::Args;

use super::Context;
use super::reading::refuse_empty;
use crate::app::{App, explained};
use crate::domain::{Clock, Snapshot};
use crate::records::{RecordStore, Signatures, Verification};

/// Faults listed for one repository; the count tells of all.
const FAULTS_SHOWN: usize = 50;

/// Check every record of the archive, its signatures, and that nothing was rewritten
#[derive(Debug, Args)]
pub struct Verify;

impl Verify {
    /// Ends with 1 if anything is wrong.
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let archive = App::archive_for_reading(&context.root)?;
        let (snapshots, versions) = (archive.snapshots_if_any()?, archive.versions()?);
        refuse_empty(&versions)?;
        let now = Clock::system().now();
        let mut is_sound = true;
        let mut tell = |name, verification: &Verification| {
            print(name, verification);
            is_sound &= verification.faults.is_empty();
        };
        match &snapshots {
            Some(snapshots) => tell("snapshots", &snapshots.verify(now).map_err(explained)?),
            None => println!(
                "snapshots: there is no repository, so that versions are checked without what they were made from"
            ),
        }
        let snapshots = snapshots.as_ref().map(|snapshots| snapshots as &dyn RecordStore<Snapshot>);
        tell("versions", &versions.verify(snapshots, now).map_err(explained)?);
        Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print(name: &str, verification: &Verification) {
    let faults = verification.faults.len();
    println!("{name}: {} records, {}, {}", verification.records, in_words(faults), signed(&verification.signatures));
    for fault in verification.faults.iter().take(FAULTS_SHOWN) {
        println!("  {fault}");
    }
    if faults > FAULTS_SHOWN {
        println!("  and {} more", faults - FAULTS_SHOWN);
    }
}

fn in_words(faults: usize) -> String {
    match faults {
        0 => "no faults".to_owned(),
        1 => "1 fault".to_owned(),
        many => format!("{many} faults"),
    }
}

fn signed(signatures: &Signatures) -> String {
    if signatures.good + signatures.bad + signatures.unknown == 0 {
        return "none signed".to_owned();
    }
    let since = signatures.since.map(|date: DateTime<Utc>| format!(", all since {}", date.format("%Y-%m-%d")));
    format!(
        "{} with a good signature, {} with a bad one, {} with one that cannot be checked here, {} unsigned{}",
        signatures.good,
        signatures.bad,
        signatures.unknown,
        signatures.absent,
        since.unwrap_or_default()
    )
}
