//! Bounds what one comparison may cost.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::structure::Coarse;

/// Time one comparison may take; past it the result is coarser, and still right.
pub(super) const DEADLINE: Duration = Duration::from_secs(1);

/// Tokens that may be weighed against each other to find altered blocks: the same on any machine, unlike time.
const WEIGHINGS: u64 = 20_000_000;

/// What is left of the time and the work that one comparison may take.
#[derive(Debug)]
pub(super) struct Effort {
    pub deadline: Instant,
    weighings: Cell<u64>,
    coarse: Cell<Option<Coarse>>,
}

impl Effort {
    pub fn within(time: Duration) -> Self {
        Self { deadline: Instant::now() + time, weighings: Cell::new(WEIGHINGS), coarse: Cell::new(None) }
    }

    /// Why the comparison became coarser, if it did.
    pub fn coarse(&self) -> Option<Coarse> {
        self.coarse.get()
    }

    pub fn give_up(&self, reason: Coarse) {
        self.coarse.set(self.coarse.get().or(Some(reason)));
    }

    /// Whether there is time for more; if not, the comparison is coarse from now on.
    pub fn has_time(&self) -> bool {
        let has_time = Instant::now() <= self.deadline;
        if !has_time {
            self.give_up(Coarse::OutOfTime);
        }
        has_time
    }

    /// Whether altered blocks are still worth looking for.
    pub fn goes_on(&self) -> bool {
        self.has_time() && self.coarse.get().is_none()
    }

    /// Takes from what may be weighed; false when it is used up.
    pub fn spend(&self, weighings: usize) -> bool {
        let left = self.weighings.get().checked_sub(weighings as u64);
        self.weighings.set(left.unwrap_or(0));
        if left.is_none() {
            self.give_up(Coarse::TooDifferent);
        }
        left.is_some()
    }
}
