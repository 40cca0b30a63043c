//! Why the record of checks cannot be used.

use std::path::PathBuf;

use super::reader::may_not_share;

/// Why the record of checks cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ChecksError {
    #[error("there is no record of checks at {} yet", path.display())]
    Missing { path: PathBuf },
    #[error("the record of checks {} was written by a newer fineprint (its schema is {found}, not {known})", path.display())]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("cannot {attempt} the record of checks {}: {source}", path.display())]
    Sqlite { attempt: &'static str, path: PathBuf, source: rusqlite::Error },
    #[error("cannot make the folder of the record of checks {}: {source}", path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("the record of checks {} ended unexpectedly", path.display())]
    Ended { path: PathBuf },
}

impl ChecksError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing { .. } => Some("`fineprint track` begins one; `--collection DIR` names another collection"),
            Self::Newer { .. } => Some("use the newer fineprint, also for a service that still runs the older one"),
            Self::Sqlite { source, .. } if may_not_share(source) => {
                Some("run this as the user that tracks, or let this one write to the folder of the record")
            }
            Self::Sqlite { .. } => Some("it is no cache: restore it from a copy, or move it away to begin another"),
            Self::Folder { .. } | Self::Ended { .. } => None,
        }
    }
}
