//! Opens the repository of an archive, or begins it.

use std::fs;
use std::path::Path;
use std::sync::Once;

use git2::{Config, ErrorCode, Repository, RepositoryInitOptions, RepositoryOpenFlags, opts};

use crate::records::{Author, RecordsError};

/// The branch of a new repository.
const FIRST_BRANCH: &str = "main";

/// How much of packs libgit2 maps into memory at once, in bytes, of all repositories together, and in parts of which size.
const MAPPED_BYTES: usize = 16 << 20;
const WINDOW_BYTES: usize = 1 << 20;

/// Opens the repository that lies exactly in `folder`.
///
/// Never one around it: an archive often lies within the working tree of its collection.
pub fn open(folder: &Path) -> Result<Repository, RecordsError> {
    if !folder.is_dir() && folder.exists() {
        return Err(RecordsError::NotAFolder { path: folder.to_owned() });
    }
    bound_mapped_memory();
    // Reading checks what was written; hashing all of it once more would take longer than reading.
    opts::strict_hash_verification(false);
    let no_ceilings: [&Path; 0] = [];
    match Repository::open_ext(folder, RepositoryOpenFlags::NO_SEARCH, no_ceilings) {
        Ok(repository) => Ok(repository),
        Err(error) if error.code() == ErrorCode::NotFound && !has_head(folder) => {
            Err(RecordsError::NoRepository { path: folder.to_owned() })
        }
        Err(error) => Err(RecordsError::git("open the repository", folder)(error)),
    }
}

/// Without a bound, a process that reads much of a large archive has all of it in its memory.
fn bound_mapped_memory() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: both are numbers, set before this process opens any repository, hence before any other thread reads them.
        let set = unsafe { opts::set_mwindow_size(WINDOW_BYTES).and(opts::set_mwindow_mapped_limit(MAPPED_BYTES)) };
        if let Err(error) = set {
            tracing::warn!(%error, "memory for packs is not bounded");
        }
    });
}

/// Opens the repository that lies exactly in `folder`, and begins one where there is none.
pub fn open_or_begin(folder: &Path) -> Result<Repository, RecordsError> {
    match open(folder) {
        Err(RecordsError::NoRepository { .. }) => begin(folder),
        other => other,
    }
}

/// Settings that keep git's own commands from changing what is recorded.
pub fn configure(repository: &Repository, author: &Author) -> Result<(), RecordsError> {
    let path = repository.commondir().join("config");
    let settings = [
        ("core.autocrlf", "false"),
        ("core.commitgraph", "true"),
        ("core.quotepath", "false"),
        ("gc.writecommitgraph", "false"),
        ("push.default", "current"),
        ("user.email", &author.email),
        ("user.name", &author.name),
    ];
    let set_all = || {
        let mut config = Config::open(&path)?;
        for (key, value) in settings {
            if config.get_string(key).ok().as_deref() != Some(value) {
                config.set_str(key, value)?;
            }
        }
        Ok(())
    };
    set_all().map_err(RecordsError::git("set up the repository", &path))
}

fn begin(folder: &Path) -> Result<Repository, RecordsError> {
    fs::create_dir_all(folder).map_err(RecordsError::file("create", folder))?;
    // A process that died while it began the repository leaves locks, and no HEAD yet.
    for lock in ["config.lock", "HEAD.lock"] {
        let _ = fs::remove_file(folder.join(".git").join(lock));
    }
    remove_probes(folder);
    let mut options = RepositoryInitOptions::new();
    options.initial_head(FIRST_BRANCH).external_template(false);
    Repository::init_opts(folder, &options).map_err(RecordsError::git("begin a repository", folder))
}

/// Removes the files with which libgit2 tries what a disk can do, left by a process that died meanwhile.
fn remove_probes(folder: &Path) {
    let is_probe = |name: &str| {
        let number = name.strip_prefix("_git2_");
        number.is_some_and(|number| number.len() == 16 && number.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        if file.file_name().to_str().is_some_and(is_probe) {
            let _ = fs::remove_file(file.path());
        }
    }
}

fn has_head(folder: &Path) -> bool {
    folder.join(".git/HEAD").exists() || folder.join("HEAD").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_that_died_at_the_beginning_left_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("_git2_0aeae4c0cbb8f297"), "").unwrap();
        fs::write(folder.path().join("_git2_notes"), "").unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        for lock in ["config.lock", "HEAD.lock"] {
            fs::write(folder.path().join(".git").join(lock), "").unwrap();
        }

        open_or_begin(folder.path()).unwrap();

        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
        assert!(folder.path().join("_git2_notes").exists());
        assert!(!folder.path().join(".git/HEAD.lock").exists());
    }
}
