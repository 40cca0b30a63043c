//! Why a pass over terms had to end.

use crate::checks::ChecksError;
use crate::records::RecordsError;

/// Why a pass had to end: what must be written could not be, or what must be known could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TrackError {
    #[error(transparent)]
    Archive(#[from] RecordsError),
    #[error(transparent)]
    Checks(#[from] ChecksError),
}

impl TrackError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Archive(error) => error.hint(),
            Self::Checks(error) => error.hint().map(str::to_owned),
        }
    }
}
