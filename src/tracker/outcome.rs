//! What came of tracking one terms, and the sum of many.

use std::collections::BTreeMap;

use super::gatekeeper::in_words;
use crate::checks::Hold;
use crate::domain::{Kind, Saved, TermsKey};
use crate::extract::ExtractError;
use crate::fetch::FetchError;
use crate::records::RecordsError;

/// What came of tracking, or upgrading, one terms.
#[derive(Debug)]
pub struct Outcome {
    pub terms: TermsKey,
    /// What came of each snapshot that was obtained, in declared order.
    pub snapshots: Vec<Saved>,
    /// What came of the version, or why there is none.
    pub version: Result<Saved, Failure>,
}

/// Why a terms has no version after a run.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Fetch(Vec<FetchError>),
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The archive cannot hold a record of it.
    #[error(transparent)]
    Unrecordable(RecordsError),
    /// What the documents show was not believed to be the terms.
    #[error("held: {}", in_words(&.0.suspicions))]
    Held(Box<Hold>),
    /// An upgrade has nothing to work on.
    #[error("no snapshot of {0} has been recorded yet")]
    NoSnapshot(TermsKey),
}

/// How many records came of a run, and why others did not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub new_snapshots: usize,
    pub new_versions: usize,
    pub unchanged: usize,
    /// Terms whose documents show what was not believed.
    pub held: Vec<TermsKey>,
    /// Failed terms by reason.
    pub failed: BTreeMap<String, Vec<TermsKey>>,
}

impl Failure {
    /// Whether a second try a little later may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Fetch(errors) if errors.iter().any(FetchError::is_transient))
    }

    /// Of which kind it is, in lower case with hyphens, for records and other programs.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Fetch(errors) => errors.first().map_or("fetch", |error| error.kind().name()),
            Self::Extract(_) => "extraction",
            Self::Unrecordable(_) => "unrecordable",
            Self::Held(_) => "held",
            Self::NoSnapshot(_) => "no-snapshot",
        }
    }

    /// A few words that failures of one kind share.
    pub fn summary(&self) -> String {
        match self {
            Self::Fetch(errors) => errors.first().map(FetchError::summary).unwrap_or_default(),
            Self::Extract(error) => extraction_in_words(error).to_owned(),
            Self::Unrecordable(_) => "cannot be recorded".to_owned(),
            Self::Held(_) => "held".to_owned(),
            Self::NoSnapshot(_) => "no snapshot yet".to_owned(),
        }
    }

    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Fetch(errors) => errors.first().map(|error| error.hint().to_owned()),
            Self::Extract(error) => error.hint().map(str::to_owned),
            Self::Unrecordable(error) => error.hint(),
            Self::Held(_) => Some("`fineprint held` tells more; `fineprint held accept` lets it through".to_owned()),
            Self::NoSnapshot(_) => None,
        }
    }
}

/// The sort of fault, without selector and page.
fn extraction_in_words(error: &ExtractError) -> &'static str {
    match error {
        ExtractError::NoMatch { .. } | ExtractError::RangeEndMissing { .. } | ExtractError::RangeReversed { .. } => {
            "a selector matches nothing"
        }
        ExtractError::EmptyMatch { .. } => "a selector matches empty content",
        ExtractError::InvalidSelector { .. } => "a selector is not valid",
        ExtractError::FilterFailed { .. } => "a filter failed",
        ExtractError::UnreadablePdf => "a PDF file cannot be read",
        ExtractError::EmptyPdf { .. } => "a PDF file holds no text",
        ExtractError::LargePdf { .. } | ExtractError::TooLarge { .. } | ExtractError::TooSlow { .. } => {
            "more work than is allowed"
        }
    }
}

impl Outcome {
    /// The kind of the version that was recorded, if one was.
    pub fn recorded(&self) -> Option<Kind> {
        match self.version {
            Ok(Saved::Recorded { kind, .. }) => Some(kind),
            _ => None,
        }
    }
}

impl Tally {
    /// Counts the outcomes of a run.
    pub fn of<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Self {
        let mut tally = Self::default();
        for outcome in outcomes {
            tally.count(outcome);
        }
        tally.held.sort();
        tally.failed.values_mut().for_each(|terms| terms.sort());
        tally
    }

    fn count(&mut self, outcome: &Outcome) {
        self.new_snapshots += outcome.snapshots.iter().filter(|saved| matches!(saved, Saved::Recorded { .. })).count();
        match &outcome.version {
            Ok(Saved::Recorded { .. }) => self.new_versions += 1,
            Ok(Saved::Unchanged { .. }) => self.unchanged += 1,
            Err(Failure::Held(_)) => self.held.push(outcome.terms.clone()),
            Err(failure) => self.failed.entry(failure.summary()).or_default().push(outcome.terms.clone()),
        }
    }
}
