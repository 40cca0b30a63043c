//! `fineprint mark`: a person says of which kind a change is.

use std::process::ExitCode;

use super::output::println;
use anyhow::bail;
use clap::Args;

use super::Context;
use super::reading::{IdStart, by_unique_id, rendered_verdict};
use crate::app::{App, explained};
use crate::domain::{ChangeKind, Clock};
use crate::records::{Correction, RecordEntry};

/// Say of which kind a change is, in place of what the rules say
///
/// The correction is a git note in the repository of versions, under `refs/notes/fineprint`, in the name that git knows
/// you by, and signed if git signs your commits. It counts wherever verdicts are shown or asked for, travels with the next
/// push, and is replaced by the next correction of the same record, or taken back by `--remove`.
#[derive(Debug, Args)]
pub struct Mark {
    /// The record, by the first digits of its id
    #[arg(value_name = "COMMIT")]
    id: IdStart,

    /// Of which kind the change is; `first` and `technical-upgrade` are what a record says of itself, not to be corrected
    #[arg(long, required_unless_present = "remove", value_parser = corrected_kind)]
    kind: Option<ChangeKind>,

    /// Take the correction back, so that what the rules say counts again
    #[arg(long, conflicts_with_all = ["kind", "significant", "not_significant", "note"])]
    remove: bool,

    /// Somebody who follows the terms wants to hear of it
    #[arg(long, conflicts_with = "not_significant")]
    significant: bool,

    /// Nobody needs to hear of it
    #[arg(long)]
    not_significant: bool,

    /// Why
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Mark {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let versions = App::archive_for_reading(&context.root)?.versions()?;
        let entry = by_unique_id(&versions, &self.id)?;
        let now = Clock::system().now();
        match self.kind {
            Some(kind) => {
                let correction = Correction { kind, significant: self.counts(kind, &entry), note: self.note.clone() };
                versions.correct(&entry.id, &correction, now).map_err(explained)?;
            }
            None if versions.withdraw_correction(&entry.id, now).map_err(explained)? => {}
            None => bail!("record {} was not corrected", super::reading::short(&entry.id)),
        }
        let corrected = by_unique_id(&versions, &self.id)?;
        println!("{}  {}: {}", super::reading::short(&entry.id), entry.terms, rendered_verdict(&corrected));
        Ok(ExitCode::SUCCESS)
    }

    /// Where nothing is said, what was thought before stays for the same kind; else kinds count that say something new.
    fn counts(&self, kind: ChangeKind, entry: &RecordEntry) -> bool {
        if self.significant || self.not_significant {
            return self.significant;
        }
        match &entry.verdict {
            Some(verdict) if verdict.kind == kind => verdict.significant,
            _ => matches!(kind, ChangeKind::Substantive | ChangeKind::RealRevert),
        }
    }
}

/// A kind that a change may be of.
fn corrected_kind(name: &str) -> Result<ChangeKind, String> {
    match name.parse::<ChangeKind>() {
        Ok(ChangeKind::First | ChangeKind::TechnicalUpgrade) => {
            Err("a record says of itself whether it is the first or a technical upgrade".to_owned())
        }
        Ok(kind) => Ok(kind),
        Err(error) => {
            let kinds =
                ChangeKind::ALL.iter().filter(|kind| !matches!(kind, ChangeKind::First | ChangeKind::TechnicalUpgrade));
            let kinds: Vec<String> = kinds.map(ToString::to_string).collect();
            Err(format!("{error}; there are {}", kinds.join(", ")))
        }
    }
}
