//! The branch records go to: which it is, where it stands, and moving it durably.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use git2::{ErrorCode, Oid, Repository};

use super::pack::sync_folder;
use crate::records::RecordsError;

const BRANCHES: &str = "refs/heads/";

/// How long to wait for git to give up a lock, and how often to look.
const PATIENCE: Duration = Duration::from_secs(1);
const GLANCE: Duration = Duration::from_millis(20);

/// The branch that is checked out.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The full name: `refs/heads/main`.
    name: String,
    /// Where git keeps what all working trees of a repository share.
    common_folder: PathBuf,
    folder: PathBuf,
}

impl Branch {
    /// The branch `HEAD` names, whether or not it has a commit.
    pub fn checked_out(repository: &Repository) -> Result<Self, RecordsError> {
        let folder = repository.workdir().unwrap_or(repository.path()).to_owned();
        let head = repository.find_reference("HEAD").map_err(RecordsError::git("read HEAD", &folder))?;
        match head.symbolic_target() {
            Ok(Some(name)) if name.starts_with(BRANCHES) => {
                Ok(Self { name: name.to_owned(), common_folder: repository.commondir().to_owned(), folder })
            }
            _ => Err(RecordsError::DetachedHead { path: folder }),
        }
    }

    /// The branch to read: the one checked out, or where that has no commit, as after cloning a bundle, the only one.
    /// Where a commit is checked out rather than a branch, that is read.
    pub fn to_read(repository: &Repository) -> Result<Self, RecordsError> {
        let checked_out = match Self::checked_out(repository) {
            Err(RecordsError::DetachedHead { path: folder }) => {
                let common_folder = repository.commondir().to_owned();
                return Ok(Self { name: "HEAD".to_owned(), common_folder, folder });
            }
            found => found?,
        };
        if checked_out.position(repository)?.is_some() {
            return Ok(checked_out);
        }
        let only = |pattern: &str| {
            let references = repository.references_glob(pattern).ok()?;
            let mut names = references.flatten().filter_map(|found| found.name().ok().map(str::to_owned));
            names.next().filter(|_| names.next().is_none())
        };
        let name = only("refs/heads/*").or_else(|| only("refs/remotes/*")).unwrap_or(checked_out.name);
        Ok(Self { name, ..checked_out })
    }

    /// The short name: `main`.
    pub fn short_name(&self) -> &str {
        self.name.strip_prefix(BRANCHES).unwrap_or(&self.name)
    }

    /// The commit the branch is at; `None` before the first.
    pub fn position(&self, repository: &Repository) -> Result<Option<Oid>, RecordsError> {
        match repository.refname_to_id(&self.name) {
            Ok(id) => Ok(Some(id)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(RecordsError::git("read the branch", &self.folder)(error)),
        }
    }

    /// Moves the branch from where it was seen to `new`, unless somebody else moved it. Durable on return.
    ///
    /// The file is written as git does, under `<name>.lock` and then renamed; libgit2 does not sync it.
    pub fn advance(&self, repository: &Repository, seen: Option<Oid>, new: Oid) -> Result<(), RecordsError> {
        let path = self.common_folder.join(&self.name);
        let folder = path.parent().unwrap_or(&self.common_folder);
        fs::create_dir_all(folder).map_err(RecordsError::file("create", folder))?;
        let lock = FileLock::take_soon(&path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => self.locked(&path),
            _ => RecordsError::file("lock", &path)(error),
        })?;
        if self.position(repository)? != seen {
            return Err(self.moved());
        }
        lock.replace(format!("{new}\n").as_bytes(), folder).map_err(RecordsError::file("write", &path))
    }

    /// Removes the lock a process left behind that died while it moved the branch.
    pub fn remove_stale_lock(&self) {
        let _ = fs::remove_file(lock_path(&self.common_folder.join(&self.name)));
    }

    fn locked(&self, path: &Path) -> RecordsError {
        RecordsError::BranchLocked { lock: lock_path(path), branch: self.short_name().to_owned() }
    }

    fn moved(&self) -> RecordsError {
        RecordsError::BranchMoved { path: self.folder.clone(), branch: self.short_name().to_owned() }
    }
}

/// A file being replaced, in git's way.
struct FileLock {
    path: PathBuf,
    file: fs::File,
    is_done: bool,
}

impl FileLock {
    /// Waits for somebody who is just at the file, as git is for a moment when it tidies up.
    fn take_soon(path: &Path) -> io::Result<Self> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match Self::take(path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists && Instant::now() < deadline => sleep(GLANCE),
                taken => return taken,
            }
        }
    }

    fn take(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).open(lock_path(path))?;
        Ok(Self { path: path.to_owned(), file, is_done: false })
    }

    fn replace(mut self, content: &[u8], folder: &Path) -> io::Result<()> {
        self.file.write_all(content)?;
        self.file.sync_all()?;
        fs::rename(lock_path(&self.path), &self.path)?;
        self.is_done = true;
        sync_folder(folder)
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = fs::remove_file(lock_path(&self.path));
        }
    }
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
