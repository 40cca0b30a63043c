//! Opens the repository of an archive, or begins it.

use std::fs;
use std::path::Path;

use git2::{Config, ErrorCode, Repository, RepositoryInitOptions, RepositoryOpenFlags};

use crate::records::{Author, RecordsError};

/// The branch of a new repository.
const FIRST_BRANCH: &str = "main";

/// Opens the repository that lies exactly in `folder`.
///
/// Never one around it: an archive often lies within the working tree of its collection.
pub fn open(folder: &Path) -> Result<Repository, RecordsError> {
    if !folder.is_dir() && folder.exists() {
        return Err(RecordsError::NotAFolder { path: folder.to_owned() });
    }
    // Reading checks what was written; hashing all of it once more would take longer than reading.
    git2::opts::strict_hash_verification(false);
    let no_ceilings: [&Path; 0] = [];
    match Repository::open_ext(folder, RepositoryOpenFlags::NO_SEARCH, no_ceilings) {
        Ok(repository) => Ok(repository),
        Err(error) if error.code() == ErrorCode::NotFound && !has_head(folder) => {
            Err(RecordsError::NoRepository { path: folder.to_owned() })
        }
        Err(error) => Err(RecordsError::git("open the repository", folder)(error)),
    }
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
    // A process that died while it began the repository leaves a lock, and no HEAD yet.
    let _ = fs::remove_file(folder.join(".git/config.lock"));
    let mut options = RepositoryInitOptions::new();
    options.initial_head(FIRST_BRANCH).external_template(false);
    Repository::init_opts(folder, &options).map_err(RecordsError::git("begin a repository", folder))
}

fn has_head(folder: &Path) -> bool {
    folder.join(".git/HEAD").exists() || folder.join("HEAD").exists()
}
