//! Looks at the time while a selector is matched: `:has()` in `:has()` may go through a page many times over.

use std::cell::Cell;

use crate::extract::ExtractError;
use crate::extract::deadline::Deadline;

/// How many elements are come to between two looks at the time.
const STEPS_PER_CHECK: usize = 4096;

/// Counts the elements that are come to.
#[derive(Debug)]
pub(super) struct Clock<'a> {
    /// None where whoever asks is ended from outside.
    deadline: Option<&'a Deadline>,
    steps: Cell<usize>,
    is_over: Cell<bool>,
}

impl<'a> Clock<'a> {
    pub(super) fn until(deadline: &'a Deadline) -> Self {
        Self { deadline: Some(deadline), steps: Cell::new(0), is_over: Cell::new(false) }
    }

    pub(super) fn without_end() -> Self {
        Self { deadline: None, steps: Cell::new(0), is_over: Cell::new(false) }
    }

    /// Counts an element; false once the time is over.
    pub(super) fn ticks(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get().is_multiple_of(STEPS_PER_CHECK) {
            self.is_over.set(self.deadline.is_some_and(|deadline| deadline.check().is_err()));
        }
        !self.is_over.get()
    }

    /// Fails if the time was over, and so what was found may be wrong.
    pub(super) fn check(&self) -> Result<(), ExtractError> {
        match self.deadline {
            Some(deadline) if self.is_over.get() => deadline.check(),
            _ => Ok(()),
        }
    }
}
