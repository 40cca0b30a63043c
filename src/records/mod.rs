//! The archive: records of snapshots and versions, kept in git.

mod config;

pub use config::{Author, Config, GitConfig};
