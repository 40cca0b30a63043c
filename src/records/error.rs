//! What can go wrong with an archive.

use std::path::{Path, PathBuf};

use super::Holding;
use crate::domain::{DocumentKey, RecordId};

/// Why an archive cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    #[error("{} is not a folder", path.display())]
    NotAFolder { path: PathBuf },

    #[error("there is no repository in {}", path.display())]
    NoRepository { path: PathBuf },

    #[error("{} has a detached head, so there is no branch to record on", path.display())]
    DetachedHead { path: PathBuf },

    #[error("no commit of {} is a record", path.display())]
    NoRecords { path: PathBuf },

    #[error("the records of {} are {}, and it is to hold {}", path.display(), found.name(), wanted.name())]
    OtherRecords { path: PathBuf, found: Holding, wanted: Holding },

    #[error("branch `{branch}` of {} has no commits", path.display())]
    EmptyBranch { path: PathBuf, branch: String, others: Vec<String> },

    #[error("{} is being written by another fineprint{}", path.display(), holder.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Locked { path: PathBuf, holder: Option<u32> },

    #[error("{} was opened for reading only", path.display())]
    ReadOnly { path: PathBuf },

    #[error("branch {branch} of {} was moved by somebody else while records were being made", path.display())]
    BranchMoved { path: PathBuf, branch: String },

    #[error("branch {branch} is locked by another program: {} is there", lock.display())]
    BranchLocked { lock: PathBuf, branch: String },

    #[error("{} cannot be published: the remote has commits that are not here", path.display())]
    RemoteMovedOn { path: PathBuf },

    #[error("{} cannot be published: no remote is configured", path.display())]
    NoRemote { path: PathBuf },

    #[error("{} cannot be published: its remote cannot be read: {why}", path.display())]
    NoRemoteRepository { path: PathBuf, why: String },

    #[error("{} cannot be published: no branch of the remote is known to belong to branch `{branch}`", path.display())]
    NoUpstream { path: PathBuf, branch: String },

    #[error("{} cannot be published: {why}{}", path.display(), words.as_ref().map(|words| format!("; the remote says: {words}")).unwrap_or_default())]
    PushRefused { path: PathBuf, why: String, words: Option<String> },

    #[error("{} cannot be published: {why}", path.display())]
    Push { path: PathBuf, why: String },

    #[error("{} cannot be published: `git push` took longer than {seconds} s", path.display())]
    PushTimedOut { path: PathBuf, seconds: u64 },

    #[error("git does not know who you are")]
    NoIdentity,

    #[error("cannot sign with key `{key}`: {why}")]
    Sign { key: String, why: String },

    #[error("{path} cannot be recorded: its file name is longer than {limit} bytes")]
    NameTooLong { path: String, limit: usize },

    #[error("{path} cannot be recorded: {occupied} is in the way")]
    Occupied { path: String, occupied: String },

    #[error("{} cannot be recorded: <{first}> and <{second}> would share a snapshot file", key.terms)]
    SharedFile { key: Box<DocumentKey>, first: String, second: String },

    #[error("content of {size} bytes is more than the {limit} that are handled")]
    TooLarge { size: usize, limit: usize },

    #[error("cannot {attempt} in {}: {source}", path.display())]
    Git { attempt: &'static str, path: PathBuf, source: git2::Error },

    #[error("cannot {attempt} {}: {source}", path.display())]
    File { attempt: &'static str, path: PathBuf, source: std::io::Error },

    #[error("object {id} of {} is damaged{}: {why}", path.display(), with_it(record.as_ref()))]
    Damaged { path: PathBuf, id: String, why: &'static str, record: Option<RecordId> },

    #[error("cannot use the index {}: {source}", path.display())]
    Index { path: PathBuf, source: rusqlite::Error },
}

impl RecordsError {
    /// What the reader can do about it, where something can be done.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Git { source, .. } if is_of_another_format(source) => Some(
                "only SHA-1 ids and references in files are supported: make such a repository with \
                 `git init --object-format=sha1 --ref-format=files`"
                    .to_owned(),
            ),
            Self::DetachedHead { path } => Some(format!("run `git -C '{}' switch main`", path.display())),
            Self::EmptyBranch { path, others, .. } => match others.as_slice() {
                [] => None,
                [only] => Some(format!("run `git -C '{}' switch {only}`", path.display())),
                several => Some(format!("check out one that has: {}", several.join(", "))),
            },
            Self::NoRecords { .. } => Some(
                "name repositories of versions or snapshots, as fineprint and Open Terms Archive make them".to_owned(),
            ),
            Self::OtherRecords { .. } => Some(
                "look whether `recorder.versions.storage.git.path` and `recorder.snapshots.storage.git.path` are mixed up"
                    .to_owned(),
            ),
            Self::Locked { .. } => Some("wait until it ends, or end it".to_owned()),
            Self::BranchMoved { .. } => Some("run again; what was not recorded is fetched anew".to_owned()),
            Self::BranchLocked { lock, .. } => {
                Some(format!("if no git is at work there, one was cut short: then remove `{}`", lock.display()))
            }
            Self::NoIdentity => {
                Some("run `git config --global user.name NAME` and `git config --global user.email ADDRESS`".to_owned())
            }
            Self::SharedFile { .. } => Some(
                "files are named after the path of a URL, not after its query or extension: declare one of the two only, \
                 or as terms of another type"
                    .to_owned(),
            ),
            Self::NotAFolder { .. } => Some("set `recorder.*.storage.git.path` to another folder".to_owned()),
            Self::Damaged { path, .. } => {
                let fsck = format!("`git -C '{}' fsck` tells what else is", path.display());
                Some(format!("{fsck}; docs/archive.md tells how to mend it with a clone"))
            }
            Self::Git { path, source, .. } if source.code() == git2::ErrorCode::Owner => Some(format!(
                "run this as the user that owns it, or trust it with `git config --global --add safe.directory '{}'`",
                path.display()
            )),
            Self::Git { source, .. } if source.code() == git2::ErrorCode::Locked => Some(
                "if no git is at work there, one was cut short: then remove the `.lock` file in its `.git` folder".to_owned(),
            ),
            Self::Sign { .. } => Some(
                "`signingKey` is the file of an SSH key without passphrase, or the id of an OpenPGP key".to_owned(),
            ),
            _ => self.hint_about_remote(),
        }
    }

    fn hint_about_remote(&self) -> Option<String> {
        match self {
            Self::RemoteMovedOn { path } => {
                let fetch = format!("`git -C '{}' fetch`", path.display());
                Some(format!("look at it with {fetch}, then merge: a rebase changes ids that records name"))
            }
            Self::NoRemote { path } => Some(format!("run `git -C '{}' remote add origin URL`", path.display())),
            Self::NoRemoteRepository { path, .. } => {
                let git = format!("git -C '{}' remote", path.display());
                Some(format!("see where it leads with `{git} -v`, and correct it with `{git} set-url origin URL`"))
            }
            Self::NoUpstream { path, branch } => {
                Some(format!("run `git -C '{}' push --set-upstream origin {branch}`", path.display()))
            }
            Self::PushRefused { .. } => Some("ask whoever runs the remote what it lets in, and from whom".to_owned()),
            _ => None,
        }
    }

    /// Says of which record what is damaged is a part.
    pub(super) fn of_record(self, of: RecordId) -> Self {
        match self {
            Self::Damaged { path, id, why, .. } => Self::Damaged { path, id, why, record: Some(of) },
            other => other,
        }
    }

    /// Whether the fault spoils one record, and all others can still be made.
    pub fn is_of_one_record(&self) -> bool {
        matches!(
            self,
            Self::NameTooLong { .. }
                | Self::Occupied { .. }
                | Self::SharedFile { .. }
                | Self::TooLarge { .. }
                | Self::Damaged { .. }
        )
    }

    /// Whether somebody else is writing to the index at this moment.
    pub fn is_of_busy_index(&self) -> bool {
        super::index::Index::is_in_use(self)
    }

    pub(super) fn file(attempt: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { attempt, path, source }
    }

    pub(super) fn git(attempt: &'static str, path: &Path) -> impl FnOnce(git2::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Git { attempt, path, source }
    }
}

/// Whether a repository keeps ids or references in a way that libgit2 cannot read.
fn is_of_another_format(error: &git2::Error) -> bool {
    ["unsupported extension", "object format"].iter().any(|words| error.message().contains(words))
}

fn with_it(record: Option<&RecordId>) -> String {
    record.map(|record| format!(", and with it record {record}")).unwrap_or_default()
}
