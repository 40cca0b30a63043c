//! How a run over terms ends: the exit code that scripts and cron act on.

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::output::println;
use crate::app::App;
use crate::tracker::{Failure, Outcome};

/// Chooses what makes a run end with 1, after everything else has gone on.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Ending {
    /// What makes a run end with 1 that went to its end
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    fail_on: FailOn,
}

/// What is bad enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, ValueEnum)]
enum FailOn {
    /// Nothing: whatever failed is told, and no more
    Never,
    /// A file of the collection that cannot be used, nothing declared at all, or several terms of which none could be read
    #[default]
    Faults,
    /// The same, and any terms that failed; what is held has not
    Failures,
}

/// What is wrong with a collection as a whole, rather than with some of its terms.
#[derive(Debug, Default)]
pub struct CollectionFaults {
    /// Files that cannot be used, relative to the collection's folder.
    files: BTreeSet<String>,
    declares_nothing: bool,
}

impl CollectionFaults {
    pub fn of(app: &App) -> Self {
        let errors = app.faults.iter().filter(|fault| fault.is_error());
        let files: BTreeSet<String> = errors.map(|fault| fault.file.clone()).collect();
        let declares_nothing = files.is_empty() && app.collection.services.is_empty();
        Self { files, declares_nothing }
    }

    /// Prints them below the summary of a run, where somebody looks for them.
    pub fn print(&self) {
        if !self.files.is_empty() {
            let files: Vec<&str> = self.files.iter().map(String::as_str).collect();
            println!("faulty: {}", self.files.len());
            println!("  `fineprint validate declarations` tells what to do: {}", files.join(", "));
        }
        if self.declares_nothing {
            println!("nothing is declared: docs/declaring.md tells how");
        }
    }

    fn is_empty(&self) -> bool {
        self.files.is_empty() && !self.declares_nothing
    }
}

impl Ending {
    /// The exit code of a run that went to its end.
    pub fn code(self, faults: &CollectionFaults, outcomes: &[Outcome]) -> ExitCode {
        let failed = outcomes.iter().filter(|outcome| has_failed(outcome)).count();
        // One page that fails is that page's trouble; if all do, it is this machine's.
        let reads_nothing = failed > 1 && failed == outcomes.len();
        let is_bad = match self.fail_on {
            FailOn::Never => false,
            FailOn::Faults => !faults.is_empty() || reads_nothing,
            FailOn::Failures => !faults.is_empty() || failed > 0,
        };
        if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

fn has_failed(outcome: &Outcome) -> bool {
    matches!(&outcome.version, Err(failure) if !matches!(failure, Failure::Held(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Kind, RecordId, Saved, TermsKey};

    fn outcome(terms_type: &str, is_read: bool) -> Outcome {
        let terms = TermsKey::new("Acme".parse().unwrap(), terms_type.parse().unwrap());
        let id: RecordId = "0".repeat(40).parse().unwrap();
        let read = Saved::Recorded { id, kind: Kind::Change };
        let version = if is_read { Ok(read) } else { Err(Failure::NoSnapshot(terms.clone())) };
        Outcome { terms, snapshots: Vec::new(), version }
    }

    fn ends_well(fail_on: FailOn, faulty: bool, read: &[bool]) -> bool {
        let outcomes: Vec<Outcome> = read.iter().map(|is_read| outcome("Imprint", *is_read)).collect();
        let faults = CollectionFaults { declares_nothing: faulty, ..CollectionFaults::default() };
        Ending { fail_on }.code(&faults, &outcomes) == ExitCode::SUCCESS
    }

    #[test]
    fn one_failure_among_others_is_no_fault_unless_it_is_asked_for() {
        assert!(ends_well(FailOn::Faults, false, &[true, false]));
        assert!(!ends_well(FailOn::Failures, false, &[true, false]));
        assert!(ends_well(FailOn::Failures, false, &[true, true]));
    }

    #[test]
    fn several_terms_of_which_none_could_be_read_are_a_fault() {
        assert!(!ends_well(FailOn::Faults, false, &[false, false]));
        assert!(ends_well(FailOn::Faults, false, &[false]));
        assert!(ends_well(FailOn::Faults, false, &[]));
    }

    #[test]
    fn nothing_fails_where_nothing_shall() {
        assert!(!ends_well(FailOn::Faults, true, &[true]));
        assert!(ends_well(FailOn::Never, true, &[false, false]));
    }
}
