//! The time that one document may take.

use std::time::{Duration, Instant};

use super::ExtractError;

/// When the work on a document must be done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    started: Instant,
    allowed: Duration,
}

impl Deadline {
    pub(super) fn after(allowed: Duration) -> Self {
        Self { started: Instant::now(), allowed }
    }

    /// Fails once the time is over. Call it every thousand steps or so.
    pub(super) fn check(&self) -> Result<(), ExtractError> {
        if self.started.elapsed() > self.allowed {
            return Err(ExtractError::TooSlow { seconds: self.allowed.as_secs() });
        }
        Ok(())
    }
}
