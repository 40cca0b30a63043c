//! Whether the gate is there, and how long a suspect has to stand before it is believed.

use std::time::Duration;

/// Settings under `gate`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `gate.enabled`: without the gate, whatever is extracted is recorded, as the reference engine does.
    pub enabled: bool,
    /// `gate.confirmAfter`, in hours in files: how long a suspect must have stood unchanged.
    pub confirm_after: Duration,
    /// `gate.confirmRuns`: in how many runs it must have been seen.
    pub confirm_runs: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { enabled: true, confirm_after: Duration::from_hours(72), confirm_runs: 3 }
    }
}
