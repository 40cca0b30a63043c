//! How long the steps of an extraction take.

use std::ops::AddAssign;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// How long each step took, for one document or many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timings {
    pub parse: Duration,
    pub filter: Duration,
    /// Includes making links absolute and removing.
    pub select: Duration,
    pub convert: Duration,
}

impl Timings {
    pub fn total(&self) -> Duration {
        self.parse + self.filter + self.select + self.convert
    }
}

impl AddAssign for Timings {
    fn add_assign(&mut self, other: Self) {
        self.parse += other.parse;
        self.filter += other.filter;
        self.select += other.select;
        self.convert += other.convert;
    }
}

/// Does a step and adds the time it took to `spent`.
pub(super) fn timed<T>(spent: &mut Duration, step: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let result = step();
    *spent += started.elapsed();
    result
}
