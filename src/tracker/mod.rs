//! Tracks terms: one set of terms, one pass over many, technical upgrades, the schedule.

mod config;
mod schedule;

pub use config::Config;
pub use schedule::{FieldFault, Schedule, ScheduleError};
