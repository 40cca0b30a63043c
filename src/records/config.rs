//! Where records are kept.

use std::path::PathBuf;

use crate::domain::Renames;

/// Settings under `recorder`: one git repository for snapshots, one for versions.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub snapshots: GitConfig,
    pub versions: GitConfig,
}

/// Settings under `recorder.*.storage.git`.
#[derive(Debug, Clone, PartialEq)]
pub struct GitConfig {
    /// `path`: the folder of the repository, relative to the collection.
    pub path: PathBuf,
    /// `publish`: whether to push after each run.
    pub publish: bool,
    /// `author`: who the commits are by.
    pub author: Author,
    /// `snapshotIdentiferTemplate` (so spelt): how a version names a snapshot; `%SNAPSHOT_ID` is the snapshot's id.
    pub snapshot_template: String,
    /// `signingKey`: the key that commits are signed with, as git's `user.signingKey` names it.
    pub signing_key: Option<String>,
    /// What the collection says of names that records went by before.
    pub renames: Renames,
}

/// A name and an e-mail address for commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub name: String,
    pub email: String,
}

impl Default for Config {
    fn default() -> Self {
        Self { snapshots: GitConfig::at("./data/snapshots"), versions: GitConfig::at("./data/versions") }
    }
}

impl GitConfig {
    /// The defaults, at `path`.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            publish: false,
            author: Author::default(),
            snapshot_template: "./data/snapshots/%SNAPSHOT_ID".to_owned(),
            signing_key: None,
            renames: Renames::default(),
        }
    }
}

impl Default for Author {
    fn default() -> Self {
        Self { name: "Open Terms Archive Bot".to_owned(), email: "bot@opentermsarchive.org".to_owned() }
    }
}
