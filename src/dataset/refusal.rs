//! Why an entry of a dataset does not become a record, while all others do.

use std::fmt;

use crate::domain::InvalidName;
use crate::records::RecordsError;

/// An entry that is left out, and why.
#[derive(Debug)]
pub struct Refused {
    /// Its path in the dataset, safe to print.
    pub entry: String,
    pub why: Refusal,
}

/// What is wrong with an entry.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("its path leads out of the dataset")]
    Outside,

    #[error("its name is not UTF-8")]
    NameNotUtf8,

    #[error("it lies in more folders than a dataset has")]
    TooDeep,

    #[error("it is not Markdown, whose names end in `.md`")]
    NotMarkdown,

    #[error("`{0}` is no date such as 2021-03-04T22-00-28Z")]
    NoDate(String),

    #[error("it is dated before 1970, which git cannot keep")]
    BeforeGit,

    #[error("it is dated in the future")]
    InTheFuture,

    #[error("another entry is of the same terms and second, and counts instead")]
    SameDate,

    #[error("the archive holds these terms up to that date or later, without this text")]
    NotAmongRecords,

    #[error(transparent)]
    Name(#[from] InvalidName),

    #[error("it is larger than {} MiB", limit >> 20)]
    TooLarge { limit: u64 },

    #[error("it is not UTF-8 text from byte {at} on")]
    NotUtf8 { at: usize },

    #[error("it cannot be read: {0}")]
    Unreadable(String),

    #[error(transparent)]
    NotRecorded(RecordsError),
}

impl Refused {
    pub fn new(path: &str, why: Refusal) -> Self {
        let entry = path.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
        Self { entry, why }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.entry, self.why)
    }
}
