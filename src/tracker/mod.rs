//! Tracks terms: one set of terms, one pass over many, technical upgrades, the schedule.

mod config;

pub use config::Config;
