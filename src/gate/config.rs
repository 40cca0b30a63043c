//! Whether the gate is there, and how long a suspect has to stand before it is believed.

use std::time::Duration;

use super::rules::{Confirmation, Rule};
use crate::domain::Reason;

/// Settings under `gate`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `gate.enabled`: without the gate, whatever is extracted is recorded, as the reference engine does.
    pub enabled: bool,
    /// `gate.confirmAfter`, in hours in files: how long a suspect must have stood unchanged.
    pub confirm_after: Duration,
    /// `gate.confirmRuns`: in how many runs it must have been seen.
    pub confirm_runs: usize,
    /// `gate.confirmErrorPages`: whether that is enough for what says of itself that it is no terms, too.
    pub confirm_error_pages: bool,
}

impl Config {
    /// Whether a suspect is believed once it has stood for long; otherwise a person has to say so.
    pub fn believes_what_stands<'a>(&self, reasons: impl IntoIterator<Item = &'a Reason>) -> bool {
        let mut rules = reasons.into_iter().filter_map(|reason| Rule::named(&reason.rule));
        self.confirm_error_pages || rules.all(|rule| rule.confirmed_by == Confirmation::Standing)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self { enabled: true, confirm_after: Duration::from_hours(72), confirm_runs: 3, confirm_error_pages: false }
    }
}
