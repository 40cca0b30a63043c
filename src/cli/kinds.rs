//! Which changes a command is about: by kind, and whether they count.

use std::collections::BTreeSet;
use std::fmt;

use clap::{Args, ValueEnum};

use super::Context;
use crate::app::explained;
use crate::assessment;
use crate::domain::{ChangeKind, Kind, RecordId, TermsKey, Version};
use crate::records::{RecordEntry, RecordFilter, RecordStore, Verdicts};

/// Narrows a command down to some kinds of records and of changes.
#[derive(Debug, Default, Args)]
pub struct KindOptions {
    /// Only records of these kinds: as they say of themselves (first, change, technical-upgrade), or as they are judged
    #[arg(long, value_enum, value_delimiter = ',')]
    kind: Vec<KindName>,

    /// Only changes that somebody who follows the terms wants to hear of
    #[arg(long)]
    significant: bool,
}

/// A kind of record, or a kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KindName {
    Recorded(Kind),
    Judged(ChangeKind),
}

impl ValueEnum for KindName {
    fn value_variants<'a>() -> &'a [Self] {
        use ChangeKind::{
            Blink, Boilerplate, DatesNumbers, Editorial, Formatting, Links, Outage, RealRevert, Recovery, Reorder,
            Substantive,
        };
        // `first` and `technical-upgrade` mean the same to both.
        &[
            Self::Recorded(Kind::First),
            Self::Recorded(Kind::Change),
            Self::Recorded(Kind::TechnicalUpgrade),
            Self::Judged(Substantive),
            Self::Judged(Editorial),
            Self::Judged(Links),
            Self::Judged(Formatting),
            Self::Judged(Boilerplate),
            Self::Judged(DatesNumbers),
            Self::Judged(Reorder),
            Self::Judged(Outage),
            Self::Judged(Recovery),
            Self::Judged(Blink),
            Self::Judged(RealRevert),
        ]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.name()))
    }
}

impl KindName {
    fn name(self) -> &'static str {
        match self {
            Self::Recorded(Kind::First) => "first",
            Self::Recorded(Kind::Change) => "change",
            Self::Recorded(Kind::TechnicalUpgrade) => "technical-upgrade",
            Self::Judged(kind) => kind.name(),
        }
    }
}

impl fmt::Display for KindName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl KindOptions {
    /// Narrows `filter` down to what is meant.
    pub fn narrow(&self, filter: &mut RecordFilter) {
        for kind in &self.kind {
            match kind {
                KindName::Recorded(kind) => filter.kinds.push(*kind),
                KindName::Judged(kind) => filter.change_kinds.push(*kind),
            }
        }
        filter.significant = self.significant.then_some(true);
    }

    /// Whether anything is left out.
    pub fn is_narrow(&self) -> bool {
        self.significant || !self.kind.is_empty()
    }

    /// What a record that is meant does, in words that follow one: `is of the kind links and counts`.
    pub fn in_words(&self) -> String {
        let names: Vec<String> = self.kind.iter().map(ToString::to_string).collect();
        let kinds = match &names[..] {
            [] => None,
            [kind] => Some(format!("is of the kind {kind}")),
            [before @ .., last] => Some(format!("is of the kinds {} or {last}", before.join(", "))),
        };
        let counts = self.significant.then(|| "counts".to_owned());
        kinds.into_iter().chain(counts).collect::<Vec<_>>().join(" and ")
    }

    /// Tells which records of a terms are meant: changes, where nothing more is said.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub fn meant(
        &self,
        versions: &dyn RecordStore<Version>,
        terms: &TermsKey,
    ) -> anyhow::Result<impl Fn(&RecordEntry) -> bool + use<>> {
        let mut filter = RecordFilter::of(terms);
        self.narrow(&mut filter);
        if !self.is_narrow() {
            filter.kinds = vec![Kind::Change];
        }
        let ids: BTreeSet<RecordId> =
            versions.list(&filter).map_err(explained)?.into_iter().map(|entry| entry.id).collect();
        Ok(move |entry: &RecordEntry| ids.contains(&entry.id))
    }

    /// Judges what is not judged yet, if the question needs it.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub fn prepare(&self, versions: &dyn Verdicts, context: &Context) -> anyhow::Result<()> {
        let needs_verdicts = self.significant || self.kind.iter().any(|kind| matches!(kind, KindName::Judged(_)));
        if needs_verdicts { judge_all(versions, context) } else { Ok(()) }
    }
}

/// Judges all versions that the present rules have not judged, showing how far it is.
///
/// # Errors
/// When the archive cannot be read.
pub fn judge_all(versions: &dyn Verdicts, context: &Context) -> anyhow::Result<()> {
    let spinner = context.console.counter("versions judged");
    let assessed = assessment::bring_up_to_date(versions, usize::MAX, |judged| spinner.set_position(judged as u64));
    spinner.finish_and_clear();
    match assessed {
        Ok(_) => Ok(()),
        // What is being recorded at this moment is judged by whoever records it.
        Err(error) if error.is_of_busy_index() => {
            context.console.note("some versions are not judged yet, since somebody is recording: run again for them");
            Ok(())
        }
        Err(error) => Err(explained(error)),
    }
}
