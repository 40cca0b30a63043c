//! When tracking happens.

use super::pace::Pace;

/// Top-level settings about tracking.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `trackingSchedule`: a cron expression of five or six fields, in the machine's time zone.
    pub schedule: String,
    pub pace: Pace,
}

impl Default for Config {
    fn default() -> Self {
        Self { schedule: "30 */12 * * *".to_owned(), pace: Pace::default() }
    }
}
