//! The time of day as a value, so that tests and the demo choose it and get stable commit ids.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};

/// Tells the current instant in whole seconds, the precision of a git commit.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// A clock that stands still at `instant`.
    pub fn fixed(instant: DateTime<Utc>) -> Self {
        Self(Arc::new(move || instant))
    }

    /// A clock that tells what `tell` does.
    #[cfg(test)]
    pub fn telling(tell: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The current instant, cut to whole seconds.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(0)
    }
}
