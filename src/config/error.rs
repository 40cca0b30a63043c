//! Why a configuration cannot be used.

use std::io;
use std::path::PathBuf;

use crate::tracker::ScheduleError;
use crate::web::InvalidNetwork;

use super::layer::Origin;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("collection `{}` is not a folder", path.display())]
    NoCollection { path: PathBuf },
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("`{}` is larger than {most} bytes, which no configuration is", path.display())]
    TooLarge { path: PathBuf, most: u64 },
    #[error("{origin}: malformed JSON: {what}")]
    Syntax { origin: Origin, what: String },
    #[error("{origin}: `{name}` is not an object of settings")]
    NotAnObject { name: String, origin: Origin },
    #[error("{origin}: `{key}` {fault}")]
    Value { key: &'static str, origin: Origin, fault: ValueFault },
    #[error("{origin}: the file is not an object of settings")]
    NotSettings { origin: Origin },
    #[error("`recorder.snapshots.storage.git.path` and `recorder.versions.storage.git.path` both lead to `{}`", path.display())]
    SharedRepository { path: PathBuf },
    #[error("`NODE_ENV` is `{name}`, which cannot be part of a file name")]
    EnvironmentName { name: String },
}

/// What is wrong with the value of a key.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ValueFault {
    #[error("is {found}, where {expected} is expected")]
    WrongType { expected: &'static str, found: &'static str },
    #[error("is empty")]
    Empty,
    #[error("is not one line of at most {most} bytes")]
    NotOneLine { most: usize },
    #[error("is {found}, which is not a whole number from {least} to {most}")]
    OutOfBounds { found: f64, least: u64, most: u64 },
    #[error("is `{found}`, but fineprint keeps records in git only")]
    Storage { found: String },
    #[error("cannot be used: {0}")]
    Schedule(#[from] ScheduleError),
    #[error("cannot be used: {0}")]
    Network(#[from] InvalidNetwork),
}

impl ConfigError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoCollection { .. } => {
                Some("give the folder that holds `declarations` with `--collection DIR`".to_owned())
            }
            Self::Syntax { .. } => Some("comments and trailing commas are allowed; all else is as in JSON".to_owned()),
            Self::NotAnObject { name, .. } => Some(format!("write `\"{name}\": {{ … }}`")),
            Self::NotSettings { .. } => Some("write `{ \"fineprint\": { … } }`".to_owned()),
            Self::SharedRepository { .. } => Some("give each a folder of its own".to_owned()),
            Self::Value { key, fault, .. } => fault.hint(key),
            Self::EnvironmentName { .. } => Some("name it `production` or `development`".to_owned()),
            Self::Unreadable { .. } | Self::TooLarge { .. } => None,
        }
    }
}

impl ValueFault {
    fn hint(&self, key: &str) -> Option<String> {
        match self {
            Self::Schedule(error) => Some(error.hint()),
            Self::Storage { .. } => Some(format!("set `{key}` to `git`")),
            Self::Empty => Some("remove the key to use its default".to_owned()),
            Self::WrongType { expected: "a number", found: "a text" } => Some("remove the quotes".to_owned()),
            Self::WrongType { .. } | Self::Network(_) | Self::NotOneLine { .. } | Self::OutOfBounds { .. } => None,
        }
    }
}
