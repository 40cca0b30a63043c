//! The record of checks: every fetch of every source document, and what came of each terms.
//!
//! An SQLite file beside the archive. It is the truth about what was tried and when, so that "unchanged" can be told
//! from "not looked at"; nothing can make it anew. It may be read while it is being written.

mod check;
mod config;
mod day;
mod error;
mod event;
mod hold;
mod ledger;
mod lost;
mod outage;
mod preference;
mod reader;
mod schema;
mod standing;
mod status;
#[cfg(test)]
mod tests;
mod validators;
mod writer;

pub use check::{Check, CheckFilter, CheckOutcome, Purpose, Redirect, Trouble};
pub use config::{Config, FILE_NAME};
pub use day::Day;
pub use error::ChecksError;
pub use event::{Declared, Event, EventKind, EventReason, LOST_AFTER};
pub use hold::{Decision, Hold, Sighting, Suspicion};
pub use ledger::{Ledger, RunId};
pub use outage::{Cause, Outage};
pub use standing::{Standing, TermsOutcome, TermsResult};
pub use status::{State, Status};
pub use validators::StoredValidators;
