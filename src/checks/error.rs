//! Why the record of checks cannot be used.

use std::path::PathBuf;

use rusqlite::ErrorCode;

use super::reader::{has_no_room, may_not_share};

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
            Self::Sqlite { source, .. } if has_no_room(source) => {
                Some("make room on its disk (`fineprint doctor` tells how much there is), and run this again")
            }
            Self::Sqlite { source, .. } if source.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                Some("another program writes to it: wait until it ends")
            }
            Self::Sqlite { .. } => Some("it is no cache: restore it from a copy, or move it away to begin another"),
            Self::Folder { .. } | Self::Ended { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn only_of_a_damaged_record_is_it_said_that_it_may_be_moved_away() {
        let hint = |code| {
            let source = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            ChecksError::Sqlite { attempt: "read", path: "checks.sqlite".into(), source }.hint().unwrap()
        };

        for code in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_WRITE] {
            assert!(hint(code).starts_with("make room on its disk"), "{}", hint(code));
        }
        assert!(hint(ffi::SQLITE_BUSY).starts_with("another program writes to it"));
        assert!(hint(ffi::SQLITE_NOTADB).contains("move it away"));
    }
}
