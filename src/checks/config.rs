//! Where the record of checks lies, and how long single checks are kept.

use std::path::PathBuf;
use std::time::Duration;

/// Settings under `checks`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `checks.path`; beside the repository of versions if unset.
    pub path: Option<PathBuf>,
    /// `checks.keepDays`, in days in files: how long single checks are kept; nothing is removed if it is zero.
    pub keep: Duration,
    /// `checks.egress`: where requests leave from, in a word, for those who compare records.
    pub egress: Option<String>,
}

/// The file's name where only its folder is known.
pub const FILE_NAME: &str = "checks.sqlite";

impl Default for Config {
    fn default() -> Self {
        Self { path: None, keep: Duration::from_hours(24 * 400), egress: None }
    }
}
